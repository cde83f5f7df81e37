/** What words come to, remembered: most words of a text were in the texts before it. Bounded; holds no text but the words. */
const MOST_WORDS = 50_000;
/** Longer runs are data, which does not come again. */
const MOST_LENGTH = 64;

export class WordMemory<Value> {
  readonly #of: (word: string) => Value;
  readonly #known = new Map<string, Value>();

  /** `of` depends on nothing but the word. */
  constructor(of: (word: string) => Value) {
    this.#of = of;
  }

  get(word: string): Value {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const value = this.#of(word);
    // A part of a text keeps the whole text in memory; a copy does not, and one in ASCII is found faster.
    const copy = Buffer.from(word).toString();
    if (word.length > MOST_LENGTH || copy !== word) return value;
    if (this.#known.size >= MOST_WORDS) this.#known.clear();
    this.#known.set(copy, value);
    return value;
  }
}
