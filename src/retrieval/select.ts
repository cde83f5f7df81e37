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

export type Selected = { readonly kept: true } | { readonly kept: false; readonly why: string };

/** Takes chunks best first and says of each whether it belongs to the evidence. */
export class Selection {
  readonly #limits: SelectionLimits;
  readonly #chunksOf = new Map<string, number>();
  readonly #kept: { readonly chunk: Chunk; readonly shingles: ReadonlySet<number> }[] = [];

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

/** Hashes of all pairs of neighbouring words. */
function shinglesOf(text: string): ReadonlySet<number> {
  const shingles = new Set<number>();
  let before = 0;
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let hash = 0;
    for (let at = 0; at < word.length; at += 1) {
      hash = (Math.imul(hash, 31) + word.charCodeAt(at)) | 0;
    }
    shingles.add((Math.imul(before, 0x9e3779b1) + hash) | 0);
    before = hash;
  }
  return shingles;
}

function similarity(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  if (a.size < MIN_SHINGLES || b.size < MIN_SHINGLES) return 0;
  if (Math.min(a.size, b.size) < NEAR_DUPLICATE * Math.max(a.size, b.size)) return 0;
  let common = 0;
  for (const shingle of a) if (b.has(shingle)) common += 1;
  return common / (a.size + b.size - common);
}
