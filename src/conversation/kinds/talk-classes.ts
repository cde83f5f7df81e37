/** [pure] Words of talk about talk, by what they do in it; what a message is about is none of them. */

import { z } from "zod";
import lists from "../lists/talk-classes.json" with { type: "json" };

const BY_WORD: ReadonlyMap<string, string> = new Map(
  Object.entries(z.record(z.string(), z.string()).parse(lists)).flatMap(([name, words]) =>
    words.split(" ").map((word) => [word, name] as const),
  ),
);

/** The class of a word in lower case; undefined when it is none of talk. */
export function talkClassOf(lower: string): string | undefined {
  return BY_WORD.get(lower);
}
