/** A passage of ours in a message: in quotation marks, in a block quote, after "you said", or simply pasted. */
import { findAnaphors } from "../anaphora.ts";
import { resolvePointers } from "../antecedent.ts";
import type { Resolution } from "../conversation.ts";
import { type WordQuestion, claimsToQuoteUs, readWordQuestion } from "../cues.ts";
import { contentStems, isContentWord, wordsOf } from "../language/words.ts";
import { isTerm, stripChatter } from "../read-message.ts";
import {
  type Statement,
  asWritten,
  longestSharedRun,
  matchQuote,
  mentions,
} from "../statements.ts";
import { joined, make, shortened } from "./resolution.ts";
import type { Talk } from "./talk.ts";
import { furtherQuestion } from "./word.ts";

/** Words in a row that nobody shares with us by chance. */
const QUOTED_RUN = 6;
/** Words in a row that may be a quote when the message has the air of one. */
const LEAST_RUN = 3;

/** A passage of ours: in quotation marks, in a block quote, after "you said", or simply pasted. */
export function readQuote(talk: Talk): Resolution | undefined {
  const { passages, text } = talk.message;
  const ours = claimsToQuoteUs(text);
  for (const passage of passages) {
    if (passage.by === "code") continue;
    if (passage.by === "quoted" && isTerm(passage.text)) continue;
    const match = matchQuote(passage.text, talk.statements);
    if (match !== undefined) {
      return quoted(talk, match.statements, passage.text, talk.body, match.score);
    }
    if (ours && passage.by === "quoted" && !talk.askedBy(passage.text))
      return neverSaid(talk, passage.text);
  }
  if (wordsOf(text).length < QUOTED_RUN) return undefined;
  const run = talk.sharedRun();
  const question = talk.last?.question ?? "";
  if (run === undefined || run.length < QUOTED_RUN) return undefined;
  // Words of the asker's own question come back in our answer and prove nothing.
  const shared = longestSharedRun(text, [{ ...run.statement, text: question }]);
  if ((shared?.length ?? 0) >= QUOTED_RUN - 1) return undefined;
  return quoted(talk, [run.statement], run.statement.text, talk.body, 0.7);
}

/** A passage of ours that is short, or that the message has without marks. */
export function quoteMeant(talk: Talk): Resolution | undefined {
  for (const { text, by } of talk.message.passages) {
    if (by === "code") continue;
    const match = matchQuote(text, talk.statements);
    if (match !== undefined) {
      return quoted(talk, match.statements, text, talk.body, match.score);
    }
  }
  const run = talk.sharedRun();
  return run === undefined || run.length < LEAST_RUN
    ? undefined
    : quoted(talk, [run.statement], run.statement.text, talk.body, 0.6);
}

function quoted(
  talk: Talk,
  statements: readonly Statement[],
  passage: string,
  asked: string,
  score: number,
): Resolution {
  const claimIds = statements.map(({ id }) => id);
  const rest = stripChatter(asked.replace(/^[\s.,:;?!–—-]+/, ""));
  const word =
    readWordQuestion(rest) ?? readWordQuestion(talk.message.body) ?? termInQuote(talk, statements);
  const confidence = Math.min(0.95, 0.6 + score * 0.35);
  if (word !== undefined) {
    const term = asWeWroteIt(word.term, statements) ?? word.term;
    const whole = statements.map(({ text }) => text).join(" ");
    const question = `What does "${term}" mean in "${shortened(whole)}"?`;
    return make("quote", joined(question, furtherQuestion(word.rest)), confidence, {
      claimIds,
      words: [term, passage],
    });
  }
  const more = withoutAttribution(rest);
  if (wordsOf(more).filter(({ lower }) => isContentWord(lower)).length === 0 && !/\?/.test(more)) {
    // A fragment of ours stands for its claim.
    const claim = shortened(statements.map(({ text }) => text).join(" "));
    return make("quote", `${claim}?`, confidence, { claimIds, words: [passage] });
  }
  const turn = talk.past.find(({ turn: { key } }) => key === statements[0]?.turnKey);
  const past =
    turn === undefined ? talk.past : [...talk.past.filter((item) => item !== turn), turn];
  const pointed = resolvePointers(more, past, statements);
  const question =
    findAnaphors(more).length > 0 || contentStems(more).length > 3
      ? pointed.question
      : `${more} (${passage})`;
  return make("quote", question, confidence, { claimIds, words: [passage] });
}

/** A term in quotation marks beside the quoted passage: "what did you mean by 'lease' here: ...". */
function termInQuote(talk: Talk, statements: readonly Statement[]): WordQuestion | undefined {
  if (!/\b(?:mean|meant|meaning|what is|what's|whats|define|explain)\b/i.test(talk.message.body)) {
    return undefined;
  }
  const term = talk.message.passages.find(
    ({ text, by }) =>
      by !== "block" &&
      isTerm(text) &&
      statements.some((statement) => mentions(statement.text, text)),
  )?.text;
  return term === undefined ? undefined : { term, attributed: true, rest: "" };
}

function asWeWroteIt(term: string, statements: readonly Statement[]): string | undefined {
  for (const { text } of statements) {
    const written = asWritten(text, term);
    if (written !== undefined) return written;
  }
  return undefined;
}

function neverSaid(talk: Talk, passage: string): Resolution {
  const rest = withoutAttribution(stripChatter(talk.body.replace(/^[\s.,:;?!–—-]+/, "")));
  const question = contentStems(rest).length > 2 ? `${passage}? ${rest}` : passage;
  return make("quote", question, 0.8, { words: [passage] });
}

/** "you said", "here:" and what leads to a quote, taken off. */
function withoutAttribution(text: string): string {
  return text
    .replace(
      /^(?:(?:and|but|so|earlier|above|before|in your (?:last |first )?(?:answer|message))[\s,]*)*(?:you|u)(?:'ve| have| just| also| earlier| previously)* (?:said|say|wrote|write|mentioned|mention|told (?:me|us)|stated|claimed)(?: (?:earlier|before|above|that|here))*[\s,.:;–—-]*/i,
      "",
    )
    .replace(/\s+(?:here|in this|in this sentence|in this part)\s*:?\s*$/i, "")
    .replace(/^[\s,.:;–—-]+/, "")
    .replace(/^(?:and|but|so)\s+(?=\S+\s+\S+)/i, "")
    .trim();
}
