/**
 * What becomes of a claim over its quotes. Rules can say that something is not carried; that everything is, they
 * cannot know. So there are three verdicts: what no rule objects to and what stands close enough to its quotes
 * *holds*; what is neither carried nor about something else is *doubtful*, and the page's own words are the safer
 * ones; the rest is *refused*. Pure. Measured on labelled pairs by eval/bin/fit-verification.ts.
 */
import { checkSupport } from "./claim-support.ts";
import type { SupportOptions } from "./claim-terms.ts";
import { type Closeness, CLOSENESS, closenessOf, findWords, shareFound } from "./closeness.ts";
import type { SupportProblem } from "./support.ts";
import { VERDICT_WEIGHTS } from "./verdict-weights.ts";

export type DoubtReason =
  /** What a rule objects to. */
  | SupportProblem
  /** No rule objects, but claims that stand to their quotes like this one are wrong too often. */
  | "unsure";

export type Verdict =
  | { readonly verdict: "holds" }
  | {
      readonly verdict: "doubtful" | "refused";
      readonly reason: DoubtReason;
      readonly detail: string;
    };

/** A claim of which the quotes have less is about something else. */
export const LEAST_SHARED = 0.65;

/** How sure it is that a claim to which no rule objects is carried; a log-odds. */
export function certaintyOf(closeness: Closeness, { bias, weights } = VERDICT_WEIGHTS): number {
  return CLOSENESS.reduce((sum, name) => sum + (weights[name] ?? 0) * closeness[name], bias);
}

export type JudgeOptions = SupportOptions & {
  /** The quotes are listings and nothing else: they have no sentence that the text could stand close to. */
  readonly ofListings?: boolean;
};

/** Judges a text over the quotes it names. Give the quotes with their case kept. */
export function judgeClaim(
  text: string,
  quotes: readonly string[],
  options: JudgeOptions = {},
  weights = VERDICT_WEIGHTS,
): Verdict {
  const support = checkSupport(text, quotes, options);
  if (!support.ok) {
    const { problem: reason, detail } = support;
    return { verdict: isAboutElse(text, quotes, options) ? "refused" : "doubtful", reason, detail };
  }
  if (options.ofListings === true) return { verdict: "holds" };
  const certainty = certaintyOf(closenessOf(text, quotes, options.headings), weights);
  if (certainty >= weights.holdsFrom) return { verdict: "holds" };
  return { verdict: "doubtful", reason: "unsure", detail: certainty.toFixed(2) };
}

/**
 * The quotes are about something else: they have too little of what the claim says, lack a name it gives, or speak of
 * no number or state where it does. Another number or state in its place is what the claim should have said.
 */
function isAboutElse(text: string, quotes: readonly string[], options: SupportOptions): boolean {
  const found = findWords(text, quotes, options.headings);
  return (
    shareFound(found) < LEAST_SHARED ||
    found.some(({ as, kind }) => as === "nowhere" && kind !== "word")
  );
}
