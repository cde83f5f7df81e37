/**
 * The wording of remarks: one fixed sentence or two for each kind, the same on every surface. Values are data: they
 * are shown in quotation marks or as plain words, cleaned of markup, mentions and addresses, and cut to a length.
 */
import type { Remark } from "./answer.ts";

/** A passage longer than this is cut at a word. */
const MAX_PASSAGE = 220;
const MAX_WORD = 60;

/**
 * Values by kind (all but those marked are needed; a missing one leaves a shorter sentence):
 * - `word-not-documented`: word, product?, nearest? (sections quoted instead, as "A; B")
 * - `word-in-another-sense`: word, section?, said? ("no" when the word was never ours)
 * - `own-wording`: word, statement?, name? (what the documentation calls it), about? (sections quoted, as "A; B")
 * - `corrected`: statement
 * - `never-said`: words
 * - `model-down`: none
 * - `pages-disagree`: left?, right? (sections), matter?
 * - `source-changed`: section, change ("gone" or "changed")
 */
export function remarkText(remark: Pick<Remark, "kind" | "values">): string {
  const word = quoted(remark.values["word"], MAX_WORD);
  switch (remark.kind) {
    case "word-not-documented": {
      const product = plain(remark.values["product"], MAX_WORD);
      const whose = product === "" ? "The documentation" : `The ${product} documentation`;
      const nearest = plain(remark.values["nearest"], MAX_PASSAGE);
      const instead =
        nearest === "" ? "" : ` The nearest thing it describes is ${nearest}, quoted here.`;
      return word === ""
        ? `${whose} does not have that word.${instead}`
        : `${whose} has no feature, setting or state called ${word}.${instead}`;
    }
    case "word-in-another-sense": {
      const section = quoted(remark.values["section"], MAX_PASSAGE);
      const where = section === "" ? "" : `, in ${section}`;
      const end = remark.values["said"] === "no" ? "" : "; that is not what I meant";
      return `The documentation has ${word === "" ? "that word" : word} only in another sense${where}${end}.`;
    }
    case "own-wording":
      return ownWording(remark, word);
    case "corrected": {
      const statement = quoted(remark.values["statement"], MAX_PASSAGE);
      return statement === ""
        ? "Please do not rely on what I wrote before: I cannot find it in the documentation as I put it."
        : `Please do not rely on my sentence ${statement}: I cannot find that in the documentation as I put it. What is quoted here is what it says.`;
    }
    case "never-said": {
      const words = quoted(remark.values["words"], MAX_PASSAGE);
      return words === ""
        ? "I did not say that in this thread."
        : `I did not say ${words} in this thread.`;
    }
    case "model-down":
      return "The language model does not answer at the moment; these are quoted passages instead.";
    case "pages-disagree": {
      const left = quoted(remark.values["left"], MAX_PASSAGE);
      const right = quoted(remark.values["right"], MAX_PASSAGE);
      const matter = plain(remark.values["matter"], MAX_PASSAGE);
      const about = matter === "" ? "" : ` on ${matter}`;
      return left === "" || right === ""
        ? `The pages disagree${about}.`
        : `The pages ${left} and ${right} disagree${about}.`;
    }
    case "source-changed": {
      const section = quoted(remark.values["section"], MAX_PASSAGE);
      const place = section === "" ? "A page I quoted" : `The page ${section}, which I quoted,`;
      return remark.values["change"] === "gone"
        ? `${place} is no longer in the documentation I have; I do not repeat what stood on it.`
        : `${place} has changed since; I do not repeat what stood on it.`;
    }
  }
}

function ownWording(remark: Pick<Remark, "values">, word: string): string {
  const statement = quoted(remark.values["statement"], MAX_PASSAGE);
  const name = quoted(remark.values["name"], MAX_WORD);
  const about = plain(remark.values["about"], MAX_PASSAGE);
  const subject = word === "" ? "That" : word;
  const where = statement === "" ? "" : `, in ${statement}`;
  if (name !== "")
    return `${subject} was my own wording${where}; the documentation calls it ${name}.`;
  return about === ""
    ? `${subject} was my own wording${where}; the documentation says it as quoted here.`
    : `${subject} was my own wording${where}. It stood for what the documentation describes under ${about}, quoted here.`;
}

/** One line of plain words: no markup, no mention, no address that a surface could turn into something live. */
function plain(value: string | undefined, most: number): string {
  const text = (value ?? "")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, " ")
    .replaceAll(/<[@#!][^>]*>/g, "")
    .replaceAll(/<[^>|\s]*\|([^>]*)>/g, "$1")
    .replaceAll(/[<>`*_~|\\[\]]/g, (mark) => (mark === "_" ? "_" : ""))
    .replaceAll(/\b(?:https?|ftp|file|mailto|javascript|data|slack):\S*/gi, "")
    .replaceAll(/@(?=(?:here|channel|everyone)\b)/gi, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/\s+\S*$/, "")}…`;
}

function quoted(value: string | undefined, most: number): string {
  const text = plain(value, most)
    .replace(/[.\s]+$/, "")
    .replaceAll(/["“”]/g, "'")
    .replace(/^'+|'+$/g, "");
  return text === "" ? "" : `“${text}”`;
}
