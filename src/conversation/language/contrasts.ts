/**
 * Things that stand in the same place of a question, so that one can replace another: "and for tasks?" after a
 * question on flows. Small sets of the field, none of one product alone; a word may be in several.
 */
import { z } from "zod";
import lists from "../lists/contrasts.json" with { type: "json" };
import { stem, wordsOf } from "./words.ts";

const SETS = z.array(z.array(z.string())).parse(lists);

const BY_TERM: ReadonlyMap<string, readonly number[]> = (() => {
  const map = new Map<string, number[]>();
  for (const [index, set] of SETS.entries()) {
    for (const term of set) {
      const key = stemsOf(term);
      map.set(key, [...(map.get(key) ?? []), index]);
    }
  }
  return map;
})();

function stemsOf(text: string): string {
  return wordsOf(text)
    .map(({ lower }) => stem(lower))
    .join(" ");
}

export type ContrastMember = {
  readonly key: string;
  readonly sets: readonly number[];
  /** Units into the text, `end` exclusive. */
  readonly start: number;
  readonly end: number;
};

/** Members of any set in `text`, longest first at each place, in order of standing. */
export function contrastMembers(text: string): ContrastMember[] {
  const words = wordsOf(text);
  const members: ContrastMember[] = [];
  for (let index = 0; index < words.length; index += 1) {
    for (const length of [3, 2, 1]) {
      const run = words.slice(index, index + length);
      if (run.length < length) continue;
      const key = run.map(({ lower }) => stem(lower)).join(" ");
      const sets = BY_TERM.get(key);
      if (sets === undefined) continue;
      members.push({ key, sets, start: run[0]?.start ?? 0, end: run.at(-1)?.end ?? 0 });
      index += length - 1;
      break;
    }
  }
  return members;
}

export function inContrast(left: ContrastMember, right: ContrastMember): boolean {
  return left.key !== right.key && left.sets.some((set) => right.sets.includes(set));
}
