/** The answer to a question of ours: one of the readings we offered. */
import type { AnswerOption } from "../../documents/answer.ts";
import { type Conversation, isFixed, type Resolution } from "../conversation.ts";
import { contentStems } from "../language/words.ts";
import { make } from "./resolution.ts";

const NUMBER =
  /^(?:(?:option|number|no|nr|the|#)[\s.]*)?(?<number>[1-9]|one|two|three|four|first|second|third|fourth|last)(?:st|nd|rd|th)?(?:\s+(?:one|option))?[\s.):!]*(?:please|pls)?[\s.!]*$/i;
const NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  first: 1,
  two: 2,
  second: 2,
  three: 3,
  third: 3,
  four: 4,
  fourth: 4,
  last: -1,
};

/** `text` is plain, chatter off; `author` wrote it. Undefined when we did not ask this person, or it chooses nothing. */
export function readChoice(
  text: string,
  { turns }: Conversation,
  author: string | undefined,
): Resolution | undefined {
  const last = turns.at(-1);
  if (last?.answer === undefined || isFixed(last.answer)) return undefined;
  const { kind, options } = last.answer;
  if (kind !== "asked-back" || options === undefined) return undefined;
  if (author !== undefined && author !== last.author) return undefined;
  const chosen = optionMeant(text, options);
  if (chosen === undefined) return undefined;
  const { label, question, scope } = chosen;
  const { product, version } = scope ?? {};
  return {
    ...make("pointer", question, 1, { words: [label] }),
    ...(scope === undefined
      ? {}
      : {
          scope: {
            ...(product === undefined ? {} : { product }),
            ...(version === undefined ? {} : { version }),
          },
        }),
  };
}

/** By its number, by its label, or by words that only one of the labels has. */
function optionMeant(text: string, options: readonly AnswerOption[]): AnswerOption | undefined {
  const said = NUMBER.exec(text)?.groups?.["number"]?.toLowerCase();
  if (said !== undefined) return options.at(at(NUMBERS[said] ?? Number(said)));
  const wanted = text
    .trim()
    .toLowerCase()
    .replace(/[\s.!?]+$/, "");
  const named = options.find(({ label }) => label.toLowerCase() === wanted);
  if (named !== undefined) return named;
  const words = contentStems(text);
  if (words.length === 0) return undefined;
  const having = options.filter(({ label }) => {
    const own = new Set(contentStems(label));
    return words.every((word) => own.has(word));
  });
  return having.length === 1 ? having[0] : undefined;
}

/** An index for `Array.at` from a number that counts from 1; beyond the end for none. */
function at(number: number): number {
  return number > 0 ? number - 1 : number;
}
