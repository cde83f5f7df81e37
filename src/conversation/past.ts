/** The turns of a conversation as a follow-up sees them: what each was about, what was said, which topic it belongs to. */
import { isFixed, type Conversation, type Turn } from "./conversation.ts";
import { contentStems, remembering } from "./language/words.ts";
import { plainText, readMessage } from "./read-message.ts";
import { statementsOf, type Statement } from "./statements.ts";

export type Past = {
  readonly turn: Turn;
  /** The question as it was resolved. */
  readonly question: string;
  /** The same as it was written. */
  readonly asked: string;
  readonly statements: readonly Statement[];
  /** Title of the page that most of the answer stands on; "" without one. */
  readonly page: string;
  /** From 1: the topics in the order in which they came up. */
  readonly topic: number;
};

/** Oldest first; small talk and help are left out, for nothing refers to them. */
export function readPast(conversation: Conversation): Past[] {
  const past: Past[] = [];
  let topics = 0;
  for (const [index, turn] of conversation.turns.entries()) {
    const kind = turn.resolution?.kind;
    if (kind === "small-talk" || kind === "help") continue;
    const own = statementsOf(turn, index);
    const claimIds = new Set(turn.resolution?.claimIds ?? []);
    // An answer without claims leaves the talk at those it was asked about.
    const statements =
      own.length > 0
        ? own
        : past.flatMap((item) => item.statements.filter(({ id }) => claimIds.has(id)));
    if (turn.question.trim() === "" && statements.length === 0) continue;
    const opens = past.length === 0 || kind === "first" || kind === "new-topic";
    // A return to an earlier topic points at what was said there.
    const pointedAt = turn.resolution?.claimIds[0]?.replace(/#[^#]*$/, "");
    const returnedTo = past.find(({ turn: { key } }) => key === pointedAt)?.topic;
    if (opens) topics += 1;
    past.push({
      turn,
      question: asOneLine(turn.resolution?.question ?? turn.question),
      asked: typedIn(turn.question),
      statements,
      page: pageOf(turn),
      topic: opens ? topics : (returnedTo ?? past.at(-1)?.topic ?? topics),
    });
  }
  return past;
}

const asOneLine = remembering((text: string) => plainText(text).replaceAll(/\s+/g, " ").trim());

const typedIn = remembering((text: string) => readMessage(text).text);

/** The title cited by most claims, the first of equals. */
function pageOf({ answer }: Turn): string {
  if (answer === undefined || isFixed(answer)) return "";
  const counts = new Map<string, number>();
  for (const { quotes } of answer.claims) {
    const title = answer.citations.find(({ number }) => number === quotes[0]?.citation)?.title;
    if (title !== undefined) counts.set(title, (counts.get(title) ?? 0) + 1);
  }
  let best = "";
  for (const [title, count] of counts) if (count > (counts.get(best) ?? 0)) best = title;
  return best;
}

/** The turn that a return means: by its number among the topics, or by the words that name it. */
export function findTopic(
  past: readonly Past[],
  by: { readonly ordinal: number | undefined; readonly words: string },
): Past | undefined {
  const current = past.at(-1)?.topic ?? 0;
  const topicsInOrder = [...new Set(past.map(({ topic }) => topic))];
  if (by.words !== "") {
    const named = mostAlike(past, by.words);
    if (named !== undefined) return named;
  }
  if (by.ordinal === undefined) return undefined;
  const others = topicsInOrder.filter((topic) => topic !== current);
  const wanted =
    by.ordinal > 0 ? topicsInOrder[by.ordinal - 1] : (others.at(-1) ?? topicsInOrder.at(-1));
  return past.findLast(({ topic }) => topic === wanted);
}

/** The turn that shares most words with `words`, the latest of equals; undefined when none shares any. */
export function mostAlike(past: readonly Past[], words: string): Past | undefined {
  const wanted = contentStems(words);
  let best: { item: Past; score: number } | undefined;
  for (const item of past) {
    const question = new Set(contentStems(item.question));
    const said = new Set(item.statements.flatMap(({ text }) => contentStems(text)));
    let score = 0;
    for (const word of wanted) score += question.has(word) ? 2 : said.has(word) ? 1 : 0;
    if (score > 0 && score >= (best?.score ?? 0)) best = { item, score };
  }
  return best?.item;
}
