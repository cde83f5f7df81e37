/** An answer of ours doubted: which, and what the asker holds against it. */
import { findAnaphors } from "../anaphora.ts";
import type { Resolution } from "../conversation.ts";
import { asksIfTrue, readDoubt } from "../cues.ts";
import { contentStems } from "../language/words.ts";
import { optionsOf, pickOption } from "../options.ts";
import type { Past } from "../past.ts";
import { goOn } from "./going-on.ts";
import { isTerm } from "../read-message.ts";
import { ofOthers } from "./others.ts";
import { ASKS, make } from "./resolution.ts";
import type { Statement } from "../statements.ts";
import type { Talk } from "./talk.ts";

/** Units of pasted text that are searched for. */
const MOST_PASTED = 300;
/** A statement named by its number comes before any that shares words. */
const PICKED = 100;
/** Content words that a doubt shares with the answer it means. */
const MOST_SHARED = 2;
export function readDoubted(talk: Talk): Resolution | undefined {
  const parts = talk.body.split(/(?<=[.!?])\s+/);
  const found =
    readDoubt(talk.body) ?? (parts.length > 1 ? readDoubt(parts.slice(1).join(" ")) : undefined);
  if (found === undefined || talk.last === undefined) return undefined;
  if (talk.others.length > 0 && asksIfTrue(talk.body)) return ofOthers(talk);
  const tail = found.assertion === "" && parts.length > 1 ? talk.body : found.assertion;
  // "are you sure? where does it say that?": doubt upon doubt asserts nothing.
  const doubtAgain = tail === talk.body || readDoubt(tail)?.assertion === "";
  return doubted(talk, doubtAgain && readDoubt(talk.body) !== undefined ? "" : tail);
}

/** The last answer doubted, with what is held against it; "" for nothing. */
export function doubted(talk: Talk, held: string): Resolution | undefined {
  const said = held.replace(/^(?:for|with|by) (?:me|us)\b[\s,.:;–—-]*/i, "");
  // The error that speaks against us is a part of what is held.
  const pasted = talk.message.passages
    .filter(
      ({ text, by }) =>
        by === "quoted" && !isTerm(text) && !said.includes(text) && !talk.askedBy(text),
    )
    .map(({ text }) => text.slice(0, MOST_PASTED));
  const assertion = [contentStems(said).length === 0 ? "" : said, ...pasted].join(" ").trim();
  const answers = talk.past.filter(({ statements }) => statements.length > 0);
  // Doubt upon doubt is about what was doubted first; what we never said needs no doubt.
  const last =
    answers.findLast(({ turn: { resolution } }) => {
      const neverSaid = resolution?.kind === "quote" && resolution.claimIds.length === 0;
      return resolution?.kind !== "doubt" && !neverSaid;
    }) ??
    answers.at(-1) ??
    talk.last;
  if (last === undefined) return undefined;
  return doubtedIn(talk, answerSpokenOf(talk, last), assertion);
}

/** The answer that the message has words of, where the last one has none of them. */
function answerSpokenOf(talk: Talk, last: Past): Past {
  const own = new Set(contentStems(talk.body));
  const shared = ({ statements }: Past) =>
    Math.max(
      0,
      ...statements.map(({ text }) => contentStems(text).filter((word) => own.has(word)).length),
    );
  if (shared(last) > 0) return last;
  return talk.past.findLast((item) => shared(item) >= MOST_SHARED) ?? last;
}

function doubtedIn(talk: Talk, last: Past, assertion: string): Resolution {
  const item = findAnaphors(talk.body).find(({ kind }) => kind === "item");
  const picked = item === undefined ? undefined : pickOption(optionsOf(last), item.ordinal);
  const own = contentStems(talk.body);
  const score = ({ id, text }: Statement) => {
    const words = new Set(contentStems(text));
    return (id === picked?.claimId ? PICKED : 0) + own.filter((word) => words.has(word)).length;
  };
  const ranked = last.statements.toSorted((left, right) => score(right) - score(left));
  const isQuestion = /\?\s*$/.test(assertion) && ASKS.test(assertion.replace(/\?\s*$/, ""));
  // Of a message with two questions the first is the one that was answered from.
  const base = (/^[^?]+/.exec(last.question)?.[0] ?? last.question).trim();
  const more = isQuestion ? ` ${goOn(talk, assertion, talk.past).question}` : "";
  const held = isQuestion || assertion === "" ? "" : ` (${assertion.replace(/[?.!\s]+$/, "")})`;
  return make("doubt", `${base}${held}?${more}`, 0.85, {
    claimIds: ranked.map(({ id }) => id),
    words: held === "" ? [] : [assertion],
  });
}
