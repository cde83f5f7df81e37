/** A message that announces nothing: it points, it is cut short, or it stands alone. */
import { findAnaphors } from "../anaphora.ts";
import { resolvePointers, turnOfNoun } from "../antecedent.ts";
import { completeFragment } from "../complete.ts";
import type { Resolution } from "../conversation.ts";
import { fragmentKind } from "../fragments.ts";
import { contentStems, wordsOf } from "../language/words.ts";
import { optionsOf, pickOption } from "../options.ts";
import type { Past } from "../past.ts";
import { beginningOf, ofOthers, readOthers } from "./others.ts";
import { ASKS, make, shortened } from "./resolution.ts";
import type { Talk } from "./talk.ts";

/** An option with more words is a statement, not a thing that could stand in a question. */
const MOST_IN_PLACE = 8;
/** How sure a first message is that leans on something before it. */
const LOOKS_BACK = 0.6;
const ASKS_WHY = /^(?:(?:and|but|so|ok)[\s,]+)*(?:why|how come|how so|since when)\b/i;

export function readFirst(talk: Talk): Resolution {
  const question = talk.body === "" ? talk.message.text : talk.asSearched(talk.body);
  if (findAnaphors(talk.body).length > 0 && talk.others.length > 0) return ofOthers(talk);
  const looksBack =
    findAnaphors(talk.body).length > 0 || fragmentKind(talk.body, undefined) !== undefined;
  return make("first", question, looksBack ? LOOKS_BACK : 0.95);
}

/** Neither quotes, doubts nor announces anything: it points, it is cut short, or it stands alone. */
export function goOn(talk: Talk, body: string, past: readonly Past[]): Resolution {
  const last = past.at(-1);
  const text = talk.asSearched(body);
  if (last === undefined) return make("first", text, 0.6);
  const theirs = readOthers(talk, body);
  if (theirs !== undefined) return theirs;
  const anaphors = findAnaphors(body);
  const fragment = fragmentKind(body, last);
  // A block quote that is not ours is of somebody else in the thread: it is what the message is about.
  const block = talk.message.passages.find(({ by }) => by === "block")?.text;
  if (block !== undefined && (anaphors.length > 0 || fragment !== undefined)) {
    return make("pointer", `${body.replace(/[?\s]+$/, "")} (${beginningOf(block)})?`, 0.5);
  }
  if (anaphors.length > 0 && fragment !== "part") {
    const isItem = anaphors.some(({ kind }) => kind === "item" || kind === "other");
    if (talk.others.length > 0 && !isItem) return ofOthers(talk);
    return pointing(body, past);
  }
  switch (fragment) {
    case undefined:
      return make("new-topic", text, contentStems(body).length >= 3 ? 0.8 : 0.55);
    case "clause": {
      const pointed = resolvePointers(body, past);
      // "why?" asks about what we said as well as what was asked.
      const [said] = ASKS_WHY.test(body) ? last.statements : [];
      if (said === undefined || !pointed.question.endsWith(")")) {
        return make("ellipsis", pointed.question, 0.55, pointed);
      }
      const question = `${pointed.question.slice(0, -1)}; ${shortened(said.text)})`;
      return make("ellipsis", question, 0.55, { ...pointed, claimIds: [said.id] });
    }
    case "part":
      return partMeant(talk, body, last);
  }
}

export function pointing(body: string, past: readonly Past[]): Resolution {
  const pointed = resolvePointers(body, pointedAt(body, past));
  return make("pointer", pointed.question, pointed.confidence, pointed);
}

export function cutShort(talk: Talk, body: string): Resolution | undefined {
  const last = talk.last;
  if (last === undefined) return undefined;
  if (!ASKS.test(body)) return partMeant(talk, body, last);
  const pointed = resolvePointers(body, talk.past);
  return make("ellipsis", pointed.question, 0.55, pointed);
}

/** The last question with a part of it replaced: by the fragment, or by the item of a list that it names. */
function partMeant(talk: Talk, body: string, last: Past): Resolution {
  const item = findAnaphors(body).find(({ kind }) => kind === "item");
  const listed = optionsOf(talk.listTurn() ?? last);
  const option = item === undefined ? undefined : pickOption(listed, item.ordinal);
  if (option === undefined) {
    const { question, part, confidence } = completeFragment(body, last.question);
    return make("ellipsis", question, confidence, { words: part === "" ? [] : [part] });
  }
  // A whole statement takes no part's place: it is what is asked about.
  const isStatement = wordsOf(option.text).length > MOST_IN_PLACE;
  const question = isStatement
    ? `${shortened(option.text)}?`
    : completeFragment(option.text, last.question).question;
  const claimIds = option.claimId === undefined ? [] : [option.claimId];
  return make("ellipsis", question, 0.7, { claimIds, words: [option.text] });
}

/** The turn that a "that limit" speaks of, moved to the end; else the turns as they are. */
function pointedAt(body: string, past: readonly Past[]): readonly Past[] {
  const named = findAnaphors(body).find(({ kind }) => kind === "named");
  if (named === undefined) return past;
  const turn = turnOfNoun(past, named.noun);
  return turn === undefined ? past : [...past.filter((item) => item !== turn), turn];
}
