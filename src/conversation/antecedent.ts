/** What a pointing word of a follow-up stands for, and the question with it put in. */
import { findAnaphors, type Anaphor } from "./anaphora.ts";
import { isFixed, type Resolution, type StatementId } from "./conversation.ts";
import { nounPhrases, type NounPhrase } from "./language/noun-phrases.ts";
import { contentStems, isIdentifier, isVerb, stem, wordsOf, type Word } from "./language/words.ts";
import { comparedIn, optionsOf, pickOption } from "./options.ts";
import type { Past } from "./past.ts";
import { proseOf, type Statement } from "./statements.ts";

export type Pointed = {
  readonly question: string;
  readonly claimIds: readonly StatementId[];
  /** The things that were put in, as they were written before. */
  readonly words: readonly string[];
  readonly confidence: number;
};

type Candidate = {
  readonly text: string;
  readonly score: number;
  readonly claimIds: readonly StatementId[];
  /** The next likely ones. */
  readonly others?: readonly string[];
  /** True when whole statements are meant: their words become context, not a part of the sentence. */
  readonly isStatement?: boolean;
};

/** Statements looked at for what a pronoun may stand for. */
const STATEMENTS = 4;
/** Things that may be meant as well, for the context of a question that is unsure which. */
const RUNNERS_UP = 2;
/** Words of context behind a question whose pointing word stands for more than a thing. */
const CONTEXT_WORDS = 28;
/** Parts of an earlier context that are carried on. */
const MOST_OF_CONTEXT = 2;
/** A question with fewer content words gets context, however sure it is. */
const ENOUGH_WORDS = 3;
/** An option with more words is a statement. */
const MOST_OF_OPTION = 6;
const CARRY_ON = /^(?:(?:and|but|so)[\s,]+)+(?=\S+\s+\S)/i;
/** Below this a candidate is a guess, and context is added to it. */
const SURE = 4;
/** A candidate from the asker's own words may stand from here on. */
const LIKELY = 3;

/**
 * `text` with what it points at: things are put in the place of the words that stand for them, and where a whole
 * statement is meant, the words of the question it belongs to follow in brackets. `past` is oldest first, its last
 * turn the one pointed at; `quoted` are statements that the message quotes.
 */
export function resolvePointers(
  text: string,
  past: readonly Past[],
  quoted: readonly Statement[] = [],
): Pointed {
  const last = past.at(-1);
  if (last === undefined) return { question: text, claimIds: [], words: [], confidence: 0.2 };
  const anaphors = findAnaphors(text);
  const claimIds = new Set<StatementId>(quoted.map(({ id }) => id));
  const used: string[] = [];
  const guesses: string[] = [];
  // "the second one, how do I load it": what follows is of that one.
  const about: Statement[] = [...quoted];
  let question = "";
  let at = 0;
  let weakest = 1;
  let needsContext = anaphors.length === 0;

  for (const anaphor of anaphors) {
    const found = antecedentOf(anaphor, text, { past, last, quoted: about });
    for (const id of found?.claimIds ?? []) claimIds.add(id);
    const sure = found !== undefined && found.score >= SURE && anaphor.kind !== "place";
    weakest = Math.min(weakest, found === undefined ? 0.3 : sure ? 0.85 : 0.55);
    if (!sure) needsContext = true;
    if (found === undefined) continue;
    if (found.isStatement === true) {
      about.push(...statementsOfAll(past).filter(({ id }) => found.claimIds.includes(id)));
      needsContext = true;
      continue;
    }
    // A guess is left to the context; one from the asker's own words may stand.
    const isAskers = found.claimIds.length === 0 && found.score >= LIKELY;
    if (!sure && !(isAskers && anaphor.kind === "thing")) {
      if (guesses.length === 0) guesses.push(found.text, ...(found.others ?? []));
      continue;
    }
    // The same thing twice reads badly: the second "it" may stay.
    if (found.text === used.at(-1) && anaphor.kind === "thing") continue;
    used.push(found.text);
    question += text.slice(at, anaphor.start) + asPartOf(anaphor, found.text);
    at = anaphor.end;
  }
  question = (question + text.slice(at)).replace(CARRY_ON, "");
  // So few words find anything that has them.
  needsContext ||= contentStems(question).length < ENOUGH_WORDS;

  const context = needsContext ? contextFor(question, last, about) : "";
  const known = new Set(contentStems(`${question} ${context}`));
  const guessed = guesses.filter((guess) => contentStems(guess).some((word) => !known.has(word)));
  return {
    question: context === "" ? question : `${question} (${[context, ...guessed].join("; ")})`,
    claimIds: [...claimIds],
    words: used,
    confidence: anaphors.length === 0 ? 0.5 : weakest,
  };
}

