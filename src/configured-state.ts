/** The stores of what people asked and what was posted: in the data folder, or in the Postgres that STATE_URL names. */
import type { ConversationStore } from "./conversation/conversation-store.ts";
import { createPostgresConversationStore } from "./conversation/postgres-conversation-store.ts";
import { openConversationStore } from "./conversation/sqlite-conversation-store.ts";
import type { FeedbackStore } from "./feedback/feedback-store.ts";
import { createPostgresFeedbackStore } from "./feedback/postgres-feedback-store.ts";
import { openSqliteFeedbackStore } from "./feedback/sqlite-feedback-store.ts";
import type { PostgresDatabase } from "./platform/postgres.ts";
import type { ChannelSettingsStore } from "./slack/channel-settings.ts";
import type { Inbox } from "./slack/inbox.ts";
import { coreKey } from "./slack/core-key.ts";
import { createPostgresChannelSettings } from "./slack/postgres-channel-settings.ts";
import { createPostgresInbox } from "./slack/postgres-inbox.ts";
import { openSqliteChannelSettings } from "./slack/sqlite-channel-settings.ts";
import { openSqliteInbox } from "./slack/sqlite-inbox.ts";
import { createPostgresReviewedAnswers } from "./state/postgres/reviewed-answers.ts";
import { openReviewedAnswerStore, type ReviewedAnswerStore } from "./state/reviewed-answers.ts";
import { prepareState } from "./state/take-over.ts";

export type Stores = {
  readonly conversations: ConversationStore;
  readonly inbox: Inbox;
  readonly feedback: FeedbackStore;
  readonly channelSettings: ChannelSettingsStore;
  readonly reviewed: ReviewedAnswerStore;
};

export type StateOptions = {
  /** Where the file is when `stateUrl` is undefined. */
  readonly dataFolder: string;
  /** STATE_URL. */
  readonly stateUrl?: string | undefined;
};

/** Connections to Postgres at most. A bot opens the store twice, its core in a thread of its own, and has one that listens. */
const CONNECTIONS = 5;

/** Throws `AppError` "database" when the store cannot be opened. */
export async function openStores(options: StateOptions): Promise<Stores & AsyncDisposable> {
  const { dataFolder, stateUrl } = options;
  if (stateUrl !== undefined) {
    const database = await openDatabase(stateUrl);
    return {
      conversations: createPostgresConversationStore(database),
      inbox: createPostgresInbox(database),
      feedback: createPostgresFeedbackStore(database),
      channelSettings: createPostgresChannelSettings(database),
      reviewed: createPostgresReviewedAnswers(database),
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  }
  const path = await prepareState(dataFolder);
  const stores = {
    conversations: openConversationStore({ path }),
    inbox: openSqliteInbox(path),
    feedback: openSqliteFeedbackStore(path),
    channelSettings: openSqliteChannelSettings(path),
    reviewed: openReviewedAnswerStore(path),
  };
  return {
    ...stores,
    async [Symbol.asyncDispose]() {
      for (const store of Object.values(stores)) await store[Symbol.asyncDispose]();
    },
  };
}

/** The conversations alone. */
export async function openConversations(options: StateOptions): Promise<ConversationStore> {
  const { dataFolder, stateUrl } = options;
  if (stateUrl === undefined)
    return openConversationStore({ path: await prepareState(dataFolder) });
  const database = await openDatabase(stateUrl);
  return {
    ...createPostgresConversationStore(database),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** The answers that people wrote, alone. */
export async function openReviewedAnswers(options: StateOptions): Promise<ReviewedAnswerStore> {
  const { dataFolder, stateUrl } = options;
  if (stateUrl === undefined) return openReviewedAnswerStore(await prepareState(dataFolder));
  const database = await openDatabase(stateUrl);
  return {
    ...createPostgresReviewedAnswers(database),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

export type HelpRequests = AsyncDisposable & {
  /**
   * Questions that were passed on to people since `since` (milliseconds since the epoch), by the key of their turn, and
   * whether somebody said that they are solved.
   */
  readonly since: (
    since: number,
  ) => Promise<readonly { readonly key: string; readonly solved: boolean }[]>;
};

/** What people were asked for, alone. */
export async function openHelpRequests(options: StateOptions): Promise<HelpRequests> {
  const { dataFolder, stateUrl } = options;
  const database = stateUrl === undefined ? undefined : await openDatabase(stateUrl);
  const inbox =
    database === undefined
      ? openSqliteInbox(await prepareState(dataFolder))
      : createPostgresInbox(database);
  return {
    since: async (since) =>
      (await inbox.helpSince(since)).map(({ key, revision, state }) => ({
        key: coreKey({ key, revision }),
        solved: state === "solved",
      })),
    async [Symbol.asyncDispose]() {
      await inbox[Symbol.asyncDispose]();
      await database?.[Symbol.asyncDispose]();
    },
  };
}

/** The votes alone. */
export async function openFeedback(options: StateOptions): Promise<FeedbackStore> {
  const { dataFolder, stateUrl } = options;
  if (stateUrl === undefined) return openSqliteFeedbackStore(await prepareState(dataFolder));
  const database = await openDatabase(stateUrl);
  return {
    ...createPostgresFeedbackStore(database),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** The client for Postgres is loaded where there is one. */
async function openDatabase(url: string): Promise<PostgresDatabase> {
  const { openPostgresState } = await import("./state/postgres/schema.ts");
  return openPostgresState({ url, connections: CONNECTIONS });
}
