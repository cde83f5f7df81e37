/**
 * Numbers by token hash, as a table of typed arrays with open addressing: a corpus has millions of tokens to count, and a
 * `Map` takes several times as long. It is cleared in one step, so that one table serves every chunk.
 */
export class TokenSums {
  #keys: Uint32Array;
  #sums: Float64Array;
  /** A slot is in use when its stamp is the current one. */
  #stamps: Uint32Array;
  #stamp = 1;
  /** Slots in use. */
  #slots: Uint32Array;
  #size = 0;

  /** `capacity`: a power of two; it grows as needed. */
  constructor(capacity = 4096) {
    this.#keys = new Uint32Array(capacity);
    this.#sums = new Float64Array(capacity);
    this.#stamps = new Uint32Array(capacity);
    this.#slots = new Uint32Array(capacity >> 1);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
    this.#stamp += 1;
    if (this.#stamp < 2 ** 32) return;
    this.#stamps.fill(0);
    this.#stamp = 1;
  }

  add(token: number, number: number): void {
    const slot = this.#slotOf(token);
    this.#sums[slot] = (this.#sums[slot] as number) + number;
  }

  /** Makes the token's number at least `number`. */
  raise(token: number, number: number): void {
    const slot = this.#slotOf(token);
    if ((this.#sums[slot] as number) < number) this.#sums[slot] = number;
  }

  /** 0 for a token that was not added. */
  get(token: number): number {
    const mask = this.#keys.length - 1;
    for (let slot = token & mask; ; slot = (slot + 1) & mask) {
      if (this.#stamps[slot] !== this.#stamp) return 0;
      if (this.#keys[slot] === token) return this.#sums[slot] as number;
    }
  }

  /** Puts `change` of each number in its place. */
  change(change: (number: number) => number): void {
    for (let at = 0; at < this.#size; at += 1) {
      const slot = this.#slots[at] as number;
      this.#sums[slot] = change(this.#sums[slot] as number);
    }
  }

  /** Tokens, ascending. */
  tokens(): Uint32Array {
    const tokens = new Uint32Array(this.#size);
    for (let at = 0; at < tokens.length; at += 1) {
      tokens[at] = this.#keys[this.#slots[at] as number] as number;
    }
    return tokens.sort();
  }

  /** The numbers of `tokens`. */
  numbers(tokens: Uint32Array): Float32Array {
    const numbers = new Float32Array(tokens.length);
    for (let at = 0; at < tokens.length; at += 1) numbers[at] = this.get(tokens[at] as number);
    return numbers;
  }

  /** The token's slot; a new one begins with 0. */
  #slotOf(token: number): number {
    const mask = this.#keys.length - 1;
    let slot = token & mask;
    while (this.#stamps[slot] === this.#stamp) {
      if (this.#keys[slot] === token) return slot;
      slot = (slot + 1) & mask;
    }
    if (this.#size === this.#slots.length) {
      this.#grow();
      return this.#slotOf(token);
    }
    this.#keys[slot] = token;
    this.#sums[slot] = 0;
    this.#stamps[slot] = this.#stamp;
    this.#slots[this.#size] = slot;
    this.#size += 1;
    return slot;
  }

  #grow(): void {
    const larger = new TokenSums(2 * this.#keys.length);
    for (const slot of this.#slots)
      larger.add(this.#keys[slot] as number, this.#sums[slot] as number);
    this.#keys = larger.#keys;
    this.#sums = larger.#sums;
    this.#stamps = larger.#stamps;
    this.#slots = larger.#slots;
    this.#stamp = larger.#stamp;
  }
}
