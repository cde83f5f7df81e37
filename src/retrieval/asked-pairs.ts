/** What people ask beside the passages that answer it, to train an embedding on. Pure. */
import type { Chunk } from "../documents/chunk.ts";
import { tokenHashes } from "../documents/tokenize.ts";
import type { TextPair } from "../models/tune-embedding.ts";

/** More pairs add time, not meaning: of more an even share is kept. */
const MOST_PAIRS = 60_000;
/** UTF-16 units of a section that stand for it. */
const MOST_TEXT = 1200;

/** Pairs of a corpus by page; chunks of a page come one after the other. */
export class AskedPairs {
  readonly #pages: TextPair[][] = [];
  #url = "";
  #count = 0;
  /** Every so manyth pair is kept. */
  #step = 1;
  #seen = 0;

  add(chunk: Chunk): void {
    const { sectionPhrasings = [], url } = chunk;
    if (sectionPhrasings.length === 0) return;
    if (url !== this.#url) this.#pages.push([]);
    this.#url = url;
    const above = `${chunk.title}\n${chunk.headingPath.join("\n")}\n`;
    for (const { asked, span } of sectionPhrasings) {
      const text = span === undefined ? chunk.text : chunk.text.slice(span.start, span.end);
      let answers: Uint32Array | undefined;
      for (const phrase of asked) {
        this.#seen += 1;
        if (this.#seen % this.#step !== 0) continue;
        answers ??= tokenHashes(above + text.slice(0, MOST_TEXT));
        this.#pages.at(-1)?.push({ asked: tokenHashes(phrase), answers });
        this.#count += 1;
      }
    }
    if (this.#count > MOST_PAIRS) this.#thinOut();
  }

  pages(): readonly (readonly TextPair[])[] {
    return this.#pages.filter(({ length }) => length > 0);
  }

  #thinOut(): void {
    this.#step *= 2;
    this.#count = 0;
    for (const [at, pairs] of this.#pages.entries()) {
      const kept = pairs.filter((_, place) => place % 2 === 0);
      this.#pages[at] = kept;
      this.#count += kept.length;
    }
  }
}
