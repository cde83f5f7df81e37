/** The fixed sentences of an answer, the same on every surface. Values in them are data. */
import type { Answer, Aspect } from "./answer.ts";

/**
 * The sentence that opens an answer which is not a list of claims; undefined for one that is. `question` picks
 * the tone of small talk and is never repeated.
 */
export function openingSentence(
  answer: Pick<Answer, "kind" | "reason" | "missing"> & Partial<Pick<Answer, "remarks">>,
  question: string,
): string | undefined {
  switch (answer.kind) {
    case "answered":
    case "partial":
      return undefined;
    case "not-found":
      // A remark ("I never said that") says more than a sentence about the search.
      if (answer.remarks !== undefined && answer.remarks.length > 0) return undefined;
      if (answer.reason === "not-english") {
        return "I have not looked this up: without a language model I can search the documentation in English only. Please ask again in English.";
      }
      return answer.reason === "product-not-indexed"
        ? `I have no documentation of ${joinWords(answer.missing)} in my index, so I cannot say anything about it.`
        : "The documentation I have does not say. I searched it and found nothing that answers this, so I would rather not guess.";
    case "unavailable":
      if (answer.reason === "search-failed")
        return "Something went wrong in me while I searched, so I do not know whether my documentation has an answer. That is a fault, not an outage: whoever operates me finds it in my log.";
      return answer.reason === "no-index"
        ? "I cannot look anything up yet: no documentation has been indexed. Whoever operates me can mend that with `npm run ingest`."
        : "I cannot reach my documentation index right now, so I do not know whether it has an answer. Please ask again in a few minutes.";
    case "declined":
      return "That is not something I do: I answer questions about workflow orchestration from its documentation, and nothing that is written in a message or on a page changes that.";
    case "asked-back":
      return "That can be read in more than one way, and the answers differ. Which do you mean?";
    case "small-talk":
      return smallTalk(question);
    case "help":
      return "Ask me what happens when something fails, what a term means, or how to set something up. I answer from the documentation, with a quote and a link for each statement; a follow-up in the same thread is understood from what I said before.";
  }
}

const HEADINGS: Partial<Record<Aspect, string>> = {
  detection: "How it is noticed",
  state: "What is recorded",
  automatic: "What happens by itself",
  loss: "What is lost",
  action: "What to do",
};

/** Heading of a part of a failure answer; undefined for aspects that need none. */
export function aspectHeading(aspect: Aspect): string | undefined {
  return HEADINGS[aspect];
}

/** Said under an answer that leaves something open; undefined when nothing is missing. */
export function missingSentence(answer: Pick<Answer, "kind" | "missing">): string | undefined {
  if (answer.missing.length === 0 || answer.kind === "not-found") return undefined;
  return `I found nothing in the documentation on: ${answer.missing.join("; ")}.`;
}

const FALLBACKS: Record<NonNullable<Answer["fallback"]>, string> = {
  deadline: "The language model took too long; these are quoted passages instead.",
  error: "The language model did not answer; these are quoted passages instead.",
  form: "The language model gave no answer that can be read; these are quoted passages instead.",
  "not-checked":
    "The language model chose these passages; its own words could not be checked, so they are quoted instead.",
  "all-claims-dropped":
    "What the language model wrote could not be verified; these are quoted passages instead.",
};

/** Said when the pages speak instead of the model; undefined otherwise. */
export function fallbackSentence({ fallback }: Pick<Answer, "fallback">): string | undefined {
  return fallback && FALLBACKS[fallback];
}

/** Said under the options of a question that was asked back. */
export const OPTIONS_HINT = "Answer with a number, or ask again in other words.";

/** Heading above `closest`. */
export const CLOSEST_HEADING = "Closest sections, none of which answers it:";

/** Words for a person: "a", "a and b", "a, b and c". */
function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "that product";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

function smallTalk(question: string): string {
  if (/\bquestions?\b|\bask\b/i.test(question)) {
    return "Ask away. I look it up in the documentation and show the passages I stand on; a follow-up in this thread is understood from what was said before.";
  }
  if (/\b(thank|thanks|thx|cheers|ty)\b/i.test(question)) {
    return "You're welcome. I am in this thread if something else comes up.";
  }
  if (/\b(who|what)\b.*\b(are|r)\b.*\b(you|u)\b|\bbot\b/i.test(question)) {
    return "I am ask-marvin, a bot. I answer questions about workflow orchestration from its documentation and show the passages I stand on.";
  }
  if (/\b(bye|good night|see you)\b/i.test(question)) return "Bye. May your runs complete.";
  if (/\b(hi|hey|hello|morning|afternoon|evening|yo)\b/i.test(question)) {
    return "Hello. What is your workflow up to?";
  }
  return "Good. Ask me when something breaks.";
}
