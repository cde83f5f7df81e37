/** [pure] The words of a statement that carry its meaning, for checks that compare words and not meaning. */
import { comparable } from "../comparable.ts";

const STOP_WORDS = new Set(
  `a an and any are as at be been being but by can could do does for from get gets give gives given go goes had has
  have how if in into is it its itself just like may might more most of off on one only or other our out over own
  says same should so some such than that the their them then there these they this those to too under up use used
  uses using was were what when where which while who why will with would you your docs documentation answer names
  never no nor not without cannot none nothing n't don doesn didn isn aren won`.split(/\s+/),
);

const NEGATIONS = /\b(?:not|no|never|nor|none|nothing|cannot|without|neither)\b|n't\b/g;

/** Content words in a crude singular, each once: "the runs are restarted" -> run, restart. */
export function statementWords(text: string): ReadonlySet<string> {
  const words = comparable(text).match(/[a-z0-9]+(?:[._:/=-][a-z0-9]+)*/g) ?? [];
  return new Set(words.filter((word) => !STOP_WORDS.has(word)).map(stem));
}

/** How often a statement negates, even or odd. */
export function isNegated(text: string): boolean {
  return (comparable(text).match(NEGATIONS) ?? []).length % 2 === 1;
}

function stem(word: string): string {
  if (/[0-9._:/=-]/.test(word) || word.length < 5) return word.replace(/(?<=[a-z]{3})s$/, "");
  const cut = word.replace(/(?:ingly|edly|ing|ed|ly|ies|es|s|e)$/, "");
  return cut.length < 3 ? word : cut.replace(/([b-df-hj-np-tv-z])\1$/, "$1");
}
