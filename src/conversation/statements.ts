/** What we said, statement by statement, and which of it a passage quotes. */
import { splitSentences } from "../documents/sentences.ts";
import { isContentWord, remembering, stem, wordsOf, type Word } from "./language/words.ts";
import { isFixed, type Conversation, type StatementId, type Turn } from "./conversation.ts";

export type Statement = {
  /** Key of the turn, "#", id of the claim; "#s1", "#s2" for the sentences of text without a record. */
  readonly id: StatementId;
  readonly text: string;
  readonly turnKey: string;
  /** Place of its turn in the conversation, from 0. */
  readonly turn: number;
};

export function statementsOf(turn: Turn, index = 0): Statement[] {
  if (turn.answer === undefined) return [];
  const texts = isFixed(turn.answer)
    ? sentencesOf(turn.answer.text).map((text, place) => ({ id: `s${place + 1}`, text }))
    : turn.answer.claims.map(({ id, text }) => ({ id, text }));
  return texts.map(({ id, text }) => ({
    id: `${turn.key}#${id}`,
    text,
    turnKey: turn.key,
    turn: index,
  }));
}

/** What we said in a turn about ourselves: it stands on no page and is not asked about as a statement. */
export function aboutItself({ answer }: Turn): readonly string[] {
  if (answer === undefined || isFixed(answer)) return [];
  return answer.remarks.flatMap(({ kind, values }) =>
    kind === "about-this-thread" ? [values["text"] ?? ""] : [],
  );
}

/** Sentences of a message; a line ends one as well, list marks are left out. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/\n+/)
    .map((line) => line.replace(/^\s*(?:[-*•‣]|\d+[.)])\s+/, ""))
    .flatMap((line) => splitSentences(line).map(({ start, end }) => line.slice(start, end)))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** A statement without the listings in it: a name in code is nothing that "it" stands for. */
export function proseOf(text: string): string {
  const prose = text.replaceAll(/```[\s\S]*?(?:```|$)/g, " ").trim();
  return prose === "" ? text.replaceAll("```", " ") : prose;
}

/** Everything of ours, newest turn first, within a turn in order of standing. */
export function statementsIn(conversation: Conversation): Statement[] {
  return conversation.turns
    .map((turn, index) => statementsOf(turn, index))
    .toReversed()
    .flat();
}

type Tokens = readonly string[];

function tokensOfStatement({ text }: Statement): Tokens {
  return tokensOf(text);
}

const tokensOf = remembering((text: string): Tokens =>
  wordsOf(text.replaceAll(/[`*_=\\]/g, " ")).map(({ lower }) => stem(lower)),
);

/**
 * True when `words` (a word or a few) stand in `text`, adjacent and in order; plural, case and marks aside, and written
 * together or apart ("backoff limit", `backoffLimit`).
 */
export function mentions(text: string, words: string): boolean {
  const wanted = tokensOf(words);
  const all = tokensOf(text);
  if (wanted.length === 0) return false;
  const together = joined(wanted);
  return all.some(
    (_, at) =>
      wanted.every((token, offset) => all[at + offset] === token) ||
      lengthOfJoined(all, at, together) > 0,
  );
}

function joined(tokens: Tokens): string {
  return tokens.join("").replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** How many tokens from `at` on make `wanted` when they are written together; 0 when they do not. */
function lengthOfJoined(all: Tokens, at: number, wanted: string): number {
  let made = "";
  if (all[at]?.[0] !== wanted[0]) return 0;
  for (let count = 1; made.length < wanted.length && at + count <= all.length; count += 1) {
    made += joined([all[at + count - 1] ?? ""]);
    if (made === wanted) return count;
    if (!wanted.startsWith(made)) return 0;
  }
  return 0;
}

/**
 * The words of `text` that `words` matched, as they are written there: letter for letter if they stand so, else case
 * aside, else by their stems ("Running" is not "run" where both stand). Undefined when they are not there.
 */
export function asWritten(text: string, words: string): string | undefined {
  const all = wordsOf(text);
  const asked = wordsOf(words.replaceAll(/[`*\\]/g, " "));
  if (asked.length === 0) return undefined;
  const find = (form: (word: Word) => string) => {
    const at = all.findIndex((_, place) =>
      asked.every((word, offset) => {
        const other = all[place + offset];
        return other !== undefined && form(other) === form(word);
      }),
    );
    return at === -1 ? undefined : text.slice(all[at]?.start, all[at + asked.length - 1]?.end);
  };
  return (
    find(({ text: own }) => own) ?? find(({ lower }) => lower) ?? find(({ lower }) => stem(lower))
  );
}

/** Of statements that mention the words, those that write them most as they are asked about. */
export function mostAsWritten(statements: readonly Statement[], words: string): Statement[] {
  const level = (statement: Statement) => {
    const written = asWritten(statement.text, words);
    if (written === words) return 2;
    return written?.toLowerCase() === words.toLowerCase() ? 1 : 0;
  };
  const levels = statements.map(level);
  const best = Math.max(0, ...levels);
  return statements.filter((_, place) => levels[place] === best);
}

