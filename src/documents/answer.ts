/**
 * The answer and its parts, the vocabulary that every other folder speaks.
 *
 * An *answer* is a list of *claims*. A claim is one statement about the product; each carries at least one
 * *quote*, a passage that really stands in a *chunk* of the documentation, and each quote points to a
 * *citation*, the section it stands in. What cannot carry a quote (that a word is not documented, that the
 * model is down) is a *remark*: a fixed sentence with values filled in. One kind (`about-this-thread`) holds a sentence
 * of a model's, about the conversation alone, that was checked against facts which code established.
 */
import { z } from "zod";
import { SOURCE_KINDS } from "./document.ts";

/** What part of the question a claim answers. The first five make the skeleton of a failure answer, in order. */
export const ASPECTS = [
  "detection",
  "state",
  "automatic",
  "loss",
  "action",
  "definition",
  "step",
  "setting",
  "other",
] as const;

export const Aspect = z.enum(ASPECTS);
export type Aspect = z.infer<typeof Aspect>;

export const Quote = z.strictObject({
  /** Number of the citation it belongs to. */
  citation: z.int().min(1),
  chunkId: z.string().min(1),
  /** `chunk.text.slice(start, end)`: the page's own characters. */
  text: z.string().min(1),
  /** UTF-16 units into the chunk's text. */
  start: z.int().min(0),
  end: z.int().min(1),
});
export type Quote = Readonly<z.infer<typeof Quote>>;

const ClaimParts = z.strictObject({
  /** Unique in the answer: "c1", "c2", ... in order of showing. */
  id: z.string().min(1),
  /**
   * The small part of Markdown that `markup.ts` writes and reads: paragraphs, `code`, headings, lists, tables, fenced
   * listings. What a renderer does not know of it, it shows as text.
   */
  text: z.string().min(1),
  /**
   * Whose words the text is: a model's, a model's after correction, the page's, or a person's who answers for them.
   * Absent in answers of before 0.2.
   */
  words: z.enum(["writer", "corrected", "page", "reviewed"]).optional(),
  aspect: Aspect,
  /** One at least, but where a person answers for the words. */
  quotes: z.array(Quote).readonly(),
  /** "since 3.6.22", "Prefect Cloud only": from the quotes or the facts of their chunks. */
  conditions: z.array(z.string()).readonly(),
});
export const Claim = ClaimParts.refine(
  ({ words, quotes }) => quotes.length > 0 || words === "reviewed",
  { error: "A claim needs a quote.", path: ["quotes"] },
);
export type Claim = Readonly<z.infer<typeof Claim>>;

export const Citation = z.strictObject({
  number: z.int().min(1),
  /** Canonical page plus "#anchor"; never a text fragment. */
  url: z.url(),
  anchor: z.string(),
  title: z.string(),
  /** Innermost heading, or the page's title above the first heading. */
  section: z.string(),
  product: z.string(),
  version: z.string(),
  crawledAt: z.string(),
  /** What kind of source it is; absent in answers of before it was kept. */
  sourceKind: z.enum(SOURCE_KINDS).optional(),
  /** What became of what was reported or discussed: "closed, fixed in 3.6.25". */
  status: z.string().min(1).optional(),
});
export type Citation = Readonly<z.infer<typeof Citation>>;

/**
 * A fixed sentence about ourselves or about the sources (worded in `remarks.ts`).
 * Values are shown as data: words of ours, of the user or of a page, never instructions or links.
 */
export const REMARK_KINDS = [
  "word-documented",
  "word-not-documented",
  "word-in-another-sense",
  "own-wording",
  "corrected",
  "never-said",
  "nothing-before",
  "model-down",
  "nothing-stands-out",
  "pages-disagree",
  "source-changed",
  "about-this-thread",
  "broke-off",
  "reviewed",
] as const;

export const Remark = z.strictObject({
  kind: z.enum(REMARK_KINDS),
  values: z.record(z.string(), z.string()).readonly(),
  /** Number in `citations`. */
  citation: z.int().min(1).optional(),
});
export type Remark = Readonly<z.infer<typeof Remark>>;
export type RemarkKind = Remark["kind"];

/** A term one of the claims used, and where the documentation has it (number in `citations`). */
export const Term = z.strictObject({
  word: z.string().min(1),
  claimIds: z.array(z.string()).readonly(),
  citation: z.int().min(1).optional(),
});
export type Term = Readonly<z.infer<typeof Term>>;

/**
 * - `answered`, `partial` (something asked for is in `missing`)
 * - `not-found`: the documentation is silent, or the product is not in the index (`reason`)
 * - `unavailable`: there is no index, its server does not answer, or a search failed (`reason`)
 * - `declined`: what the bot does not do (secrets, instructions to it)
 * - `asked-back`: two readings or two products would be answered differently (`options`)
 * - `small-talk`, `help`
 */
export const AnswerKind = z.enum([
  "answered",
  "partial",
  "not-found",
  "unavailable",
  "declined",
  "asked-back",
  "small-talk",
  "help",
]);
export type AnswerKind = z.infer<typeof AnswerKind>;

export const AnswerReason = z.enum([
  "silent",
  "product-not-indexed",
  "not-english",
  "no-index",
  "index-down",
  "search-failed",
]);
export type AnswerReason = z.infer<typeof AnswerReason>;

/** One of the readings that a question may have. */
export const AnswerOption = z.strictObject({
  /** Short enough for a button: a product, or the title of a page. */
  label: z.string().min(1),
  /** The question so read; it stands alone. */
  question: z.string().min(1),
  scope: z
    .strictObject({ product: z.string().optional(), version: z.string().optional() })
    .readonly()
    .optional(),
});
export type AnswerOption = Readonly<z.infer<typeof AnswerOption>>;

export const Answer = z.strictObject({
  id: z.string().min(1),
  kind: AnswerKind,
  /** With `not-found`: silent, product-not-indexed or (without a model) not-english. With `unavailable`: no-index, index-down or search-failed. */
  reason: AnswerReason.optional(),
  claims: z.array(Claim).readonly(),
  remarks: z.array(Remark).readonly(),
  /** Numbered from 1 in order of first use, one per section. */
  citations: z.array(Citation).readonly(),
  /** Sections near a question that was not answered, numbered from 1 on their own. */
  closest: z.array(Citation).readonly(),
  /** Terms or parts of the question that the evidence does not cover. */
  missing: z.array(z.string()).readonly(),
  terms: z.array(Term).readonly(),
  /** With `asked-back`: two to four. */
  options: z.array(AnswerOption).min(2).max(4).readonly().optional(),
  /** `reviewed`: a person's own answer, labelled as theirs; nothing of ours stands beside it. */
  writer: z.enum(["extractive", "model", "reviewed"]),
  /**
   * Why the pages speak instead of the model: it was late, failed, did not reply in a form that can be read, or nothing of
   * what it wrote could be shown; with `not-checked` the passages are those that the model chose.
   */
  fallback: z.enum(["deadline", "error", "form", "all-claims-dropped", "not-checked"]).optional(),
});
export type Answer = Readonly<z.infer<typeof Answer>>;
