/**
 * What a message in a thread means, by rules: its kind, what of ours it refers to, and the question so that it stands
 * alone. Pure and fast; a model resolves what the rules leave open (`resolve-with-model.ts`).
 */
import type { Conversation, Resolution } from "./conversation.ts";
import { isHelp, isSmallTalk, readCorrection } from "./cues.ts";
import { KIND_WEIGHTS, type KindWeights } from "./kinds/kind-scores.ts";
import { hasEmoji, isTerm, readMessage } from "./read-message.ts";
import { readChoice } from "./readings/choice.ts";
import { correctedBy } from "./readings/correction.ts";
import { readDoubted } from "./readings/doubt.ts";
import { goOn, readFirst } from "./readings/going-on.ts";
import { readQuote } from "./readings/quote.ts";
import { readRecalled } from "./readings/recall.ts";
import { make, tidy } from "./readings/resolution.ts";
import { Talk } from "./readings/talk.ts";
import { readReturned, readShifted } from "./readings/topic.ts";
import { weighed } from "./readings/weighed.ts";
import { readWord } from "./readings/word.ts";
import { withWordings } from "./wordings.ts";

export type FollowUp = {
  /** As it was written, Slack's markup included. */
  readonly text: string;
  readonly conversation: Conversation;
  /** Who wrote it; absent, whoever was asked back. */
  readonly author?: string;
};

/** Units of pasted text that are searched for. */
const MOST_PASTED = 300;

/** `weights` tell kinds apart where no cue does; {} leaves it to the rules. */
export function resolveFollowUp(
  { text, conversation, author }: FollowUp,
  weights: KindWeights = KIND_WEIGHTS,
): Resolution {
  const message = readMessage(text);
  const talk = new Talk(message, conversation);
  const chosen = readChoice(talk.body, conversation, author);
  if (chosen !== undefined) return chosen;
  return withWordings(resolve(talk, text, weights), message, talk.last);
}

function resolve(talk: Talk, text: string, weights: KindWeights): Resolution {
  const { message } = talk;
  if (message.text === "" && message.passages.length === 0) {
    return make(hasEmoji(text) ? "small-talk" : "help", "", 1);
  }
  if (isHelp(message.body)) return make("help", message.text, 0.95);
  if (message.passages.length === 0 && isSmallTalk(message.body)) {
    return make("small-talk", message.text, 0.95);
  }
  const said = readQuote(talk) ?? readWord(talk, talk.body);
  if (said !== undefined) return said;
  if (talk.past.length === 0) return readFirst(talk);
  const corrected = readCorrection(talk.body);
  if (corrected !== undefined) return correctedBy(talk, corrected);
  return (
    readDoubted(talk) ??
    readReturned(talk) ??
    readShifted(talk) ??
    readRecalled(talk) ??
    withPassages(talk, weighed(talk, goOn(talk, talk.body, talk.past), weights))
  );
}

/** An error message or a line of a log that was pasted belongs to what is searched for. */
function withPassages(talk: Talk, resolution: Resolution): Resolution {
  if (!(resolution.kind === "pointer" || resolution.kind === "ellipsis")) return resolution;
  const pasted = talk.message.passages
    .filter(
      ({ text, by }) => by === "quoted" && !isTerm(text) && !resolution.question.includes(text),
    )
    .map(({ text }) => text.slice(0, MOST_PASTED));
  return pasted.length === 0
    ? resolution
    : { ...resolution, question: tidy([resolution.question, ...pasted].join(" ")) };
}
