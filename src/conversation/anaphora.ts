/** Words of a message that stand for something said before: "it", "that limit", "the second one", "both". */
import { nounPhrases } from "./language/noun-phrases.ts";
import {
  AUXILIARIES,
  DETERMINERS,
  EMPTY_NOUNS,
  isContentWord,
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
 * - `fact`: this, that (alone), so: a thing or a whole statement.
 * - `named`: "that limit", "this setting": a thing whose noun is given.
 * - `place`: there.
 * - `item`: the second one, the former: one of several (`ordinal`).
 * - `other`: the other one.
 * - `both`: both, either, neither.
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
  /** "the policy you mentioned": something of what we said. */
  readonly isSaid: boolean;
  /** "its", "their": stands before what it owns. */
  readonly possessive: boolean;
};

const ORDINAL: Readonly<Record<string, number>> = {
  first: 1,
  "1st": 1,
  second: 2,
  "2nd": 2,
  third: 3,
  "3rd": 3,
  fourth: 4,
  "4th": 4,
  fifth: 5,
  "5th": 5,
  last: -1,
  latter: -1,
  former: 1,
};

const CARDINAL: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5 };

/** What may stand behind "the second": one of a list by another name. */
const ITEM_NOUN =
  /^(?:one|ones|option|thing|way|point|bit|part|suggestion|idea|approach|alternative|solution|method|choice|item|statement|claim|sentence|step|line|possibility|case|advice|tip|hint|recommendation|reason|fix|fixes|workaround|trick)$/;

const THINGS = new Set(["it", "they", "them", "it's", "they're", "itself", "themselves"]);
const POSSESSIVES = new Set(["its", "their"]);
const SAYING =
  /^(?:say|know|think|mean|see|ensure|make|sure|tell|believe|assume|guess|hope|notice|show|suppose|find|check|verify|so|such|given|provided|now|except|fact|way|reason|case|time|moment|imply|suggest|confirm|understand|remember|read|heard|mention)$/;
/** After a pronoun "that" these end its phrase rather than being its noun. */
const NOT_NOUN_AFTER = new Set(
  "off on up down out back over away in again too either also instead anyway already manually automatically first now then work works happen happens mean means happening working true right wrong possible necessary needed".split(
    " ",
  ),
);

/** In order of standing. What finds its antecedent in the message itself is left out. */
export function findAnaphors(text: string): Anaphor[] {
  const words = wordsOf(text);
  const found: Anaphor[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const anaphor = anaphorAt(text, words, index);
    if (anaphor === undefined) continue;
    if (!resolvedInside(text, words, index, anaphor)) found.push(anaphor);
    while (index + 1 < words.length && (words[index + 1]?.start ?? 0) < anaphor.end) index += 1;
  }
  return found;
}

