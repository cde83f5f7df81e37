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
  wrong: z.int().min(0),
  accepted: z.int().min(0),
  right: z.int().min(0),
});
/** How a model judged the pairs; fewer than all when it could no longer pass. */
export type Standing = Readonly<z.infer<typeof Standing>>;

export function isTrustworthy({ refused, accepted }: Standing): boolean {
  return refused >= LEAST_REFUSED && accepted >= LEAST_ACCEPTED;
}

/** Whether what was judged so far rules it out. */
function hasFailed({ refused, wrong, accepted, right }: Standing): boolean {
  return wrong - refused > 20 - LEAST_REFUSED || right - accepted > 20 - LEAST_ACCEPTED;
}

export function standingText({ refused, wrong, accepted, right }: Standing): string {
  return `refuses ${refused} of ${wrong} wrong, accepts ${accepted} of ${right} right`;
}

/**
 * Has the checker judge the pairs, one call after the other, until they are through or it can no longer pass: a small model
 * on a laptop takes minutes for a call. Throws what the checker throws.
 */
export async function tryChecker(
  checker: Checker,
  options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, all: number) => void;
  } = {},
): Promise<Standing> {
  let standing: Standing = { refused: 0, wrong: 0, accepted: 0, right: 0 };
  for (let at = 0; at < TRUST_PAIRS.length && !hasFailed(standing); at += BATCH) {
    options.signal?.throwIfAborted();
    const pairs = TRUST_PAIRS.slice(at, at + BATCH);
    const request = {
      question: "Are these sentences right?",
      before: [],
      items: pairs.map(itemOf),
    };
    const { verdicts } = await checker.check(request, options.signal);
    for (const [index, { carried }] of pairs.entries()) {
      standing = counted(standing, carried, verdicts[index]?.kind ?? "unread");
    }
    options.onProgress?.(at + pairs.length, TRUST_PAIRS.length);
  }
  return standing;
}

/** One more pair judged; a correction of a wrong sentence refuses it. */
function counted(
  { refused, wrong, accepted, right }: Standing,
  carried: boolean,
  kind: CheckVerdict["kind"],
): Standing {
  return carried
    ? { refused, wrong, accepted: accepted + (kind === "ok" ? 1 : 0), right: right + 1 }
    : {
        refused: refused + (kind === "no" || kind === "fix" ? 1 : 0),
        wrong: wrong + 1,
        accepted,
        right,
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
