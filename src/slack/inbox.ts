/**
 * The questions that were asked, from the moment Slack delivered them until they are done with. A question is in
 * here before Slack hears that it arrived, and only one process at a time works on it, so a crash neither loses
 * nor repeats an answer.
 *
 *     queued -> working -> posting -> closed
 *
 * `posting` is entered before the first call that makes a message, and holds the messages' timestamps as they
 * become known. Whoever takes over a question in `posting` has to look for the message before making one.
 */
import type { QuestionEvent } from "./events.ts";

export type QuestionState = "queued" | "working" | "posting" | "closed";

/**
 * - `answered`: the whole answer is in Slack.
 * - `apologised`: it came too late, or failed for good, and was told so.
 * - `cancelled`: its message or place went away, or it was not for us after all.
 * - `stopped`: the person stopped it; what was shown stays.
 */
export type Outcome = "answered" | "apologised" | "cancelled" | "stopped";

export type InboxQuestion = Omit<
  QuestionEvent,
  "kind" | "edited" | "mentionsOthers" | "surface"
> & {
  readonly key: string;
  readonly surface: QuestionEvent["surface"] | "command";
  /** First message of the thread whose conversation it goes on with, where that is not its own. */
  readonly conversationTs: string | undefined;
  readonly state: QuestionState;
  readonly outcome: Outcome | undefined;
  /** How often its text was changed before it was answered. */
  readonly revision: number;
  /** How often it was taken up. */
  readonly attempts: number;
  /** Messages of ours that answer it, oldest first. */
  readonly messageTs: readonly string[];
  readonly answerId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** When it was taken up for good, and counted for the budgets. */
  readonly takenAt: number | undefined;
  /** True when the person was told that it waits for a budget, or it waits for people in a help channel. */
  readonly told: boolean;
};

/** When questions were taken up. */
export type Taken = {
  /** Times (milliseconds) within the last hour by the asker and in the channel, and of all within a day. */
  readonly user: readonly number[];
  readonly channel: readonly number[];
  readonly all: readonly number[];
};

export type NotedQuestion = Pick<
  InboxQuestion,
  "key" | "team" | "channel" | "ts" | "threadTs" | "user" | "text"
>;

/** Since when what was taken up counts, and when it is now; milliseconds. */
export type TakenTimes = { readonly hour: number; readonly day: number; readonly now: number };

/** A question that was passed on to people: asked, taken by one of them, solved. */
export type HelpRequest = {
  /** The question's key. */
  readonly key: string;
  readonly state: "asked" | "taken" | "solved";
  /** Who took it or solved it. */
  readonly person: string | undefined;
  /** Messages that tell of it. */
  readonly messages: readonly HelpNotice[];
};

/** How far a question came that was passed on to people. */
export type HelpState = Pick<InboxQuestion, "key" | "revision"> & Pick<HelpRequest, "state">;

/** A question that people solved: what a reviewed answer, or a case for the evaluation, can be made of. */
export type SolvedHelp = { readonly question: InboxQuestion; readonly person: string | undefined };

export type HelpNotice = {
  readonly channel: string;
  readonly ts: string;
  readonly where: "people" | "thread";
};

