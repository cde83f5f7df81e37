/** Price of a model in US dollars for a million tokens. */
export type Price = { readonly input: number; readonly output: number };

/** US dollars for so many tokens. [pure] */
export function costUsd(
  tokens: { readonly input: number; readonly output: number },
  price: Price,
): number {
  return (tokens.input * price.input + tokens.output * price.output) / 1_000_000;
}
