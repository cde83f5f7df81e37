/** One question and its answer as they stand in a thread. Pure. */
import type { Citation, Claim } from "../documents/answer.ts";
import { isFixed, type Turn } from "../conversation/conversation.ts";
import { answerMessages, claimsMessage } from "../slack/blocks/answer-blocks.ts";
import { drawBlocks } from "./draw-blocks.ts";
import { count, drawQuotes, drawReceipt, readReceipt } from "./draw-receipt.ts";
import { Html, markup } from "./html.ts";

export type TurnView = {
  readonly turn: Pick<Turn, "key" | "author" | "question" | "answer" | "askedAt">;
  /** Id of its thread. */
  readonly thread: string;
  readonly receipt: unknown;
  /** Milliseconds since the epoch, for the age of pages. */
  readonly now: number;
  /** False where the answer belongs to another surface: then it is looked at, not voted on. */
  readonly votable: boolean;
};

export function drawTurn({ turn, thread, receipt, now, votable }: TurnView): Html {
  const { answer } = turn;
  const record = answer === undefined || isFixed(answer) ? undefined : answer;
  const body =
    answer === undefined
      ? markup`<p class="status">Not answered.</p>`
      : isFixed(answer)
        ? markup`<div class="rich-text"><p class="as-written">${answer.text}</p></div>`
        : new Html(
            answerMessages(answer, { now, question: turn.question, askPerson: false })
              .map(({ blocks }) =>
                drawBlocks(votable ? blocks : blocks.filter(({ type }) => type !== "actions")),
              )
              .join('<hr class="next-message">'),
          );
  return drawFrame(
    turn,
    body,
    markup`${record === undefined ? undefined : drawQuotes(record, now)}${
      record === undefined
        ? undefined
        : drawReceipt(readReceipt(receipt), drawTools(turn.key, thread))
    }`,
  );
}

/** What an operator can make of an answer. */
function drawTools(key: string, thread: string): Html {
  return markup`<p class="make">
    <a href="/reviewed/new?turn=${encodeURIComponent(key)}&thread=${encodeURIComponent(thread)}">Write an answer of your own</a>
    <button type="button" class="link" data-case="${thread}">Make a case of this thread</button>
  </p>`;
}

/** A turn whose answer is on its way: the same frame, to be filled. */
export function drawPendingTurn(turn: TurnView["turn"]): Html {
  return drawFrame(
    turn,
    markup`<p class="status">
      <span class="working" aria-hidden="true"></span
      ><span class="step">Reading the question…</span>
    </p>`,
    undefined,
  );
}

/** What stands there of an answer that is not complete. */
export function drawClaims(claims: readonly Claim[], citations: readonly Citation[]): string {
  return drawBlocks(claimsMessage(claims, citations).blocks);
}

/** What a screen reader is told when the answer is complete. */
export function spokenSummary(turn: TurnView["turn"]): string {
  const { answer } = turn;
  if (answer === undefined || isFixed(answer)) return "The answer is there.";
  return `The answer is there: ${count(answer.claims.length, "statement")}, ${count(answer.citations.length, "source")}.`;
}

function drawFrame(turn: TurnView["turn"], body: Html, beside: Html | undefined): Html {
  const when = turn.askedAt.slice(0, 16).replace("T", " ");
  return markup`<article class="turn" data-key="${turn.key}">
    <div class="messages">
      <div class="message asked">
        <span class="face" aria-hidden="true">${initial(turn.author)}</span>
        <div class="said">
          <p class="who">
            <b>${shownAuthor(turn.author)}</b> <time datetime="${turn.askedAt}">${when}</time>
          </p>
          <h2 class="as-written">${turn.question}</h2>
        </div>
      </div>
      <div class="message answered">
        <span class="face marvin" aria-hidden="true"></span>
        <div class="said">
          <p class="who"><b>ask-marvin</b> <span class="app">APP</span></p>
          <div class="blocks">${body}</div>
          <p class="told" role="status"></p>
        </div>
      </div>
    </div>
    <aside class="beside" aria-label="How this answer came about">${beside}</aside>
  </article>`;
}

function shownAuthor(author: string): string {
  return author.startsWith("web:") || author === "you"
    ? "You"
    : author === ""
      ? "Somebody"
      : author;
}

function initial(author: string): string {
  return /\p{L}/u.exec(shownAuthor(author))?.[0].toUpperCase() ?? "?";
}
