/** What a pointing word of a follow-up stands for, and the question with it put in. */
import { findAnaphors, type Anaphor } from "./anaphora.ts";
import { isFixed, type StatementId } from "./conversation.ts";
import { contrastMembers, inContrast } from "./language/contrasts.ts";
import { nounPhrases, type NounPhrase } from "./language/noun-phrases.ts";
import { contentStems, isIdentifier, isVerb, stem, wordsOf } from "./language/words.ts";
import { actionsOf, comparedIn, optionsOf, pickOption } from "./options.ts";
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
  readonly claimId: StatementId | undefined;
  readonly isPlural?: boolean;
  /** The next likely ones. */
  readonly others?: readonly string[];
  /** The second statement of a pair. */
  readonly otherClaimId?: StatementId;
  /** True when whole statements are meant: their words become context, not a part of the sentence. */
  readonly isStatement?: boolean;
};

/** Statements looked at for what a pronoun may stand for. */
const STATEMENTS = 4;
/** Things that may be meant as well, for the context of a question that is unsure which. */
const RUNNERS_UP = 2;
/** A longer phrase is more than the thing that a word of it tells of. */
const MOST_OF_THING = 4;
/** Words of context behind a question whose pointing word stands for more than a thing. */
const CONTEXT_WORDS = 28;
/** Parts of an earlier context that are carried on. */
const MOST_OF_CONTEXT = 2;
/** A question with fewer content words gets context, however sure it is. */
const ENOUGH_WORDS = 3;
const CARRY_ON = /^(?:(?:and|but|so)[\s,]+)+(?=\S+\s+\S)/i;
/** Below this a candidate is a guess, and context is added to it. */
const SURE = 4;
/** What a statement off the point names weighs no more. */
const MOST_OF_GUESS = 3.9;
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
  const anaphors = findAnaphors(text);
  if (last === undefined) return { question: text, claimIds: [], words: [], confidence: 0.2 };

  const claimIds = new Set<StatementId>(quoted.map(({ id }) => id));
  const used: string[] = [];
  let question = "";
  let at = 0;
  let weakest = 1;
  let needsContext = anaphors.length === 0;
  let previous: string | undefined;
  const about: Statement[] = [...quoted];
  // "the second one, how do I load it": what follows is of that one.
  const meant: Statement[] = [...quoted];

  let unresolvedFact = false;
  const guesses: string[] = [];
  for (const anaphor of anaphors) {
    // "create for that, or is it automatic": both stand for the same statement.
    if (unresolvedFact && anaphor.text.startsWith("it")) continue;
    const found = isProgram(anaphor, text) ? undefined : antecedentOf(anaphor, text, past, meant);
    const ids = [found?.claimId, found?.otherClaimId].filter((id) => id !== undefined);
    for (const id of ids) claimIds.add(id);
    const sure = found !== undefined && found.score >= SURE;
    if (anaphor.kind === "place") {
      needsContext ||= anaphors.length === 1;
      if (found !== undefined && anaphors.length === 1) guesses.push(found.text);
      weakest = Math.min(weakest, 0.65);
      continue;
    }
    weakest = Math.min(weakest, found === undefined ? 0.3 : sure ? 0.85 : 0.55);
    if (!sure) needsContext = true;
    if (found?.isStatement === true) {
      const statements = allStatements(past).filter(({ id }) => ids.includes(id));
      meant.push(...statements);
      about.push(...statements);
      needsContext = true;
      continue;
    }
    // A guess is left to the context; one from the asker's own words may stand.
    const fromAsker = found?.claimId === undefined && (found?.score ?? 0) >= LIKELY;
    const fits = sure || (fromAsker && anaphor.kind !== "fact");
    if (found === undefined || !fits) {
      unresolvedFact ||= anaphor.kind === "fact";
      if (found !== undefined && guesses.length === 0) {
        const agrees = !anaphor.plural || found.isPlural !== false;
        guesses.push(...(agrees ? [found.text] : []), ...(found.others ?? []));
      }
      continue;
    }
    // The same thing twice reads badly: the second "it" may stay.
    if (found.text === previous && anaphor.kind === "thing") continue;
    previous = found.text;
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

/** "it wants an entrypoint", "it says ...": a program that was used, not the thing it was used on. */
function isProgram({ kind, end }: Anaphor, text: string): boolean {
  return (
    (kind === "thing" || kind === "fact") &&
    /^\s+(?:(?:now|still|just|also|always|then)\s+)?(?:wants?|says?|said|complain(?:s|ed)|asks?|asked|throws?|threw|prints?|printed|insists?|refuses?|tells?|told|expects?|demands?|prompts?|keeps? (?:asking|saying|telling|throwing|printing))\b/i.test(
      text.slice(end),
    )
  );
}

function asPartOf(anaphor: Anaphor, thing: string): string {
  if (anaphor.possessive) return thing.endsWith("s") ? `${thing}'` : `${thing}'s`;
  const isKind = /^the ones$/.test(anaphor.text) && nounPhrases(thing)[0]?.plural === false;
  return isKind && !isIdentifier(thing) ? `the ${thing.replace(/y$/, "ie")}s` : thing;
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
          .map(({ text }) => firstWords(proseOf(text), CONTEXT_WORDS))
          .join(" ")
      : explainedOn(last) || withoutOwnNames(coreOfQuestion(last.question));
  return contentStems(source).every((word) => have.has(word)) ? "" : source;
}

/** After a question about a word: what was quoted to define it, else the page that explains it. */
function explainedOn({ turn: { answer, resolution }, page }: Past): string {
  const isWord =
    resolution?.kind === "word" || (resolution?.kind === "quote" && resolution.words.length > 1);
  if (!isWord) return "";
  const defined =
    answer === undefined || isFixed(answer)
      ? undefined
      : answer.claims.find(({ aspect }) => aspect === "definition")?.text;
  return defined === undefined
    ? page.replace(/^how to /i, "")
    : firstWords(proseOf(defined), CONTEXT_WORDS);
}

const ASKS =
  /^(?:(?:and|so|but|ok|also)[\s,]+)*(?:(?:how (?:do|can|could|should|would) (?:i|we|you|one)|how to|what(?:'s| is| are|s)|can (?:i|we|you)|is there (?:a way|any way) to|(?:i|we) (?:want|need|would like|have) to|please|which|where (?:do|can) (?:i|we))\s+)/i;

/** A question as context of another: without its asking words, an earlier context in brackets kept once. */
function coreOfQuestion(question: string): string {
  const bracket = /^(?<main>.+?)\s*\((?<context>[^()]+)\)[\s?!.]*$/.exec(question)?.groups;
  const main = (bracket?.["main"] ?? question).replace(ASKS, "").replace(/[\s?!.]+$/, "");
  const context = bracket?.["context"];
  if (context === undefined) return firstWords(main, CONTEXT_WORDS);
  const known = new Set(contentStems(context));
  const fresh = nounPhrases(main)
    .filter(({ words }) => !words.every(({ lower }) => known.has(stem(lower))))
    .map(({ text }) => text);
  // What a question before was about comes first in its brackets, its guesses after that.
  const about = context.split("; ").slice(0, MOST_OF_CONTEXT);
  return firstWords([...fresh.slice(0, 3), ...about].join("; "), CONTEXT_WORDS);
}

/**
 * "my send_report task" becomes "my task": what people call their own things finds other people's examples of that
 * name. Names in capitals or camel case are the product's and stay.
 */
function withoutOwnNames(text: string): string {
  return text.replaceAll(
    /\b(my|our)\s+["'`]?[a-z0-9]+(?:[_-][a-z0-9]+)+["'`]?\s+(?=(?:task|flow|subflow|deployment|pool|work pool|queue|block|worker|run|job|dag|pipeline|workflow|automation|schedule)s?\b)/gi,
    "$1 ",
  );
}

function firstWords(text: string, most: number): string {
  const words = text.replace(/[\s?!.]+$/, "").split(/\s+/);
  return words.slice(0, most).join(" ").replaceAll(/[()]/g, "");
}

function allStatements(past: readonly Past[]): Statement[] {
  return past.flatMap(({ statements }) => statements);
}

function antecedentOf(
  anaphor: Anaphor,
  text: string,
  past: readonly Past[],
  quoted: readonly Statement[],
): Candidate | undefined {
  switch (anaphor.kind) {
    case "item": {
      const least = Math.max(2, ...findAnaphors(text).map(({ ordinal }) => ordinal));
      const from =
        past.findLast((item) => optionsOf(item).length >= least) ??
        past.findLast((item) => pickOption(optionsOf(item), anaphor.ordinal) !== undefined);
      const listed = /\b(?:fix(?:es)?|workaround|trick)$/.test(anaphor.text)
        ? actionsOf
        : optionsOf;
      const option = from === undefined ? undefined : pickOption(listed(from), anaphor.ordinal);
      if (option === undefined) return undefined;
      const short = wordsOf(option.text).length <= 6;
      return {
        text: option.text.replace(/[.!?]+$/, ""),
        score: 5,
        claimId: option.claimId,
        isStatement: !short,
      };
    }
    case "other":
      return theOther(past);
    case "both":
      return bothOf(past);
    case "named":
      return namedThing(anaphor, text, past, quoted);
    case "place":
    case "thing":
    case "fact":
      return bestThing(anaphor, text, past, quoted);
  }
}

/** "the other one" after a question about one thing: its rival in what was said. */
function theOther(past: readonly Past[]): Candidate | undefined {
  // The caller looked.
  const last = past.at(-1) as Past;
  const left = leftOfPair(past);
  if (left !== undefined) return left;
  const have = new Set(contentStems(last.question));
  for (const { id, text } of last.statements.slice(0, STATEMENTS)) {
    const fresh = nounPhrases(text).find(
      (phrase) => phrase.technical && !phrase.words.some(({ lower }) => have.has(stem(lower))),
    );
    if (fresh !== undefined) return { text: fresh.text, score: 2.5, claimId: id };
  }
  return undefined;
}

/** Of two things that one answer gave, the one that has not been spoken of since. */
function leftOfPair(past: readonly Past[]): Candidate | undefined {
  const at = past.findLastIndex((item) => pairOf(item) !== undefined);
  const pair = past[at] === undefined ? undefined : pairOf(past[at]);
  if (pair === undefined) return undefined;
  const since = new Set(past.slice(at + 1).flatMap(({ turn }) => turn.resolution?.claimIds ?? []));
  const left = pair.filter(({ id }) => !since.has(id));
  const [only] = left;
  return left.length === 1 && only !== undefined
    ? { text: only.text, score: 5, claimId: only.id, isStatement: true }
    : undefined;
}

function pairOf({ statements }: Past): readonly [Statement, Statement] | undefined {
  const [first, second, third] = statements;
  return first !== undefined && second !== undefined && third === undefined
    ? [first, second]
    : undefined;
}

/** The two things compared, or what the last two questions of the topic were about. */
function bothOf(past: readonly Past[]): Candidate | undefined {
  const last = past.at(-1);
  if (last === undefined) return undefined;
  const compared = past
    .slice(-2)
    .map(({ question }) => comparedIn(question))
    .find((pair) => pair.length === 2);
  if (compared !== undefined) {
    return {
      text: `${compared[0] ?? ""} and ${compared[1] ?? ""}`,
      score: SURE,
      claimId: undefined,
    };
  }
  const before = past.at(-2);
  if (before === undefined || before.topic !== last.topic) return pairSaid(last);
  const now = nounPhrases(last.question);
  const then = nounPhrases(before.question);
  const pair = now.flatMap((own) =>
    then
      .filter((other) => other.text.toLowerCase() !== own.text.toLowerCase())
      .filter((other) => other.head === own.head || rivals(own.text, other.text))
      .map((other) => [other.text, own.text] as const),
  )[0];
  if (pair === undefined) return pairSaid(last);
  return { text: `${pair[0]} and ${pair[1]}`, score: SURE, claimId: undefined };
}

/** The two statements of an answer: by what each names in code, or whole. */
function pairSaid(last: Past): Candidate | undefined {
  const [only] = last.statements;
  const inOne = only === undefined ? [] : [...new Set(codeNames(only.text))];
  if (only !== undefined && last.statements.length === 1 && inOne.length === 2) {
    return { text: inOne.join(" and "), score: 5, claimId: only.id };
  }
  const pair = pairOf(last);
  if (pair === undefined) return undefined;
  const [first, second] = pair;
  const names = pair.map(({ text }) => codeNames(text));
  const [one] = names[0] ?? [];
  const [two] = names[1] ?? [];
  const named = one !== undefined && two !== undefined && one !== two;
  return {
    text: named ? `${one} and ${two}` : first.text,
    score: 5,
    claimId: first.id,
    otherClaimId: second.id,
    isStatement: !named,
  };
}

function codeNames(text: string): string[] {
  return wordsOf(text)
    .map((word) => word.text)
    .filter((word) => isIdentifier(word) && word.length > 4);
}

function rivals(left: string, right: string): boolean {
  const theirs = contrastMembers(right);
  return contrastMembers(left).some((own) => theirs.some((other) => inContrast(own, other)));
}

/** Nouns that an identifier answers to. */
const IDENTIFIED =
  /^(?:set|setting|variabl|var|arg|param|config|option|flag|parameter|argument|field|key|env|knob|valu|property|attribut)$/;
const AMOUNTS = /^(?:number|valu|figur|amount)$/;
const SAYS_NOTHING = /^(?:number|valu|figur|amount|name|kind|type|part)$/;
const COMMANDS = /^(?:command|cli|call|subcommand)$/;

/** "that limit", "this setting": the latest phrase with that noun, or the identifier the noun stands for. */
function namedThing(
  anaphor: Anaphor,
  text: string,
  past: readonly Past[],
  quoted: readonly Statement[],
): Candidate | undefined {
  const { noun, isSaid } = anaphor;
  const said = [...quoted, ...past.toReversed().flatMap(({ statements }) => statements)];
  if (IDENTIFIED.test(noun) || COMMANDS.test(noun)) {
    for (const { id, text: statement } of said.slice(0, 12)) {
      const phrase = nounPhrases(statement).find(({ words }) =>
        words.some((word) => isIdentifier(word.text) && word.text.length > 4),
      );
      if (phrase !== undefined) return { text: phrase.text, score: 5, claimId: id };
    }
  }
  // "that number": the noun names nothing, the statement says what it is of.
  if (isSaid || SAYS_NOTHING.test(noun)) {
    const spoken =
      said.find((statement) => nounPhrases(statement.text).some(({ head }) => head === noun)) ??
      (AMOUNTS.test(noun) ? said.find((statement) => /\d/.test(statement.text)) : undefined);
    if (spoken !== undefined) {
      return { text: spoken.text, score: 5, claimId: spoken.id, isStatement: true };
    }
  }
  const item = turnOfNoun(past, noun);
  if (item === undefined) return undefined;
  const inStatements = item.statements.flatMap((statement) =>
    nounPhrases(statement.text)
      .filter(({ head }) => head === noun)
      .map((phrase) => ({ phrase, claimId: statement.id })),
  );
  const inQuestion = nounPhrases(item.question).filter(({ head }) => head === noun);
  const own = text.slice(anaphor.start, anaphor.end);
  const stays: Candidate = { text: own, score: 3, claimId: inStatements[0]?.claimId };
  const best = longest(inQuestion) ?? longest(inStatements.map(({ phrase }) => phrase));
  const bare = own.replace(/^(?:that|this|those|these)\s+/i, "");
  // "that limit" becomes "the concurrency limit"; when the text says as much already it stays, with context.
  if (best === undefined || best.words.length <= wordsOf(bare).length) {
    return stays;
  }
  const claimId = inStatements.find(({ phrase }) => phrase.text === best.text)?.claimId;
  return { text: `the ${best.text}`, score: SURE, claimId };
}

/**
 * The turn that "that limit" speaks of: one whose question names it, or says it as a verb ("limit a deployment"), then
 * one whose answer does; the latest of equals.
 */
export function turnOfNoun(past: readonly Past[], noun: string): Past | undefined {
  // Letters first: most texts have nothing like it.
  const has = (text: string) => text.toLowerCase().includes(noun.replace(/y$/, ""));
  const heads = (text: string) => has(text) && nounPhrases(text).some(({ head }) => head === noun);
  const says = (text: string) =>
    has(text) &&
    wordsOf(text)
      .flatMap(({ lower }) => lower.split(/[_.=/-]+/))
      .some((part) => stem(part) === noun);
  return (
    past.findLast(({ question }) => heads(question) || says(question)) ??
    past.findLast(({ statements }) => statements.some(({ text }) => heads(text))) ??
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
function bestThing(
  anaphor: Anaphor,
  text: string,
  past: readonly Past[],
  quoted: readonly Statement[],
): Candidate | undefined {
  const last = past.at(-1) as Past;
  const own = new Set(contentStems(text));
  const statements = (quoted.length > 0 ? quoted : last.statements.slice(0, STATEMENTS)).map(
    (statement) => ({ ...statement, text: proseOf(statement.text) }),
  );
  const said = new Set(statements.flatMap(({ text: statement }) => contentStems(statement)));
  const keptUp = new Set((last.turn.resolution?.words ?? []).map((word) => word.toLowerCase()));
  const defines = DEFINES.test(last.question);
  const candidates: Candidate[] = [];
  // "the ones tagged prod" stand for the noun, however many were spoken of.
  const isOne = /\bones?$/.test(anaphor.text);
  // Talk about a word goes on about it.
  const asked = last.turn.resolution;
  const [word] = asked?.words ?? [];
  const isWord =
    word !== undefined &&
    (asked?.kind === "word" || (asked?.kind === "quote" && asked.words.length > 1));
  if (isWord) {
    const thing = thingOfWord(word, quoted.length > 0 ? quoted : allStatements(past));
    const differs = anaphor.plural !== (nounPhrases(thing)[0]?.plural ?? false);
    candidates.push({
      text: thing,
      score: differs ? 3.5 : 7,
      claimId: asked.claimIds[0],
      isPlural: anaphor.plural !== differs,
    });
  }

  const consider = (
    phrase: NounPhrase,
    source: string,
    base: number,
    claimId: StatementId | undefined,
    most = Infinity,
  ) => {
    if (phrase.words.every(({ lower }) => own.has(stem(lower)))) return;
    if (own.has(phrase.head)) return;
    // The word asked about is a candidate already, as the thing it tells of.
    if (isWord && phrase.text.toLowerCase() === word?.toLowerCase()) return;
    let score = base;
    // "the benefit of the first": it is the first that is spoken of.
    if (phrase.after === "of" && !phrase.technical) score -= 1.5;
    const differs = anaphor.plural !== phrase.plural && !isOne;
    if (keptUp.has(phrase.text.toLowerCase())) score += differs ? 1 : 2.5;
    if (phrase.technical) score += 0.75;
    if (phrase.words.length > 1) score += 0.5;
    if (phrase.words.length > 5) score -= 1.5;
    if (differs) score -= anaphor.kind === "fact" ? 0.5 : 1.25;
    // "stays in Running": what something is in, not a thing that does anything.
    if (/^\p{Lu}\p{Ll}+(?:ed|ing)$/u.test(phrase.text)) score -= 2;
    // "keeps going offline", "gets evicted": what is done, not a thing.
    const [first] = phrase.words;
    if (first !== undefined && /(?:ing|ed)$/.test(first.lower) && isVerb(first.lower)) {
      score -= /^(?:is|are|was|were|be|been|gets?|got|keeps?|kept)$/.test(phrase.before) ? 3 : 1;
    }
    const whole = source.slice(phrase.start, phrase.end);
    const unnamed = withoutOwnNames(whole);
    score = Math.min(score, most);
    const isPlural = phrase.plural;
    candidates.push({ text: unnamed === whole ? phrase.text : unnamed, score, claimId, isPlural });
  };

  if (quoted.length === 0) {
    // What stands in brackets was only context before.
    const context = /\(/.exec(last.question)?.index ?? Infinity;
    for (const [place, phrase] of nounPhrases(last.question).entries()) {
      let base = place === 0 ? 2.25 : 1.75;
      if (phrase.start > context) base -= 1;
      if (defines && place === 0) base += 2.5;
      if (isObjectOfAsking(phrase)) base += 1;
      if (said.has(phrase.head)) base += 1.25;
      consider(phrase, last.question, base, undefined);
    }
  }
  // Guesses of before, in brackets, do not make a statement fit.
  const inQuestion = new Set(contentStems(last.question.replace(/\s*\(.*$/s, "")));
  for (const [place, statement] of statements.entries()) {
    // A statement that shares nothing with the question may be off the point: what it names is no more than a guess.
    const isOff =
      quoted.length === 0 && !contentStems(statement.text).some((one) => inQuestion.has(one));
    for (const [order, phrase] of nounPhrases(statement.text).entries()) {
      let base = 1.75 - 0.4 * place + (order === 0 ? 0.5 : 0);
      if (quoted.length > 0) base += 1.5;
      if (inQuestion.has(phrase.head)) base += 0.5;
      consider(phrase, statement.text, base, statement.id, isOff ? MOST_OF_GUESS : undefined);
    }
  }
  const ranked = distinctThings(candidates.toSorted((left, right) => right.score - left.score));
  const [best] = ranked;
  if (best === undefined) return undefined;
  const others = ranked
    .slice(1)
    .filter(({ isPlural }) => !anaphor.plural || isPlural === true)
    .slice(0, RUNNERS_UP)
    .map(({ text: thing }) => thing);
  // A bare "that" stands for what was said rather than for a thing, unless the talk was about one thing.
  const score = anaphor.kind === "fact" && !defines ? best.score - 1 : best.score;
  return { ...best, score, others };
}

function distinctThings(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ text }) => {
    const key = contentStems(text).join(" ");
    const known = seen.has(key);
    seen.add(key);
    return !known;
  });
}

/** Endings of words that tell what a thing is like. */
const DESCRIBES = /(?:ed|able|ible|al|ive|ous|ic|less|ful)$/i;

/** "global" of "a global concurrency limit": a word that only tells what a thing is like stands for that thing. */
function thingOfWord(word: string, statements: readonly Statement[]): string {
  if (!DESCRIBES.test(word)) return word;
  const wanted = wordsOf(word).map(({ lower }) => stem(lower));
  const last = wanted.at(-1);
  for (const { text } of statements) {
    for (const { text: whole, words, head } of nounPhrases(proseOf(text))) {
      const stems = words.map(({ lower }) => stem(lower));
      if (!wanted.every((one) => stems.includes(one))) continue;
      return head === last || words.length > MOST_OF_THING ? word : whole;
    }
  }
  return word;
}

/** "create a work pool", "for a work pool": what the question does something to. */
function isObjectOfAsking(phrase: NounPhrase): boolean {
  return (
    phrase.before !== "" && (isVerb(phrase.before) || /^(?:need|use|about)$/.test(phrase.before))
  );
}
