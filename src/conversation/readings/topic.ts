/** A change of topic that is announced, and the way back to an earlier one. */
import { contextFor } from "../antecedent.ts";
import type { Resolution } from "../conversation.ts";
import { readReturn, readShift, readWordQuestion } from "../cues.ts";
import { contentStems } from "../language/words.ts";
import { findTopic, mostAlike } from "../past.ts";
import { stripChatter } from "../read-message.ts";
import { goOn } from "./going-on.ts";
import { make } from "./resolution.ts";
import type { Talk } from "./talk.ts";

export function readReturned(talk: Talk): Resolution | undefined {
  const found = readReturn(talk.body);
  if (found === undefined) return undefined;
  const topic = findTopic(talk.past, { ordinal: found.ordinal, words: found.topic });
  if (topic === undefined) return undefined;
  // Within the topic, the turn that the rest of the message speaks of.
  const sameTopic = talk.past.filter((item) => item.topic === topic.topic);
  // A topic named by its number is what was asked first in it.
  const named = found.ordinal === undefined ? topic : (sameTopic[0] ?? topic);
  const turn = found.rest === "" ? topic : (mostAlike(sameTopic, found.rest) ?? named);
  const past = [...sameTopic.filter((item) => item !== turn), turn];
  const claimIds = turn.statements.map(({ id }) => id);
  if (contentStems(found.rest).length === 0) {
    return make("pointer", turn.question, 0.7, { claimIds });
  }
  const resolved = goOn(talk, found.rest, past);
  const context = contextFor(resolved.question, turn);
  const standsAlone = resolved.kind === "new-topic" || resolved.kind === "first";
  const question =
    standsAlone && context.length > 0 ? `${found.rest} (${context})` : resolved.question;
  return make("pointer", question, 0.75, {
    claimIds: [...claimIds, ...resolved.claimIds],
    words: resolved.words,
  });
}

export function readShifted(talk: Talk): Resolution | undefined {
  const found = readShift(talk.body);
  if (found === undefined || contentStems(found.rest).length === 0) return undefined;
  const rest = stripChatter(found.rest);
  if (!found.strong) {
    const resolved = goOn(talk, rest, talk.past);
    return resolved;
  }
  const word = readWordQuestion(rest);
  const question = word === undefined ? rest : `What is ${word.term}?`;
  return make("new-topic", talk.asSearched(question), 0.9);
}
