/** [pure] Whether a message is written in another language than English, by its script and by its small words. */
import { z } from "zod";
import lists from "../lists/function-words.json" with { type: "json" };

const words = z.string().transform((text) => text.split(" "));
const { english, foreign } = z
  .strictObject({
    /** Small words of English, so common that few sentences are without one. */
    english: words,
    /** The same of other languages, by language. */
    foreign: z.record(z.string(), words),
  })
  .parse(lists);

const ENGLISH = new Set(english);
/** Words that English has as well tell nothing. */
const FOREIGN: readonly ReadonlySet<string>[] = Object.values(foreign).map(
  (own) => new Set(own.filter((word) => !ENGLISH.has(word) && word.length > 1)),
);

/** Share of letters of another script from which a message is not English. */
const OTHER_SCRIPT = 0.3;
const FEWEST_LETTERS = 3;
/** Small words of one other language; a single one may be a name. */
const FEWEST_WORDS = 2;
/** Share of the words that they make up: a place or a person named in English has fewer. */
const LEAST_SHARE = 0.3;
/** Units that are looked at. */
const MOST_READ = 4000;
/** Names from code, addresses and what stands in backticks are in no language. */
const NO_LANGUAGE = /`[^`\n]*`|https?:\/\/\S+|\S*[_/\\=<>{}()@]\S*|\S*\w\.\w\S*/gu;
const LETTERS = /\p{L}/gu;
const LATIN = /\p{Script=Latin}/gu;
const WORD = /[\p{L}\p{M}]+/gu;

/** `prose` is what somebody typed, without what was pasted. */
export function isForeign(prose: string): boolean {
  const text = prose.slice(0, MOST_READ).replaceAll(NO_LANGUAGE, " ");
  const letters = text.match(LETTERS)?.length ?? 0;
  const others = letters - (text.match(LATIN)?.length ?? 0);
  if (others >= FEWEST_LETTERS && others >= letters * OTHER_SCRIPT) return true;
  const found = text.toLowerCase().match(WORD) ?? [];
  const ofEnglish = found.filter((word) => ENGLISH.has(word)).length;
  const ofForeign = Math.max(
    0,
    ...FOREIGN.map((own) => found.filter((word) => own.has(word)).length),
  );
  return (
    ofForeign >= FEWEST_WORDS && ofForeign > ofEnglish && ofForeign >= LEAST_SHARE * found.length
  );
}
