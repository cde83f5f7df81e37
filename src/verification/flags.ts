/**
 * What in a sentence and its passages differs in small words or versions: negation, extent, condition, strength,
 * ranges of versions. A flag proves nothing; it tells a checker where to look first. Pure.
 */
import { z } from "zod";
import flagWords from "./flag-words.json" with { type: "json" };

const Words = z.record(
  z.enum(["negation", "extent", "condition", "strength"]),
  z.array(z.string().min(2)).min(1),
);
/** Kind by word. Phrases of several words are looked up by their first. */
const KINDS = new Map(
  Object.entries(Words.parse(flagWords)).flatMap(([kind, words]) =>
    words.map((word) => [word, kind] as const),
  ),
);
const LONGEST_PHRASE = 3;
const MOST_FLAGS = 8;

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu;
const VERSION = /(?<![\w.])v?(\d{1,4}\.\d{1,4}(?:\.\d{1,4}){0,2})(?![\w.]*\w)/gu;

/** Flag words of a text, by kind. Linear in its length. */
export function flagWordsOf(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const words = [...text.toLowerCase().matchAll(WORD)].map(([word]) =>
    word.replaceAll(/['’]/gu, ""),
  );
  for (let at = 0; at < words.length; at += 1) {
    for (let length = LONGEST_PHRASE; length > 0; length -= 1) {
      const phrase = words.slice(at, at + length).join(" ");
      const kind = at + length > words.length ? undefined : KINDS.get(phrase);
      if (kind === undefined) continue;
      const known = found.get(kind) ?? new Set<string>();
      found.set(kind, known.add(phrase));
      at += length - 1;
      break;
    }
  }
  return found;
}

/**
 * Differences in words for a checker, at most eight: `"never" denies in the sentence, nothing does in the passages`,
 * `"unless" is in the passages only`.
 */
export function flagsOf(sentence: string, passages: string, applies: string): readonly string[] {
  const said = flagWordsOf(sentence);
  const held = flagWordsOf(passages);
  const flags: string[] = [];
  const denies = (words: ReadonlyMap<string, ReadonlySet<string>>) => words.get("negation");
  if ((denies(said) === undefined) !== (denies(held) === undefined)) {
    const [side, other] =
      denies(said) === undefined ? ["passages", "sentence"] : ["sentence", "passages"];
    const word = [...(denies(said) ?? denies(held) ?? [])][0] ?? "";
    flags.push(`"${word}" denies in the ${side}, nothing does in the ${other}`);
  }
  for (const kind of ["extent", "condition", "strength"]) {
    for (const word of said.get(kind) ?? []) {
      if (held.get(kind)?.has(word) !== true) flags.push(`"${word}" is in the sentence only`);
    }
  }
  for (const kind of ["extent", "condition"]) {
    for (const word of held.get(kind) ?? []) {
      if (said.get(kind)?.has(word) !== true) flags.push(`"${word}" is in the passages only`);
    }
  }
  const versions = versionsOf(sentence);
  for (const version of versionsOf(`${passages} ${applies}`)) {
    if (!versions.has(version)) flags.push(`version ${version} is in the passages only`);
  }
  return flags.slice(0, MOST_FLAGS);
}

export function versionsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(VERSION)].map(([, version = ""]) => version));
}
