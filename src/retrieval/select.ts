/** From ranked chunks to evidence: at most a few chunks a page, nothing twice, in rank order. */
import type { Chunk } from "../documents/chunk.ts";

export type SelectionLimits = {
  readonly pages: number;
  readonly chunks: number;
  readonly chunksOfPage: number;
};

export const SELECTION_LIMITS: SelectionLimits = { pages: 10, chunks: 40, chunksOfPage: 3 };

/** Share of common word pairs (Jaccard) from which two chunks are taken to say the same. */
const NEAR_DUPLICATE = 0.85;
/** Shorter chunks are alike by chance. */
const MIN_SHINGLES = 20;
const SKETCH_LENGTH = 16;
/** Characters of a chunk that are compared. */
const MAX_COMPARED = 2000;

export type Selected = { readonly kept: true } | { readonly kept: false; readonly why: string };

/** Takes chunks best first and says of each whether it belongs to the evidence. */
export class Selection {
  readonly #limits: SelectionLimits;
  readonly #chunksOf = new Map<string, number>();
  readonly #kept: { readonly chunk: Chunk; readonly shingles: Shingles }[] = [];

  constructor(limits: SelectionLimits = SELECTION_LIMITS) {
    this.#limits = limits;
  }

  /** Whether nothing more can be kept, so that nothing more needs to be read. */
  get isFull(): boolean {
    return (
      this.#kept.length >= this.#limits.chunks ||
      (this.#chunksOf.size >= this.#limits.pages &&
        [...this.#chunksOf.values()].every((count) => count >= this.#limits.chunksOfPage))
    );
  }

  /** Why a chunk of `url` is left out whatever it says; undefined when it depends on its text. */
  refusal(url: string): string | undefined {
    const ofPage = this.#chunksOf.get(url) ?? 0;
    if (ofPage >= this.#limits.chunksOfPage) return "its page has its chunks";
    if (ofPage === 0 && this.#chunksOf.size >= this.#limits.pages) return "beyond the last page";
    return this.#kept.length >= this.#limits.chunks ? "beyond the last chunk" : undefined;
  }

  offer(chunk: Chunk): Selected {
    const refusal = this.refusal(chunk.url);
    if (refusal !== undefined) return { kept: false, why: refusal };
    const shingles = shinglesOf(chunk.text);
    const twin = this.#kept.find(
      (other) =>
        other.chunk.text === chunk.text || similarity(shingles, other.shingles) >= NEAR_DUPLICATE,
    );
    if (twin !== undefined) return { kept: false, why: `near-duplicate of ${twin.chunk.id}` };
    this.#kept.push({ chunk, shingles });
    this.#chunksOf.set(chunk.url, (this.#chunksOf.get(chunk.url) ?? 0) + 1);
    return { kept: true };
  }
}

type Shingles = {
  /** Hashes of all pairs of neighbouring words. */
  readonly all: ReadonlySet<number>;
  /** The smallest of them: texts that share most pairs share most of these (Broder, 1997). */
  readonly sketch: Int32Array;
};

function shinglesOf(text: string): Shingles {
  const all = new Set<number>();
  let before = 0;
  let word = 0;
  const length = Math.min(text.length, MAX_COMPARED);
  for (let at = 0; at <= length; at += 1) {
    const unit = at === length ? 32 : text.charCodeAt(at);
    // Letters of any script and digits; upper and lower case of ASCII alike.
    const isLetter =
      unit > 127 || (unit > 47 && unit < 58) || ((unit | 32) > 96 && (unit | 32) < 123);
    if (isLetter) {
      word = (Math.imul(word, 31) + (unit > 64 && unit < 91 ? unit | 32 : unit)) | 0;
    } else if (word !== 0) {
      all.add((Math.imul(before, 0x9e3779b1) + word) | 0);
      before = word;
      word = 0;
    }
  }
  return { all, sketch: Int32Array.from(all).sort().subarray(0, SKETCH_LENGTH) };
}

function similarity(a: Shingles, b: Shingles): number {
  const [small, large] = a.all.size < b.all.size ? [a.all, b.all] : [b.all, a.all];
  if (small.size < MIN_SHINGLES || small.size < NEAR_DUPLICATE * large.size) return 0;
  let shared = 0;
  for (const hash of a.sketch) if (b.all.has(hash)) shared += 1;
  if (shared < SKETCH_LENGTH / 2) return 0;
  let common = 0;
  for (const hash of small) if (large.has(hash)) common += 1;
  return common / (small.size + large.size - common);
}
