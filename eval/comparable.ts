/** [pure] Texts as they are compared in an evaluation: a passage may stand in a page's source or in its text. */
import { foldText } from "../src/documents/text.ts";

/**
 * Images dropped, links reduced to their text, tags and table bars to a space, then folded as quotes are
 * (`documents/text.ts`): markup characters removed, typography plain, white space collapsed, lower case.
 */
export function comparable(text: string): string {
  const bare = text
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, " ")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/<\/?[A-Za-z][^<>]*>/g, " ")
    .replaceAll("|", " ");
  return foldText(bare).text;
}

/** Whether `text` contains `passage`, both made comparable and white space left out; never an empty passage. */
export function containsPassage(text: string, passage: string): boolean {
  const needle = comparable(passage).replaceAll(" ", "");
  return needle !== "" && comparable(text).replaceAll(" ", "").includes(needle);
}
