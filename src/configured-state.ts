/** The store of what people asked and what was posted: in the data folder, or in the Postgres that STATE_URL names. */
import type { ConversationStore } from "./conversation/conversation-store.ts";
import { createConversationStore } from "./conversation/stored-conversations.ts";
import type { FeedbackStore } from "./feedback/feedback-store.ts";
import { createFeedbackStore } from "./feedback/stored-feedback.ts";
import { createChannelSettingsStore } from "./slack/channel-settings-store.ts";
import type { ChannelSettingsStore } from "./slack/channel-settings.ts";
import { coreKey } from "./slack/core-key.ts";
import { createInbox } from "./slack/inbox-store.ts";
import type { Inbox } from "./slack/inbox.ts";
import { createReviewedAnswerStore, type ReviewedAnswerStore } from "./state/reviewed-answers.ts";
import { openSqliteEngine } from "./state/sqlite-engine.ts";
import type { Engine } from "./state/statements.ts";
import { prepareState } from "./state/take-over.ts";

/** All parts of the store; whoever disposes of one closes it for all that were opened with it. */
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
  return storesOf(await openEngine(options));
}

export function storesOf(engine: Engine): Stores & AsyncDisposable {
  return {
    conversations: createConversationStore(engine),
    inbox: createInbox(engine),
    feedback: createFeedbackStore(engine),
    channelSettings: createChannelSettingsStore(engine),
    reviewed: createReviewedAnswerStore(engine),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/** The conversations alone. */
export async function openConversations(options: StateOptions): Promise<ConversationStore> {
  return createConversationStore(await openEngine(options));
}

/** The answers that people wrote, alone. */
export async function openReviewedAnswers(options: StateOptions): Promise<ReviewedAnswerStore> {
  return createReviewedAnswerStore(await openEngine(options));
}

/** The votes alone. */
export async function openFeedback(options: StateOptions): Promise<FeedbackStore> {
  return createFeedbackStore(await openEngine(options));
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
  const inbox = createInbox(await openEngine(options));
  return {
    since: async (since) =>
      (await inbox.helpSince(since)).map(({ key, revision, state }) => ({
        key: coreKey({ key, revision }),
        solved: state === "solved",
      })),
    [Symbol.asyncDispose]: () => inbox[Symbol.asyncDispose](),
  };
}

async function openEngine({ dataFolder, stateUrl }: StateOptions): Promise<Engine> {
  if (stateUrl === undefined) return openSqliteEngine(await prepareState(dataFolder));
  // The client for Postgres is loaded where there is one.
  const [{ openPostgresState }, { createPostgresEngine }] = await Promise.all([
    import("./state/postgres/schema.ts"),
    import("./state/postgres/engine.ts"),
  ]);
  return createPostgresEngine(await openPostgresState({ url: stateUrl, connections: CONNECTIONS }));
}