function asPartOf(anaphor: Anaphor, thing: string): string {
  return anaphor.possessive ? `${thing}${thing.endsWith("s") ? "'" : "'s"}` : thing;
}

/**
 * What a question that cannot say it itself is about: the statements meant, or the last question; at most
 * `CONTEXT_WORDS` words of it. "" when the question has all of it already.
 */
export function contextFor(question: string, last: Past, about: readonly Statement[] = []): string {
  const have = new Set(contentStems(question));
  const source =
    about.length > 0
      ? about
          .slice(0, 2)
          .map(({ text }) => firstWords(proseOf(text)))
          .join(" ")
      : definedIn(last) || withoutOwnNames(coreOfQuestion(last.question));
  return contentStems(source).every((word) => have.has(word)) ? "" : source;
}

/** Asks about a word, alone or in a passage of ours. */
function isAboutWord(resolution: Resolution | undefined): boolean {
  const { kind, words = [] } = resolution ?? {};
  return kind === "word" || (kind === "quote" && words.length > 1);
}

/** After a question about a word: what was quoted to define it. */
function definedIn({ turn: { answer, resolution } }: Past): string {
  if (answer === undefined || isFixed(answer) || !isAboutWord(resolution)) return "";
  const defined = answer.claims.find(({ aspect }) => aspect === "definition");
  return defined === undefined ? "" : firstWords(proseOf(defined.text));
}