export type QuoteMatch = {
  readonly statements: readonly Statement[];
  /** 0 to 1: the share of the passage that the statements account for. */
  readonly score: number;
};

/** Below this a passage is not held to be ours. */
const MIN_SCORE = 0.7;
/** A passage of few words shares most of them with some statement by chance: "Work queue not found". */
const SHORT_PASSAGE = 5;
const MIN_SCORE_OF_SHORT = 0.9;
/** A rest of the passage that is shorter cannot speak for another statement. */
const MIN_REST = 4;
const MIN_WORDS = 2;

/**
 * The statements that `passage` quotes: whole, cut (also with "..." in between), typed again with small changes,
 * or taken from two of them. Undefined when none accounts for enough of it.
 */
export function matchQuote(
  passage: string,
  statements: readonly Statement[],
): QuoteMatch | undefined {
  const wanted = tokensOf(passage);
  if (wanted.length < MIN_WORDS) return undefined;
  const found: Statement[] = [];
  const covered = new Set<number>();
  let rest = wanted.map((token, place) => ({ token, place }));
  let left = statements;
  while (rest.length >= Math.min(MIN_REST, wanted.length)) {
    const best = bestMatch(
      rest.map(({ token }) => token),
      left,
      found.length > 0,
    );
    if (best === undefined) break;
    found.push(best.statement);
    for (const place of best.places) covered.add(rest[place]?.place ?? 0);
    rest = rest.filter((_, place) => !best.places.has(place));
    left = left.filter(({ id }) => id !== best.statement.id);
  }
  const first = found[0];
  if (first === undefined) return undefined;
  const score = covered.size / wanted.length;
  const needed = wanted.length <= SHORT_PASSAGE ? MIN_SCORE_OF_SHORT : MIN_SCORE;
  return score >= needed ? { statements: found, score } : undefined;
}

function bestMatch(
  wanted: Tokens,
  statements: readonly Statement[],
  forRest: boolean,
): { statement: Statement; places: ReadonlySet<number> } | undefined {
  let best: { statement: Statement; places: ReadonlySet<number>; score: number } | undefined;
  for (const statement of statements) {
    if (best?.places.size === wanted.length) break;
    const tokens = tokensOfStatement(statement);
    // Words in any order are the most that an alignment can find.
    const bag = new Set(tokens);
    const most = wanted.filter((token) => bag.has(token));
    if (most.length <= (best?.places.size ?? 0) || most.length < wanted.length * 0.4) continue;
    const places = alignment(wanted, tokens);
    const needed = forRest ? Math.max(MIN_REST, wanted.length * 0.6) : wanted.length * 0.5;
    if (places.size < needed || places.size <= (best?.places.size ?? 0)) continue;
    best = { statement, places, score: places.size / wanted.length };
  }
  return best;
}

/** Places in `wanted` that `tokens` account for in order; none where they share few content words. */
function alignment(wanted: Tokens, tokens: Tokens): ReadonlySet<number> {
  const bag = new Set(tokens);
  const content = wanted.flatMap((token, place) => (isContentWord(token) ? [place] : []));
  const shared = content.filter((place) => bag.has(wanted[place] ?? ""));
  if (wanted.length > MIN_REST && shared.length * 2 < content.length) return new Set();
  return commonSubsequence(wanted, tokens);
}

/** Places in `wanted` of the longest common subsequence with `tokens`. */
function commonSubsequence(wanted: Tokens, tokens: Tokens): ReadonlySet<number> {
  const width = tokens.length + 1;
  const lengths = new Uint16Array((wanted.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = wanted.length - 1; row >= 0; row -= 1) {
    for (let column = tokens.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        wanted[row] === tokens[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const places = new Set<number>();
  let row = 0;
  let column = 0;
  while (row < wanted.length && column < tokens.length) {
    if (wanted[row] === tokens[column] && at(row, column) === at(row + 1, column + 1) + 1) {
      places.add(row);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return places;
}

/** The longest run of words of `text` that stands word for word in one statement; for quotes without marks. */
export function longestSharedRun(
  text: string,
  statements: readonly Statement[],
): { readonly statement: Statement; readonly length: number } | undefined {
  const places = new Map<string, number[]>();
  for (const [place, token] of tokensOf(text).entries()) {
    const known = places.get(token);
    if (known === undefined) places.set(token, [place]);
    else known.push(place);
  }
  let best: { statement: Statement; length: number } | undefined;
  for (const statement of statements) {
    // Lengths of the runs that end with the token before, by their last place in the text.
    let running: Map<number, number> | undefined;
    for (const token of tokensOfStatement(statement)) {
      const found = places.get(token);
      if (found === undefined) {
        running = undefined;
        continue;
      }
      const longer = new Map<number, number>();
      for (const place of found) {
        const length = (running?.get(place - 1) ?? 0) + 1;
        longer.set(place, length);
        if (length > (best?.length ?? 0)) best = { statement, length };
      }
      running = longer;
    }
  }
  return best;
}
