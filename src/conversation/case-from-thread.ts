/** [pure] A stored thread -> a case of an evaluation, so that what went wrong once is asked again for ever. */
import { createHash } from "node:crypto";
import { openingSentence } from "../documents/answer-text.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { isFixed, type Turn } from "./conversation.ts";

/** A line of a file of cases, as `eval/case.ts` reads them; what is right stands open. */
export type ThreadCase = {
  readonly id: string;
  readonly kind: string;
  readonly style: string;
  readonly turns: readonly {
    readonly user: string;
    readonly assistant_previous?: string;
    readonly gold?: readonly never[];
    readonly facts?: readonly never[];
  }[];
  readonly gold: readonly never[];
  readonly facts: readonly never[];
  readonly forbidden: readonly never[];
  readonly answerable: boolean;
  readonly notes: string;
};

export type BadVote = {
  /** Key of the turn that was voted on. */
  readonly key: string;
  /** What the person said about it, if anything. */
  readonly reason: string | undefined;
};

/**
 * The questions of a thread up to the last one voted bad (or the last one), each with the answer before it as it
 * was posted. Secrets and names are masked; what the right answer is, a person has to fill in. Throws a
 * `RangeError` for a thread without questions.
 */
export function caseFromThread(
  conversationId: string,
  turns: readonly Turn[],
  votes: readonly BadVote[],
  /** What whoever completes it should know. */
  hint?: string,
): ThreadCase {
  const names = turns.map((turn) => turn.author);
  const mask = (text: string) => maskPeople(maskSecrets(text).text, names);
  const lastBad = turns.findLastIndex((turn) => votes.some((vote) => vote.key === turn.key));
  const kept = lastBad === -1 ? turns : turns.slice(0, lastBad + 1);
  if (kept.length === 0) throw new RangeError(`the thread ${conversationId} has no question`);
  const reasons = votes.flatMap(({ reason }) => (reason === undefined ? [] : [mask(reason)]));
  return {
    id: `thread-${createHash("sha256").update(conversationId).digest("hex").slice(0, 8)}`,
    kind: kept.length > 1 ? "followup" : "asked",
    style: "slack",
    turns: kept.map((turn, index) => {
      const said = index === 0 ? undefined : answerText(kept[index - 1]);
      return {
        user: mask(turn.question),
        ...(kept.length > 1 ? { gold: [], facts: [] } : {}),
        ...(said === undefined ? {} : { assistant_previous: mask(said) }),
      };
    }),
    gold: [],
    facts: [],
    forbidden: [],
    answerable: true,
    notes: [
      lastBad === -1 ? "From a stored thread." : "From a thread with a bad vote.",
      ...(hint === undefined ? [] : [hint]),
      ...(reasons.length === 0 ? [] : [`Said about it: ${reasons.join("; ")}.`]),
      "Fill in gold, facts and forbidden; check that no name is left.",
    ].join(" "),
  };
}

function answerText(turn: Turn | undefined): string | undefined {
  const answer = turn?.answer;
  if (turn === undefined || answer === undefined) return undefined;
  if (isFixed(answer)) return answer.text;
  const claims = answer.claims.map((claim) => claim.text).join(" ");
  // A case does not take an empty one.
  return claims || openingSentence(answer, turn.question) || undefined;
}

/** Names that stand for nobody. */
const GENERIC = new Set(["", "you", "bot", "asker", "someone"]);

/** Mentions, groups, channels, mail addresses, workspace hosts, and the ids of the thread's people. */
export function maskPeople(text: string, names: readonly string[]): string {
  let masked = text
    .replaceAll(/<@[A-Z0-9]+(?:\|[^>]*)?>/g, "<@someone>")
    .replaceAll(/<!subteam\^[^>]*>/g, "<@some-group>")
    .replaceAll(/<#[A-Z0-9]+(?:\|[^>]*)?>/g, "#some-channel")
    .replaceAll(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "someone@example.com")
    .replaceAll(/https?:\/\/[\w-]+(?:\.enterprise)?\.slack\.com/g, "https://workspace.slack.com");
  for (const name of names) {
    if (GENERIC.has(name.toLowerCase()) || name.length < 3) continue;
    masked = masked.replaceAll(name, "someone");
  }
  return masked;
}
