/**
 * What documentation seldom holds: prices, contracts, today's state of a service, the asker's own runs.
 * The phrases are data (`out-of-scope.json`, "..." stands for up to twelve words, "_" for one,
 * "{product}" for an orchestrator's name); an answer that has their words is one
 * all the same.
 */
import { z } from "zod";
import { ORCHESTRATORS } from "../../retrieval/product-names.ts";
import phrases from "./out-of-scope.json" with { type: "json" };

const OutOfScope = z.strictObject({
  /** Topics that no documentation holds, whatever its words. */
  never: z.record(z.string(), z.array(z.string())),
  /** Topics that are answered where the chosen blocks have the words. */
  seldom: z.record(z.string(), z.array(z.string())),
});

type Phrase = { readonly kind: "never" | "seldom"; readonly pattern: RegExp };

let known: readonly Phrase[] | undefined;

function phrasesOf(): readonly Phrase[] {
  if (known !== undefined) return known;
  const read = OutOfScope.parse(phrases);
  known = (["never", "seldom"] as const).flatMap((kind) =>
    Object.values(read[kind]).flatMap((all) =>
      all.map((phrase) => ({ kind, pattern: patternOf(phrase) })),
    ),
  );
  return known;
}

function productNames(): string {
  return ORCHESTRATORS.flatMap(({ names }) => names)
    .map((name) => RegExp.escape(name))
    .join("|");
}

function patternOfWord(word: string): string {
  if (word === "...") return word;
  if (word === "{product}") return `(?:${productNames()})`;
  return word === "_" ? String.raw`\S+` : word.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&");
}

function patternOf(phrase: string): RegExp {
  const parts = phrase.split(" ").map(patternOfWord);
  const source = parts
    .join(String.raw`\s+`)
    .replaceAll(String.raw`\s+...\s+`, String.raw`\s+(?:\S+\s+){0,12}?`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${source}(?![\p{L}\p{N}])`, "iu");
}

export type Outside = {
  /** "seldom": unless the chosen blocks have its words. */
  readonly kind: "never" | "seldom";
  /** The words of the question that say so. */
  readonly words: string;
};

/** What of a question documentation seldom or never holds. */
export function outOfScope(question: string): Outside | undefined {
  const text = question.replaceAll(/['’]/gu, "");
  for (const { kind, pattern } of phrasesOf()) {
    const words = pattern.exec(text)?.[0];
    if (words !== undefined) return { kind, words };
  }
  return undefined;
}
