/**
 * Whether a model's word as checker is taken. It judges bundled pairs of sentence and passage, half of them wrong, a few
 * at a time as in real use; what it gets right is kept by model and version of the prompt.
 */
import { z } from "zod";
import type { Chunk } from "../documents/chunk.ts";
import { passagesOf } from "../passages/passage.ts";
import { BATCH } from "./check-queue.ts";
import type { Checker, CheckItem, CheckVerdict } from "./checker.ts";
import { flagsOf } from "./flags.ts";
import trustPairs from "./trust-pairs.json" with { type: "json" };

const Pair = z.object({
  section: z.string(),
  passage: z.string(),
  sentence: z.string(),
  carried: z.boolean(),
});
export type Pair = Readonly<z.infer<typeof Pair>>;

/** 40 pairs of our own writing about a product that does not exist, 20 of them wrong. */
export const TRUST_PAIRS: readonly Pair[] = z.array(Pair).parse(trustPairs);

/** Of 20 wrong sentences a checker must refuse (or correct) so many, of 20 right ones accept so many. */
export const LEAST_REFUSED = 18;
export const LEAST_ACCEPTED = 15;

export const Standing = z.object({
  refused: z.int().min(0),
  wrong: z.int().min(1),
  accepted: z.int().min(0),
  right: z.int().min(1),
});
/** How a model judged the pairs. */
export type Standing = Readonly<z.infer<typeof Standing>>;

export function isTrustworthy({ refused, wrong, accepted, right }: Standing): boolean {
  return refused / wrong >= LEAST_REFUSED / 20 && accepted / right >= LEAST_ACCEPTED / 20;
}

export function standingText({ refused, wrong, accepted, right }: Standing): string {
  return `refuses ${refused} of ${wrong} wrong, accepts ${accepted} of ${right} right`;
}

/** Has the checker judge the pairs, one call after the other. Throws what the checker throws. */
export async function tryChecker(
  checker: Checker,
  options: {
    readonly signal?: AbortSignal;
    readonly pairs?: readonly Pair[];
    readonly onProgress?: (done: number, all: number) => void;
  } = {},
): Promise<Standing> {
  const pairs = options.pairs ?? TRUST_PAIRS;
  const verdicts: CheckVerdict[] = [];
  for (let at = 0; at < pairs.length; at += BATCH) {
    options.signal?.throwIfAborted();
    const items = pairs.slice(at, at + BATCH).map(itemOf);
    const request = { question: "Are these sentences right?", before: [], items };
    verdicts.push(...(await checker.check(request, options.signal)).verdicts);
    options.onProgress?.(Math.min(at + BATCH, pairs.length), pairs.length);
  }
  const count = (carried: boolean, kinds: readonly CheckVerdict["kind"][]) =>
    pairs.filter((pair, index) => {
      const kind = verdicts[index]?.kind;
      return pair.carried === carried && kind !== undefined && kinds.includes(kind);
    }).length;
  return {
    refused: count(false, ["no", "fix"]),
    wrong: pairs.filter(({ carried }) => !carried).length,
    accepted: count(true, ["ok"]),
    right: pairs.filter(({ carried }) => carried).length,
  };
}

/** A pair as the checker sees it. */
export function itemOf({ section, passage, sentence }: Omit<Pair, "carried">): CheckItem {
  const chunk: Chunk = {
    id: section,
    url: "https://docs.example/",
    anchor: "",
    title: section.split(" / ")[0] ?? section,
    headingPath: section.split(" / ").slice(1),
    text: passage,
    blocks: [],
    product: "",
    version: "",
    pageType: "guide",
    facts: [],
    crawledAt: "",
    position: 0,
  };
  return {
    text: sentence,
    passages: passagesOf(chunk),
    facts: [],
    flags: flagsOf(sentence, passage, ""),
  };
}
