/**
 * [pure] Whether a question is asked back instead of answered: two products would be answered differently, or so little was
 * said that the best pages are about different things. One question, two to four options.
 */
import type { AnswerOption } from "../documents/answer.ts";
import type { Evidence } from "../documents/evidence.ts";
import { type Conversation, isFixed, type Resolution } from "../conversation/conversation.ts";
import { contentStems } from "../conversation/language/words.ts";
import { asksMeaning } from "../conversation/needs-thread.ts";
import { readMessage, stripChatter } from "../conversation/read-message.ts";
import type { Retrieval } from "../retrieval/retriever.ts";
import { shareOfBest } from "../retrieval/undecided.ts";

export type AskedBack =
  | { readonly kind: "options"; readonly options: readonly AnswerOption[] }
  /** The thread, or what was found, says which product is meant: an answer is about one. */
  | { readonly kind: "product"; readonly product: string };

export type Asked = {
  /** The message as it was written. */
  readonly text: string;
  readonly resolution: Resolution;
  readonly conversation: Conversation;
  readonly retrieval: Pick<Retrieval, "evidence" | "scope" | "version">;
};

/** Score of a product's best section, as a share of the best of all, from which it may be the one that is meant. */
const COMPETES = 0.4;
/** Share of the best page's score from which the fifth page is no worse: nothing says which is meant. */
const SPLIT_FROM = 0.55;
/** Content words of a message that leans on the thread, and of one that stands alone, which say too little. */
const MOST_LEANING = 3;
const MOST_ALONE = 2;
/** A small documentation has a page for everything. */
const FEWEST_PAGES = 100;
const MOST_OPTIONS = 4;
/** What fits a button. */
const MOST_OF_LABEL = 70;

/** undefined: answer. We never ask twice in a row. */
export function askBack(asked: Asked): AskedBack | undefined {
  const last = asked.conversation.turns.at(-1)?.answer;
  if (last !== undefined && !isFixed(last) && last.kind === "asked-back") return undefined;
  return askProduct(asked) ?? askReading(asked);
}

function askProduct({ text, resolution, conversation, retrieval }: Asked): AskedBack | undefined {
  const { scope, evidence, version } = retrieval;
  if (scope.product !== undefined) return undefined;
  const indexed = [...new Set(version.sources.map(({ product }) => product))];
  // A message that names several compares them.
  const said = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ");
  if (indexed.length < 2 || indexed.some((product) => said.includes(nameOf(product)))) {
    return undefined;
  }
  const best = bestByProduct(evidence);
  const [first] = best;
  if (first === undefined) return undefined;
  const spokenOf = productOfThread(conversation);
  if (spokenOf !== undefined && resolution.kind !== "first" && indexed.includes(spokenOf)) {
    return { kind: "product", product: spokenOf };
  }
  const products = best.filter(([, score]) => score >= COMPETES).map(([product]) => product);
  if (products.length < 2) return { kind: "product", product: first[0] };
  const options = products.slice(0, MOST_OPTIONS).map((product) => ({
    label: titled(nameOf(product)),
    question: resolution.question,
    scope: { product },
  }));
  return { kind: "options", options };
}

/** Of each product the score of its best section as a share of the best, best first. */
function bestByProduct(evidence: readonly Evidence[]): readonly (readonly [string, number])[] {
  const highest = evidence[0]?.score ?? 0;
  const best = new Map<string, number>();
  for (const { chunk, score } of evidence) {
    if (!best.has(chunk.product)) best.set(chunk.product, highest > 0 ? score / highest : 0);
  }
  return [...best];
}

/** The product that the last answer of the thread cites, when it is one. */
function productOfThread({ turns }: Conversation): string | undefined {
  for (const { answer } of turns.toReversed()) {
    if (answer === undefined || isFixed(answer) || answer.citations.length === 0) continue;
    const products = new Set(answer.citations.map(({ product }) => product));
    return products.size === 1 ? [...products][0] : undefined;
  }
  return undefined;
}

function nameOf(product: string): string {
  return product
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function titled(name: string): string {
  return name.replaceAll(/(?<!\p{L})\p{Ll}/gu, (letter) => letter.toUpperCase());
}

function askReading({ text, resolution, retrieval }: Asked): AskedBack | undefined {
  const { evidence, version } = retrieval;
  if (resolution.by === "model" || version.pages < FEWEST_PAGES) return undefined;
  const message = readMessage(text);
  if (message.pasted.length > 0 || asksMeaning(text)) return undefined;
  const body = stripChatter(message.body);
  const words = contentStems(body).length;
  const saysLittle =
    resolution.kind === "pointer"
      ? words <= MOST_LEANING
      : (resolution.kind === "first" || resolution.kind === "new-topic") &&
        words <= MOST_ALONE &&
        body.split(/\s+/).length <= MOST_LEANING;
  if (!saysLittle || shareOfBest(evidence) < SPLIT_FROM) return undefined;
  const titles = [
    ...new Set(evidence.map(({ chunk }) => chunk.title.trim()).filter((title) => title !== "")),
  ].slice(0, MOST_OPTIONS);
  if (titles.length < 2) return undefined;
  const core = body.replace(/[\s?.!]+$/, "");
  const options = titles.map((title) => ({
    label: title.length <= MOST_OF_LABEL ? title : `${title.slice(0, MOST_OF_LABEL - 1)}…`,
    question: `${core} (${title.replaceAll(/[()]/g, "")})?`,
  }));
  return { kind: "options", options };
}
