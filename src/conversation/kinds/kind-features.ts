/**
 * [pure] What can be seen of a message in its thread, as features that the kinds are weighed by: what it quotes, how it
 * leans on what came before, how long it is, and the order of its words of talk.
 */
import { findAnaphors } from "../anaphora.ts";
import { fragmentKind } from "../fragments.ts";
import { contentStems, isContentWord, isIdentifier, stem, wordsOf } from "../language/words.ts";
import type { Past } from "../past.ts";
import { isTerm, stripChatter, type Message } from "../read-message.ts";
import { matchQuote, type Statement } from "../statements.ts";
import { talkClassOf } from "./talk-classes.ts";

export type Seen = {
  readonly message: Message;
  readonly past: readonly Past[];
  readonly statements: readonly Statement[];
  readonly hasOthers: boolean;
};

/** Each feature with its value; those that are not there are 0. */
export function kindFeatures({ message, past, statements, hasOthers }: Seen): Map<string, number> {
  const features = new Map<string, number>();
  const add = (name: string) => features.set(name, 1);
  const body = stripChatter(message.body);
  const last = past.at(-1);
  for (const { text, by } of message.passages) {
    if (by === "code") continue;
    const size = isTerm(text) ? "term" : by;
    add(`passage:${size}`);
    if (matchQuote(text, statements) !== undefined) add(`passage:${size}-ours`);
  }
  if (hasOthers) add("others");
  for (const { kind } of findAnaphors(body)) add(`points:${kind}`);
  add(`fragment:${fragmentKind(body, last) ?? "none"}`);
  const content = contentStems(body);
  add(`words:${bucket(wordsOf(body).length, [0, 1, 2, 4, 7, 11, 16])}`);
  add(`content:${bucket(content.length, [0, 1, 2, 3, 5, 8])}`);

  // The small words in order.
  const asked = new Set(contentStems(last?.question ?? ""));
  const said = new Set((last?.statements ?? []).flatMap(({ text }) => contentStems(text)));
  const tokens = shapeOf(message.body, asked, said, spokenOf(content, past, statements));
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
