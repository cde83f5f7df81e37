/** [pure] A reading as the figures show it. */
import { type Tally, tally } from "../reading/tally.ts";
import type { Verdict } from "../reading/verdict.ts";

export type Reading = {
  /** Its folder's name, a day. */
  readonly name: string;
  readonly readers: number;
  readonly items: number;
  readonly tally: Tally;
};

export function readingOf(name: string, readers: readonly (readonly Verdict[])[]): Reading {
  const items = new Set(readers.flat().map(({ id }) => id)).size;
  return { name, readers: readers.length, items, tally: tally(readers) };
}
