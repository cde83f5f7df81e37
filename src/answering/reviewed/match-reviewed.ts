/**
 * Whether a question is one that a person has answered. It has all words of a wording that carry meaning, hardly any
 * beside them, asks for the same kind of thing, denies what the wording denies and names no other product. A question
 * that is missed costs little, one that is taken for another costs trust: all of it must hold. [pure]
 */
import { contentWords } from "../../documents/tokenize.ts";
import { findName, ORCHESTRATORS } from "../../retrieval/product-names.ts";
import type { ReviewedAnswer } from "../../state/reviewed-answers.ts";
import { flagWordsOf } from "../../verification/flags.ts";
import { type Ask, readQuestion } from "../../writing/extractive/question-shape.ts";

export { contentWords };

/** Share of the question's words that the wording has at least. */
const SHARE = 0.83;
/** A wording with fewer words says too little to be asked with another one. */
const FEW_WORDS = 3;
/** Longer questions are not read: no wording comes near to them. */
const LONGEST_QUESTION = 2000;
/** Kinds of words that turn a question into another one. */
const TURNING = ["negation", "extent", "condition"] as const;

type Wording = {
  readonly answer: ReviewedAnswer;
  readonly text: string;
  readonly words: ReadonlySet<string>;
};

export type ReviewedMatch = { readonly answer: ReviewedAnswer; readonly wording: string };

export interface ReviewedMatcher {
  /** The answer whose wording is nearest to the question; undefined when none is near enough. */
  find(question: string, product?: string): ReviewedMatch | undefined;
}

/** A matcher over those of `answers` that have not lapsed. */
export function createReviewedMatcher(answers: readonly ReviewedAnswer[]): ReviewedMatcher {
  const wordings = answers
    .filter(({ lapsed }) => lapsed === undefined)
    .flatMap((answer): Wording[] =>
      answer.wordings.map((text) => ({ answer, text, words: contentWords(text) })),
    )
    .filter((wording) => wording.words.size > 0);
  const counts = new Map<string, number>();
  for (const { words: own } of wordings)
    for (const word of own) counts.set(word, (counts.get(word) ?? 0) + 1);
  // All words of a wording must be in the question, so it is enough to look it up by its rarest.
  const byWord = Map.groupBy(wordings, ({ words: own }) =>
    [...own].reduce((rarest, word) =>
      (counts.get(word) ?? 0) < (counts.get(rarest) ?? 0) ? word : rarest,
    ),
  );

  return {
    find(question, product) {
      if (question.length > LONGEST_QUESTION) return undefined;
      const asked = contentWords(question);
      const near = [...asked]
        .flatMap((word) => byWord.get(word) ?? [])
        .filter(({ answer, words: own }) => isNear(asked, own, namesOf(answer.product)))
        .toSorted((one, other) => other.words.size - one.words.size);
      const best = near.find(
        ({ answer, text }) =>
          asksTheSame(question, text) && isAboutTheSame(question, text, answer.product, product),
      );
      return best === undefined ? undefined : { answer: best.answer, wording: best.text };
    },
  };
}

/** `names`: words of the answer's own product, which narrow nothing. */
function isNear(
  asked: ReadonlySet<string>,
  wording: ReadonlySet<string>,
  names: ReadonlySet<string>,
): boolean {
  if (!wording.isSubsetOf(asked)) return false;
  const beside = asked.difference(wording).difference(names).size;
  return wording.size < FEW_WORDS ? beside === 0 : wording.size / (wording.size + beside) >= SHARE;
}

function namesOf(product: string | undefined): ReadonlySet<string> {
  if (product === undefined) return NONE;
  const known = ORCHESTRATORS.find((each) => each.product === product);
  return contentWords([product, ...(known?.names ?? [])].join(" "));
}

/** "where", "why" and "how many" are no words that carry meaning, and yet decide what is asked. */
function asksTheSame(question: string, wording: string): boolean {
  const [one, other] = [readQuestion(question), readQuestion(wording)];
  if (one.shape !== other.shape) return false;
  const asks = new Set<Ask>(one.asks);
  if (asks.symmetricDifference(new Set(other.asks)).size > 0) return false;
  const [flags, others] = [flagWordsOf(question), flagWordsOf(wording)];
  return TURNING.every((kind) =>
    kind === "negation"
      ? flags.has(kind) === others.has(kind)
      : (flags.get(kind) ?? NONE).symmetricDifference(others.get(kind) ?? NONE).size === 0,
  );
}

const NONE: ReadonlySet<string> = new Set();

/** Every product that the question or its surface names is the answer's, or named in the wording. */
function isAboutTheSame(
  question: string,
  wording: string,
  own: string | undefined,
  wanted: string | undefined,
): boolean {
  if (wanted !== undefined && own !== undefined && wanted !== own) return false;
  return ORCHESTRATORS.every(
    (known) =>
      known.product === own ||
      findName(question, known) === undefined ||
      findName(wording, known) !== undefined,
  );
}
