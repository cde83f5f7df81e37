/** The answers that people wrote, and the form to write one. Pure. */
import { addressOf } from "../answering/reviewed/write-reviewed.ts";
import { isFixed, type Turn } from "../conversation/conversation.ts";
import type { Claim } from "../documents/answer.ts";
import { safeUrl } from "../slack/blocks/mrkdwn.ts";
import { REVIEWED_LIMITS, type ReviewedAnswer } from "../state/reviewed-answers.ts";
import { drawClaims } from "./draw-turn.ts";
import { Html, markup } from "./html.ts";
import { productName } from "./product-name.ts";

/** Answers on the page; the others are counted. */
const LISTED = 200;
/** Quotes of the bot's answer that stand in a new form: what its author does not want is deleted there. */
const PREFILLED = 3;

export function drawReviewedList(answers: readonly ReviewedAnswer[]): Html {
  const shown = answers
    .toReversed()
    .toSorted((a, b) => Number(b.lapsed !== undefined) - Number(a.lapsed !== undefined))
    .slice(0, LISTED);
  return markup`<p class="faint">
      Who asks such a question gets this answer, with its author's name, and nothing of the bot's
      beside it. It is offered no more when a page it quotes changes.
    </p>
    <p><a class="button" href="/reviewed/new">Write an answer</a></p>
    ${answers.length === 0 && markup`<p class="note">There are none yet.</p>`}
    ${shown.map(drawAnswer)}
    ${answers.length > shown.length && markup`<p class="faint">and ${answers.length - shown.length} more: <code>npm run reviewed -- list</code></p>`}`;
}

function drawAnswer(answer: ReviewedAnswer): Html {
  const { id, author, writtenAt, wordings, text, quotes, lapsed, product } = answer;
  const [first = "", ...others] = wordings;
  return markup`<section class="reviewed">
    <h2>${first}</h2>
    ${others.length > 0 && markup`<p class="faint">also: ${others.join(" · ")}</p>`}
    ${
      lapsed !== undefined &&
      markup`<p class="lapsed"><b>Offered no more</b> since ${lapsed.at.slice(0, 10)}: ${lapsed.because}</p>`
    }
    <div class="blocks">${drawText(text)}</div>
    ${
      quotes.length > 0 &&
      markup`<ul class="quoted">${quotes.map((quote) => markup`<li>${drawQuote(quote)}</li>`)}</ul>`
    }
    <p class="faint">${[author, writtenAt.slice(0, 10), ...(product === undefined ? [] : [productName(product, "")]), id].join(" · ")}</p>
    <div class="make">
      <a href="/reviewed/new?id=${encodeURIComponent(id)}">Change</a>
      ${lapsed !== undefined && act("renew", id, "It still holds")}
      ${act("remove", id, "Remove")}
    </div>
  </section>`;
}

/** As the bot shows it. */
function drawText(text: string): Html {
  const claim: Claim = {
    id: "c1",
    text,
    words: "reviewed",
    aspect: "other",
    quotes: [],
    conditions: [],
  };
  return new Html(drawClaims([claim], []));
}

function act(what: "renew" | "remove", id: string, label: string): Html {
  return markup`<form data-api="/api/reviewed/${what}" data-next="/reviewed" ${what === "remove" && markup` data-sure="Remove this answer for good?"`} hidden>
    <input type="hidden" name="id" value="${id}" />
    <button type="submit" class="link">${label}</button>
    <span role="status"></span>
  </form>`;
}

function drawQuote({ text, chunk }: ReviewedAnswer["quotes"][number]): Html {
  const address = addressOf(chunk);
  const safe = safeUrl(address);
  const name = chunk.title === "" ? address : chunk.title;
  return markup`<q>${text}</q> ${safe === undefined ? name : markup`<a href="${safe}" target="_blank" rel="noopener noreferrer">${name}</a>`}`;
}

/** What stands in the form: of an answer that is changed, or of a question that was asked. */
export type ReviewedForm = {
  readonly id: string | undefined;
  readonly wordings: readonly string[];
  readonly text: string;
  readonly quotes: readonly string[];
  readonly author: string;
  readonly tell: string;
  readonly product: string;
  /** The thread in which it was asked. */
  readonly thread: string | undefined;
};

