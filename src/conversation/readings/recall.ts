/** What we said asked for again, or to choose from. */
import { findAnaphors, ordinalOf } from "../anaphora.ts";
import type { Resolution } from "../conversation.ts";
import { type Recall, readRecall } from "../cues.ts";
import { optionsOf, pickOption } from "../options.ts";
import { type Past, mostAlike } from "../past.ts";
import { proseOf } from "../statements.ts";
import { make } from "./resolution.ts";
import type { Talk } from "./talk.ts";

const ANSWER_NUMBERED =
  /\b(?<which>first|1st|second|2nd|third|3rd|last) (?:answer|reply|message|msg|response|post)\b|\b(?<start>at (?:the )?(?:very )?(?:start|begin(?:ning)?|first)|(?:to|from|in) the (?:start|beginning))\b/i;

export function readRecalled(talk: Talk): Resolution | undefined {
  const found = readRecall(talk.body);
  return found === undefined ? undefined : recalled(talk, found);
}

export function recalled(talk: Talk, found: Recall): Resolution | undefined {
  const last = talk.past.findLast(({ statements }) => statements.length > 0);
  if (last === undefined) return undefined;
  if (found.kind === "repeat") {
    const about = found.about === "" ? undefined : mostAlike(talk.past, found.about);
    if (found.about !== "" && about === undefined) return undefined;
    const named = mostAlike(
      talk.past.filter(({ statements }) => statements.length > 0),
      talk.body,
    );
    const listed = talk.listTurn();
    const numbered = answerNumbered(talk);
    const source =
      numbered ?? about ?? (found.item === undefined ? named : undefined) ?? listed ?? last;
    const pointed = findAnaphors(talk.body).find(({ kind }) => kind === "item")?.ordinal;
    const item = numbered === undefined ? (found.item ?? pointed) : undefined;
    const option = item === undefined ? undefined : pickOption(optionsOf(source), item);
    const claimIds =
      option?.claimId === undefined ? source.statements.map(({ id }) => id) : [option.claimId];
    const isPart =
      option !== undefined && !source.statements.some(({ text }) => text === option.text);
    const question = isPart ? `${option.text} (${source.question})` : source.question;
    return make("from-thread", question, 0.8, {
      claimIds,
      words: option === undefined ? [] : [option.text],
    });
  }
  const source = talk.listTurn() ?? last;
  const options = optionsOf(source);
  if (options.length < 2) return undefined;
  const question = `${talk.body.replace(/[?\s]+$/, "")} (${options
    .slice(0, 6)
    .map(({ text }) =>
      proseOf(text)
        .replaceAll(/[()]/g, "")
        .replace(/[.\s]+$/, ""),
    )
    .join("; ")})?`;
  return make("from-thread", question, 0.75, { claimIds: source.statements.map(({ id }) => id) });
}

/** "your first answer", "at the beginning": the turn that is meant; undefined when the message names none. */
function answerNumbered(talk: Talk): Past | undefined {
  const { which, start } = ANSWER_NUMBERED.exec(talk.body)?.groups ?? {};
  const answered = talk.past.filter(({ statements }) => statements.length > 0);
  if (start !== undefined) return answered[0];
  const number = ordinalOf(which);
  if (number === undefined) return undefined;
  return number === -1 ? answered.at(-1) : answered[number - 1];
}
