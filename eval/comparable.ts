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

/** What is left for comparison: `comparable` without white space. "" when nothing is. */
export function passageKey(text: string): string {
  return comparable(text).replaceAll(" ", "");
}

/** Whether one passage holds the other, both as `passageKey` makes them; nothing holds an empty one. */
export function holdsPassage(textKey: string, key: string): boolean {
  return key !== "" && textKey.includes(key);
}
