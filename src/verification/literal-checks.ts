/**
 * Numbers, versions, units and names from code: what can be wrong by a character. Each of a sentence must stand in its
 * passages, in their section or in the question. Pure; linear in the length of sentence and material.
 */
import { z } from "zod";
import literalWords from "./literal-words.json" with { type: "json" };

export type Literal = { readonly kind: "number" | "unit" | "name"; readonly text: string };

/** What may be named: every atom and quantity of the material, read once. */
export type Material = {
  readonly atoms: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
  readonly versions: ReadonlySet<string>;
  /** Amounts in the base of their unit: "s 300". */
  readonly amounts: ReadonlySet<string>;
  /** Numbers without a unit. */
  readonly bare: ReadonlySet<number>;
  /** Units that are named anywhere, alone or in a name (`retry_delay_seconds`): "s 60" for minutes. */
  readonly units: ReadonlySet<string>;
};

const Words = z.object({
  units: z.record(z.string(), z.tuple([z.string(), z.number()])),
  written: z.record(z.string(), z.number()),
  everyday: z.array(z.string()),
});
const { units: UNIT_LIST, written: WRITTEN_LIST, everyday } = Words.parse(literalWords);
const UNITS = new Map(Object.entries(UNIT_LIST));
const WRITTEN = new Map(Object.entries(WRITTEN_LIST));
/** Abbreviations and names that everybody has. */
const EVERYDAY = new Set(everyday);

const ATOM = /[\p{L}\p{N}_]+/gu;
/** "3", "1,000", "3.6.22", with what may be a unit behind it. */
const NUMBER =
  /(?<![\p{L}\p{N}_.]|\p{L}-)v?(\d{1,12}(?:[.,]\d{1,9}){0,4})(?:\s{0,2}(%|[\p{L}]{1,12}))?/gu;
const CODE = /`([^`]{1,400})`/gu;
/** Names that nothing but code has: with `_` or a dot inside, mixed case, capitals, a leading `--` or `@`. */
const NAME =
  /(?<![\p{L}\p{N}_])(?:--?[a-z][\w-]{1,60}|@[a-z_]\w{1,60}|[A-Za-z]\w*(?:[._]\w+){1,8}(?:\(\))?|[a-z]+(?:[A-Z][a-z0-9]+)+|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+|[A-Z][A-Z0-9_]{2,60})(?![\p{L}\p{N}_])/gu;
/** Spans that are letters, digits and dots only are versions or numbers. */
const ORDINAL = /^(?:st|nd|rd|th|x)$/u;
/** `named`: texts whose names count, and not their numbers. */
export function materialOf(texts: readonly string[], named: readonly string[] = []): Material {
  const atoms = new Set<string>();
  const numbers = new Set<number>();
  const amounts = new Set<string>();
  const units = new Set<string>();
  const versions = new Set<string>();
  const bare = new Set<number>();
  for (const text of named) {
    for (const atom of text.toLowerCase().match(ATOM) ?? [])
      if (!/^\d/u.test(atom)) atoms.add(atom);
  }
  for (const text of texts) {
    const words = text.toLowerCase().match(ATOM) ?? [];
    for (const [at, atom] of words.entries()) {
      atoms.add(atom);
      for (const part of atom.split("_")) {
        const unit = part.length > 2 ? unitOf(part) : undefined;
        if (unit !== undefined) units.add(unit.join(" "));
      }
      const written = WRITTEN.get(atom);
      if (written === undefined) continue;
      numbers.add(written);
      const unit = unitOf(words[at + 1] ?? "");
      if (unit === undefined) bare.add(written);
      else amounts.add(`${unit[0]} ${written * unit[1]}`);
    }
    for (const { text: digits, value, unit, isVersion } of quantitiesOf(text)) {
      if (isVersion) versions.add(digits);
      else numbers.add(value);
      if (unit !== undefined) amounts.add(`${unit[0]} ${value * unit[1]}`);
      else if (!isVersion) bare.add(value);
    }
  }
  return { atoms, numbers, versions, amounts, bare, units };
}

/** The first literal of a sentence that the material has not; undefined when it has all. */
export function missingLiteral(sentence: string, material: Material): Literal | undefined {
  for (const [, code = ""] of sentence.matchAll(CODE)) {
    const atoms = code.toLowerCase().match(ATOM) ?? [];
    if (atoms.some((atom) => !hasAtom(atom, material))) return { kind: "name", text: code };
  }
  const prose = sentence.replaceAll(CODE, " ");
  for (const [name] of prose.matchAll(NAME)) {
    const lower = name.toLowerCase();
    if (EVERYDAY.has(lower)) continue;
    const atoms = lower.match(ATOM) ?? [];
    if (atoms.some((atom) => !hasAtom(atom, material) && !EVERYDAY.has(atom))) {
      return { kind: "name", text: name };
    }
  }
  for (const { text, value, unit, isVersion } of quantitiesOf(prose)) {
    if (isVersion) {
      if (!material.versions.has(text)) return { kind: "number", text };
      continue;
    }
    const isSaid = material.numbers.has(value);
    if (unit === undefined) {
      if (!isSaid) return { kind: "number", text };
      continue;
    }
    const [base, factor] = unit;
    if (material.amounts.has(`${base} ${value * factor}`)) continue;
    // "retry_delay_seconds: 30".
    if (material.bare.has(value) && material.units.has(unit.join(" "))) continue;
    return { kind: isSaid ? "unit" : "number", text };
  }
  return undefined;
}

/** An atom of code: as it is, in the plural, or a number that stands as one. */
function hasAtom(atom: string, { atoms, numbers }: Material): boolean {
  return (
    atoms.has(atom) || atoms.has(`${atom}s`) || (/^\d+$/u.test(atom) && numbers.has(Number(atom)))
  );
}

type Quantity = {
  readonly text: string;
  readonly value: number;
  readonly unit: readonly [base: string, factor: number] | undefined;
  readonly isVersion: boolean;
};

function quantitiesOf(text: string): Quantity[] {
  return [...text.matchAll(NUMBER)].flatMap(([, digits = "", after]) => {
    const bare = digits.replaceAll(",", "");
    const isVersion = (digits.match(/\./gu) ?? []).length > 1;
    const word = after?.toLowerCase();
    if (word !== undefined && ORDINAL.test(word) && !isVersion) {
      return [{ text: digits, value: Number(bare), unit: undefined, isVersion }];
    }
    const unit = word === undefined ? undefined : unitOf(word);
    const value = isVersion ? Number.NaN : Number(bare);
    return [{ text: digits, value, unit, isVersion }];
  });
}

function unitOf(word: string): readonly [base: string, factor: number] | undefined {
  const known = UNITS.get(word);
  if (known !== undefined) return known;
  const single = word.replace(/(?:en|n|s|os|as)$/u, "");
  for (const form of [word.replace(/s$/u, ""), word.replace(/n$/u, ""), single]) {
    const unit = form.length > 2 ? UNITS.get(form) : undefined;
    if (unit !== undefined) return unit;
  }
  return undefined;
}
