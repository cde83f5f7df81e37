/**
 * Writes one answer into a thread, claim by claim, through one serial writer. It takes the best way that Slack
 * grants: a stream; else a message that is posted with the first claims and updated; else one whole message. A
 * call whose outcome is unknown is looked up before it is made again, so that the answer stands there once.
 */
import type { Step } from "../answering/application.ts";
import type { Answer, Citation, Claim } from "../documents/answer.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import {
  type RenderOptions,
  type SlackMessage,
  answerMessages,
  claimsBlocks,
  claimsMessage,
  closingBlocks,
  notice,
  openingBlocks,
  splitClaims,
} from "./blocks/answer-blocks.ts";
import { SLACK_LIMITS } from "./blocks/limits.ts";
import { bare, fitMessage, halves, isTooLong, textOf } from "./message-size.ts";
import { areWorthShowing, taskChunks } from "./progress-cards.ts";
import {
  type SlackCalls,
  SlackCallError,
  backoffMs,
  isGone,
  isMendable,
  isMisconfigured,
} from "./slack-calls.ts";

/** At most one append or update of a message in this time. */
const WRITE_INTERVAL_MS = 1000;
/** How long the first claim waits for an answer that comes all at once. */
const GATHER_MS = 5;
/** An answer that is being written for longer than this gets task cards. */
const CARDS_AFTER_MS = 1500;
/** Updates kept back for the final one of each message. */
const UPDATES_KEPT_BACK = 20;
/** Refusals of a stream that are about its reader. */
const ABOUT_THE_PERSON = new Set(["user_not_found", "user_disabled", "user_not_in_channel"]);
/** How long a lost message is given to show up before it is looked for. */
const LOOK_UP_DELAY_MS = 1000;

export type ReplyPlace = {
  readonly key: string;
  readonly team: string;
  readonly channel: string;
  readonly threadTs: string;
  /** `ts` of the question. */
  readonly ts: string;
  readonly user: string;
  /** The workspace of the person, which differs from `team` in a channel that is shared between workspaces. */
  readonly userTeam: string;
  /** The bot's own user and bot id, to know its messages by. */
  readonly own: { readonly userId: string; readonly botId: string };
};

/** Where the writer says what it is about to do and what it did, before and after each message. */
export interface ReplyRecord {
  /** Before a message is made, each time; rejects when the question is no longer ours to answer. */
  posting(): Promise<void>;
  /** A message exists. */
  shown(messageTs: string): Promise<void>;
  /** Messages in the thread that belong to other questions, or to notices. */
  others(): Promise<ReadonlySet<string>>;
}

export type Finished = {
  readonly messageTs: readonly string[];
  /** The claims that stand in Slack. */
  readonly claims: readonly Claim[];
};

/** What replies share: whether streaming, and task cards in a stream, work in a channel. */
export interface StreamMemory {
  refused(channel: string): boolean;
  refuse(channel: string): void;
  cardsRefused(channel: string): boolean;
  refuseCards(channel: string): void;
}

export interface Reply {
  /** Shows a verified claim as soon as it can be; returns at once. */
  claim(claim: Claim, citations: readonly Citation[]): void;
  /**
   * What is being done, shown as a task card once something was found and takes time to write; where Slack takes no cards,
   * nowhere.
   */
  progress(step: Step): void;
  /** True once cards tell what is being done. */
  readonly showsProgress: boolean;
  /** True while they are all that stands there. */
  readonly showsOnlyCards: boolean;
  /** Adds a sentence of our own to the answer, shown when it is complete. */
  note(sentence: string): void;
  /** Completes the answer; resolves when all of it stands in Slack. */
  finish(answer: Answer): Promise<Finished>;
  /** Posts one message of our own wording instead of an answer. */
  notice(message: SlackMessage): Promise<Finished>;
  /** Ends where it is and keeps what is shown. */
  stop(): Promise<Finished>;
  /** Of a writer that was aborted: removes cards that nothing was written below, and ends what is left of a stream. */
  withdraw(): Promise<void>;
  /** Resolves or rejects when the writer ends, whichever call ended it. */
  readonly ended: Promise<Finished>;
}

