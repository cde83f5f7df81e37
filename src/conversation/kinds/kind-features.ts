/**
 * [pure] What can be seen of a message in its thread, as features that the kinds are weighed by: which readers found
 * something, how long it is, what of it was said before, and the order of its words of talk.
 */
import { findAnaphors } from "../anaphora.ts";
import {
  claimsToQuoteUs,
  isHelp,
  isSmallTalk,
  readBareWord,
  readCorrection,
  readDoubt,
  readRecall,
  readReturn,
  readShift,
  readWordQuestion,
} from "../cues.ts";
import { fragmentKind } from "../fragments.ts";
import { contentStems, isContentWord, isIdentifier, stem, wordsOf } from "../language/words.ts";
import type { Past } from "../past.ts";
import { stripChatter, type Message } from "../read-message.ts";
import { matchQuote, mentions, type Statement } from "../statements.ts";
import { talkClassOf } from "./talk-classes.ts";

export type Seen = {
  readonly message: Message;
  readonly past: readonly Past[];
  readonly statements: readonly Statement[];
  readonly hasOthers: boolean;
  /** Words in a row that the message shares with a statement, at most. */
  readonly run: number;
};

/** Each feature with its value; those that are not there are 0. */
export function kindFeatures({
  message,
  past,
  statements,
  hasOthers,
  run,
}: Seen): Map<string, number> {
  const features = new Map<string, number>();
  const add = (name: string, value = 1) => features.set(name, value);
  const whole = message.body;
  const body = stripChatter(whole);
  const last = past.at(-1);

  // Passages.
  let ours = false;
  for (const { text, by } of message.passages) {
    if (by === "code") continue;
    const long = text.split(/\s+/).length > 3;
    if (long) add(`passage:${by}`);
    else add("passage:term");
    if (matchQuote(text, statements) !== undefined) {
      ours = true;
      add(long ? "passage:ours" : "passage:term-ours");
    }
  }
  if (message.passages.length > 0 && !ours) add("passage:not-ours");
  if (claimsToQuoteUs(message.text)) add("says:ours");
  if (run >= 3) add("run>=3");
  if (run >= 5) add("run>=5");
  if (run >= 7) add("run>=7");

  // What the readers find.
  const asked = readWordQuestion(body);
  if (asked !== undefined) {
    const used = statements.some(({ text }) => mentions(text, asked.term));
    add(used ? "asks:word-of-ours" : "asks:word");
    if (asked.attributed) add("asks:word-attributed");
  }
  const bare = readBareWord(body);
  if (bare !== undefined) {
    const used = last?.statements.some(({ text }) => mentions(text, bare)) ?? false;
    const theirs = last !== undefined && mentions(last.question, bare);
    add(`bare:${used ? "ours" : "new"}${theirs ? "-asked" : ""}`);
  }
  const corrected = readCorrection(body);
  if (corrected !== undefined) add(corrected.explicit ? "cue:correction" : "cue:correction-weak");
  if (readDoubt(body) !== undefined) add("cue:doubt");
  const parts = body.split(/(?<=[.!?])\s+/);
  if (parts.length > 1 && readDoubt(parts.slice(1).join(" ")) !== undefined) add("cue:doubt-later");
  if (readReturn(body) !== undefined) add("cue:return");
  const shift = readShift(body);
  if (shift !== undefined) add(shift.strong ? "cue:shift" : "cue:shift-weak");
  const recall = readRecall(body);
  if (recall !== undefined) add(`cue:${recall.kind}`);
  if (isSmallTalk(whole)) add("cue:small-talk");
  if (isHelp(whole)) add("cue:help");
  if (hasOthers) add("others");
  const anaphors = findAnaphors(body);
  for (const { kind } of anaphors) add(`points:${kind}`);
  if (anaphors.length > 0) add("points");
  const fragment = fragmentKind(body, last);
  add(`fragment:${fragment ?? "none"}`);
  add(
    `fragment:${fragment === undefined ? "none" : "some"}+${anaphors.length > 0 ? "points" : "no"}`,
  );
  if (body !== whole.trim()) add("chatter");

  // Length, and what was said before.
  const words = wordsOf(body);
  const content = contentStems(body);
  add(`words:${bucket(words.length, [0, 1, 2, 4, 7, 11, 16])}`);
  add(`content:${bucket(content.length, [0, 1, 2, 3, 5, 8])}`);
  const askedStems = new Set(contentStems(last?.question ?? ""));
  const saidStems = new Set((last?.statements ?? []).flatMap(({ text }) => contentStems(text)));
  const before = spokenOf(content, past, statements);
  const known = content.filter((word) => askedStems.has(word) || saidStems.has(word)).length;
  const fresh = content.filter((word) => !before.has(word)).length;
  if (content.length > 0) {
    add("share-known", known / content.length);
    add("share-new", fresh / content.length);
    add(`known:${bucket(known, [0, 1, 2, 4])}`);
    add(`new:${bucket(fresh, [0, 1, 2, 4])}`);
  }

  // The small words in order.
  const tokens = shapeOf(whole, askedStems, saidStems, before);
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1];
    add(`1 ${token}`);
    if (next !== undefined) add(`2 ${token} ${next}`);
  }
  return features;
}

/** Which of the words were spoken of in the thread. */
export function spokenOf(
  words: readonly string[],
  past: readonly Past[],
  statements: readonly Statement[],
): ReadonlySet<string> {
  const left = new Set(words);
  const found = new Set<string>();
  const look = (text: string) => {
    for (const word of contentStems(text)) {
      if (!left.delete(word)) continue;
      found.add(word);
    }
  };
  for (const { question } of past) look(question);
  for (const { text } of statements) {
    if (left.size === 0) break;
    look(text);
  }
  return found;
}

const PUNCTUATION = /[?!.,:;]+|\s[–—-]+\s|…/g;

/**
 * The message with words of talk by their class, and what it is about by where that was spoken of: A in our answer, Q in
 * the question, T earlier, N nowhere (I: an identifier).
 */
function shapeOf(
  text: string,
  asked: ReadonlySet<string>,
  said: ReadonlySet<string>,
  before: ReadonlySet<string>,
): string[] {
  const tokens = ["^"];
  let end = 0;
  const gap = (from: number, to: number) => {
    for (const [mark] of text.slice(from, to).matchAll(PUNCTUATION)) {
      const sign = mark.trim();
      tokens.push(
        /^[–—-]/.test(sign) ? "-" : sign.includes("?") ? "?" : sign.length > 1 ? "..." : sign,
      );
    }
  };
  for (const word of wordsOf(text)) {
    gap(end, word.start);
    end = word.end;
    let token: string;
    const stemmed = stem(word.lower);
    const talk = talkClassOf(word.lower);
    if (talk !== undefined) token = talk;
    else if (!isContentWord(word.lower)) token = /^\d/.test(word.lower) ? "#" : word.lower;
    else if (said.has(stemmed)) token = "A";
    else if (asked.has(stemmed)) token = "Q";
    else if (before.has(stemmed)) token = "T";
    else token = isIdentifier(word.text) ? "I" : "N";
    // A run of words of one class counts once.
    if (token.length === 1 && /[AQTNI#]/.test(token) && tokens.at(-1) === token) continue;
    tokens.push(token);
  }
  gap(end, text.length);
  tokens.push("$");
  return tokens;
}

function bucket(value: number, bounds: readonly number[]): string {
  return String(bounds.findIndex((bound) => value <= bound));
}
