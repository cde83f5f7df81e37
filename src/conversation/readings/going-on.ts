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
/** Titles up to here name a thing ("Caching", "Work pools"); longer ones say what a page does. */
const NAMES_A_THING = 2;
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
  const isPart = fragment === "listed" || fragment === "part";
  if (anaphors.length > 0 && !isPart) {
    if (
      talk.others.length > 0 &&
      !anaphors.some(({ kind }) => kind === "item" || kind === "other")
    ) {
      return ofOthers(talk);
    }
    const pointed = resolvePointers(body, pointedAt(talk, body, past));
    return make("pointer", pointed.question, pointed.confidence, pointed);
  }
  const option = fragment === "listed" ? optionNamed(talk, body, last) : undefined;
  if (option !== undefined && wordsOf(option.text).length > MOST_IN_PLACE) {
    // A whole statement takes no part's place: it is what is asked about.
    return make("ellipsis", `${shortened(option.text)}?`, 0.7, {
      claimIds: option.claimId === undefined ? [] : [option.claimId],
      words: [option.text],
    });
  }
  if (option !== undefined) {
    const completed = completeFragment(option.text, last.question);
    return make("ellipsis", completed.question, 0.7, {
      claimIds: option.claimId === undefined ? [] : [option.claimId],
      words: [option.text],
    });
  }
  switch (fragment) {
    case undefined:
      return make("new-topic", text, contentStems(body).length >= 3 ? 0.8 : 0.55);
    case "definite": {
      const pointed = resolvePointers(body, past);
      return make("pointer", pointed.question, 0.6, pointed);
    }
    case "relation": {
      const pointed = resolvePointers(body, past);
      return make("ellipsis", pointed.question, 0.55, pointed);
    }
    case "clause": {
      const pointed = resolvePointers(body, past);
      // "why?" asks about what we said as well as what was asked.
      const [said] = ASKS_WHY.test(body) ? last.statements : [];
      if (said !== undefined && pointed.claimIds.length === 0) {
        const question = `${pointed.question.replace(/\)$/, "")}; ${shortened(said.text)})`;
        if (pointed.question.endsWith(")")) {
          return make("ellipsis", question, 0.55, { ...pointed, claimIds: [said.id] });
        }
      }
      return make("ellipsis", pointed.question, 0.55, pointed);
    }
    case "listed":
    case "part": {
      const completed = completeFragment(body, withPage(last));
      return make("ellipsis", completed.question, completed.confidence, {
        words: completed.part === "" ? [] : [completed.part],
      });
    }
  }
}

export function pointing(talk: Talk, body: string): Resolution {
  const pointed = resolvePointers(body, pointedAt(talk, body, talk.past));
  return make("pointer", pointed.question, pointed.confidence, pointed);
}

export function cutShort(talk: Talk, body: string): Resolution | undefined {
  const last = talk.last;
  if (last === undefined) return undefined;
  if (ASKS.test(body)) {
    const pointed = resolvePointers(body, talk.past);
    return make("ellipsis", pointed.question, 0.55, pointed);
  }
  const completed = completeFragment(body, withPage(last));
  return make("ellipsis", completed.question, completed.confidence, {
    words: completed.part === "" ? [] : [completed.part],
  });
}

/** The turn that a "that limit" speaks of, moved to the end; else the turns as they are. */
function pointedAt(talk: Talk, body: string, past: readonly Past[]): readonly Past[] {
  const named = findAnaphors(body).find(({ kind }) => kind === "named");
  if (named === undefined) return past;
  const turn = turnOfNoun(past, named.noun);
  return turn === undefined ? past : [...past.filter((item) => item !== turn), turn];
}

function optionNamed(talk: Talk, body: string, last: Past): ReturnType<typeof pickOption> {
  const item = findAnaphors(body).find(({ kind }) => kind === "item");
  const source = talk.listTurn() ?? last;
  return item === undefined ? undefined : pickOption(optionsOf(source), item.ordinal);
}

/**
 * The last question as another is made from it. Where it left open what it points at ("how do I switch that off"), the
 * page it was answered from says so: by its name in the place of the pointing word, or in the context.
 */
function withPage({ question, page }: Past): string {
  const { main, context } =
    /^(?<main>.+?)\s*\((?<context>[^()]+)\)[\s?!.]*$/.exec(question)?.groups ?? {};
  if (main === undefined || context === undefined || page === "") return question;
  const [open] = findAnaphors(main);
  if (open === undefined) return question;
  const title = page.replace(/^how to /i, "").replaceAll(/[()]/g, "");
  const isName = wordsOf(title).length <= NAMES_A_THING && /^(?:thing|fact)$/.test(open.kind);
  return isName
    ? `${main.slice(0, open.start)}${title.toLowerCase()}${main.slice(open.end)}`
    : `${main} (${context}; ${title})`;
}
