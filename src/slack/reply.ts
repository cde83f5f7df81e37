/**
 * Writes one answer into a thread, claim by claim, through one serial writer. It takes the best way that Slack
 * grants: a stream; else a message that is posted with the first claims and updated; else one whole message. A
 * call whose outcome is unknown is looked up before it is made again, so that the answer stands there once.
 */
import type { Step } from "../answering/application.ts";
import type { Answer, Citation, Claim } from "../documents/answer.ts";
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
import { inTime } from "./in-time.ts";
import { bare, fitMessage, halves, textOf } from "./message-size.ts";
import {
  createMessageWriter,
  type MessagePart,
  type MessageWriterParts,
  StoppedByUserError,
  TooLongError,
} from "./message-writer.ts";
import { areWorthShowing, taskChunks } from "./progress-cards.ts";
import { isMendable } from "./slack-calls.ts";

/** At most one append or update of a message in this time. */
const WRITE_INTERVAL_MS = 1000;
/** How long the first claim waits for an answer that comes all at once. */
const GATHER_MS = 5;
/** An answer that is being written for longer than this gets task cards. */
const CARDS_AFTER_MS = 1500;
/** Updates kept back for the final one of each message. */
const UPDATES_KEPT_BACK = 20;

export type Finished = {
  readonly messageTs: readonly string[];
  /** The claims that stand in Slack. */
  readonly claims: readonly Claim[];
};

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

export type ReplyParts = MessageWriterParts & {
  readonly render: Omit<RenderOptions, "question">;
  readonly question: string;
  /** Messages that an earlier worker made for this answer. */
  readonly adopted?: readonly string[];
  /** False: no task cards. */
  readonly cards?: boolean;
  /** Told when the first claim or the whole answer stands in Slack. */
  readonly onFirstShown?: () => void;
};

export function createReply(parts: ReplyParts): Reply {
  const { calls, place, record, clock, logger, refusals, signal } = parts;
  const render: RenderOptions = { ...parts.render, question: parts.question };

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
  const writer = createMessageWriter(parts, () => messages);
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
    if (parts.cards !== true || refusals.has(`cards ${place.channel}`)) return false;
    if (stepsShown.length === steps.length || !areWorthShowing(steps)) return false;
    const [current] = messages;
    return current === undefined
      ? !refusals.has(`stream ${place.channel}`)
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
      const started = await writer.startStream(chunks, true);
      if (started === undefined) return;
      stepsShown = now;
      await addStream(started, []);
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

  async function writeMore(): Promise<void> {
    const shares = splitClaims(claims, citations);
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
      const first = splitClaims(claims, citations)[0] ?? [];
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
    let over = false;
    // Only the timer says that it is over: it fires when nothing that is ready to run is left, however busy we are.
    const time = clock
      .sleep(GATHER_MS, signal)
      .catch(() => undefined)
      .then(() => {
        over = true;
      });
    for (;;) {
      if (over || ending !== undefined) return;
      await Promise.race([time, wake.promise]);
    }
  }

  /** Waits, but not beyond the end of the answer. */
  async function pause(ms: number): Promise<void> {
    await inTime(clock, ms, wake.promise);
  }

  async function openMessage(share: readonly Claim[]): Promise<void> {
    const blocks = claimsBlocks(share, citations);
    if (
      !refusals.has(`stream ${place.channel}`) &&
      messages.length === 0 &&
      calls.budget.take("chat.startStream")
    ) {
      const started = await writer.startStream([{ type: "blocks", blocks }], false);
      if (started !== undefined) {
        await addStream(started, share);
        return;
      }
    }
    const { ts, plain, whole } = await writer.postFirst(claimsMessage(share, citations));
    // What did not fit gets messages of its own, once the answer is whole.
    await addMessage({ ts, mode: "update", uncertain: !whole, plain }, share);
  }

  /** One of which nothing is known is ended, and updated from here on. */
  function addStream(
    { ts, uncertain }: { readonly ts: string; readonly uncertain: boolean },
    share: readonly Claim[],
  ) {
    const mode = uncertain ? "update" : "stream";
    return addMessage({ ts, mode, uncertain, plain: undefined }, share);
  }

  async function addMessage(
    made: Pick<MessagePart, "ts" | "mode" | "uncertain" | "plain">,
    share: readonly Claim[],
  ) {
    messages.push({ ...made, claims: share, lastWriteAt: clock.elapsed() });
    await record.shown(made.ts);
    if (share.length > 0 || ending !== undefined) noteFirstShown();
  }

  async function addPost(message: SlackMessage, share: readonly Claim[]) {
    await addMessage({ ...(await writer.post(message)), mode: "update", uncertain: false }, share);
  }

  /** No more claims go into this message. */
  async function closeMessage(message: MessagePart): Promise<void> {
    if (message.mode !== "stream") return;
    if (!(await writer.endStream(message.ts))) message.uncertain = true;
    message.mode = "update";
  }

  async function complete(answer: Answer): Promise<Finished> {
    const whole = withNotes(answerMessages(answer, render), notes);
    const shares = splitClaims(answer.claims, answer.citations);
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
    for (const extra of messages.slice(plan.length))
      await writer.settle(extra, notice("(see above)"));
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
      await addPost(message, share);
      return;
    }
    const asShown = whole && !shown.uncertain && isBeginning(shown.claims, share);
    if (shown.mode === "stream" && asShown) {
      if (await finishStream(shown, share, answer, last)) {
        shown.claims = share;
        shown.mode = "update";
        if (!needsRewriting) return;
      }
    } else if (
      asShown &&
      shown.plain === undefined &&
      shown.claims.length === share.length &&
      !last &&
      !needsRewriting
    ) {
      return;
    }
    await writer.settle(shown, message);
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

  function finishStream(
    shown: MessagePart,
    share: readonly Claim[],
    answer: Answer,
    last: boolean,
  ): Promise<boolean> {
    const before = claimsBlocks(shown.claims, answer.citations).length;
    const rest = claimsBlocks(share, answer.citations).slice(before);
    const chunks = [
      ...endOfCards(shown),
      ...(rest.length === 0 ? [] : [{ type: "blocks", blocks: rest }]),
    ];
    return writer.finishStream(shown.ts, chunks, last ? closingBlocks(answer, render) : []);
  }

  async function postNotice(message: SlackMessage): Promise<Finished> {
    const shown = messages[0];
    if (shown === undefined) {
      await addPost(message, []);
    } else {
      await writer.settle(shown, message);
    }
    return { messageTs: messages.map(({ ts }) => ts), claims: [] };
  }

  async function endHere(): Promise<Finished> {
    const current = messages.at(-1);
    if (current?.mode === "stream")
      await writer.endStream(current.ts, endOfCards(current)).catch(() => undefined);
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
