/** [pure] What a message says by itself: whether it needs what came before it, and whether it asks what something means. */
import { findAnaphors } from "./anaphora.ts";
import { readDoubt, readRecall, readWordQuestion } from "./cues.ts";
import { fragmentKind } from "./fragments.ts";
import { contentStems } from "./language/words.ts";
import { readMessage, stripChatter } from "./read-message.ts";

/**
 * True when a message says nothing without what came before it: "are you sure?", "and for tasks?", "what did you mean by
 * that?". In a thread without anything before it nothing can be looked up for it.
 */
export function needsThread(question: string): boolean {
  const body = stripChatter(readMessage(question).body);
  const says = contentStems(body).length;
  if (readDoubt(body)?.assertion === "" && says <= SAYS_LITTLE) return true;
  if (readRecall(body)?.kind === "repeat" && says <= SAYS_LITTLE) return true;
  const fragment = fragmentKind(body, undefined);
  // "which kinds of artifacts are there": short, and about something all the same.
  const asksWhole = says > 0 && fragment === "clause" && findAnaphors(body).length === 0;
  const leans = findAnaphors(body).length > 0 || (fragment !== undefined && !asksWhole);
  return leans && says <= 1 && readWordQuestion(body) === undefined;
}

/** A message with more content words can be looked up, whatever it is said about. */
const SAYS_LITTLE = 2;

/** True when the message asks what a word or passage means, rather than something about it. */
export function asksMeaning(question: string): boolean {
  const message = readMessage(question);
  const body = stripChatter(message.body);
  return (
    readWordQuestion(body) !== undefined ||
    /\bwhat (?:do|did|does|are|is|was|were)\b[^?]{0,30}\bmean(?:t|ing)?\b|\bmeant by\b|\bmeaning of\b/i.test(
      message.body,
    ) ||
    body.split(/(?<=[.!?])\s+/).some((part) => readWordQuestion(part) !== undefined)
  );
}

/** True when a question about a word says that the word is ours ("what do you mean by X"). */
export function asksAboutOurs(body: string): boolean {
  return body.split(/(?<=[.!?])\s+/).some((part) => readWordQuestion(part)?.attributed === true);
}
