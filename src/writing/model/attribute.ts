/** Finds the passages that a sentence without numbers stands on: those that hold most of its words. Pure. */
import { rootsOf } from "../../documents/roots.ts";
import { STOP_WORDS } from "../../documents/tokenize.ts";
import { textOf, type Passage } from "../../passages/passage.ts";

/** Share of a sentence's weight that its passages must hold together. */
const LEAST_HELD = 0.5;
/** Share that each further passage must add. */
const LEAST_ADDED = 0.15;
const MOST_PASSAGES = 3;
/** Fewer different words say too little to tell a place. */
const FEWEST_WORDS = 3;

export interface Attributor {
  /** The passages of the sentence, the one that holds most first; [] when none do. */
  passagesFor(sentence: string): readonly Passage[];
}

const contentRoots = (text: string) =>
  new Set(rootsOf(text).filter((root) => !STOP_WORDS.has(root)));

/** Reads the passages once; a sentence then costs the passages that share a word with it. */
export function createAttributor(passages: readonly Passage[]): Attributor {
  const roots = passages.map((passage) =>
    contentRoots(`${textOf(passage)} ${passage.headings.at(-1) ?? ""}`),
  );
  const holders = new Map<string, number[]>();
  for (const [index, held] of roots.entries()) {
    for (const root of held) {
      const known = holders.get(root);
      if (known === undefined) holders.set(root, [index]);
      else known.push(index);
    }
  }
  const weightOf = (root: string) =>
    Math.log(1 + passages.length / (1 + (holders.get(root)?.length ?? 0)));

  const best = (wanted: ReadonlyMap<string, number>): readonly [number, number] | undefined => {
    const held = new Map<number, number>();
    for (const [root, weight] of wanted) {
      for (const index of holders.get(root) ?? []) held.set(index, (held.get(index) ?? 0) + weight);
    }
    let most: [number, number] | undefined;
    for (const [index, weight] of held) {
      const first =
        most === undefined || weight > most[1] || (weight === most[1] && index < most[0]);
      if (first) most = [index, weight];
    }
    return most;
  };

  return {
    passagesFor(sentence) {
      const left = new Map([...contentRoots(sentence)].map((root) => [root, weightOf(root)]));
      if (left.size < FEWEST_WORDS) return [];
      const total = [...left.values()].reduce((sum, weight) => sum + weight, 0);
      const chosen: Passage[] = [];
      let covered = 0;
      while (chosen.length < MOST_PASSAGES) {
        const [index, weight] = best(left) ?? [];
        const passage = index === undefined ? undefined : passages[index];
        if (index === undefined || weight === undefined || passage === undefined) break;
        if (weight / total < LEAST_ADDED) break;
        chosen.push(passage);
        covered += weight;
        for (const root of roots[index] ?? []) left.delete(root);
      }
      return covered / total >= LEAST_HELD ? chosen : [];
    },
  };
}