type MessagePart = {
  readonly ts: string;
  mode: "stream" | "update";
  claims: readonly Claim[];
  lastWriteAt: number;
  /** What stands there is not known exactly: the whole message is written again at the end. */
  uncertain: boolean;
  /** What stands there where Slack refused the blocks. */
  plain: string | undefined;
};

/** One message of the whole answer. */
type Planned = {
  readonly message: SlackMessage;
  /** The claims that begin in it. */
  readonly share: readonly Claim[];
  /** False for a part of what did not fit into one. */
  readonly whole: boolean;
  /** It ends the answer. */
  readonly last: boolean;
};

/** Slack did not take a message because of how much it holds, and it can be divided further. */
class TooLongError extends Error {}

/** The messages with sentences of our own below the last claims, above sources and buttons. */
function withNotes(
  messages: readonly SlackMessage[],
  notes: readonly string[],
): readonly SlackMessage[] {
  const last = messages.at(-1);
  if (last === undefined || notes.length === 0) return messages;
  const added = notes.map((text) => notice(text));
  const sources = last.blocks.findIndex(({ type }) => BELOW.has(type));
  const at = sources === -1 ? last.blocks.length : sources;
  const text = (own: string, name: "text" | "plain") =>
    [own, ...added.map((one) => one[name])].filter((part) => part !== "").join("\n");
  return [
    ...messages.slice(0, -1),
    {
      blocks: [
        ...last.blocks.slice(0, at),
        ...added.flatMap(({ blocks }) => blocks),
        ...last.blocks.slice(at),
      ],
      text: text(last.text, "text"),
      plain: text(last.plain, "plain"),
    },
  ];
}

/** Blocks that stand below what an answer says. */
const BELOW: ReadonlySet<string> = new Set(["context", "actions"]);

/** Slack takes less of it, or takes no blocks and less text than they hold; and it can be divided. */
function isToBeDivided(error: SlackCallError, message: SlackMessage): boolean {
  const tooMuch = isTooLong(error.slackError) || textOf(message.blocks).length > SLACK_LIMITS.text;
  return tooMuch && halves(message).length > 1;
}

/** Slack stopped the stream because the person asked for it. */
export class StoppedByUserError extends Error {}

