/** Fragments made whole: the last question with the part replaced that the fragment stands for. */
import { contrastMembers, inContrast } from "./language/contrasts.ts";
import { nounPhrases, type NounPhrase } from "./language/noun-phrases.ts";
import { AUXILIARIES, PREPOSITIONS, stem, wordsOf } from "./language/words.ts";

export type Completion = {
  readonly question: string;
  /** What was put in, and what it took the place of ("" when it was only added). */
  readonly part: string;
  readonly replaced: string;
  /** 0 to 1. */
  readonly confidence: number;
};

const LEAD =
  /^(?:(?:and|or|but|so|then|also|ok|hm+|plus|now)[\s,]+)*(?:(?:what|how) (?:about|abt|of|if (?:it(?:'s| is)|i use|we use|i'm on|we're on))\s+|what's with\s+|(?:is it )?(?:the )?same (?:goes )?(?:for|with|on|in) |same (?:question|thing) (?:but )?(?=for|with|on|in)|likewise\s+)?/i;
const TRAIL = /(?:[\s,]+(?:then|though|tho|instead|please|pls|too|as well|also))*\s*[?!.]*$/i;

/** The fragment without the words that only tie it to the talk. */
export function coreOfFragment(fragment: string): string {
  const lead = LEAD.exec(fragment)?.[0] ?? "";
  const keepsPreposition =
    /(?:same (?:question|thing)? ?|(?:the )?same (?:goes )?)(for|with|on|in) $/i.exec(lead);
  const core = `${keepsPreposition?.[1] === undefined ? "" : `${keepsPreposition[1]} `}${fragment.slice(lead.length)}`;
  return core.replace(TRAIL, "").trim();
}

/** "..., got an example": asked for with the last question, no condition of the next. */
const ASKED_FOR =
  /,\s*(?:(?:have you )?got|any|have|give me|show me|can you show)?\s*(?:an?|the|me an?)?\s*(?:\w+ )?(?:examples?|snippets?|samples?|links?|docs?)$/i;
/** `last` is the resolved question that the fragment belongs to. */
export function completeFragment(fragment: string, last: string): Completion {
  // Context in brackets is not part of the question: it stays behind it.
  const bracket = /^(?<main>.+?)\s*(?<context>\([^()]+\))[\s?!.]*$/.exec(last)?.groups;
  if (bracket === undefined) return completeMain(fragment, last);
  const completed = completeMain(fragment, bracket["main"] ?? last);
  const question = completed.question.replace(/\?$/, "");
  return { ...completed, question: `${question} ${bracket["context"] ?? ""}?` };
}

function completeMain(fragment: string, last: string): Completion {
  const part = coreOfFragment(fragment);
  const question = last.replace(/[\s?!.]+$/, "").replace(ASKED_FOR, "");
  // "only for one deployment" narrows the question down; it takes nothing's place.
  if (NARROWS.test(part)) return append(part, question);
  return replaceParallel(part, question) ?? append(part, question);
}

function result(question: string, part: string, replaced: string, confidence: number): Completion {
  return { question: `${question}?`, part, replaced, confidence };
}

function splice(text: string, start: number, end: number, by: string): string {
  return `${text.slice(0, start)}${by}${text.slice(end)}`;
}

const NARROWS = /^(?:only|just|even) (?:for|in|on|with|from|at|by|when|if)\b/i;
/** "the ECS one", "the paused ones": what stands before "one" modifies a noun of the question. */
const MODIFIER_ONE =
  /^(?:(?:for|with|on|in|from|to|about)\s+)?(?:(?:the|a|an|only the|only)\s+)?(?<modifier>.+?)\s+ones?$/i;

function replaceParallel(part: string, question: string): Completion | undefined {
  const modifier = MODIFIER_ONE.exec(part)?.groups?.["modifier"];
  const inserted = modifier ?? withoutPreposition(part);
  const phrase = nounPhrases(inserted)[0];
  // A clause of its own ("only if it happens twice") replaces nothing.
  if (phrase === undefined || wordsOf(inserted).length > 6 || isClause(inserted)) return undefined;
  const theirs = nounPhrases(question);

  const sameHead =
    modifier === undefined
      ? theirs.findLast((other) => other.head === phrase.head && !sameWords(other, phrase))
      : undefined;
  if (sameHead !== undefined) {
    return replaced(question, sameHead.coreStart, sameHead.end, inserted, 0.85, sameHead);
  }

  const members = contrastMembers(inserted);
  for (const rival of contrastMembers(question)) {
    const member = members.find((own) => inContrast(own, rival));
    if (member === undefined) continue;
    const holder = theirs.find(
      ({ coreStart, end }) => coreStart <= rival.start && rival.end <= end,
    );
    // A modifier of the same sort as what changes goes with it ("the self hosted server" for "a worker"); others stay
    // ("concurrent flows", "concurrent tasks").
    const before = holder === undefined ? "" : question.slice(holder.coreStart, rival.start);
    const opposed = contrastMembers(before).length > 0;
    if (
      modifier === undefined &&
      holder !== undefined &&
      holder.end === rival.end &&
      (opposed || before === "")
    ) {
      return replaced(question, holder.coreStart, holder.end, inserted, 0.85, holder);
    }
    const by = modifier ?? inserted.replace(/^(?:the|a|an|my|our|your)\s+/i, "");
    return result(
      splice(question, rival.start, rival.end, by),
      part,
      question.slice(rival.start, rival.end),
      0.8,
    );
  }

  const preposition = wordsOf(part)[0]?.lower ?? "";
  if (PREPOSITIONS.has(preposition) && preposition !== "without") {
    const same = theirs.findLast(({ before }) => before === preposition);
    if (same !== undefined)
      return replaced(question, same.coreStart, same.end, inserted, 0.7, same);
  }
  return undefined;
}

/** Has a subject and a verb of its own: "it's our own server", "we have no queue". */
function isClause(text: string): boolean {
  return wordsOf(text).some(
    ({ lower }, index) =>
      /^(?:i|we|you|it|they|there)(?:'\w+)?$/.test(lower) || (index > 0 && AUXILIARIES.has(lower)),
  );
}

function replaced(
  question: string,
  start: number,
  end: number,
  by: string,
  confidence: number,
  phrase: NounPhrase,
): Completion {
  const bare = by.replace(/^(?:the|a|an|my|our|your)\s+/i, "");
  // The article stays when number agrees; "a flow" gives way to "tasks" with its article.
  const article = question.slice(phrase.start, phrase.coreStart);
  const plural = nounPhrases(bare)[0]?.plural ?? false;
  const singularArticle = /^(?:an?|one|this|that|each|every)\s/i.test(article);
  const from = plural && singularArticle ? phrase.start : start;
  return result(splice(question, from, end, bare), by, question.slice(start, end), confidence);
}

function withoutPreposition(part: string): string {
  const first = wordsOf(part)[0];
  return first !== undefined && PREPOSITIONS.has(first.lower) && first.start === 0
    ? part.slice(first.end).trim()
    : part;
}

function sameWords(left: NounPhrase, right: NounPhrase): boolean {
  const stems = (phrase: NounPhrase) => phrase.words.map(({ lower }) => stem(lower)).join(" ");
  return stems(left) === stems(right);
}

/** The fragment after the question, as a further condition of it. */
function append(part: string, question: string): Completion {
  return result(`${question}, ${part}`, part, "", 0.6);
}

/** Puts `instead` where `of` stands in the question; undefined when it does not stand there. */
export function replaceNamed(question: string, of: string, instead: string): string | undefined {
  const wanted = wordsOf(of).map(({ lower }) => stem(lower));
  const words = wordsOf(question);
  for (let at = 0; wanted.length > 0 && at + wanted.length <= words.length; at += 1) {
    if (!wanted.every((token, offset) => stem(words[at + offset]?.lower ?? "") === token)) continue;
    const start = words[at]?.start ?? 0;
    const end = words[at + wanted.length - 1]?.end ?? 0;
    return splice(question, start, end, instead);
  }
  return undefined;
}
