/** Words of a message that stand for something said before: "it", "that limit", "the second one", "both". */
import { nounPhrases } from "./language/noun-phrases.ts";
import {
  AUXILIARIES,
  contentStems,
  DETERMINERS,
  isEither,
  isFunctionWord,
  isVerb,
  PREPOSITIONS,
  stem,
  wordsOf,
  type Word,
} from "./language/words.ts";

/**
 * - `thing`: it, its, they, them, one, ones: a thing.
 * - `fact`: this, that (alone): a thing or a whole statement.
 * - `named`: "that limit", "the policy you mentioned": a thing whose noun is given.
 * - `place`: there.
 * - `item`: the second one, the former: one of several (`ordinal`).
 * - `other`: the other one.
 * - `both`: both, the two.
 */
export type AnaphorKind = "thing" | "fact" | "named" | "place" | "item" | "other" | "both";

export type Anaphor = {
  readonly kind: AnaphorKind;
  /** Units into the text, `end` exclusive; for `named` the noun is within. */
  readonly start: number;
  readonly end: number;
  /** Lower case. */
  readonly text: string;
  /** Stem of the noun of a `named` one. */
  readonly noun: string;
  /** Item of a list from 1, -1 the last; 0 where none is meant. */
  readonly ordinal: number;
  readonly plural: boolean;
  /** "its", "their": stands before what it owns. */
  readonly possessive: boolean;
};

const ORDINALS: Readonly<Record<string, number>> = {
  first: 1,
  "1st": 1,
  former: 1,
  second: 2,
  "2nd": 2,
  third: 3,
  "3rd": 3,
  fourth: 4,
  "4th": 4,
  last: -1,
  latter: -1,
};

/** The number that an ordinal stands for, -1 for the last. */
export function ordinalOf(word: string | undefined): number | undefined {
  return word === undefined ? undefined : ORDINALS[word.toLowerCase()];
}

/** What may stand behind "the second": one of a list by another name. */
const ITEM_NOUN =
  /^(?:ones?|option|thing|way|point|bit|part|suggestion|approach|alternative|solution|method|item|statement|step|reason|fix|workaround)$/;
