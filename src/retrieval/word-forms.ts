/**
 * Forms that a word of a question may have in the documentation: other endings, and what a typo was meant to be.
 * These are guesses; only those that the documentation has are searched for.
 */

/** Ending, and what may stand in its place in the stem. */
const ENDINGS: readonly (readonly [ending: RegExp, ...stems: string[]])[] = [
  [/(.+)ied$/, "$1y", "$1ie"],
  [/(.+)ying$/, "$1y", "$1ie"],
  [/(.{3,})ing$/, "$1", "$1e"],
  [/(.{2,}[^e])ed$/, "$1", "$1e"],
  [/(.{3,})ion$/, "$1", "$1e"],
  [/(.{3,})ation$/, "$1", "$1e"],
  [/(.{3,})(?:er|or)$/, "$1", "$1e"],
  [/(.{3,})ment$/, "$1"],
  [/(.{3,})ance$/, "$1"],
  [/(.{3,})able$/, "$1", "$1e"],
  [/(.{3,})ly$/, "$1"],
  [/(.{3,}(?:sh|ch|ss|x))e$/, "$1"],
  [/(.{3,})ure$/, "$1"],
];

const PLAIN_WORD = /^[a-z]{4,40}$/;
const DOUBLED = /^(.*([bdgklmnprt]))\2$/;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** "evicted" to "evict", "evicting", "eviction", ...; most of them are no words. */
export function inflections(word: string): readonly string[] {
  if (!PLAIN_WORD.test(word)) return [];
  const stems = new Set([word]);
  for (const [ending, ...replacements] of ENDINGS) {
    if (!ending.test(word)) continue;
    for (const replacement of replacements) stems.add(word.replace(ending, replacement));
  }
  for (const stem of stems) {
    const single = DOUBLED.exec(stem)?.[1];
    if (single !== undefined) stems.add(single);
  }
  const forms = new Set<string>();
  for (const stem of stems) for (const form of formsOfStem(stem)) forms.add(form);
  forms.delete(word);
  return [...forms].filter((form) => form.length >= 3);
}

function formsOfStem(stem: string): readonly string[] {
  const base = stem.replace(/e$/, "");
  const last = stem.at(-1) ?? "";
  const forms = [stem, `${stem}ment`, `${stem}ing`, `${stem}ed`, `${stem}d`, `${stem}e`];
  for (const ending of ["e", "ed", "ing", "ion", "ation", "er", "able", "ure"]) {
    forms.push(base + ending);
  }
  forms.push(`${stem}${last}ed`, `${stem}${last}ing`);
  if (stem.endsWith("y")) forms.push(`${stem.slice(0, -1)}ied`, `${stem.slice(0, -1)}ie`);
  if (stem.endsWith("ie")) forms.push(`${stem.slice(0, -2)}ying`);
  return forms;
}

/** Words one slip of the keyboard away: a letter missing, added, wrong, or two swapped. None for short words. */
export function nearSpellings(word: string): readonly string[] {
  if (!/^[a-z]{5,24}$/.test(word)) return [];
  const near = new Set<string>();
  for (let at = 0; at <= word.length; at += 1) {
    const before = word.slice(0, at);
    const after = word.slice(at);
    if (after !== "") near.add(before + after.slice(1));
    if (after.length > 1) near.add(`${before}${after[1] ?? ""}${after[0] ?? ""}${after.slice(2)}`);
    for (const letter of LETTERS) {
      if (after !== "") near.add(before + letter + after.slice(1));
      near.add(before + letter + after);
    }
  }
  near.delete(word);
  return [...near];
}
