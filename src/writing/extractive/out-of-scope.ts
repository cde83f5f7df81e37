/**
 * What documentation seldom holds: prices, contracts, today's state of a service, the asker's own runs, other products.
 * The phrases are data (`out-of-scope.json`, "..." stands for up to eight words); an answer that has their words is one
 * all the same.
 */
import { z } from "zod";
import phrases from "./out-of-scope.json" with { type: "json" };

const OutOfScope = z.strictObject({
  products: z.array(z.string()),
  /** Topics that no documentation holds, whatever its words. */
  never: z.record(z.string(), z.array(z.string())),
  /** Topics that are answered where the chosen blocks have the words. */
  seldom: z.record(z.string(), z.array(z.string())),
});

type Compiled = {
  readonly products: readonly (readonly [name: string, pattern: RegExp])[];
  readonly topics: readonly {
    readonly kind: "never" | "seldom";
    readonly pattern: RegExp;
  }[];
};

let known: Compiled | undefined;

function compiled(): Compiled {
  if (known !== undefined) return known;
  const { products, never, seldom } = OutOfScope.parse(phrases);
  known = {
    products: products.map((name) => [name, patternOf(name)] as const),
    topics: (
      [
        ["never", never],
        ["seldom", seldom],
      ] as const
    ).flatMap(([kind, topics]) =>
      Object.values(topics).flatMap((all) =>
        all.map((phrase) => ({ kind, pattern: patternOf(phrase) })),
      ),
    ),
  };
  return known;
}

function patternOf(phrase: string): RegExp {
  const parts = phrase
    .split(" ")
    .map((word) =>
      word === "..."
        ? word
        : word === "_"
          ? String.raw`\S+`
          : word.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&"),
    );
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

/**
 * What of a question documentation seldom holds. `own` are the products that are indexed: a question that names one of
 * them is not about another.
 */
export function outOfScope(question: string, own: readonly string[]): Outside | undefined {
  const text = question.replaceAll(/['’]/gu, "");
  const lower = text.toLowerCase();
  const isOwn = (name: string) =>
    own.some(
      (product) =>
        product !== "" && product.toLowerCase().split(/[\s-]/u)[0] === name.split(" ")[0],
    );
  const namesOwn = own.some(
    (product) =>
      product !== "" && lower.includes(product.toLowerCase().split(/[\s-]/u)[0] ?? product),
  );
  for (const { kind, pattern } of compiled().topics) {
    const words = pattern.exec(text)?.[0];
    if (words !== undefined) return { kind, words };
  }
  if (namesOwn) return undefined;
  for (const [name, pattern] of compiled().products) {
    const words = pattern.exec(text)?.[0];
    if (words !== undefined && !isOwn(name)) return { kind: "never", words };
  }
  return undefined;
}
