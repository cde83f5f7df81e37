/**
 * Blocks that are longer than a chunk may be, in parts. A paragraph of fifty kilobytes is one block to its page, and as
 * one chunk it would be found by any word and quoted as a whole. Prose is cut where a sentence ends, a listing where a
 * line ends; a listing of ordinary length is never cut. Linear in the text.
 */
import type { Span } from "../../src/documents/text.ts";
import type { Block } from "../../src/documents/document.ts";

/** A word has fewer characters than this on average, so that a text without blanks is bounded too. */
const CHARACTERS_A_WORD = 12;

/** A listing up to this long is one block: some 500 lines. What is longer is data or a whole program. */
export const MAX_LISTING_CHARACTERS = 20_000;

/** The parts of `block`, each of at most `maxWords` words; the block itself when it is short enough. */
export function cutBlock(block: Block, maxWords: number): readonly Block[] {
  if (block.kind === "code") {
    return block.text.length <= MAX_LISTING_CHARACTERS
      ? [block]
      : cutLines(block.text, MAX_LISTING_CHARACTERS).map((text) => ({ ...block, text }));
  }
  // So few characters cannot hold more words.
  if (block.text.length <= maxWords * 2) return [block];
  const parts = cutSentences(block.text, maxWords);
  if (parts.length < 2) return [block];
  const code = block.code ?? [];
  let end = 0;
  /** The first code span that is not over where the part begins. */
  let next = 0;
  return parts.map((text, at) => {
    const start = block.text.indexOf(text, end);
    end = start + text.length;
    while ((code[next]?.end ?? Infinity) <= start) next += 1;
    const spans: Span[] = [];
    for (let place = next; (code[place]?.start ?? Infinity) < end; place += 1) {
      const span = code[place] ?? { start, end };
      spans.push({
        start: Math.max(span.start, start) - start,
        end: Math.min(span.end, end) - start,
      });
    }
    const { code: _all, ...own } = at === 0 ? block : goesOn(block);
    return { ...own, text, ...(spans.length === 0 ? {} : { code: spans }) };
  });
}

/** What goes on is no second item, term or row: it has neither number nor name. */
function goesOn({ kind, label, depth }: Block): Omit<Block, "text"> {
  if (kind === "admonition") return { kind, ...(label === undefined ? {} : { label }) };
  if (kind === "table-row") return { kind };
  return { kind: "paragraph", ...(depth === undefined ? {} : { depth }) };
}

const ENDS_SENTENCE = /[.!?…。！？]["'’”)\]]{0,3}$/u;

/** Parts of at most `maxWords` words, at sentence ends where there are any, else between words, else within one. */
export function cutSentences(text: string, maxWords: number): readonly string[] {
  const maxCharacters = maxWords * CHARACTERS_A_WORD;
  const parts: string[] = [];
  let start = 0;
  let words = 0;
  /** Where the last sentence ended, and how many words of the part stand before it. */
  let sentence = { at: 0, words: 0 };
  const isFull = (end: number) => words + 1 > maxWords || end - start > maxCharacters;
  const cut = (at: number, taken: number) => {
    const part = text.slice(start, at).trim();
    if (part !== "") parts.push(part);
    start = at;
    words -= taken;
    sentence = { at, words: 0 };
  };
  for (const match of text.matchAll(/\S+/g)) {
    const [word] = match;
    const end = match.index + word.length;
    if (isFull(end) && sentence.at > start) cut(sentence.at, sentence.words);
    if (isFull(end)) cut(match.index, words);
    while (isFull(end)) cut(wholeCharacter(text, start + maxCharacters), 0);
    words += 1;
    if (ENDS_SENTENCE.test(word.slice(-4))) sentence = { at: end, words };
  }
  cut(text.length, words);
  return parts;
}

/** Parts of at most `maxCharacters`, at line ends where there are any. */
function cutLines(text: string, maxCharacters: number): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > maxCharacters) {
    const lineEnd = text.lastIndexOf("\n", start + maxCharacters);
    const end = lineEnd > start ? lineEnd : wholeCharacter(text, start + maxCharacters);
    parts.push(text.slice(start, end));
    start = lineEnd > start ? end + 1 : end;
  }
  parts.push(text.slice(start));
  return parts
    .map((part) => part.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd())
    .filter((part) => part !== "");
}

/** `at`, or one less where that would part the halves of a character. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