export interface Inbox extends AsyncDisposable {
  /**
   * Stores a question, its secrets masked; false when the key is known. Durable when it resolves. The event itself is not
   * kept: it holds the text a second time, in pieces in which no secret is recognised.
   */
  admit(question: QuestionEvent, receivedAt: number): Promise<boolean>;
  /**
   * New text for a question that has no message yet, or with `evenPosting` also for one whose message says nothing yet; it
   * starts again, and stays in `posting` where it was. False when it is too late or unknown.
   */
  edit(key: string, text: string, evenPosting?: boolean): Promise<boolean>;
  /** Ends a question that is not closed yet. Returns it as it was, or undefined when there is none. */
  cancel(key: string): Promise<InboxQuestion | undefined>;
  /**
   * The next question to work on: oldest first, one at a time a thread or person's direct messages, those whose lease ran out
   * included. It is leased to `owner` until `now + leaseMs`. An owner is one claim, not one process: a worker that
   * lost its lease without noticing can change nothing any more, not even when its own process claimed again.
   */
  claim(owner: string, now: number, leaseMs: number): Promise<InboxQuestion | undefined>;
  /** Extends a lease; false when the question is no longer the owner's, who then must stop. */
  renew(key: string, owner: string, until: number): Promise<boolean>;
  /** Puts a question back that has no message yet, not to be claimed before `until`. */
  postpone(key: string, owner: string, until: number, told: boolean): Promise<void>;
  /**
   * Gives the lease up at once and keeps the state, for the next worker to go on from. What did not fail by itself (a
   * shutdown, a token that was revoked) does not count as an attempt.
   */
  release(key: string, owner: string, until: number, failed: boolean): Promise<void>;
  /**
   * Enters `posting` and extends the lease, so that nobody takes over while a message is being made; false when
   * the question is no longer the owner's.
   */
  posting(key: string, owner: string, until: number): Promise<boolean>;
  /** Adds a message that answers the question. */
  shown(key: string, owner: string, messageTs: string): Promise<void>;
  close(key: string, owner: string, outcome: Outcome, answerId?: string): Promise<boolean>;
  find(key: string): Promise<InboxQuestion | undefined>;
  /** The question that a message of ours answers. */
  findByMessage(channel: string, messageTs: string): Promise<InboxQuestion | undefined>;
  /** The question of an answer. */
  findByAnswer(answerId: string): Promise<InboxQuestion | undefined>;
  /** Questions of one thread, oldest first. */
  thread(team: string, channel: string, threadTs: string): Promise<readonly InboxQuestion[]>;
  /**
   * The last question of a conversation of direct messages that was answered since `since` and asked before `key`; undefined
   * when there is none.
   */
  answeredBefore(channel: string, key: string, since: number): Promise<InboxQuestion | undefined>;
  /** Says whose conversation a question goes on with. */
  joinConversation(key: string, conversationTs: string): Promise<void>;
  /** Marks a question as taken up at `now`, for `takeUnless`. */
  take(key: string, now: number): Promise<void>;
  /**
   * The same, unless `wait` says of those that were taken up before that it has to wait; one question after the other over
   * all processes. Gives what `wait` gave. Times in milliseconds.
   */
  takeUnless<T>(
    question: Pick<InboxQuestion, "key" | "user" | "channel">,
    times: TakenTimes,
    wait: (taken: Taken) => T | undefined,
  ): Promise<T | undefined>;
  /**
   * The same for a question that is answered elsewhere than in a thread of its own (a command's): unless it has to wait, it is kept
   * as closed and taken up. A key that is known is not kept twice.
   */
  noteUnless<T>(
    question: NotedQuestion,
    times: TakenTimes,
    wait: (taken: Taken) => T | undefined,
  ): Promise<T | undefined>;
  /** Says how a question that was noted was answered, so that votes find it. */
  noteAnswer(key: string, answerId: string): Promise<void>;
  /** A marker that is set once over all processes; false when it was there already. */
  once(marker: string, now: number): Promise<boolean>;
  /** Sets a marker that is absent or older than `ms`, once over all processes; false when it is younger. */
  again(marker: string, now: number, ms: number): Promise<boolean>;
  /** Sets a marker's time, whether it was there or not. Durable when it resolves: rejects when nothing can be written. */
  mark(marker: string, now: number): Promise<void>;
  /** When a marker was set; undefined when it was not. */
  markedAt(marker: string): Promise<number | undefined>;
  /** How many markers that begin with `prefix` were set since `since`. */
  countMarked(prefix: string, since: number): Promise<number>;
  /** Threads with a question since `since`, the latest first; commands, which have none, left out. */
  recentThreads(
    since: number,
    limit: number,
  ): Promise<readonly { readonly channel: string; readonly threadTs: string }[]>;
  /** Takes a marker away, so that it can be set again. */
  unmark(marker: string): Promise<void>;
  /** Begins a request for help; false when there is one for this question. */
  askHelp(key: string, now: number): Promise<boolean>;
  help(key: string): Promise<HelpRequest | undefined>;
  helpShown(key: string, notice: HelpNotice): Promise<void>;
  /** Questions that were passed on to people since `since`, and how far they came. */
  helpSince(since: number): Promise<readonly HelpState[]>;
  /** Moves a request on; false when it is in none of the states `from`. */
  moveHelp(
    key: string,
    from: readonly HelpRequest["state"][],
    to: HelpRequest["state"],
    person: string,
  ): Promise<boolean>;
  /** Requests that are solved and not dismissed, the latest question first; those whose question was forgotten left out. */
  solvedHelp(limit: number): Promise<readonly SolvedHelp[]>;
  /** Leaves a solved request out of `solvedHelp` from now on. */
  dismissHelp(key: string, now: number): Promise<void>;
  /** How many requests were made since `since` (milliseconds), and how many of these are solved. */
  countHelp(since: number): Promise<{ readonly asked: number; readonly solved: number }>;
  /** Takes a request back that reached nobody. */
  dropHelp(key: string): Promise<void>;
  /**
   * Calls `wake` when another process may have put something in or done with it. A courtesy: whoever waits for questions
   * looks by itself as well, for leases and waits that end.
   */
  watch(wake: () => void): void;
  depth(): Promise<{ readonly open: number; readonly oldestReceivedAt: number | undefined }>;
  /** Forgets closed questions and markers older than `before`, a few at a time; returns how many questions. */
  purge(before: number): Promise<number>;
  /** Questions of one person, oldest first. */
  ofUser(user: string): Promise<readonly InboxQuestion[]>;
  /** Forgets a person's questions, also those under way, and what was noted of the person; returns how many questions. */
  forgetUser(user: string): Promise<number>;
  /**
   * Empties the text of a closed question: an open one would be answered without its words. Returns the question as it was,
   * open or closed, or undefined when there is none.
   */
  blank(key: string): Promise<InboxQuestion | undefined>;
}
