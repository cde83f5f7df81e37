/**
 * The words of a product: what its documentation calls a run, a worker, what is dead; what people ask about beside it.
 * Data of a source (`ingest/sources/presets`), carried by the index version; code has none of it.
 */
import { z } from "zod";
import { Aspect } from "./answer.ts";

const word = z.string().trim().min(2).max(60);
const words = z.array(word).max(60).readonly();

/** A product that a question may be about, indexed or not. */
export const KnownProduct = z.strictObject({
  /** Name in the index. */
  product: z.string().min(1),
  /** Name for people. */
  title: z.string().min(1),
  /** How people write it; upper and lower case, blanks and hyphens are one. */
  names: z.array(word).min(1).max(60).readonly(),
  /** Phrases that begin with a name and mean something else. */
  not: words.optional(),
  /** A question that names it is not about another product: it may as well be a part of one that is indexed. */
  onlyIndexed: z.boolean().optional(),
});
export type KnownProduct = Readonly<z.infer<typeof KnownProduct>>;

/** What one source says of its product's words; everything may be left out. */
export const ProductWords = z.strictObject({
  /** What the documentation calls what is run, a part of it, and what runs it. */
  run: words.default([]),
  task: words.default([]),
  worker: words.default([]),
  /**
   * Words that stand in the documentation where people say that a machine or process died: searched for beside the
   * person's own.
   */
  dead: words.default([]),
  /**
   * Features that a question may name: then it is about that feature, whatever died. Single words, lower case,
   * singular.
   */
  features: words.default([]),
  /** Questions that find the parts of a failure's story on their pages. */
  probes: z
    .array(z.strictObject({ aspect: Aspect, question: z.string().trim().min(10).max(300) }))
    .max(12)
    .readonly()
    .default([]),
  /** What the vendor hosts or sells apart: facts say "Lantern Cloud only". */
  editions: words.default([]),
  /** Products that people ask about here and that have documentation of their own, beside the usual ones. */
  otherProducts: z.array(KnownProduct).max(60).readonly().default([]),
  /** Offered to somebody who has not asked yet; Slack shows four. */
  prompts: z
    .array(
      z.strictObject({
        title: z.string().trim().min(2).max(40),
        message: z.string().trim().min(5).max(200),
      }),
    )
    .max(4)
    .readonly()
    .default([]),
});
export type ProductWords = Readonly<z.infer<typeof ProductWords>>;

export const NO_WORDS: ProductWords = ProductWords.parse({});

/** The words of several sources as one; each word, probe and prompt once, prompts up to four. */
export function joinWords(all: readonly ProductWords[]): ProductWords {
  const joined = (name: "run" | "task" | "worker" | "dead" | "features" | "editions") => [
    ...new Set(all.flatMap((one) => one[name])),
  ];
  return {
    run: joined("run"),
    task: joined("task"),
    worker: joined("worker"),
    dead: joined("dead"),
    features: joined("features"),
    editions: joined("editions"),
    probes: unique(
      all.flatMap(({ probes }) => probes),
      ({ question }) => question,
    ),
    otherProducts: unique(
      all.flatMap(({ otherProducts }) => otherProducts),
      ({ product }) => product,
    ),
    prompts: unique(
      inTurns(all.map(({ prompts }) => prompts)),
      ({ title, message }) => `${title}\n${message}`,
    ).slice(0, 4),
  };
}

function unique<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  const byName = new Map<string, T>();
  for (const item of items) if (!byName.has(nameOf(item))) byName.set(nameOf(item), item);
  return [...byName.values()];
}

/** One of each list after the other, so that four prompts are of all products. */
function inTurns<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) =>
    lists.flatMap((list) => list.slice(at, at + 1)),
  ).flat();
}
