/**
 * A corpus of any size with the statistics of a real one: after the real chunks come copies of all of them, each copy
 * a documentation of its own. Structure, lengths and common words stay; every other word becomes one that is about as
 * frequent, the same one throughout a copy, so that what belongs together on a page still does. Some words of a single
 * chunk become new ones: as many as the growth of the real vocabulary foretells (Heaps' law). [pure]
 */
import { type Chunk, chunkId } from "../../../src/documents/chunk.ts";

const WORD = /[\p{L}_][\p{L}\p{N}_]{3,}/gu;
/** Words in more than this share of the chunks stay: they are the language, not the subject. */
const COMMON = 1 / 20;

type Place = { readonly band: readonly string[]; readonly at: number; readonly single: boolean };

export type CorpusStatistics = {
  readonly chunks: readonly Chunk[];
  readonly places: ReadonlyMap<string, Place>;
  readonly words: number;
  readonly singles: number;
  /** Exponent of the vocabulary's growth. */
  readonly growth: number;
};

export function corpusStatistics(chunks: readonly Chunk[]): CorpusStatistics {
  const frequencies = new Map<string, number>();
  const inHalf = new Set<string>();
  for (const [number, chunk] of chunks.entries()) {
    const words = new Set(textsOf(chunk).flatMap((text) => text.match(WORD) ?? []));
    for (const word of new Set([...words].map((one) => one.toLowerCase()))) {
      frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
      if (number % 2 === 0) inHalf.add(word);
    }
  }
  const bands = new Map<number, string[]>();
  for (const [word, frequency] of frequencies) {
    if (frequency > chunks.length * COMMON) continue;
    const band = Math.floor(Math.log2(frequency));
    const known = bands.get(band);
    if (known === undefined) bands.set(band, [word]);
    else known.push(word);
  }
  const places = new Map<string, Place>();
  for (const band of bands.values())
    for (const [at, word] of band.entries())
      places.set(word, { band, at, single: frequencies.get(word) === 1 });
  return {
    chunks,
    places,
    words: frequencies.size,
    singles: [...frequencies.values()].filter((frequency) => frequency === 1).length,
    growth: Math.log2(frequencies.size / Math.max(1, inHalf.size)),
  };
}

/** `size` chunks; the first are the real ones. */
export function* growCorpus(statistics: CorpusStatistics, size: number): Generator<Chunk> {
  const { chunks } = statistics;
  if (chunks.length === 0) return;
  for (let copy = 0; copy * chunks.length < size; copy += 1) {
    const change = remembered(wordsOf(statistics, copy));
    for (const [place, chunk] of chunks.entries()) {
      const at = copy * chunks.length + place;
      if (at >= size) return;
      yield copy === 0 ? chunk : inCopy(chunk, copy, at, change);
    }
  }
}

/** The words of a copy come again and again: each is looked up once. */
function remembered(change: (word: string) => string): (word: string) => string {
  const known = new Map<string, string>();
  return (word) => {
    const found = known.get(word) ?? change(word);
    known.set(word, found);
    return found;
  };
}

function wordsOf(statistics: CorpusStatistics, copy: number): (word: string) => string {
  const { words, singles, growth } = statistics;
  const expected = words * ((copy + 1) ** growth - copy ** growth);
  const newShare = Math.min(1, expected / Math.max(1, singles));
  return (word) => {
    const place = statistics.places.get(word.toLowerCase());
    if (place === undefined) return word;
    const { band, at, single } = place;
    const other =
      single && at < newShare * band.length
        ? `${word.toLowerCase()}${letters(copy)}`
        : (band[(at + copy * step(band.length)) % band.length] ?? word);
    return /^\p{Lu}/u.test(word) ? `${other.charAt(0).toUpperCase()}${other.slice(1)}` : other;
  };
}

/** Far enough that neighbours of a band, words of one page often, do not follow each other through the copies. */
function step(length: number): number {
  return Math.max(1, Math.floor(length * 0.382));
}

function letters(copy: number): string {
  return `${String.fromCharCode(97 + (copy % 26))}${String.fromCharCode(97 + (Math.floor(copy / 26) % 26))}x`;
}

function inCopy(chunk: Chunk, copy: number, at: number, change: (word: string) => string): Chunk {
  const changed = (text: string) => text.replaceAll(WORD, change);
  const marks = [
    ...new Set([0, chunk.text.length, ...chunk.blocks.flatMap(({ start, end }) => [start, end])]),
  ].toSorted((one, other) => one - other);
  const moved = new Map<number, number>([[0, 0]]);
  let text = "";
  for (const [number, mark] of marks.entries()) {
    text += changed(chunk.text.slice(marks[number - 1] ?? 0, mark));
    moved.set(mark, text.length);
  }
  const url = `${chunk.url}-${copy}`;
  const headingPath = chunk.headingPath.map(changed);
  const { phrasings, sectionPhrasings, code: _, ...rest } = chunk;
  return {
    ...rest,
    url,
    headingPath,
    text,
    title: changed(chunk.title),
    blocks: chunk.blocks.map((block) => ({
      ...block,
      start: moved.get(block.start) ?? 0,
      end: moved.get(block.end) ?? text.length,
    })),
    facts: [],
    ...(phrasings === undefined ? {} : { phrasings: phrasings.map(changed) }),
    ...(sectionPhrasings === undefined
      ? {}
      : {
          sectionPhrasings: sectionPhrasings.map(({ anchor, asked }) => ({
            anchor,
            asked: asked.map(changed),
          })),
        }),
    id: chunkId(url, headingPath, text, at),
  };
}

function textsOf(chunk: Chunk): readonly string[] {
  return [chunk.title, ...chunk.headingPath, chunk.text];
}