export function createReply(parts: {
  readonly calls: SlackCalls;
  readonly place: ReplyPlace;
  readonly record: ReplyRecord;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly streams: StreamMemory;
  readonly render: Omit<RenderOptions, "question">;
  readonly question: string;
  /** Messages that an earlier worker made for this answer. */
  readonly adopted?: readonly string[];
  /** False: no task cards. */
  readonly cards?: boolean;
  /** Told when the first claim or the whole answer stands in Slack. */
  readonly onFirstShown?: () => void;
  readonly signal: AbortSignal;
}): Reply {
  const { calls, place, record, clock, logger, streams, signal } = parts;
  const render: RenderOptions = { ...parts.render, question: parts.question };
  const metadata = { event_type: "answer", event_payload: { question: place.key } };

  const claims: Claim[] = [];
  const citations: Citation[] = [];
  const notes: string[] = [];
  /** How many of `claims` stand in a message. */
  let written = 0;
  const messages: MessagePart[] = (parts.adopted ?? []).map((ts) => ({
    ts,
    mode: "update",
    claims: [],
    lastWriteAt: Number.NEGATIVE_INFINITY,
    uncertain: true,
    plain: undefined,
  }));
  const steps: Step[] = [];
  const begunAt = clock.elapsed();
  /** The steps that stand in the stream as cards. */
  let stepsShown: readonly Step[] = [];
  let firstIsShown = false;
  let ending:
    | { readonly kind: "finish"; readonly answer: Answer }
    | { readonly kind: "notice"; readonly message: SlackMessage }
    | { readonly kind: "stop" }
    | undefined;
  let wake = Promise.withResolvers<void>();
  let running: Promise<Finished> | undefined;
  const endedBy = Promise.withResolvers<Finished>();
  // Whoever waits for the end hears of a failure; a reply that nobody waits for must not end the process.
  endedBy.promise.catch(() => undefined);

  signal.addEventListener("abort", () => wake.resolve(), { once: true });

  const start = () => {
    running ??= run().then(
      (finished) => {
        endedBy.resolve(finished);
        return finished;
      },
      (error: unknown) => {
        endedBy.reject(error);
        throw error;
      },
    );
    running.catch(() => undefined);
    wake.resolve();
    wake = Promise.withResolvers<void>();
    return running;
  };

  async function run(): Promise<Finished> {
    for (;;) {
      signal.throwIfAborted();
      if (ending?.kind === "stop") return endHere();
      if (ending?.kind === "finish") return complete(ending.answer);
      if (ending?.kind === "notice") return postNotice(ending.message);
      if (written === claims.length) {
        if (hasCardsToShow()) await writeCards();
        else await wake.promise;
        continue;
      }
      // An adopted message is written whole, once the answer is.
      if (messages.some((message) => message.uncertain)) {
        await wake.promise;
        continue;
      }
      await writeMore();
    }
  }

  function hasCardsToShow(): boolean {
    if (parts.cards !== true || streams.cardsRefused(place.channel)) return false;
    if (stepsShown.length === steps.length || !areWorthShowing(steps)) return false;
    const [current] = messages;
    return current === undefined
      ? !streams.refused(place.channel)
      : stepsShown.length > 0 && current.mode === "stream" && !current.uncertain;
  }

  /** Opens the stream with the cards, or goes on with them; where that is refused, they are done with. */
  async function writeCards(): Promise<void> {
    const [current] = messages;
    const dueAt =
      current === undefined ? begunAt + CARDS_AFTER_MS : current.lastWriteAt + WRITE_INTERVAL_MS;
    const dueInMs = dueAt - clock.elapsed();
    if (dueInMs > 0) return pause(dueInMs);
    const method = current === undefined ? "chat.startStream" : "chat.appendStream";
    if (!calls.budget.take(method)) return pause(WRITE_INTERVAL_MS);
    const now = [...steps];
    const chunks = taskChunks(stepsShown, now);
    if (current === undefined) {
      const started = await startStream(chunks, true);
      if (started === undefined) return;
      stepsShown = now;
      await addMessage(started, started.uncertain ? "update" : "stream", []);
      const message = messages.at(-1);
      if (message !== undefined) message.uncertain = started.uncertain;
      return;
    }
    try {
      await calls.once(method, { channel: place.channel, ts: current.ts, chunks });
      current.lastWriteAt = clock.elapsed();
      stepsShown = now;
    } catch (error) {
      settleLater(current, method, error);
    }
  }

  /** Chunks that end the cards of a stream in which nothing is written yet. */
  function endOfCards({ claims: shown }: MessagePart) {
    return shown.length > 0 ? [] : taskChunks(stepsShown, stepsShown, true);
  }

  function noteFirstShown(): void {
    if (firstIsShown) return;
    firstIsShown = true;
    parts.onFirstShown?.();
  }

  /** A write into a message failed; throws when that ends the answer. */
  function settleLater(message: MessagePart, method: string, error: unknown): void {
    if (!isMendable(error)) throw error;
    if (error.slackError === "stopped_by_user")
      throw new StoppedByUserError("stopped by the person");
    if (error.kind === "rate-limited") return;
    // Unknown, or the stream is over: what stands there is settled at the end.
    logger.info("slack.reply-settles", { error: error.slackError, method });
    message.uncertain = true;
  }

  /** Which claims belong to which message. */
  function groups(all: readonly Claim[], sources: readonly Citation[]) {
    return splitClaims(all, sources);
  }

  async function writeMore(): Promise<void> {
    const shares = groups(claims, citations);
    const index = Math.max(0, messages.length - 1);
    const share = shares[index] ?? [];
    const current = messages[index];
    if (
      current !== undefined &&
      current.claims.length === share.length &&
      shares.length > index + 1
    ) {
      await closeMessage(current);
      await openMessage(shares[index + 1] ?? []);
      written = shares.slice(0, index + 2).flat().length;
      return;
    }
    if (current === undefined) {
      await gather();
      if (ending !== undefined) return;
      const first = groups(claims, citations)[0] ?? [];
      await openMessage(first);
      written = first.length;
      return;
    }
    const dueInMs = current.lastWriteAt + WRITE_INTERVAL_MS - clock.elapsed();
    // Below cards the first claims do not wait.
    if (dueInMs > 0 && current.claims.length > 0) return pause(dueInMs);
    const method = current.mode === "stream" ? "chat.appendStream" : "chat.update";
    if (!calls.budget.take(method, current.mode === "stream" ? 0 : UPDATES_KEPT_BACK))
      return pause(WRITE_INTERVAL_MS);
    const blocks = claimsBlocks(share, citations);
    const done = claimsBlocks(current.claims, citations).length;
    try {
      if (current.mode === "stream") {
        await calls.once("chat.appendStream", {
          channel: place.channel,
          ts: current.ts,
          chunks: [...endOfCards(current), { type: "blocks", blocks: blocks.slice(done) }],
        });
      } else {
        await calls.once("chat.update", {
          channel: place.channel,
          ts: current.ts,
          text: claimsMessage(share, citations).text,
          blocks,
        });
      }
      current.lastWriteAt = clock.elapsed();
      current.claims = share;
      written = shares.slice(0, index + 1).flat().length;
      noteFirstShown();
    } catch (error) {
      settleLater(current, method, error);
      if (!current.uncertain) return pause(WRITE_INTERVAL_MS);
    }
  }

  /**
   * Gives an answer that needs no time to be written the moment it takes: whole, it is one post, with a text for
   * notifications and no link previews, which streams do not have.
   */
  async function gather(): Promise<void> {
    const waiting = new AbortController();
    let over = false;
    // Only the timer says that it is over: it fires when nothing that is ready to run is left, however busy we are.
    const time = clock
      .sleep(GATHER_MS, AbortSignal.any([waiting.signal, signal]))
      .catch(() => undefined)
      .then(() => {
        over = true;
      });
    for (;;) {
      if (over || ending !== undefined) break;
      await Promise.race([time, wake.promise]);
    }
    waiting.abort();
  }

  /** Waits, but not beyond the end of the answer. */
  async function pause(ms: number): Promise<void> {
    const waiting = new AbortController();
    const woken = wake.promise;
    await Promise.race([
      clock.sleep(ms, AbortSignal.any([waiting.signal, signal])).catch(() => undefined),
      woken,
    ]);
    waiting.abort();
  }

  async function openMessage(share: readonly Claim[]): Promise<void> {
    const blocks = claimsBlocks(share, citations);
    if (
      !streams.refused(place.channel) &&
      messages.length === 0 &&
      calls.budget.take("chat.startStream")
    ) {
      const started = await startStream([{ type: "blocks", blocks }]);
      if (started !== undefined) {
        await addMessage(started, started.uncertain ? "update" : "stream", share);
        const message = messages.at(-1);
        if (message !== undefined) message.uncertain = started.uncertain;
        return;
      }
    }
    const posted = await postFirst(claimsMessage(share, citations));
    await addMessage(posted, "update", share);
    const opened = messages.at(-1);
    // What did not fit gets messages of its own, once the answer is whole.
    if (opened !== undefined && !posted.whole) opened.uncertain = true;
  }

  async function addMessage(
    { ts, plain }: { readonly ts: string; readonly plain?: string | undefined },
    mode: MessagePart["mode"],
    share: readonly Claim[],
  ) {
    messages.push({
      ts,
      mode,
      claims: share,
      lastWriteAt: clock.elapsed(),
      uncertain: false,
      plain,
    });
    await record.shown(ts);
    if (share.length > 0 || ending !== undefined) noteFirstShown();
  }

  /** The new stream; undefined when streaming, or streaming cards, is not to be had here. */
  async function startStream(
    chunks: readonly Readonly<Record<string, unknown>>[],
    withCards = false,
  ): Promise<{ readonly ts: string; readonly uncertain: boolean } | undefined> {
    await record.posting();
    try {
      const result = await calls.once("chat.startStream", {
        channel: place.channel,
        thread_ts: place.threadTs,
        recipient_user_id: place.user,
        recipient_team_id: place.userTeam,
        chunks,
      });
      return { ts: String(result["ts"]), uncertain: false };
    } catch (error) {
      // Whatever Slack has against a stream, a post may do: when the place is gone, that says so.
      if (!(error instanceof SlackCallError) || isMisconfigured(error)) throw error;
      if (error.kind === "rate-limited") return undefined;
      if (error.kind === "unknown") {
        const found = await lookUp();
        if (found === undefined) return undefined;
        // It began, but how is not known: it is ended, and updated from here on.
        await endStream(found);
        return { ts: found, uncertain: true };
      }
      logger.info("slack.stream-refused", { channel: place.channel, error: error.slackError });
      // Whether it was the cards or the stream, the first claim shows.
      if (withCards) {
        streams.refuseCards(place.channel);
        return undefined;
      }
      // Of one person it says nothing about the channel.
      if (!ABOUT_THE_PERSON.has(error.slackError)) streams.refuse(place.channel);
      return undefined;
    }
  }

  /** Posts as much of a message, from its beginning, as Slack takes. */
  async function postFirst(message: SlackMessage) {
    let [first = message, ...rest] = fitMessage(message);
    let whole = rest.length === 0;
    for (;;) {
      try {
        return { ...(await post(first)), whole };
      } catch (error) {
        if (!(error instanceof TooLongError)) throw error;
        [first = message, ...rest] = halves(first);
        whole &&= rest.length === 0;
      }
    }
  }

  /**
   * Makes a message exactly once: a lost response is looked up before the call is made again. Rejects with `TooLongError`
   * when Slack says so and the message can be divided.
   */
  async function post(
    message: SlackMessage,
  ): Promise<{ readonly ts: string; readonly plain: string | undefined }> {
    let plain = false;
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      await calls.budget.wait("chat.postMessage", signal, place.channel);
      await record.posting();
      try {
        const result = await calls.once("chat.postMessage", {
          channel: place.channel,
          thread_ts: place.threadTs,
          text: plain ? message.plain : message.text,
          ...(plain ? {} : { blocks: message.blocks }),
          metadata,
          unfurl_links: false,
          unfurl_media: false,
        });
        return { ts: String(result["ts"]), plain: plain ? message.plain : undefined };
      } catch (error) {
        if (!isMendable(error)) throw error;
        if (error.kind === "refused") {
          if (plain) throw error;
          if (isToBeDivided(error, message))
            throw new TooLongError(error.slackError, { cause: error });
          logger.warn("slack.blocks-refused", { error: error.slackError });
          plain = true;
          continue;
        }
        if (error.kind === "unknown") {
          const found = await lookUp(attempt);
          if (found !== undefined) return { ts: found, plain: plain ? message.plain : undefined };
        }
      }
    }
  }

  /** A message of ours after the question that nobody accounts for: one whose response was lost. */
  async function lookUp(attempt = 0): Promise<string | undefined> {
    await clock.sleep(Math.max(LOOK_UP_DELAY_MS, attempt === 0 ? 0 : backoffMs(attempt)), signal);
    const others = await record.others();
    const known = new Set([...others, ...messages.map((message) => message.ts)]);
    return findOwnMessage({ calls, place, known, signal });
  }

  async function endStream(
    ts: string,
    chunks: readonly Readonly<Record<string, unknown>>[] = [],
  ): Promise<void> {
    try {
      await calls.repeat(
        "chat.stopStream",
        { channel: place.channel, ts, ...(chunks.length === 0 ? {} : { chunks }) },
        signal,
      );
    } catch (error) {
      if (!isMendable(error)) throw error;
    }
  }

  /** No more claims go into this message. */
  async function closeMessage(message: MessagePart): Promise<void> {
    if (message.mode !== "stream") return;
    try {
      await calls.repeat(
        "chat.stopStream",
        { channel: place.channel, ts: message.ts, metadata },
        signal,
      );
    } catch (error) {
      if (!isMendable(error)) throw error;
      message.uncertain = true;
    }
    message.mode = "update";
  }

  async function complete(answer: Answer): Promise<Finished> {
    const whole = withNotes(answerMessages(answer, render), notes);
    const shares = groups(answer.claims, answer.citations);
    const opening = openingBlocks(answer, render);
    const plan = whole.flatMap((message, index) =>
      planned(fitMessage(message), shares[index] ?? [], index === whole.length - 1),
    );
    for (let index = 0; index < plan.length; index += 1) {
      const item = plan[index];
      if (item === undefined) break;
      try {
        const needsRewriting =
          (index === 0 && opening.length > 0) || (item.last && notes.length > 0);
        await writeWhole(item, index, answer, needsRewriting);
      } catch (error) {
        if (!(error instanceof TooLongError)) throw error;
        plan.splice(index, 1, ...planned(halves(item.message), item.share, item.last));
        index -= 1;
      }
    }
    for (const extra of messages.slice(plan.length)) await settle(extra, notice("(see above)"));
    noteFirstShown();
    return { messageTs: messages.map(({ ts }) => ts), claims: standing(answer.claims, plan) };
  }

  /** Parts of one message: the claims belong to the first, and only a message in one part can go on as a stream. */
  function planned(
    parts: readonly SlackMessage[],
    share: readonly Claim[],
    last: boolean,
  ): readonly Planned[] {
    return parts.map((message, index) => ({
      message,
      share: index === 0 ? share : [],
      whole: parts.length === 1,
      last: last && index === parts.length - 1,
    }));
  }

  /** Makes the message at `index` be what is planned, whatever stands there now. */
  async function writeWhole(
    { message, share, whole, last }: Planned,
    index: number,
    answer: Answer,
    needsRewriting: boolean,
  ): Promise<void> {
    const shown = messages[index];
    if (shown === undefined) {
      await addMessage(await post(message), "update", share);
      return;
    }
    const asShown = whole && !shown.uncertain && isBeginning(shown.claims, share);
    if (shown.mode === "stream" && asShown) {
      const settled = await finishStream(shown, share, answer, last);
      if (settled && !needsRewriting) return;
    } else if (
      asShown &&
      shown.plain === undefined &&
      shown.claims.length === share.length &&
      !last &&
      !needsRewriting
    ) {
      return;
    }
    await settle(shown, message);
    shown.claims = share;
  }

  /** The claims that stand in Slack: all, but where blocks were refused, of which the text may have been cut. */
  function standing(all: readonly Claim[], plan: readonly Planned[]): readonly Claim[] {
    if (messages.every(({ plain }) => plain === undefined)) return all;
    const text = bare(
      plan.map(({ message }, index) => messages[index]?.plain ?? textOf(message.blocks)).join("\n"),
    );
    return all.filter((claim) => text.includes(bare(claim.text.replaceAll(/^\s*```.*$/gm, ""))));
  }

  function isBeginning(shown: readonly Claim[], share: readonly Claim[]): boolean {
    return (
      shown.length <= share.length &&
      shown.every(
        (claim, index) => claim.id === share[index]?.id && claim.text === share[index].text,
      )
    );
  }

  /** Ends the stream with what is still to be shown; false when it has to be settled by an update. */
  async function finishStream(
    shown: MessagePart,
    share: readonly Claim[],
    answer: Answer,
    last: boolean,
  ): Promise<boolean> {
    const before = claimsBlocks(shown.claims, answer.citations).length;
    const rest = claimsBlocks(share, answer.citations).slice(before);
    const closing = last ? closingBlocks(answer, render) : [];
    const chunks = [
      ...endOfCards(shown),
      ...(rest.length === 0 ? [] : [{ type: "blocks", blocks: rest }]),
    ];
    for (;;) {
      try {
        await calls.budget.wait("chat.stopStream", signal);
        await calls.once("chat.stopStream", {
          channel: place.channel,
          ts: shown.ts,
          ...(chunks.length === 0 ? {} : { chunks }),
          ...(closing.length === 0 ? {} : { blocks: closing }),
          metadata,
        });
        shown.claims = share;
        shown.mode = "update";
        return true;
      } catch (error) {
        if (!isMendable(error)) throw error;
        if (error.slackError === "stopped_by_user")
          throw new StoppedByUserError("stopped by the person");
        if (error.kind !== "rate-limited") return false;
      }
    }
  }

  /** Makes a message be what it should be, whatever stands there now. */
  async function settle(shown: MessagePart, message: SlackMessage): Promise<void> {
    const update = (plain: boolean) =>
      calls.repeat(
        "chat.update",
        {
          channel: place.channel,
          ts: shown.ts,
          text: plain ? message.plain : message.text,
          // None, and not no word of them: those that stand there would stay.
          blocks: plain ? [] : message.blocks,
          metadata,
        },
        signal,
      );
    let plain = false;
    for (let ended = false; ;) {
      try {
        await update(plain);
        break;
      } catch (error) {
        if (!isMendable(error) || plain) throw error;
        if (error.slackError === "streaming_state_conflict") {
          if (ended) throw error;
          ended = true;
          await endStream(shown.ts);
        } else if (isToBeDivided(error, message)) {
          throw new TooLongError(error.slackError, { cause: error });
        } else {
          logger.warn("slack.blocks-refused", { error: error.slackError });
          plain = true;
        }
      }
    }
    shown.plain = plain ? message.plain : undefined;
    shown.uncertain = false;
    shown.mode = "update";
  }

  async function postNotice(message: SlackMessage): Promise<Finished> {
    const shown = messages[0];
    if (shown === undefined) {
      await addMessage(await post(message), "update", []);
    } else {
      await settle(shown, message);
    }
    return { messageTs: messages.map(({ ts }) => ts), claims: [] };
  }

  async function endHere(): Promise<Finished> {
    const current = messages.at(-1);
    if (current?.mode === "stream")
      await endStream(current.ts, endOfCards(current)).catch(() => undefined);
    return {
      messageTs: messages.map(({ ts }) => ts),
      claims: messages.flatMap((message) => message.claims),
    };
  }

  return {
    claim(claim, newCitations) {
      claims.push(claim);
      citations.push(...newCitations);
      void start();
    },
    progress(step) {
      if (claims.length > 0 || ending !== undefined || steps.at(-1) === step) return;
      steps.push(step);
      if (hasCardsToShow()) void start();
    },
    get showsProgress() {
      return stepsShown.length > 0;
    },
    get showsOnlyCards() {
      const isBegun =
        ending !== undefined || messages.some(({ claims: shown }) => shown.length > 0);
      return stepsShown.length > 0 && !isBegun;
    },
    note(sentence) {
      notes.push(sentence);
    },
    finish(answer) {
      ending ??= { kind: "finish", answer };
      return start();
    },
    notice(message) {
      ending ??= { kind: "notice", message };
      return start();
    },
    stop() {
      ending = { kind: "stop" };
      return start();
    },
    async withdraw() {
      // A write that is under way may still make the message.
      await running?.catch(() => undefined);
      for (const { ts, mode, claims: shown } of messages) {
        if (mode !== "stream") continue;
        const method = shown.length === 0 ? "chat.delete" : "chat.stopStream";
        await calls.once(method, { channel: place.channel, ts }).catch(() => undefined);
      }
    },
    ended: endedBy.promise,
  };
}

/**
 * The first message of ours in the thread, after the question, that is not in `known`: one that was made and never
 * recorded. Undefined when there is none, or when the thread cannot be read.
 */
export async function findOwnMessage(parts: {
  readonly calls: SlackCalls;
  readonly place: ReplyPlace;
  readonly known: ReadonlySet<string>;
  readonly signal: AbortSignal;
}): Promise<string | undefined> {
  const { calls, place, known } = parts;
  let cursor: string | undefined;
  for (let page = 0; page < 10; page += 1) {
    let result;
    try {
      result = await calls.repeat(
        "conversations.replies",
        {
          channel: place.channel,
          ts: place.threadTs,
          oldest: place.ts,
          limit: 100,
          include_all_metadata: true,
          ...(cursor === undefined ? {} : { cursor }),
        },
        parts.signal,
      );
    } catch (error) {
      if (isGone(error)) throw error;
      if (error instanceof SlackCallError) return undefined;
      throw error;
    }
    for (const message of ownMessages(result["messages"], place))
      if (!known.has(message)) return message;
    const next = (result["response_metadata"] as { next_cursor?: unknown } | undefined)
      ?.next_cursor;
    if (typeof next !== "string" || next === "") return undefined;
    cursor = next;
  }
  return undefined;
}

function ownMessages(value: unknown, place: ReplyPlace): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((raw: unknown) => {
    const message = raw as {
      ts?: string;
      user?: string;
      bot_id?: string;
      metadata?: { event_type?: string; event_payload?: { question?: string } };
    };
    const own = message.user === place.own.userId || message.bot_id === place.own.botId;
    const question = message.metadata?.event_payload?.question;
    const ours = message.metadata === undefined || question === place.key;
    return own && ours && message.ts !== undefined && message.ts > place.ts ? [message.ts] : [];
  });
}
