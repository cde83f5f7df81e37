/** Erasing one person from every store: questions, answers to them, votes, and what was noted of the person. */
import { openStores as openConfiguredStores, type Stores, storesOf } from "./configured-state.ts";
import { UsageError } from "./platform/errors.ts";
import { openState } from "./state/schema.ts";
import { openSqliteEngine } from "./state/sqlite-engine.ts";
import { hasState, prepareState } from "./state/take-over.ts";

export type Forgotten = {
  readonly user: string;
  /** False when nothing was removed and the figures say what would be. */
  readonly done: boolean;
  /** Questions in the inbox, those under way included. */
  readonly questions: number;
  /** Of these, not answered yet. */
  readonly open: number;
  /** Turns of conversations: a question with its answer and receipt. */
  readonly turns: number;
  /** Votes the person gave. */
  readonly votes: number;
  /** Answers to the person's questions that somebody voted on. */
  readonly ratedAnswers: number;
};

/** Slack's ids of people, and `you`, the name of whoever asks in the terminal. */
const USER = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/;

/** Throws `UsageError` when this cannot be the id of a person. */
export function checkUser(user: string | undefined): string {
  if (user === undefined || user.trim() === "")
    throw new UsageError("Say whom to forget: npm run forget -- --user U0123ABC");
  if (!USER.test(user))
    throw new UsageError(
      `"${user.slice(0, 80)}" is no id of a person. In Slack: profile, the three dots, "Copy member ID".`,
    );
  return user;
}

/**
 * Removes what the stores hold of `user`, or only counts it. Works beside a running bot, a few rows at a time. Killed
 * half-way, it is done by being run again: what the other removals go by is removed last.
 */
export async function forgetUser(
  stores: ErasableStores,
  user: string,
  options: { readonly dryRun: boolean },
): Promise<Forgotten> {
  const { conversations, inbox, feedback } = stores;
  const turns = await conversations.keysOf(user);
  const questions = await inbox.ofUser(user);
  const keys = [...new Set([...turns, ...questions.flatMap(keysOf)])];
  const found: Forgotten = {
    user,
    done: !options.dryRun,
    questions: questions.length,
    open: questions.filter(({ state }) => state !== "closed").length,
    turns: turns.length,
    votes: await feedback.countUser(user),
    ratedAnswers: await feedback.countAnswers(keys),
  };
  if (options.dryRun) return found;
  await feedback.deleteAnswers(keys);
  await feedback.deleteUser(user);
  await inbox.forgetUser(user);
  await conversations.deleteAuthor(user);
  return found;
}

/** The keys under which the other stores know a question: one for each text it had. */
function keysOf(question: { readonly key: string; readonly revision: number }): readonly string[] {
  return Array.from({ length: question.revision + 1 }, (_, revision) =>
    revision === 0 ? question.key : `${question.key}:${revision}`,
  );
}

/**
 * What holds text of people. The settings of channels hold ids only, and the inbox blanks them; reviewed answers are the product's own.
 */
export type ErasableStores = Omit<Stores, "channelSettings" | "reviewed">;

/**
 * Opens the store in Postgres, or in `dataFolder`, for one command; a file that does not exist is empty and is not made.
 */
export async function openStores(
  dataFolder: string,
  stateUrl?: string,
): Promise<ErasableStores & AsyncDisposable> {
  if (stateUrl !== undefined) return openConfiguredStores({ dataFolder, stateUrl });
  const path = hasState(dataFolder) ? await prepareState(dataFolder) : ":memory:";
  const stores = storesOf(openSqliteEngine(path));
  return {
    ...stores,
    async [Symbol.asyncDispose]() {
      await stores[Symbol.asyncDispose]();
      // What was erased also leaves the write-ahead log of a bot that runs.
      if (path !== ":memory:") closeState(path);
    },
  };
}

function closeState(path: string): void {
  const database = openState(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

/** What was done, for people. */
export function describeForgotten(result: Forgotten): string {
  const { user, done, questions, open, turns, votes, ratedAnswers } = result;
  if (questions + turns + votes + ratedAnswers === 0) return `Nothing is stored of ${user}.\n`;
  const lines = [
    done ? `Forgotten: ${user}` : `Stored of ${user}; nothing was removed:`,
    `  ${turns} ${turns === 1 ? "turn" : "turns"} of conversations, with their answers and receipts`,
    `  ${questions} ${questions === 1 ? "question" : "questions"} in the inbox${open === 0 ? "" : `, ${open} of them not answered yet`}`,
    `  ${votes} ${votes === 1 ? "vote" : "votes"}, and the votes of others on ${ratedAnswers} of the person's answers`,
    "What stands in Slack itself stays there, and in backups that were made before.",
  ];
  return `${lines.join("\n")}\n`;
}
