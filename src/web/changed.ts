/** Posted answers whose pages say something else now: old and new words side by side. */
import {
  changedSince,
  changeName,
  type ChangedAnswer,
} from "../answering/changed/changed-since.ts";
import type { QuoteChange } from "../answering/changed/compare-quote.ts";
import type { ConversationStore } from "../conversation/conversation-store.ts";
import { safeUrl } from "../slack/blocks/mrkdwn.ts";
import type { ChunkIndex } from "../store/chunk-index.ts";
import { type Html, markup } from "./html.ts";
import { type Piece, wordDifference } from "./word-difference.ts";

const DAYS = 30;
/** Answers on the page; the others are counted. */
const LISTED = 100;
const MS_A_DAY = 86_400_000;

export type ChangedAnswers = {
  /** False: nothing is indexed. */
  readonly isIndexed: boolean;
  /** Looked at, all that changed, and the newest of these. */
  readonly answers: number;
  readonly changed: number;
  readonly listed: readonly ChangedAnswer[];
};

/** Of the last 30 days. `now`: milliseconds since the epoch. Throws what the index throws. */
export async function readChanged(parts: {
  readonly store: Pick<ConversationStore, "export" | "findTurn">;
  readonly index: Pick<ChunkIndex, "open">;
  readonly now: number;
}): Promise<ChangedAnswers> {
  await using reader = await parts.index.open();
  if (reader === undefined) return { isIndexed: false, answers: 0, changed: 0, listed: [] };
  const since = new Date(parts.now - DAYS * MS_A_DAY).toISOString();
  const listed: ChangedAnswer[] = [];
  let answers = 0;
  let changed = 0;
  for await (const looked of changedSince({ store: parts.store, reader, since })) {
    ({ answers } = looked);
    if (looked.changed === undefined) continue;
    changed += 1;
    listed.push(looked.changed);
    if (listed.length > LISTED) listed.shift();
  }
  return { isIndexed: true, answers, changed, listed: listed.toReversed() };
}

export function drawChanged(read: ChangedAnswers | "unavailable"): Html {
  if (read === "unavailable")
    return markup`<p class="note">The index does not answer, so nothing can be compared with it.</p>`;
  const { isIndexed, answers, changed, listed } = read;
  if (!isIndexed) return markup`<p class="note">Nothing is indexed yet.</p>`;
  return markup`<p>
      Of ${answers.toLocaleString("en")} answers of the last ${DAYS} days,
      ${changed.toLocaleString("en")} ${changed === 1 ? "stands" : "stand"} on words that the pages have no more, or otherwise.
      ${changed > listed.length && markup`The newest ${listed.length} are listed.`}
    </p>
    ${listed.map(drawAnswer)}`;
}

function drawAnswer({ question, askedAt, conversationId, changes }: ChangedAnswer): Html {
  return markup`<section class="changed">
    <h2>
      <a href="/thread/${encodeURIComponent(conversationId)}">${shortened(question) || "a question"}</a>
      <time class="faint" datetime="${askedAt}">${askedAt.slice(0, 10)}</time>
    </h2>
    ${[...Map.groupBy(changes, ({ was }) => was.url).values()].map(drawSection)}
  </section>`;
}

/** All changes of one section under its name. */
function drawSection(changes: readonly QuoteChange[]): Html {
  const [first] = changes;
  return markup`<h3>${first !== undefined && link(first.was)}</h3>
    ${changes.map(drawChange)}`;
}

function drawChange({ kind, was, now }: QuoteChange): Html {
  const [then, today] = wordDifference(was.words, now?.words ?? "");
  return markup`<dl class="sides">
    <div>
      <dt>Quoted then</dt>
      <dd><del>${then.map(drawPiece)}</del></dd>
    </div>
    <div>
      <dt>Says now <span class="kind">${changeName(kind)}</span></dt>
      <dd>
        ${now === undefined ? "–" : markup`<ins>${today.map(drawPiece)}</ins>`}
        ${now !== undefined && now.url !== was.url && markup`<br />in ${link(now)}`}
      </dd>
    </div>
  </dl>`;
}

function drawPiece({ text, isOwn }: Piece): Html {
  return isOwn ? markup`<b>${text}</b>` : markup`${text}`;
}

function link({ url, name }: QuoteChange["was"]): Html {
  const safe = safeUrl(url);
  return safe === undefined
    ? markup`${name}`
    : markup`<a href="${safe}" rel="noreferrer">${name}</a>`;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
