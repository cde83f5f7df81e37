/** A question about a word of ours, and what else such a message asks. */
import { findAnaphors } from "../anaphora.ts";
import type { Resolution } from "../conversation.ts";
import { type WordQuestion, readBareWord, readWordQuestion } from "../cues.ts";
import { nounPhrases } from "../language/noun-phrases.ts";
import { contentStems, isContentWord, wordsOf } from "../language/words.ts";
import { stripChatter } from "../read-message.ts";
import { mentions, mostAsWritten } from "../statements.ts";
import { joined, make, shortened } from "./resolution.ts";
import type { Talk } from "./talk.ts";

const THE_AGAIN = /\bwhat(?:'s| is| was| were| are) the .{1,60} again\W*$/i;

/** Our last answer as a whole, with what it stands on. */
const MEANT_BY_THAT =
  /^(?:(?:and|so|but|sorry|wait)[\s,]+)*what (?:do|did) you mean(?: (?:by|with) (?:that|this|it))?[\s?!.]*$/i;

/** A word we used, or one said to be ours. */
export function readWord(talk: Talk, body: string): Resolution | undefined {
  const { passages } = talk.message;
  // "what was the setting again" wants it said once more.
  if (THE_AGAIN.test(body)) return undefined;
  const said = talk.past.findLast(({ statements }) => statements.length > 0);
  if (MEANT_BY_THAT.test(body) && said !== undefined) {
    const claimIds = said.statements.map(({ id }) => id);
    return make("from-thread", said.question, 0.85, { claimIds });
  }
  const asked = readWordQuestion(body) ?? lastWordQuestion(body);
  if (asked !== undefined) {
    const used = mostAsWritten(
      talk.statements.filter(({ text }) => mentions(text, asked.term)),
      asked.term,
    );
    const turns = new Set(used.map(({ turn }) => turn));
    const { term } = asked;
    if (used.length > 0 || asked.attributed) {
      const said = used[0] === undefined ? "" : ` ("${shortened(used[0].text)}")`;
      const question = `What is ${term}${said}?`;
      const more = furtherQuestion(asked.rest, term);
      return make("word", joined(question, more), used.length === 0 ? 0.75 : 0.9, {
        claimIds: used
          .filter(({ turn }) => turn === Math.max(...turns))
          .concat(used)
          .map(({ id }) => id),
        words: [asked.term],
      });
    }
    return undefined;
  }
  const bare = readBareWord(body);
  if (bare === undefined || talk.last === undefined) return undefined;
  const marked = passages.some(({ text }) => text.toLowerCase() === bare.toLowerCase());
  const used = talk.last.statements.filter(({ text }) => mentions(text, bare));
  const asks = mentions(talk.last.question, bare);
  const first = wordsOf(body)[0]?.lower ?? "";
  if (used.length === 0 || (asks && !marked) || !isContentWord(first)) return undefined;
  return make("word", `What is ${bare}?`, marked ? 0.85 : 0.6, {
    claimIds: used.map(({ id }) => id),
    words: [bare],
  });
}

/**
 * The longest thing of the message that we spoke of: asked about as a word where next to nothing else is said, else what
 * the message points at.
 */
export function wordMeant(talk: Talk, body: string): Resolution | undefined {
  const things = nounPhrases(body).toSorted(
    (left, right) => right.words.length - left.words.length,
  );
  for (const { text: term } of things) {
    const used = mostAsWritten(
      talk.statements.filter(({ text }) => mentions(text, term)),
      term,
    );
    const [said] = used;
    if (said === undefined) continue;
    const beside = contentStems(body).length - contentStems(term).length;
    const isWord = beside <= 1;
    const asked = beside === 0 ? `What is ${term}` : body.replace(/[?.!\s]+$/, "");
    return make(isWord ? "word" : "pointer", `${asked} ("${shortened(said.text)}")?`, 0.8, {
      claimIds: used.map(({ id }) => id),
      words: [term],
    });
  }
  return undefined;
}

/** A word question that follows a remark: "retries from the last checkpoint? what is a checkpoint". */
function lastWordQuestion(body: string): WordQuestion | undefined {
  const parts = body.split(/(?<=[.!?])\s+|,\s+(?=what(?:'s| is| are| do| does)\b)/i);
  if (parts.length < 2 || parts.length > 3) return undefined;
  const lead = parts.slice(0, -1).join(" ");
  if (/\?/.test(lead) && contentStems(lead).length > 3) return undefined;
  const found = readWordQuestion(parts.at(-1) ?? "");
  return found !== undefined && contentStems(lead).length <= 8 ? found : undefined;
}

/** A second question of the same message, with its pointers resolved to the word asked about. */
export function furtherQuestion(rest: string, term?: string): string {
  const more = stripChatter(rest.replace(/^(?:and|also|so|but)\s+/i, ""));
  if (contentStems(more).length < 1 || !/\p{L}{2}/u.test(more)) return "";
  const pronoun = findAnaphors(more).find(({ kind }) => kind === "thing");
  if (term !== undefined && pronoun !== undefined) {
    return `${more.slice(0, pronoun.start)}${term}${more.slice(pronoun.end)}`;
  }
  return more;
}
