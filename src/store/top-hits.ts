/** The best of many scores without sorting them all. */

/** Whether candidate `a` comes before `b`. */
export type Precedes = (a: number, b: number) => boolean;

/** Keeps the `limit` best of the numbers offered: a binary heap with the worst kept one on top. */
export class TopNumbers {
  readonly #heap: number[] = [];
  readonly #limit: number;
  readonly #precedes: Precedes;

  constructor(limit: number, precedes: Precedes) {
    this.#limit = limit;
    this.#precedes = precedes;
  }

  offer(candidate: number): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push(candidate);
      this.#rise(heap.length - 1);
      return;
    }
    const worst = heap[0];
    if (worst === undefined || !this.#precedes(candidate, worst)) return;
    heap[0] = candidate;
    this.#sink();
  }

  /** The one that the next better one takes the place of; undefined while there is room. */
  get worst(): number | undefined {
    return this.#heap.length < this.#limit ? undefined : this.#heap[0];
  }

  /** Best first. */
  sorted(): number[] {
    return this.#heap.toSorted((a, b) => (this.#precedes(a, b) ? -1 : 1));
  }

  #rise(from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const a = heap[at] as number;
      const b = heap[parent] as number;
      if (!this.#precedes(b, a)) return;
      heap[at] = b;
      heap[parent] = a;
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#precedes(heap[worst] as number, heap[child] as number)) {
          worst = child;
        }
      }
      if (worst === at) return;
      const moved = heap[at] as number;
      heap[at] = heap[worst] as number;
      heap[worst] = moved;
      at = worst;
    }
  }
}
