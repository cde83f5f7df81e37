/**
 * What a new version of the index makes of answers that stand in Slack: a note in the thread of those whose pages say
 * something else now, where the operator wants it, and a word to the author of a reviewed answer that lapsed. Each is said
 * once over all bots, and never more notes in a day than the settings allow; what is left waits for the next day.
 */
import type { QuoteChange } from "../answering/changed/compare-quote.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import { describeError } from "../platform/errors.ts";
import type { ChannelRules } from "./channel-settings.ts";
import { type Element, leaf, line, type Message, richText } from "./blocks/build.ts";
import { clip } from "./blocks/limits.ts";
import { escapeEntities, safeUrl } from "./blocks/mrkdwn.ts";
import { DAY_MS } from "./budget.ts";
import type { Inbox } from "./inbox.ts";
import type { Metrics } from "./metrics.ts";
import { postNotice } from "./post-notice.ts";
import { type SlackCalls, SlackCallError } from "./slack-calls.ts";

export type ChangedInSlack = {
  readonly answerId: string;
  /** One at least. */
  readonly changes: readonly QuoteChange[];
};

export type LapsedAnswer = {
  readonly id: string;
  readonly author: string;
  /** The author's id in Slack. */
  readonly tell: string | undefined;
  /** A question that it answers. */
  readonly wording: string;
  readonly because: string;
  /** ISO 8601. */
  readonly at: string;
};

/** What a version of the index changed. */
export type Changes = {
  readonly version: string;
  /** The newest first. */
  readonly answers: readonly ChangedInSlack[];
  readonly lapsed: readonly LapsedAnswer[];
};