const THING = /^(?:it|they|them|itself|themselves|its|their)$|^(?:it|they)'/;
/** "is it possible to", "it seems", "how long does it take until": stands for what follows. */
const STANDS_FOR_NOTHING =
  /^(?:(?:is|was|be|also|even|still|not|'s) )*(?:possible|necessary|better|best|ok|okay|safe|fine|recommended|enough|worth|allowed|required|easy|hard|seems?|looks like|turns out|depends|matters?|takes? (?:\w+ ){0,3}(?:to|for|until|before))\b/;
const THERE_IS =
  /^(?:is|are|was|were|isn't|aren't|will|would|should|must|can|could|has|have|any|a|an|no|some|if)$/;

/** In order of standing. */
export function findAnaphors(text: string): Anaphor[] {
  const words = wordsOf(text);
  const found: Anaphor[] = [];
  for (const [at, word] of words.entries()) {
    if (word.start < (found.at(-1)?.end ?? 0)) continue;
    const anaphor = anaphorAt(text, words, at);
    // "I get this: ...": what it stands for follows.
    if (anaphor === undefined || /^\s*[:"`]/.test(text.slice(anaphor.end))) continue;
    if (!isNamedBefore(text, anaphor)) found.push(anaphor);
  }
  return found;
}

/** Words that carry on, so that a pronoun behind a noun of the message may still point back. */
const CARRIES_ON = /^(?:and|but|so|or|then|also)\b|\b(?:too|as well|also|either|still)\b/i;

/** "if the worker dies, does it ...": the message itself has named what is meant, and said something of it. */
function isNamedBefore(text: string, { kind, start, text: own }: Anaphor): boolean {
  if ((kind !== "thing" && kind !== "fact") || /\bones?$/.test(own) || CARRIES_ON.test(text)) {
    return false;
  }
  const earlier = text.slice(0, start);
  const [leastWords, leastThings] = kind === "fact" ? [5, 2] : [2, 1];
  return contentStems(earlier).length >= leastWords && nounPhrases(earlier).length >= leastThings;
}

function anaphorAt(text: string, words: readonly Word[], at: number): Anaphor | undefined {
  const word = words[at];
  if (word === undefined) return undefined;
  const { lower } = word;
  const before = word.opensClause ? "" : (words[at - 1]?.lower ?? "");
  const inClause = (offset: number) =>
    words.slice(at + 1, at + offset + 1).every(({ opensClause }) => !opensClause)
      ? words[at + offset]
      : undefined;
  const next = inClause(1);
  const after = inClause(2);
  const make = (kind: AnaphorKind, last: Word, more: Partial<Anaphor> = {}): Anaphor => ({
    kind,
    start: word.start,
    end: last.end,
    text: text.slice(word.start, last.end).toLowerCase(),
    noun: "",
    ordinal: 0,
    plural: false,
    possessive: false,
    ...more,
  });

  if (THING.test(lower)) {
    const line = words
      .slice(at + 1, at + 8)
      .map((other) => other.lower)
      .join(" ");
    if (lower.startsWith("it") && STANDS_FOR_NOTHING.test(line)) return undefined;
    const plural = lower.startsWith("the");
    const thing = make("thing", word, { plural, possessive: /^(?:its|their)$/.test(lower) });
    return lower.includes("'") ? { ...thing, end: word.start + (plural ? 4 : 2) } : thing;
  }
  if (/^(?:the|that|this|those|these)$/.test(lower)) {
    const said = saidByUs(text, words, at);
    if (said !== undefined) return make("named", said.last, { noun: stem(said.noun.lower) });
  }
  if (lower === "the" || lower === "that" || lower === "this" || lower === "your") {
    const ordinal = ordinalOf(next?.lower);
    if (next !== undefined && ordinal !== undefined) {
      const isItem = ITEM_NOUN.test(after?.lower ?? "");
      // "does the first work if ...": what it does, not what it is.
      const acts = AUXILIARIES.has(before) && isEither(after?.lower ?? "");
      if (after === undefined || isItem || isFunctionWord(after.lower) || acts) {
        return make("item", isItem ? (after ?? next) : next, { ordinal });
      }
    }
    if (next?.lower === "other" && (after === undefined || ITEM_NOUN.test(after.lower))) {
      return make("other", after ?? next);
    }
    if (lower === "the" && next !== undefined && /^ones?$/.test(next.lower)) {
      return make("thing", next, { plural: next.lower === "ones" });
    }
    if (next?.lower === "two" && (after === undefined || isFunctionWord(after.lower))) {
      return make("both", next, { plural: true });
    }
  }
  // "second option it is": without its article.
  const ordinal = ordinalOf(lower);
  if (ordinal !== undefined && next !== undefined && ITEM_NOUN.test(next.lower)) {
    return make("item", next, { ordinal });
  }
  if (/^(?:that|this|those|these)$/.test(lower)) return demonstrativeAt(words, at, make);
  if (/^that'?s$/.test(lower)) return { ...make("fact", word), end: word.start + 4, text: "that" };
  if (/^ones?$/.test(lower)) {
    const isNumber = /^(?:|no|any|every|each|only|just|than|per|which|number|least|most)$/.test(
      before,
    );
    const ends =
      next === undefined || (isFunctionWord(next.lower) && !/^(?:of|or)$/.test(next.lower));
    return isNumber || !ends ? undefined : make("thing", word, { plural: lower === "ones" });
  }
  if (lower === "both") {
    const ends = next === undefined || isVerb(next.lower);
    const joins = isFunctionWord(next?.lower ?? "") && !DETERMINERS.has(next?.lower ?? "");
    return ends || joins ? make("both", word, { plural: true }) : undefined;
  }
  if (lower === "there") {
    const exists = THERE_IS.test(next?.lower ?? "") || THERE_IS.test(before);
    return exists ? undefined : make("place", word);
  }
  return undefined;
}

/** "that", "this limit", "those failed runs"; nothing for a "that" which joins clauses. */
function demonstrativeAt(
  words: readonly Word[],
  at: number,
  make: (kind: AnaphorKind, last: Word, more?: Partial<Anaphor>) => Anaphor,
): Anaphor | undefined {
  // The caller looked.
  const word = words[at] as Word;
  const before = word.opensClause ? "" : (words[at - 1]?.lower ?? "");
  const plural = /^th[eo]se$/.test(word.lower);
  const run: Word[] = [];
  for (const next of words.slice(at + 1, at + 4)) {
    if (next.opensClause || isFunctionWord(next.lower) || next.lower.endsWith("ly")) break;
    run.push(next);
  }
  const next = words[at + 1];
  if (next === undefined || next.opensClause) return make("fact", word, { plural });
  if (/^ones?$/.test(next.lower)) return make("thing", next, { plural: next.lower === "ones" });
  const joins =
    word.lower === "that" &&
    before !== "" &&
    !PREPOSITIONS.has(before) &&
    !AUXILIARIES.has(before) &&
    !/^(?:where|what|who|how|when|why|and|but|so)/.test(before);
  const [first] = run;
  if (first === undefined || isVerb(first.lower)) {
    // "the pod that is gone", "a run that it started"; but "change that in the UI".
    const isRelative =
      joins &&
      (first !== undefined ||
        AUXILIARIES.has(next.lower) ||
        DETERMINERS.has(next.lower) ||
        /^(?:i|we|you|it|they|never|not|only|always)$/.test(next.lower));
    return isRelative ? undefined : make("fact", word, { plural });
  }
  if (joins && !isVerb(before)) return undefined;
  const phrase = nounPhrases(run.map(({ text }) => text).join(" "))[0];
  const isAmount = /^\d/.test(first.lower) && run.length > 1;
  const noun = words[at + (phrase?.words.length ?? (isAmount ? 2 : 1))] ?? first;
  return make("named", noun, {
    noun: stem(noun.lower),
    plural: plural || /[^s]s$/.test(noun.lower),
  });
}

/** "the policy you said at first", "that setting you named": up to the verb of saying. */
function saidByUs(
  text: string,
  words: readonly Word[],
  at: number,
): { readonly noun: Word; readonly last: Word } | undefined {
  for (let place = at + 2; place <= at + 4; place += 1) {
    const [noun, you, verb] = [words[place - 1], words[place], words[place + 1]];
    if (noun === undefined || you === undefined || verb === undefined || you.opensClause) break;
    if (isFunctionWord(noun.lower) || ITEM_NOUN.test(noun.lower)) break;
    if (/^you(?:'ve)?$/.test(you.lower)) {
      const said = /^(?:just |also |first )?(?:said|mentioned|named|wrote|listed|described)\b/i;
      return said.test(text.slice(verb.start)) ? { noun, last: verb } : undefined;
    }
  }
  return undefined;
}
