/** A question as weighted tokens. */
import { STOP_WORDS, tokenize } from "../documents/tokenize.ts";

/** More than this of a question is not read. */
const MAX_CHARACTERS = 20_000;
const MAX_TOKENS = 128;

export type QueryToken = { readonly token: string; readonly weight: number };

/** Distinct tokens in order of first use; question words are left out unless there is nothing else. */
export function queryTokens(question: string): readonly QueryToken[] {
  const tokens = [...new Set(tokenize(question.slice(0, MAX_CHARACTERS)))];
  const content = tokens.filter((token) => !STOP_WORDS.has(token));
  return (content.length === 0 ? tokens : content)
    .slice(0, MAX_TOKENS)
    .map((token) => ({ token, weight: 1 }));
}