export type ChangeNotesParts = {
  /** What the live version changed; undefined when that is the version `known`, or there is none. */
  readonly look: (known: string | undefined, signal: AbortSignal) => Promise<Changes | undefined>;
  readonly inbox: Pick<Inbox, "again" | "once" | "unmark" | "countMarked" | "findByAnswer">;
  readonly calls: Pick<SlackCalls, "once">;
  readonly rules: Pick<ChannelRules, "of">;
  /** Notes in a day; 0: none. */
  readonly daily: number;
  /** Who hears of an answer that lapsed and whose author has no id in Slack; nobody without. */
  readonly alertTo: string | undefined;
  readonly clock: Pick<Clock, "now">;
  /** Ends it: what was not said is said after the next start. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "count">;
};

/** Markers in the inbox: a note that was posted, and an answer that needs none (any more). */
const NOTED = "change-note:";
const SETTLED = "change-settled:";
const LAPSED = "lapsed-told:";
/** Over all bots one at a time looks, and not more often. */
const TICK = "change-notes";
const LEAST_MS = 5 * 60_000;
const SHOWN_CHANGES = 3;
const WORDS = 280;
/** Threads that are looked at in one go. */
const MOST = 500;

/** Looks once; what fails is logged and tried at the next look. */
export function createChangeNotes(parts: ChangeNotesParts): () => Promise<void> {
  const { inbox, clock, logger } = parts;
  let changes: Changes | undefined;
  /** Nothing of `changes` is left to be said. */
  let isDone = false;

  return async () => {
    try {
      if (!(await inbox.again(TICK, clock.now(), LEAST_MS))) return;
      const found = await parts.look(changes?.version, parts.signal);
      if (found !== undefined) {
        changes = found;
        isDone = false;
      }
      if (changes === undefined || isDone) return;
      for (const lapsed of changes.lapsed) await tellAuthor(parts, lapsed);
      isDone = await noteAll(parts, changes.answers.slice(0, MOST));
    } catch (error) {
      if (parts.signal.aborted) return;
      logger.warn("slack.change-notes", { error: describeError(error) });
    }
  };
}

/** False when the day's notes are used up before all was said. */
async function noteAll(
  parts: ChangeNotesParts,
  answers: readonly ChangedInSlack[],
): Promise<boolean> {
  const { inbox, rules, clock, daily } = parts;
  for (const { answerId, changes } of answers) {
    parts.signal.throwIfAborted();
    const now = clock.now();
    if ((await inbox.countMarked(NOTED, now - DAY_MS)) >= daily) return false;
    const question = await inbox.findByAnswer(answerId);
    // Asked elsewhere, or of a command that has no thread, or deleted since.
    if (question === undefined || question.surface === "command" || question.text === "") continue;
    if ((await rules.of(question.channel)).muted) continue;
    if (!(await inbox.once(`${SETTLED}${answerId}`, now))) continue;
    // One note a thread and day, whatever else of it changed.
    const note = `${NOTED}${question.channel}:${question.threadTs}`;
    if (!(await inbox.again(note, now, DAY_MS))) continue;
    const thread = { channel: question.channel, thread_ts: question.threadTs };
    const posted = await post(parts, thread, changeNote(changes));
    if (posted) parts.metrics.count("change_notes");
    else {
      await inbox.unmark(note);
      await inbox.unmark(`${SETTLED}${answerId}`);
    }
  }
  return true;
}

async function tellAuthor(parts: ChangeNotesParts, lapsed: LapsedAnswer): Promise<void> {
  const { inbox, alertTo, clock } = parts;
  const to = lapsed.tell ?? alertTo;
  if (to === undefined) return;
  const marker = `${LAPSED}${lapsed.id}:${lapsed.at}`;
  if (!(await inbox.once(marker, clock.now()))) return;
  if (!(await post(parts, { channel: to }, lapsedNote(lapsed)))) await inbox.unmark(marker);
}

/** False when nothing was posted and it may be tried again; a refusal or a lost response is not tried again. */
async function post(
  { calls, logger }: ChangeNotesParts,
  place: { readonly channel: string; readonly thread_ts?: string },
  message: Message,
): Promise<boolean> {
  try {
    await postNotice(calls, "change", place, message);
    return true;
  } catch (error) {
    logger.info("slack.change-note", { channel: place.channel, error: describeError(error) });
    return !(error instanceof SlackCallError && error.kind === "rate-limited");
  }
}

// --- how they look ------------------------------------------------------------------------------------------------

/** Old and new words of a few of the changes. */
export function changeNote(changes: readonly QuoteChange[]): Message {
  const head =
    "Since I answered here, the documentation has changed. Check this before you rely on my answer:";
  const shown = changes.slice(0, SHOWN_CHANGES);
  const items = shown.map((change) => line(...changeParts(change)));
  const left = changes.length - shown.length;
  return {
    text: escapeEntities(clip(`${head} ${shown.map(({ was }) => was.name).join(", ")}`, 700)),
    blocks: [
      richText(
        line(head),
        { type: "rich_text_list", style: "bullet", indent: 0, elements: items },
        ...(left > 0 ? [line(`And ${left} more.`)] : []),
      ),
    ],
  };
}

function changeParts({ kind, was, now }: QuoteChange): readonly (string | Element)[] {
  const then = [place(was), ": then “", leaf(words(was.words), "strike"), "”"];
  if (kind === "page-gone") return [...then, ", now the page is gone."];
  if (now === undefined) return [...then, ", now nothing on the page says that."];
  return [...then, ", now “", words(now.words), "”"];
}

export function lapsedNote({ id, author, tell, wording, because }: LapsedAnswer): Message {
  const whose = tell === undefined ? `The reviewed answer of ${author}` : "Your reviewed answer";
  const said =
    `${whose} to “${words(wording)}” is offered no more: ${because}. ` +
    `When it still holds: npm run reviewed -- renew ${id}`;
  return {
    text: escapeEntities(clip(said, 700)),
    blocks: [richText(line(said))],
  };
}

function place({ url, name }: QuoteChange["was"]): string | Element {
  const label = clip(name === "" ? url : name, 120);
  const safe = safeUrl(url);
  return safe === undefined ? label : { type: "link", url: safe, text: label };
}

function words(text: string): string {
  return clip(text.replaceAll(/\s+/g, " ").trim(), WORDS);
}