function anaphorAt(text: string, words: readonly Word[], index: number): Anaphor | undefined {
  const word = words[index];
  if (word === undefined) return undefined;
  const before = words[index - 1];
  const next = words[index + 1];
  const after = words[index + 2];
  const make = (kind: AnaphorKind, last: Word, extra: Partial<Anaphor> = {}): Anaphor => ({
    kind,
    start: word.start,
    end: last.end,
    text: text.slice(word.start, last.end).toLowerCase(),
    noun: "",
    ordinal: 0,
    plural: false,
    isSaid: false,
    possessive: false,
    ...extra,
  });
  const closes = (item: Word | undefined) => item === undefined || item.opensClause;

  // "number three", "option 2".
  if (
    /^(?:number|option|point|step|item|nr|no|alternative|variant)$/.test(word.lower) &&
    next !== undefined &&
    !next.opensClause
  ) {
    const ordinal = CARDINAL[next.lower] ?? (/^[1-9]$/.test(next.lower) ? Number(next.lower) : 0);
    if (ordinal > 0) return make("item", next, { ordinal });
  }
  if (THINGS.has(word.lower)) {
    if (word.lower.startsWith("it") && isExpletive(words, index)) return undefined;
    const plural = word.lower.startsWith("the");
    if (!word.lower.includes("'")) return make("thing", word, { plural });
    const length = plural ? 4 : 2;
    return { ...make("thing", word, { plural }), end: word.start + length };
  }
  if (POSSESSIVES.has(word.lower)) {
    return make("thing", word, { possessive: true, plural: word.lower === "their" });
  }

  const ofOurs = saidOf(text, words, index);
  if (ofOurs !== undefined) {
    return make("named", ofOurs.last, {
      noun: stem(ofOurs.noun.lower),
      plural: /[^s]s$/.test(ofOurs.noun.lower),
      isSaid: true,
    });
  }
  if (/^(?:the|that|this|your)$/.test(word.lower)) {
    const ordinal = next === undefined || next.opensClause ? undefined : ORDINAL[next.lower];
    if (next !== undefined && /^(?:latter|former)$/.test(next.lower)) {
      return make("item", next, { ordinal: ORDINAL[next.lower] ?? 0 });
    }
    if (next !== undefined && ordinal !== undefined) {
      const noun = after !== undefined && !after.opensClause ? after : undefined;
      const isItem = noun !== undefined && ITEM_NOUN.test(noun.lower);
      if (
        noun === undefined ||
        isItem ||
        isFunctionWord(noun.lower) ||
        // "does the first work if ...": what it does, not what it is.
        (AUXILIARIES.has(before?.lower ?? "") && !word.opensClause && isDone(words, index + 2))
      ) {
        return make("item", isItem ? noun : next, { ordinal });
      }
    }
    if (next?.lower === "other" && !next.opensClause) {
      if (closes(after)) return make("other", next);
      if (ITEM_NOUN.test(after?.lower ?? "")) return make("other", after ?? next);
      if (after?.lower !== "way") return undefined;
    }
    if (word.lower === "the" && /^ones?$/.test(next?.lower ?? "")) {
      return make("thing", next ?? word, { plural: next?.lower === "ones" });
    }
  }
  // "second option it is", "does 3rd one need": without its article.
  const bareOrdinal = ORDINAL[word.lower];
  if (
    bareOrdinal !== undefined &&
    word.lower !== "last" &&
    next !== undefined &&
    !next.opensClause
  ) {
    if (ITEM_NOUN.test(next.lower)) return make("item", next, { ordinal: bareOrdinal });
    // "2nd sounds better".
    if (word.opensClause && /^(?:sounds?|looks?|is|seems?)$/.test(next.lower)) {
      return make("item", word, { ordinal: bareOrdinal });
    }
  }
  if (word.lower === "the" && next?.lower === "two" && !next.opensClause) {
    if (closes(after) || isFunctionWord(after?.lower ?? ""))
      return make("both", next, { plural: true });
  }
  if (/^(?:that|this|those|these)$/.test(word.lower)) {
    return demonstrativeAt(words, index, make);
  }
  if (word.lower === "that's" || word.lower === "thats") {
    return { ...make("fact", word), end: word.start + 4, text: "that" };
  }
  if ((word.lower === "one" || word.lower === "ones") && before !== undefined) {
    if (isPronounOne(words, index)) return make("thing", word, { plural: word.lower === "ones" });
    return undefined;
  }
  if (word.lower === "both" || word.lower === "either" || word.lower === "neither") {
    if (
      closes(next) ||
      (isFunctionWord(next?.lower ?? "") && !DETERMINERS.has(next?.lower ?? "")) ||
      isVerb(next?.lower ?? "") ||
      /^(?:work|support|run)$/.test(next?.lower ?? "")
    ) {
      return closes(next) &&
        word.lower === "either" &&
        words.some(({ lower }) => /n't$|^not$/.test(lower))
        ? undefined
        : make("both", word, { plural: true });
    }
    return undefined;
  }
  if (word.lower === "there") {
    const existential =
      /^(?:is|are|was|were|'s|isn't|aren't|will|would|should|must|can|could|has|have|exists?|any|a|an|no|some)$/.test(
        next !== undefined && !next.opensClause ? next.lower : "",
      ) ||
      /^(?:is|are|was|were|isn't|aren't|if|whether)$/.test(
        before !== undefined && !word.opensClause ? before.lower : "",
      );
    return existential ? undefined : make("place", word);
  }
  return undefined;
}

function demonstrativeAt(
  words: readonly Word[],
  index: number,
  make: (kind: AnaphorKind, last: Word, extra?: Partial<Anaphor>) => Anaphor,
): Anaphor | undefined {
  // The caller looked.
  const word = words[index] as Word;
  const before = word.opensClause ? undefined : words[index - 1];
  const next = words[index + 1];
  const plural = word.lower === "those" || word.lower === "these";
  if (next === undefined || next.opensClause) {
    return make("fact", word, { plural });
  }
  if (/^(?:one|ones)$/.test(next.lower))
    return make("thing", next, { plural: next.lower === "ones" });

  const relativeOrThat =
    word.lower === "that" &&
    before !== undefined &&
    !PREPOSITIONS.has(before.lower) &&
    !AUXILIARIES.has(before.lower) &&
    !/^(?:where|what|who|how|when|why)(?:'s|'re)?$/.test(before.lower);
  // "set that number from the file", "find that template": a noun phrase behind a verb, and nothing said of it.
  const isObject =
    relativeOrThat &&
    (isVerb(before.lower) || isEither(before.lower)) &&
    !isVerb(next.lower) &&
    endsPhrase(words, index + 1);
  if (
    relativeOrThat &&
    !isObject &&
    SAYING.test(stem(before.lower)) &&
    !NOT_NOUN_AFTER.has(next.lower)
  ) {
    return undefined;
  }

  // "where's that go": done by it, not a name for it.
  if (!relativeOrThat && isVerb(next.lower) && endsPhrase(words, index + 1)) {
    return make("fact", word, { plural });
  }
  if (isFunctionWord(next.lower) || NOT_NOUN_AFTER.has(next.lower) || next.lower.endsWith("ly")) {
    if (!relativeOrThat) return make("fact", word, { plural });
    // "the pod that is gone", "a run that it started"; but "change that in the UI", "do that without".
    const relative =
      AUXILIARIES.has(next.lower) ||
      DETERMINERS.has(next.lower) ||
      /^(?:i|we|you|it|they|which|who|never|not|only|always|no)$/.test(next.lower);
    return relative ? undefined : make("fact", word);
  }
  // "that limit", "this setting", "that 5 min", "those failed runs": up to the end of the noun run.
  let last = index + 1;
  while (
    last + 1 < words.length &&
    words[last + 1]?.opensClause === false &&
    !isFunctionWord(words[last + 1]?.lower ?? "") &&
    last - index < 3
  ) {
    last += 1;
  }
  // "is that env var safe": what is said of it is no part of it.
  while (last > index + 1 && SAID_OF.test(words[last]?.lower ?? "")) last -= 1;
  if (relativeOrThat && !isObject) {
    const isNumber = /^\d/.test(next.lower);
    const endsClause = words[last + 1] === undefined || words[last + 1]?.opensClause === true;
    const finiteVerb = /(?:s|ed)$/.test(next.lower) && !/(?:ss)$/.test(next.lower);
    if (!isNumber && (!endsClause || finiteVerb)) return undefined;
  }
  const phrase = nounPhrases(
    words
      .slice(index + 1, last + 1)
      .map(({ text }) => text)
      .join(" "),
  )[0];
  const amount = /^\d/.test(next.lower) && last > index + 1;
  const count = phrase === undefined ? (amount ? 2 : 1) : phrase.words.length;
  const noun = words[index + count] ?? next;
  return make("named", noun, {
    noun: stem(noun.lower),
    plural: plural || /[^s]s$/.test(noun.lower),
  });
}

/** "the policy you said at first", "that setting you named": up to the verb of saying. */
function saidOf(
  text: string,
  words: readonly Word[],
  index: number,
): { readonly noun: Word; readonly last: Word } | undefined {
  if (!/^(?:the|that|this|those|these)$/.test(words[index]?.lower ?? "")) return undefined;
  let at = index + 1;
  while (
    at - index <= 3 &&
    words[at]?.opensClause === false &&
    !isFunctionWord(words[at]?.lower ?? "")
  ) {
    at += 1;
  }
  const noun = words[at - 1];
  const verb = words[at + 1];
  if (at === index + 1 || noun === undefined || verb === undefined) return undefined;
  if (ITEM_NOUN.test(noun.lower)) return undefined;
  if (!/^(?:you|you've)$/.test(words[at]?.lower ?? "") || verb.opensClause) return undefined;
  const said =
    /^(?:just |also |first |earlier )?(?:said|say|mentioned|named|wrote|told|listed|described|quoted|talked|spoke)\b(?: (?:about|of|me|us))*/i;
  if (!said.test(text.slice(verb.start))) return undefined;
  return { noun, last: verb };
}

/** True when the nouns from `index` on are followed by a preposition, a conjunction or the end of the clause. */
function endsPhrase(words: readonly Word[], index: number): boolean {
  let at = index;
  while (at < words.length && (at === index || words[at]?.opensClause === false)) {
    const lower = words[at]?.lower ?? "";
    if (isFunctionWord(lower) || lower.endsWith("ly")) break;
    if (at > index && isVerb(lower)) return false;
    at += 1;
  }
  if (at === index) return false;
  const next = words[at];
  return (
    next === undefined ||
    next.opensClause ||
    PREPOSITIONS.has(next.lower) ||
    /^(?:and|or|if|when|while|then|too|please|again|instead|now|here|there|anyway|so|because)$/.test(
      next.lower,
    )
  );
}

/** True when the word is a verb there and no other follows: "does the first work if ...". */
function isDone(words: readonly Word[], index: number): boolean {
  const word = words[index];
  const next = words[index + 1];
  if (word === undefined || !(isVerb(word.lower) || isEither(word.lower))) return false;
  return next === undefined || next.opensClause || isFunctionWord(next.lower);
}

const SAID_OF =
  /(?:able|ible)$|^(?:safe|ok|okay|fine|correct|right|wrong|needed|required|necessary|slow|fast|enough|supported|allowed|encrypted|optional|mandatory|documented|deprecated|gone|global|persistent|free|big|large|small|high|low|long|still|normal|expected|secure)$/;

/** "is it possible to", "does it take long until", "it seems that": stands for what follows. */
function isExpletive(words: readonly Word[], index: number): boolean {
  const rest = words.slice(index + 1, index + 8).map(({ lower }) => lower);
  const line = rest.join(" ");
  if (
    /^(?:is |was |be |'s )?(?:also |even |still |not |really )*(?:possible|impossible|necessary|better|best|ok|okay|safe|fine|recommended|enough|worth|allowed|required|normal|common|a good idea|a bad idea|bad|good|easy|hard)(?: for \w+)? (?:to|that|for|if|when|practice)\b/.test(
      line,
    )
  ) {
    return true;
  }
  if (
    /^(?:seems?|appears?|turns? out|looks? like|happens? that|is (?:because|said that|that|when|if)|takes? (?:\w+ ){0,3}(?:to|for|until|till|before)|matters?|rains|depends)\b/.test(
      line,
    )
  ) {
    return true;
  }
  const before = words[index - 1]?.lower ?? "";
  return (
    /^(?:make|makes|find|finds|call)$/.test(before) && /^(?:possible|easy|hard|a day)\b/.test(line)
  );
}

function isPronounOne(words: readonly Word[], index: number): boolean {
  const before = words[index - 1];
  const next = words[index + 1];
  const word = words[index];
  if (before === undefined || word === undefined || word.opensClause) return false;
  if (
    /^(?:no|any|every|some|each|only|just|exactly|least|most|than|by|per|which|number|vs)$/.test(
      before.lower,
    )
  ) {
    return false;
  }
  if (next === undefined || next.opensClause) return true;
  // "is the old one overwritten": one of a kind that was spoken of.
  const article = words[index - 2];
  if (
    /^(?:the|an?)$/.test(article?.lower ?? "") &&
    /^(?:old|new|existing|current|previous|same|right|wrong|default|original|smaller|bigger|larger|newer|older)$/.test(
      before.lower,
    )
  ) {
    return true;
  }
  if (/^(?:of|by|at|or|hour|day|minute|more|time)$/.test(next.lower)) return false;
  if (/^(?:have|has|had|got|need|want|run)$/.test(before.lower) && next.lower.endsWith("ing"))
    return true;
  return isFunctionWord(next.lower) && !DETERMINERS.has(next.lower);
}

/** Words that carry on from what was said, so that a pronoun beside a noun of the message may still point back. */
const CARRIES_ON =
  /^(?:and|but|so|or|then|also)\b|\b(?:too|as well|also|either|still|anymore|any more)\b|\balso\b/i;

/** "my old queue, does that still work?": the thing first, the question about it after a comma. */
const DISLOCATED =
  /^(?:(?:and|so|but|ok)[\s,]+)*(?:my|our|the|this|that|these|those|a|an)\s(?:[^\s,]+\s){0,4}[^\s,]+,\s+(?:do|does|is|are|can|could|will|would|has|have|did|was|were|should|how|why|when|where)\s+(?:\w+\s+){0,3}(?:it|that|this|they|those|them)\b/i;

/**
 * True when the message itself has what the word stands for: a thing named before it ("if the worker dies, does it
 * ..."), or text given after it ("I get this: ...").
 */
function resolvedInside(
  text: string,
  words: readonly Word[],
  index: number,
  anaphor: Anaphor,
): boolean {
  const earlier = text.slice(0, anaphor.start);
  if (/^\s*[:"`]/.test(text.slice(anaphor.end)) && anaphor.kind !== "item") return true;
  if (DISLOCATED.test(text) && anaphor.start > text.indexOf(",") && anaphor.kind !== "item") {
    return true;
  }
  switch (anaphor.kind) {
    case "item":
    case "other":
      return false;
    case "both": {
      return / and | or |,/.test(earlier) && contentCount(earlier) >= 2;
    }
    case "named":
      return (
        nounPhrases(earlier).some(({ head }) => head === anaphor.noun) && !CARRIES_ON.test(text)
      );
    case "place":
      return (
        nounPhrases(earlier).some(({ before }) => /^(?:in|on|at|to|into|from)$/.test(before)) &&
        !CARRIES_ON.test(text)
      );
    case "thing":
    case "fact": {
      if (CARRIES_ON.test(text)) return false;
      if (
        /^ones?$/.test(anaphor.text) &&
        words[index - 1] !== undefined &&
        isContentWord(words[index - 1]?.lower ?? "")
      ) {
        return false;
      }
      const things = nounPhrases(earlier).filter(
        (phrase) =>
          !phrase.words.every(({ lower }) => EMPTY_NOUNS.has(lower)) && !isPerson(phrase.head),
      );
      // "default timeout of it?": nothing is said of a thing yet.
      const before = words.slice(0, index);
      const says = before.some(({ lower }) => isVerb(lower) || AUXILIARIES.has(lower));
      if (PREPOSITIONS.has(before.at(-1)?.lower ?? "") && !says) return false;
      if (anaphor.kind === "fact") return contentCount(earlier) >= 5 && things.length >= 2;
      // A subject of the same message: the clause before names a thing and says something about it.
      return things.length >= 1 && contentCount(earlier) >= 2 && index >= 3;
    }
  }
}

function contentCount(text: string): number {
  return wordsOf(text).filter(({ lower }) => isContentWord(lower)).length;
}

function isPerson(head: string): boolean {
  return /^(?:colleague|coworker|user|team|boss|admin|developer|engineer|guy|people|someone|manager|customer)$/.test(
    head,
  );
}