const ASKS =
  /^(?:(?:and|so|but|ok|also)[\s,]+)*(?:(?:how (?:do|can|could|should|would) (?:i|we|you|one)|how to|what(?:'s| is| are|s)|can (?:i|we|you)|is there (?:a way|any way) to|(?:i|we) (?:want|need|would like|have) to|please|which|where (?:do|can) (?:i|we))\s+)/i;

/** A question as context of another: without its asking words, an earlier context in brackets kept once. */
function coreOfQuestion(question: string): string {
  const bracket = /^(?<main>.+?)\s*\((?<context>[^()]+)\)[\s?!.]*$/.exec(question)?.groups;
  const main = (bracket?.["main"] ?? question).replace(ASKS, "").replace(/[\s?!.]+$/, "");
  const context = bracket?.["context"];
  if (context === undefined) return firstWords(main);
  const known = new Set(contentStems(context));
  const fresh = nounPhrases(main)
    .filter(({ words }) => !words.every(({ lower }) => known.has(stem(lower))))
    .map(({ text }) => text);
  // What a question before was about comes first in its brackets, its guesses after that.
  const about = context.split("; ").slice(0, MOST_OF_CONTEXT);
  return firstWords([...fresh.slice(0, 3), ...about].join("; "));
}

/** "my send_report task" becomes "my task": what people call their own things finds other people's examples of that name. */
function withoutOwnNames(text: string): string {
  return text.replaceAll(
    /\b(my|our)\s+["'`]?[a-z0-9]+(?:[_-][a-z0-9]+)+["'`]?\s+(?=\p{Ll})/giu,
    "$1 ",
  );
}

function firstWords(text: string): string {
  const words = text.replace(/[\s?!.]+$/, "").split(/\s+/);
  return words.slice(0, CONTEXT_WORDS).join(" ").replaceAll(/[()]/g, "");
}

function statementsOfAll(past: readonly Past[]): Statement[] {
  return past.flatMap(({ statements }) => statements);
}

type Thread = {
  readonly past: readonly Past[];
  readonly last: Past;
  readonly quoted: readonly Statement[];
};

function antecedentOf(anaphor: Anaphor, text: string, thread: Thread): Candidate | undefined {
  const { past, last } = thread;
  switch (anaphor.kind) {
    case "item": {
      const from =
        past.findLast((item) => optionsOf(item).length > 1) ??
        past.findLast((item) => optionsOf(item).length > 0);
      const option = from === undefined ? undefined : pickOption(optionsOf(from), anaphor.ordinal);
      return option === undefined ? undefined : optionMeant([option]);
    }
    case "other": {
      const from = past.findLast((item) => optionsOf(item).length === 2);
      if (from === undefined) return unasked(last);
      const since = past.slice(past.indexOf(from) + 1);
      const spoken = new Set(since.flatMap(({ turn }) => turn.resolution?.claimIds ?? []));
      const left = optionsOf(from).filter(({ claimId }) => !spoken.has(claimId ?? ""));
      return left[0] === undefined ? undefined : optionMeant(left.slice(0, 1));
    }
    case "both": {
      const compared = past.slice(-2).map(({ question }) => comparedIn(question));
      const pair = compared.find(({ length }) => length === 2);
      if (pair !== undefined) return { text: pair.join(" and "), score: SURE, claimIds: [] };
      const said = optionsOf(last);
      return said.length === 2 ? optionMeant(said) : undefined;
    }
    case "named":
      return namedThing(anaphor, text, thread);
    case "place":
    case "thing":
    case "fact":
      return bestThing(anaphor, text, thread);
  }
}

/** A thing of the answer that its question does not name: a guess. */
function unasked({ question, statements }: Past): Candidate | undefined {
  const asked = new Set(contentStems(question));
  return statements.slice(0, STATEMENTS).flatMap(({ id, text }) =>
    nounPhrases(text)
      .filter(
        ({ technical, words }) => technical && !words.some(({ lower }) => asked.has(stem(lower))),
      )
      .map((phrase) => ({ text: phrase.text, score: 1, claimIds: [id] })),
  )[0];
}

/** Options in the place of what stands for them: short ones by their words, one of a statement by what it names in code. */
function optionMeant(options: ReturnType<typeof optionsOf>): Candidate {
  const names = options.map(({ text }) => {
    const code = wordsOf(text).find(isCodeName);
    return options.length > 1 && code !== undefined ? code.text : text.replace(/[.!?]+$/, "");
  });
  const claimIds = options.flatMap(({ claimId }) => claimId ?? []);
  const isStatement = names.some((name) => wordsOf(name).length > MOST_OF_OPTION);
  return { text: names.join(" and "), score: SURE, claimIds, isStatement };
}

function isCodeName({ text }: Pick<Word, "text">): boolean {
  return isIdentifier(text) && text.length > 4;
}

/** Nouns that an identifier answers to, as stems. */
const IDENTIFIED =
  /^(?:set|setting|variabl|var|env|flag|option|parameter|argument|field|command|key)$/;

/** "that limit": the latest phrase with that noun; where the noun names nothing more, the statement that has it. */
function namedThing(anaphor: Anaphor, text: string, thread: Thread): Candidate | undefined {
  const { noun } = anaphor;
  const said = [...thread.quoted, ...statementsOfAll(thread.past.toReversed())];
  const heads = (of: string) => nounPhrases(of).filter(({ head }) => head === noun);
  if (IDENTIFIED.test(noun)) {
    for (const { id, text: statement } of said) {
      const phrase = nounPhrases(statement).find(({ words }) => words.some(isCodeName));
      if (phrase !== undefined) return { text: phrase.text, score: SURE, claimIds: [id] };
    }
  }
  const spoken = said.find((statement) => heads(statement.text).length > 0);
  // "the policy you mentioned": what was said of it tells which.
  if (/\byou(?:'ve)?\b/.test(anaphor.text) && spoken !== undefined) {
    return { text: spoken.text, score: SURE, claimIds: [spoken.id], isStatement: true };
  }
  const item = turnOfNoun(thread.past, noun);
  if (item === undefined) return undefined;
  const own = text.slice(anaphor.start, anaphor.end);
  const claimIds = item.statements
    .filter((statement) => heads(statement.text).length > 0)
    .slice(0, 1)
    .map(({ id }) => id);
  const best =
    longest(heads(item.question)) ??
    longest(item.statements.flatMap((statement) => heads(statement.text)));
  // "that limit" becomes "the concurrency limit"; when the text says as much already it stays, with context.
  return best === undefined || best.words.length < wordsOf(own).length
    ? { text: own, score: LIKELY, claimIds }
    : { text: `the ${best.text}`, score: SURE, claimIds };
}

/**
 * The turn that "that limit" speaks of: one whose question names it, or says it as a verb ("limit a deployment"), then
 * one whose answer does; the latest of equals.
 */
export function turnOfNoun(past: readonly Past[], noun: string): Past | undefined {
  // Letters first: most texts have nothing like it.
  const says = (text: string) =>
    text.toLowerCase().includes(noun.replace(/y$/, "")) &&
    wordsOf(text)
      .flatMap(({ lower }) => lower.split(/[_.=/-]+/))
      .some((part) => stem(part) === noun);
  return (
    past.findLast(({ question }) => says(question)) ??
    past.findLast(({ statements }) => statements.some(({ text }) => says(text)))
  );
}

function longest(phrases: readonly NounPhrase[]): NounPhrase | undefined {
  return phrases.toSorted((left, right) => right.words.length - left.words.length)[0];
}

const DEFINES =
  /^(?:and |so |ok )*(?:what(?:'s| is| are|s| does| do)|define|explain|who is|tell me about)\b/i;

/**
 * The thing that "it" or "that" most likely stands for. What the last question was about weighs most, more so when
 * it was itself put in for a pronoun (talk keeps to its subject); then what question and answer share.
 */
function bestThing(anaphor: Anaphor, text: string, thread: Thread): Candidate | undefined {
  const { last, quoted } = thread;
  const own = new Set(contentStems(text));
  const statements = quoted.length > 0 ? quoted : last.statements.slice(0, STATEMENTS);
  const prose = statements.map((statement) => proseOf(statement.text));
  const said = new Set(prose.flatMap((statement) => contentStems(statement)));
  const { words = [], claimIds = [] } = last.turn.resolution ?? {};
  const keptUp = new Set(words.map((word) => word.toLowerCase()));
  const defines = DEFINES.test(last.question);
  const candidates: Candidate[] = [];
  const [word] = words;
  // Talk about a word goes on about it.
  if (word !== undefined && isAboutWord(last.turn.resolution)) {
    candidates.push({ text: word, score: 7, claimIds: claimIds.slice(0, 1) });
  }

  const consider = (phrase: NounPhrase, source: string, base: number, claimId?: StatementId) => {
    if (own.has(phrase.head)) return;
    let score = base;
    if (keptUp.has(phrase.text.toLowerCase())) score += 2.5;
    if (phrase.technical) score += 0.75;
    if (phrase.words.length > 1) score += 0.5;
    // "the ones tagged prod" stand for the noun, however many were spoken of.
    const differs = anaphor.plural !== phrase.plural && !/\bones?$/.test(anaphor.text);
    if (differs) score -= 1.25;
    const whole = source.slice(phrase.start, phrase.end);
    const unnamed = withoutOwnNames(whole);
    candidates.push({
      text: unnamed === whole ? phrase.text : unnamed,
      score,
      claimIds: claimId === undefined ? [] : [claimId],
    });
  };
  if (quoted.length === 0) {
    // What stands in brackets was only context before.
    const context = /\(/.exec(last.question)?.index ?? Infinity;
    for (const [place, phrase] of nounPhrases(last.question).entries()) {
      let base = place === 0 ? 2.25 : 1.75;
      if (phrase.start > context) base -= 1;
      if (defines && place === 0) base += 2.5;
      // "create a work pool": what the question does something to.
      if (phrase.before !== "" && isVerb(phrase.before)) base += 1;
      if (said.has(phrase.head)) base += 1.25;
      consider(phrase, last.question, base);
    }
  }
  const asked = new Set(contentStems(last.question.replace(/\s*\(.*$/s, "")));
  for (const [place, statement] of prose.entries()) {
    for (const [order, phrase] of nounPhrases(statement).entries()) {
      let base = 1.75 - 0.4 * place + (order === 0 ? 0.5 : 0);
      if (quoted.length > 0) base += 1.5;
      if (asked.has(phrase.head)) base += 0.5;
      consider(phrase, statement, base, statements[place]?.id);
    }
  }
  const ranked = distinctThings(candidates.toSorted((left, right) => right.score - left.score));
  const [best, ...rest] = ranked;
  if (best === undefined) return undefined;
  const others = rest.slice(0, RUNNERS_UP).map((each) => each.text);
  // A bare "that" stands for what was said rather than for a thing, unless the talk was about one thing.
  const score = anaphor.kind === "fact" && !defines ? best.score - 1 : best.score;
  return { ...best, score, others };
}

function distinctThings(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ text }) => {
    const key = contentStems(text).join(" ");
    return !seen.has(key) && seen.add(key);
  });
}
