/**
 * Comparing text that two parties typed: a page in its markup, a model that retells it, a person who pastes it.
 * Folding removes what differs without meaning anything (white space, markup characters, typographic quotes and
 * dashes, zero-width characters, case) and remembers where each remaining character came from, so that a match
 * can be shown in the page's own characters. All offsets are UTF-16 units, ends exclusive.
 */

export type FoldedText = {
  readonly text: string;
  /** `offsets[i]`: where the original of unit `i` begins; one more entry than `text` has units, the last is the end. */
  readonly offsets: readonly number[];
  /** `ends[i]`: where the original of unit `i` ends. */
  readonly ends: readonly number[];
};

export type FoldOptions = {
  /** Upper and lower case stay apart; by default they do not. */
  readonly keepCase?: boolean;
};

export type Span = { readonly start: number; readonly end: number };

/** Base character with its combining marks; a lone mark or half of a surrogate pair stands alone. */
const CHARACTER = /\P{M}\p{M}*|\p{M}/uy;

function characterAt(text: string, at: number): string {
  CHARACTER.lastIndex = at;
  return CHARACTER.exec(text)?.[0] ?? text.slice(at, at + 1);
}

const WHITE_SPACE = /^\s$/u;
/** Emphasis, code and escapes: what a page's source has and its text has not, or the other way round. */
const MARKUP = new Set(["`", "*", "_", "\\"]);
/** Zero-width characters, soft hyphen, bidirectional controls. */
const INVISIBLE = /^[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/u;
const DASH = /^[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D-]$/u;
const REPLACED: ReadonlyMap<string, string> = new Map([
  ...["\u2018", "\u2019", "\u201A", "\u201B", "\u2032", "\u00B4"].map(
    (mark) => [mark, "'"] as const,
  ),
  ...["\u201C", "\u201D", "\u201E", "\u201F", "\u2033", "\u00AB", "\u00BB"].map(
    (mark) => [mark, '"'] as const,
  ),
  ["\u2026", "..."],
  ["\u00B5", "\u03BC"],
]);
/** Compatibility forms that are only another shape: ligatures and full width. Not "²", "½" or "①": those change a number. */
const OTHER_SHAPE = /^[\uFB00-\uFB06\uFF01-\uFF5E]/u;

function foldCharacter(character: string): string {
  const first = character.length === 1 ? character : (character.match(/^./su)?.[0] ?? "");
  if (first.length === 1 && first <= "\u007F" && character.length === 1) return character;
  if (INVISIBLE.test(character)) return "";
  const replaced = REPLACED.get(first);
  if (replaced !== undefined) return replaced;
  if (OTHER_SHAPE.test(character)) return character.normalize("NFKC");
  return character.normalize("NFC").replaceAll(/[\uFE00-\uFE0F]/gu, "");
}

/**
 * `text` for comparison: runs of white space become one blank (none at either end), markup characters
 * (`` ` * _ \ ``) and invisible ones are dropped, quotes and dashes become ASCII, runs of dashes one dash, letters
 * NFC and lower case. Superscripts and fractions are left alone, so that no number changes.
 */
export function foldText(text: string, options: FoldOptions = {}): FoldedText {
  const units: string[] = [];
  const offsets: number[] = [];
  const ends: number[] = [];
  let blank: Span | undefined;

  const push = (folded: string, start: number, end: number) => {
    for (let index = 0; index < folded.length; index += 1) {
      units.push(folded[index] ?? "");
      offsets.push(start);
      ends.push(end);
    }
  };

  const keepCase = options.keepCase === true;
  let start = 0;
  while (start < text.length) {
    const code = text.charCodeAt(start);
    // Nearly all of a page is ASCII; only a character before a combining mark or beyond ASCII is looked at closely.
    const plain = code < 128 && !(text.charCodeAt(start + 1) >= 0x300);
    const character = plain ? (text[start] ?? "") : characterAt(text, start);
    const end = start + character.length;
    const at = start;
    start = end;
    if (plain ? code === 32 || (code >= 9 && code <= 13) : WHITE_SPACE.test(character)) {
      blank ??= { start: at, end };
      continue;
    }
    if (MARKUP.has(character)) continue;
    let folded = plain ? character : DASH.test(character) ? "-" : foldCharacter(character);
    if (folded === "") continue;
    if (!keepCase) folded = folded.toLowerCase();
    if (blank !== undefined && units.length > 0) push(" ", blank.start, blank.end);
    else if (folded === "-" && units.at(-1) === "-") {
      ends[ends.length - 1] = end;
      continue;
    }
    blank = undefined;
    push(folded, at, end);
  }

  offsets.push(ends.at(-1) ?? 0);
  return { text: units.join(""), offsets, ends };
}

const WORD_CHARACTER = /[\p{L}\p{N}]/u;

function cutsWord(text: string, start: number, end: number): boolean {
  const cut = (before: number) =>
    before >= 0 &&
    before + 1 < text.length &&
    WORD_CHARACTER.test(text[before] ?? "") &&
    WORD_CHARACTER.test(text[before + 1] ?? "");
  return cut(start - 1) || cut(end - 1);
}

export type FindOptions = FoldOptions & {
  /** A match may not begin or end within a word. */
  readonly wholeWords?: boolean;
  /** Look from this place in the haystack's own units. */
  readonly from?: number;
};

/** Where `needle` first stands in an already folded text, in units of the original. */
export function findInFolded(
  haystack: FoldedText,
  needle: string,
  options: FindOptions = {},
): Span | undefined {
  const wanted = foldText(needle, options).text;
  if (wanted === "") return undefined;
  const from = options.from ?? 0;
  let at = haystack.text.indexOf(wanted);
  while (at !== -1) {
    const end = at + wanted.length;
    const start = haystack.offsets[at] ?? 0;
    if (start >= from && !(options.wholeWords === true && cutsWord(haystack.text, at, end))) {
      return { start, end: haystack.ends[end - 1] ?? start };
    }
    at = haystack.text.indexOf(wanted, at + 1);
  }
  return undefined;
}

/**
 * Where `needle` first stands in `haystack`, both folded, as a span of the haystack's own characters; undefined
 * when it does not, or when nothing is left of the needle. To look for several, fold once and use `findInFolded`.
 */
export function findFolded(
  haystack: string,
  needle: string,
  options: FindOptions = {},
): Span | undefined {
  return findInFolded(foldText(haystack, options), needle, options);
}

/** Words a reader counts: runs without white space that hold a letter or a digit. */
export function countWords(text: string): number {
  let count = 0;
  for (const run of text.split(/\s+/u)) if (WORD_CHARACTER.test(run)) count += 1;
  return count;
}