export const EMPTY_FORM: ReviewedForm = {
  id: undefined,
  wordings: [],
  text: "",
  quotes: [],
  author: "",
  tell: "",
  product: "",
  thread: undefined,
};

export function formOfAnswer(answer: ReviewedAnswer): ReviewedForm {
  return {
    id: answer.id,
    wordings: answer.wordings,
    text: answer.text,
    quotes: answer.quotes.map(({ text, chunk }) => quoteLine(addressOf(chunk), text)),
    author: answer.author,
    tell: answer.tell ?? "",
    product: answer.product ?? "",
    thread: undefined,
  };
}

/** The question as it was understood, and what the bot quoted. */
export function formOfTurn(turn: Turn, thread: string | undefined): ReviewedForm {
  const { answer } = turn;
  const record = answer === undefined || isFixed(answer) ? undefined : answer;
  const urls = new Map(record?.citations.map(({ number, url }) => [number, url]));
  const quotes = (record?.claims ?? [])
    .flatMap((claim) => claim.quotes)
    .map(({ citation, text }) => quoteLine(urls.get(citation) ?? "", text));
  return {
    ...EMPTY_FORM,
    wordings: [turn.resolution?.question ?? turn.question].map(oneLine),
    quotes: [...new Set(quotes)]
      .filter((line) => line.length <= REVIEWED_LIMITS.quote)
      .slice(0, PREFILLED),
    thread,
  };
}

function quoteLine(address: string, words: string): string {
  return `${address} ${oneLine(words)}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function field(name: string, label: string, hint: string | undefined, input: Html): Html {
  return markup`<div>
    <label for="${name}">${label}</label>
    ${hint !== undefined && markup`<span class="faint" id="${name}-hint">${hint}</span>`} ${input}
  </div>`;
}

function named(name: string): Html {
  return markup`id="${name}" name="${name}"`;
}

export function drawReviewedForm(form: ReviewedForm): Html {
  return markup`<p class="faint">
      Who asks one of these questions gets this answer, with your name and the date, and nothing of
      the bot's beside it.
      ${form.thread !== undefined && markup`<a href="/thread/${encodeURIComponent(form.thread)}">The thread in which it was asked</a>`}
    </p>
    <form class="write" data-api="/api/reviewed" data-next="/reviewed" autocomplete="off" hidden>
      ${form.id !== undefined && markup`<input type="hidden" name="id" value="${form.id}" />`}
      ${field("wordings", "Questions that it answers, one a line", undefined, markup`<textarea ${named("wordings")} data-lines rows="3" required>${form.wordings.join("\n")}</textarea>`)}
      ${field("text", "The answer", "inline code, lists, tables and listings as in Markdown", markup`<textarea ${named("text")} aria-describedby="text-hint" rows="7" maxlength="${REVIEWED_LIMITS.text}" required>${form.text}</textarea>`)}
      ${field("quotes", "Quotes, one a line: an address, then words that stand there", "when that page changes, the answer lapses", markup`<textarea ${named("quotes")} aria-describedby="quotes-hint" data-lines rows="3" class="long">${form.quotes.join("\n")}</textarea>`)}
      <div class="fields">
        ${field("author", "Your name", undefined, markup`<input ${named("author")} maxlength="${REVIEWED_LIMITS.author}" required value="${form.author}" />`)}
        ${field("tell", "Your id in Slack", "told when it lapses", markup`<input ${named("tell")} aria-describedby="tell-hint" maxlength="40" placeholder="U0123ABC" value="${form.tell}" />`)}
        ${field("product", "Product", "else that of its quotes", markup`<input ${named("product")} aria-describedby="product-hint" maxlength="60" value="${form.product}" />`)}
      </div>
      <p><button type="submit" class="send">Keep it</button> <a href="/reviewed">Leave it</a></p>
      <p class="told" role="status"></p>
    </form>
    <noscript><p class="note">Writing here needs JavaScript; <code>npm run reviewed -- add</code> does not.</p></noscript>`;
}
