/**
 * What became of a quote: whether its words still stand where they were cited, and if so whether what stands around them
 * has changed in substance. Old and new words are given side by side. Linear in the page. [pure]
 */
import type { Quote } from "../../documents/answer.ts";
import type { Chunk } from "../../documents/chunk.ts";
import { splitSentences } from "../../documents/sentences.ts";
import { findFolded } from "../../documents/text.ts";
import { tokenize } from "../../documents/tokenize.ts";
import { flagWordsOf } from "../../verification/flags.ts";
import { createCiter } from "../cite.ts";

/**
 * - `page-gone`: the page is not indexed any more.
 * - `gone`: nothing on the page says what was quoted.
 * - `numbers`: the page says it with other numbers or versions.
 * - `reworded`: the page says it in other words.
 * - `moved`: the words stand in another section of the page.
 * - `section`: the words stand, and what stands around them says something else.
 */
export type ChangeKind = "page-gone" | "gone" | "numbers" | "reworded" | "moved" | "section";

export type Place = {
  /** Page and section. */
  readonly url: string;
  /** "Page › Section". */
  readonly name: string;
  /** The page's own characters, cut where they are long. */
  readonly words: string;
};

export type QuoteChange = {
  readonly kind: ChangeKind;
  readonly was: Place;
  /** What comes nearest now; absent when nothing does. */
  readonly now?: Place;
};

/** Share of words in common from which on two passages say the same thing in other words. */
const SAME_THING = 0.5;
/** The same, for passages that differ in their numbers alone. */
const SAME_WORDS = 0.85;
/** Share of a section's words that may change without another of these signs. */
const MUCH = 0.3;
/** Sentences of one section that are compared with each other. */
const MOST_SENTENCES = 60;
const SHOWN_CHARACTERS = 600;

/** Undefined when the quote stands and nothing of substance changed. `page`: the live chunks of its page. */
export function compareQuote(
  quote: Pick<Quote, "text" | "start">,
  was: Chunk,
  page: readonly Chunk[],
): QuoteChange | undefined {
  const before = placeOf(was, quote.start, quote.text);
  if (page.length === 0) return { kind: "page-gone", was: before };
  // The id of a chunk follows from its text.
  if (page.some(({ id }) => id === was.id)) return undefined;

  const standing = page.flatMap((chunk) => {
    const span = findFolded(chunk.text, quote.text);
    return span === undefined
      ? []
      : [{ chunk, place: placeOf(chunk, span.start, chunk.text.slice(span.start, span.end)) }];
  });
  const here = standing.find(({ place }) => place.url === before.url);
  if (here !== undefined) return compareAround(was, before, page, here.place);
  const [elsewhere] = standing;
  if (elsewhere !== undefined) return { kind: "moved", was: before, now: elsewhere.place };

  const nearest = nearestOnPage(quote.text, page);
  if (nearest === undefined || nearest.common < SAME_THING) return { kind: "gone", was: before };
  const kind = differInNumbers(quote.text, nearest.place.words) ? "numbers" : "reworded";
  return { kind, was: before, now: shortened(nearest.place) };
}

function placeOf(chunk: Chunk, start: number, words: string): Place {
  const { url, title, section } = createCiter().citation(chunk, start);
  const name = [...new Set([title, section])].filter((part) => part !== "").join(" › ");
  return shortened({ url, name, words });
}

function shortened(place: Place): Place {
  return place.words.length <= SHOWN_CHARACTERS
    ? place
    : { ...place, words: `${place.words.slice(0, SHOWN_CHARACTERS - 1)}…` };
}

// --- the section around a quote that stands ---------------------------------------------------------------------

