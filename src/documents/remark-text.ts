/**
 * The wording of remarks: one fixed sentence or two for each kind, the same on every surface. Values are data: they
 * are shown in quotation marks or as plain words, cleaned of markup, mentions and addresses, and cut to a length.
 */
import type { Remark } from "./answer.ts";

/** A passage longer than this is cut at a word. */
const MAX_PASSAGE = 220;
const MAX_WORD = 60;
/** A sentence about the conversation. */
const MAX_SENTENCE = 600;

/**
 * Values by kind (all but those marked are needed; a missing one leaves a shorter sentence):
 * - `word-documented`: word, use ("explained" or "used"), section?, ours? ("yes" when what ours stood on is
 *   quoted too, "near" when what comes nearest to it is)
 * - `word-not-documented`: word, product?, name? (the nearest idea it has a name for), nearest? (pages quoted instead, as
 *   "A; B")
 * - `word-in-another-sense`: word, section?, said? ("no" when the word was never ours)
 * - `own-wording`: word, statement?, name? (what the documentation calls it), about? (pages quoted, as "A; B")
 * - `corrected`: statement
 * - `never-said`: words, thread? ("long" when its oldest turns are forgotten)
 * - `nothing-before`: none
 * - `model-down`: none
 * - `nothing-stands-out`: none
 * - `pages-disagree`: left?, right? (sections), matter?
 * - `source-changed`: section, change ("gone" or "changed")
 * - `about-this-thread`: text (a sentence that rests on facts which code established, and was checked against them)
 * - `broke-off`: none
 * - `reviewed`: author?, date? (ISO 8601), said? ("before" where it is spoken of later)
 */
export function remarkText(remark: Pick<Remark, "kind" | "values">): string {
  const word = quoted(remark.values["word"], MAX_WORD);
  switch (remark.kind) {
    case "word-documented":
      return documented(remark, word);
    case "word-not-documented": {
      const product = plain(remark.values["product"], MAX_WORD);
      const whose = product === "" ? "The documentation" : `The ${product} documentation`;
      const nearest = nearestText(remark.values["name"], remark.values["nearest"]);
      const instead = nearest === "" ? "" : ` The nearest thing it describes is ${nearest}.`;
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
      const said = words === "" ? "that" : words;
      return remark.values["thread"] === "long"
        ? `I do not find ${said} in the part of this long thread that I still have.`
        : `I did not say ${said} in this thread.`;
    }
    case "nothing-before":
      return "There is nothing of mine before your message in this thread that it could refer to; please ask the whole question.";
    case "model-down":
      return "The language model does not answer at the moment; these are quoted passages instead.";
    case "nothing-stands-out":
      return "No page stands out for this question, so these passages may be about something else than you mean.";
    case "pages-disagree": {
      const left = quoted(remark.values["left"], MAX_PASSAGE);
      const right = quoted(remark.values["right"], MAX_PASSAGE);
      const matter = plain(remark.values["matter"], MAX_PASSAGE);
      const about = matter === "" ? "" : ` on ${matter}`;
      return left === "" || right === ""
        ? `The pages disagree${about}.`
        : `The pages ${left} and ${right} disagree${about}.`;
    }
    case "about-this-thread":
      return (
        plain(remark.values["text"], MAX_SENTENCE) || "This is about what I said in this thread."
      );
    case "broke-off":
      return "The language model stopped before the end of its answer, so something may be missing here.";
    case "reviewed": {
      const author = plain(remark.values["author"], MAX_WORD);
      const date = plain(remark.values["date"], MAX_WORD).slice(0, "2026-01-01".length);
      const by = author === "" ? "somebody who looks after me" : author;
      const at = date === "" ? "" : `, of ${date}`;
      return remark.values["said"] === "before"
        ? `What I passed on was the answer of ${by}${at}; the words are theirs, not mine.`
        : `This is the answer of ${by}${at}; the words are theirs, not mine.`;
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

function documented(remark: Pick<Remark, "values">, word: string): string {
  const section = quoted(remark.values["section"], MAX_PASSAGE);
  const subject = word === "" ? "That" : word;
  const rests = remark.values["ours"];
  const ours =
    rests === "yes"
      ? " My sentence rests on the passage quoted after that."
      : rests === "near"
        ? " The passage after that is what comes nearest to my sentence."
        : "";
  if (remark.values["use"] === "used") {
    const where = section === "" ? "" : `, from ${section},`;
    return `The documentation uses ${word === "" ? "that word" : word} but does not define it; the passage quoted here${where} comes closest.${ours}`;
  }
  const where = section === "" ? "" : `, explained in ${section}`;
  return `${subject} is a term of the documentation${where}.${ours}`;
}

/** "result persistence, on the page “Results”", "on the pages “A” and “B”"; "" when nothing is near. */
function nearestText(name: string | undefined, pages: string | undefined): string {
  const called = plain(name, MAX_WORD);
  const titles = (pages ?? "")
    .split("; ")
    .map((title) => quoted(title, MAX_PASSAGE))
    .filter((title) => title !== "");
  const [first = "", second = ""] = titles;
  const isTitle = first.slice(1, -1).toLowerCase() === called.toLowerCase();
  if (first === "" || isTitle) return called === "" ? "" : `${called}, quoted here`;
  const where = second === "" ? `on the page ${first}` : `on the pages ${first} and ${second}`;
  return called === "" ? `${where}, quoted here` : `${called}, quoted here from the page ${first}`;
}

function ownWording(remark: Pick<Remark, "values">, word: string): string {
  const statement = quoted(remark.values["statement"], MAX_PASSAGE);
  const subject = word === "" ? "That" : word;
  const where = statement === "" ? "" : `, in ${statement}`;
  const name = plain(remark.values["name"], MAX_WORD);
  const nearest = nearestText(name, remark.values["about"]);
  if (nearest === "")
    return `${subject} was my own word${where}; what the documentation says is quoted here.`;
  return name === ""
    ? `${subject} was my own word${where}. What it stood for is described ${nearest}.`
    : `${subject} was my own word${where}. What it stood for is nearest to what the documentation calls ${nearest}.`;
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
