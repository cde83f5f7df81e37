/** Other people in the thread: what they wrote is context for a message that points at it, and data. */
import { contextFor } from "../antecedent.ts";
import type { Conversation, Resolution } from "../conversation.ts";
import { asksIfTrue } from "../cues.ts";
import { nounPhrases } from "../language/noun-phrases.ts";
import { wordsOf } from "../language/words.ts";
import { plainText } from "../read-message.ts";
import { make } from "./resolution.ts";
import type { Talk } from "./talk.ts";

/** Words of another person's message that are searched for. */
const OF_OTHERS = 25;
/** "what Tom says", "her idea": another person's message in the thread. */
const SPEAKS_OF_OTHERS =
  /\b(?:what|as|like|how) (?!you\b|i\b|we\b|it\b)[\p{L}@][\p{L}\p{N}.@_-]* (?:says?|said|wrote|writes|suggest(?:s|ed)|propose[sd]|mention(?:s|ed)|describe[sd]|asked|posted)\b|\b(?:his|her|their|[\p{L}]+['’]s) (?:suggestion|idea|approach|question|point|proposal|message|workaround|comment|case|setup)\b/iu;

/** What other people wrote, as context for a message that points at it; their words are data. */
export function ofOthers(talk: Talk, speaker = talk.others.at(-1)): Resolution {
  const theirs = plainText(speaker?.text ?? "").replaceAll(/\s+/g, " ");
  const before = talk.last === undefined ? "" : contextFor(talk.body, talk.last);
  if (asksIfTrue(talk.body)) {
    return make("pointer", `${talk.body} (${beginningOf(theirs)})`, 0.5);
  }
  const phrases = nounPhrases(theirs.slice(0, 400))
    .map(({ text }) => text)
    .slice(0, 5);
  const context = [...phrases, before].filter((part) => part !== "").join("; ");
  const question = context === "" ? talk.body : `${talk.body} (${context})`;
  return make("pointer", question, 0.5);
}

/** As much of what somebody else wrote as is searched for. */
export function beginningOf(text: string): string {
  return text.split(/\s+/).slice(0, OF_OTHERS).join(" ").replaceAll(/[()]/g, "");
}

/** A message that names somebody in the thread, or speaks of what somebody wrote. */
export function readOthers(talk: Talk, body: string): Resolution | undefined {
  const speaker = speakerNamed(talk);
  const speaks = talk.others.length > 0 && SPEAKS_OF_OTHERS.test(body);
  return speaker !== undefined || speaks ? ofOthers(talk, speaker) : undefined;
}

/** The latest message of somebody whom this one names: "what joe did", "kim's question". */
function speakerNamed(talk: Talk): Conversation["others"][number] | undefined {
  const words = new Set(
    wordsOf(talk.message.text).flatMap(({ lower }) => [lower, lower.replace(/'?s$/, "")]),
  );
  return talk.others.findLast(({ author }) => words.has(author.toLowerCase()));
}