function compareAround(
  was: Chunk,
  before: Place,
  page: readonly Chunk[],
  now: Place,
): QuoteChange | undefined {
  const section = page.filter(({ anchor, headingPath }) =>
    anchor === was.anchor ? true : headingPath.join("\n") === was.headingPath.join("\n"),
  );
  const old = sentencesOf([was]);
  const live = sentencesOf(section.length === 0 ? page : section);
  const gone = [...old].flatMap(([key, text]) => (live.has(key) ? [] : [text]));
  const added = [...live].flatMap(([key, text]) => (old.has(key) ? [] : [text]));
  const sides = (left: string, right: string): QuoteChange => ({
    kind: "section",
    was: shortened({ ...before, words: left }),
    now: shortened({ ...now, words: right }),
  });
  let lost = 0;
  for (const sentence of gone.slice(0, MOST_SENTENCES)) {
    const [next] = added
      .slice(0, MOST_SENTENCES)
      .map((text) => ({ text, common: commonShare(sentence, text) }))
      .toSorted((one, other) => other.common - one.common);
    if (next !== undefined && next.common >= SAME_THING && turned(sentence, next.text))
      return sides(sentence, next.text);
    lost += tokenize(sentence).length * (1 - (next?.common ?? 0));
  }
  const all = [...old.values()].reduce((sum, text) => sum + tokenize(text).length, 0);
  return lost > MUCH * all ? sides(gone.join(" "), added.join(" ")) : undefined;
}

/** Sentences and lines by their words, so that layout and punctuation are no change. */
function sentencesOf(chunks: readonly Chunk[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { text, blocks } of chunks)
    for (const { kind, start, end } of blocks) {
      if (kind === "heading") continue;
      for (const sentence of piecesOf(text.slice(start, end))) {
        const key = tokenize(sentence).join(" ");
        if (key !== "" && !found.has(key)) found.set(key, sentence);
      }
    }
  return found;
}

function piecesOf(block: string): readonly string[] {
  return splitSentences(block).flatMap(({ start, end }) =>
    block
      .slice(start, end)
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
}

/** Whether one says another number, or denies or restricts what the other does not. */
function turned(one: string, other: string): boolean {
  if (!sameSet(numbersOf(one), numbersOf(other))) return true;
  const [flags, others] = [flagWordsOf(one), flagWordsOf(other)];
  return (
    flags.has("negation") !== others.has("negation") ||
    ["extent", "condition"].some(
      (kind) => !sameSet(flags.get(kind) ?? new Set(), others.get(kind) ?? new Set()),
    )
  );
}

// --- the nearest words on the page --------------------------------------------------------------------------------

type Near = { readonly place: Place; readonly common: number };

/** The block or sentence that has most in common with the quote. */
function nearestOnPage(quote: string, page: readonly Chunk[]): Near | undefined {
  const wanted = countsOf(quote);
  let best: { chunk: Chunk; start: number; words: string; common: number } | undefined;
  for (const chunk of page)
    for (const block of chunk.blocks) {
      if (block.kind === "heading") continue;
      const text = chunk.text.slice(block.start, block.end);
      for (const words of new Set([text, ...piecesOf(text)])) {
        const common = commonOf(wanted, countsOf(words));
        if (best === undefined || common > best.common)
          best = { chunk, start: block.start, words, common };
      }
    }
  return best === undefined
    ? undefined
    : { place: placeOf(best.chunk, best.start, best.words), common: best.common };
}

const NUMBER = /^v?\d/u;

function numbersOf(text: string): ReadonlySet<string> {
  return new Set(tokenize(text).filter((token) => NUMBER.test(token)));
}

/** The same but for numbers: "five" is a word, "5" is a number. */
function differInNumbers(one: string, other: string): boolean {
  if (sameSet(numbersOf(one), numbersOf(other))) return false;
  const wordsOf = (text: string) => countsOf(text, (token) => !NUMBER.test(token));
  return commonOf(wordsOf(one), wordsOf(other)) >= SAME_WORDS;
}

function countsOf(text: string, keep = (_token: string) => true): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokenize(text))
    if (keep(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

function commonShare(one: string, other: string): number {
  return commonOf(countsOf(one), countsOf(other));
}

/** Dice's coefficient of two bags of words: 1 for the same words, 0 for none in common. */
function commonOf(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let common = 0;
  let all = 0;
  for (const [token, count] of one) {
    common += Math.min(count, other.get(token) ?? 0);
    all += count;
  }
  for (const count of other.values()) all += count;
  return all === 0 ? 0 : (2 * common) / all;
}

function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.symmetricDifference(other).size === 0;
}
