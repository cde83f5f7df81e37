/**
 * Text to tokens, the same for pages and questions, for both engines.
 *
 * A word is a run of letters and digits; runs joined by `_`, `.` or `-` are one name. A name gives itself in lower
 * case and then its parts, `camelCase` parts too: `PREFECT_API_URL` gives `prefect_api_url`, `prefect`, `api`,
 * `url`. Accents are dropped, English plurals lose their ending (Harman's s-stemmer, "How effective is
 * suffixing?", 1991). Scripts that write no blanks between words give overlapping pairs of characters.
 */
import { WordMemory } from "./word-memory.ts";
import { QUESTION_WORDS } from "./stop-words.ts";

/** Longer runs are no words (keys, hashes, data): they are cut here, so that no token is unbounded. */
const MAX_TOKEN_LENGTH = 64;

const WORD = /[\p{L}\p{N}]+(?:[_.'-]+[\p{L}\p{N}]+)*/gu;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const CAMEL_BOUNDARY = /\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u;
const CAMEL_PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|\p{L}+/gu;
const PLURAL_ACRONYM = /^\p{Lu}+s$/u;
const NUMBER = /^\p{N}+(?:\.\p{N}+)*$/u;

/** A word of a text with everything it is indexed under; `forms[0]` is the word itself, parts follow. */
export type Word = {
  readonly forms: readonly string[];
  readonly start: number;
  readonly end: number;
};

/** English plural to singular: "retries" to "retry", "caches" to "cache", "flows" to "flow"; "status" stays. */
export function singular(word: string): string {
  if (word.length < 4 || !word.endsWith("s")) return word;
  if (word.endsWith("ies")) {
    if (word.length === 4) return word.slice(0, -1);
    return /[ae]ies$/.test(word) ? word : `${word.slice(0, -3)}y`;
  }
  // "crashes", "batches", "processes", "boxes"; but "caches" is of "cache".
  if (/(?:sh|[^a]ch|ss|x)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith("es")) return /[aeo]es$/.test(word) ? word : word.slice(0, -1);
  return word.endsWith("us") || word.endsWith("ss") || word.endsWith("is")
    ? word
    : word.slice(0, -1);
}

/** Letters without accents, compatibility forms (full width, ligatures) as plain letters. The length may change. */
function foldAccents(text: string): string {
  // Nothing to fold in ASCII, which is nearly all text.
  if (!/[\u0080-\uFFFF]/.test(text)) return text;
  return text
    .replaceAll("\u2019", "'")
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("\u00AD", "");
}

function plain(part: string): string {
  return singular(part.toLowerCase().slice(0, MAX_TOKEN_LENGTH));
}

function camelParts(part: string): readonly string[] {
  if (!CAMEL_BOUNDARY.test(part) || PLURAL_ACRONYM.test(part)) return [part];
  return part.match(CAMEL_PART) ?? [part];
}

function formsOf(raw: string): readonly string[] {
  if (UNSPACED.test(raw)) return pairs(raw);
  const word = raw.replace(/'s$/iu, "").replaceAll("'", "");
  if (NUMBER.test(word)) return [word.slice(0, MAX_TOKEN_LENGTH)];
  const runs = word.split(/[_.-]+/u);
  const joined = runs.length > 1;
  const parts = runs.flatMap(camelParts);
  if (parts.length === 1) return [plain(word)];
  const whole = joined ? word.toLowerCase().slice(0, MAX_TOKEN_LENGTH) : plain(word);
  // A name with very many parts is data, not a name.
  return [whole, ...parts.slice(0, 16).map(plain)];
}

function pairs(run: string): readonly string[] {
  const characters = run.toLowerCase().match(/[\p{L}\p{N}]/gu) ?? [];
  if (characters.length < 3) return [characters.join("")];
  return characters
    .slice(0, -1)
    .map((character, index) => character + (characters[index + 1] ?? ""));
}

/** Words in order. Places are UTF-16 units of `text` when it is ASCII, otherwise of its folded form. */
export function* words(text: string): Generator<Word> {
  const folded = foldAccents(text);
  for (const match of folded.matchAll(WORD)) {
    yield { forms: formsOf(match[0]), start: match.index, end: match.index + match[0].length };
  }
}

/** Every token of `text` in order, stop words included. */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const match of foldAccents(text).matchAll(WORD)) {
    for (const form of formsOf(match[0])) if (form !== "") tokens.push(form);
  }
  return tokens;
}

/** Question words in the form `tokenize` gives them. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  QUESTION_WORDS.flatMap((word) => [word, singular(word)]),
);

/** The same few thousand words make up all chunks: what they come to is remembered. */
const hashesOfWord = new WordMemory((word) =>
  formsOf(word)
    .filter((form) => form !== "")
    .map(hashToken),
);

/** Hashes of a text's tokens, in order, repeated as they repeat. */
export function tokenHashes(text: string): Uint32Array {
  const hashes: number[] = [];
  for (const word of foldAccents(text).match(WORD) ?? [])
    for (const hash of hashesOfWord.get(word)) hashes.push(hash);
  return new Uint32Array(hashes);
}

/**
 * MurmurHash3 (x86, 32 bit, seed 0) of the token's UTF-8 bytes, made positive as Qdrant does for its own sparse
 * models: from 0 to 2^31. Two tokens of a corpus collide hardly ever (0.13 expected pairs among 23,000 tokens).
 */
export function hashToken(token: string): number {
  const bytes = Buffer.from(token, "utf8");
  const length = bytes.length;
  const blocks = length & ~3;
  let hash = 0;
  for (let index = 0; index < blocks; index += 4) {
    hash ^= scramble(bytes.readInt32LE(index));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let index = length - 1; index >= blocks; index -= 1)
    tail = (tail << 8) | (bytes[index] ?? 0);
  if (length > blocks) hash ^= scramble(tail);
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return Math.abs((hash ^ (hash >>> 16)) | 0);
}

/** One hash for two tokens that stand next to each other, in the same range as `hashToken`. */
export function pairHash(first: number, second: number): number {
  let hash = (Math.imul(first, 31) + second) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return Math.abs((hash ^ (hash >>> 16)) | 0);
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/** Words that carry meaning, as they are indexed. */
export function contentWords(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { forms } of words(text)) {
    const [form] = forms;
    if (form !== undefined && !STOP_WORDS.has(form)) found.add(form);
  }
  return found;
}
