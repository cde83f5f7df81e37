/** What people in Slack hear of a page that says something else now. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { QuoteChange } from "../../src/answering/changed/compare-quote.ts";
import { type Changes, createChangeNotes } from "../../src/slack/change-notes.ts";
import type { Inbox } from "../../src/slack/inbox.ts";
import { SlackCallError } from "../../src/slack/slack-calls.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { plainText, startFakeSlack } from "../support/fake-slack.ts";
import { answerOf, ScriptedApplication } from "../support/scripted-application.ts";
import { recordingLogger, startTestBot } from "../support/slack-bot.ts";

const HOUR_MS = 3_600_000;
const CHANGE: QuoteChange = {
  kind: "numbers",
  was: {
    url: "https://docs.example/leases#a",
    name: "Leases",
    words: "A lease lasts <!channel> 300 s.",
  },
  now: { url: "https://docs.example/leases#a", name: "Leases", words: "A lease lasts 60 s." },
};

let inbox: Inbox;
let now: number;
let posted: Record<string, unknown>[];
let fail: SlackCallError | undefined;
let muted: boolean;
let changes: Changes;
let stopping: AbortController;

beforeEach(() => {
  inbox = openSqliteInbox(":memory:");
  now = Date.parse("2026-11-24T09:00:00.000Z");
  posted = [];
  stopping = new AbortController();
  fail = undefined;
  muted = false;
  changes = { version: "v1", answers: [], lapsed: [] };
});
afterEach(() => inbox[Symbol.asyncDispose]());

async function answered(answerId: string, threadTs = `${answerId}.0`): Promise<void> {
  const key = `T:C1:${answerId}`;
  await inbox.admit(
    {
      kind: "question",
      team: "T",
      channel: "C1",
      ts: `${answerId}.1`,
      threadTs,
      inThread: false,
      user: "U1",
      userTeam: undefined,
      text: "how long does a lease last?",
      files: [],
      surface: "mention",
      edited: false,
      mentionsOthers: false,
    },
    now,
  );
  const question = (await inbox.thread("T", "C1", threadTs)).at(-1);
  await inbox.claim("me", now, HOUR_MS);
  expect(await inbox.close(question?.key ?? key, "me", "answered", answerId)).toBe(true);
}

function notes(daily = 5, alertTo?: string) {
  return createChangeNotes({
    look: async (known) => (known === changes.version ? undefined : changes),
    inbox,
    calls: {
      async once(_method, options) {
        if (fail !== undefined) throw fail;
        posted.push(options);
        return {};
      },
    },
    // Only the muting is read.
    rules: { of: async () => ({ muted }) as never },
    daily,
    alertTo,
    clock: { now: () => now },
    signal: stopping.signal,
    logger: recordingLogger([]),
    metrics: { count: () => undefined },
  });
}

/** One look of a bot after the other. */
async function pass(look: () => Promise<void>, hours = 1): Promise<void> {
  await look();
  now += hours * HOUR_MS;
}

describe("createChangeNotes", () => {
  it("says in the thread, once, what the answer quoted and what stands there now", async () => {
    await answered("a1", "7.7");
    changes = { ...changes, answers: [{ answerId: "a1", changes: [CHANGE] }] };
    const look = notes();

    await pass(look);
    await pass(look);
    // Another bot, or this one after a restart.
    await pass(notes());

    expect(posted).toHaveLength(1);
    expect(posted[0]).toMatchObject({ channel: "C1", thread_ts: "7.7", unfurl_links: false });
    const text = JSON.stringify(posted[0]?.["blocks"]);
    expect(text).toContain("300 s.");
    expect(text).toContain("60 s.");
    expect(posted[0]?.["text"]).not.toContain("<!channel>");
  });

  it("never posts more than so many in a day, and goes on the next", async () => {
    for (const id of ["a1", "a2", "a3"]) await answered(id);
    changes = {
      ...changes,
      answers: ["a1", "a2", "a3"].map((answerId) => ({ answerId, changes: [CHANGE] })),
    };
    const look = notes(2);

    await pass(look);
    await pass(look);
    expect(posted).toHaveLength(2);
    await pass(look, 24);
    await pass(look);

    expect(posted.map((each) => each["thread_ts"])).toEqual(["a1.0", "a2.0", "a3.0"]);
  });

  it("leaves out threads that are muted, not Slack's, or were told today", async () => {
    await answered("a1", "7.7");
    await answered("a2", "7.7");
    const change = (answerId: string) => ({ answerId, changes: [CHANGE] });
    changes = { ...changes, answers: [change("elsewhere"), change("a1"), change("a2")] };
    muted = true;
    await pass(notes());
    expect(posted).toEqual([]);
    muted = false;

    await pass(notes());

    expect(posted).toHaveLength(1);
  });

  it("tries again what Slack was too busy for, and not what it refused", async () => {
    await answered("a1");
    changes = { ...changes, answers: [{ answerId: "a1", changes: [CHANGE] }] };
    fail = new SlackCallError("rate-limited", "chat.postMessage", {});
    await pass(notes());
    fail = undefined;
    await pass(notes());
    expect(posted).toHaveLength(1);

    await answered("a2");
    changes = { ...changes, answers: [{ answerId: "a2", changes: [CHANGE] }] };
    fail = new SlackCallError("refused", "chat.postMessage", { slackError: "is_archived" });
    await pass(notes());
    fail = undefined;
    await pass(notes());

    expect(posted).toHaveLength(1);
  });

  it("tells the author of a reviewed answer that lapsed, else whoever hears of failures", async () => {
    const lapsed = {
      id: "r1",
      author: "Ann",
      tell: "U0ANN",
      wording: "who restarts it?",
      because: "https://docs.example/leases has changed",
      at: "2026-11-24T08:00:00.000Z",
    };
    changes = { ...changes, lapsed: [lapsed, { ...lapsed, id: "r2", tell: undefined }] };

    await pass(notes());
    await pass(notes(5, "C0OPS"));

    expect(posted.map(({ channel }) => channel)).toEqual(["U0ANN", "C0OPS"]);
    expect(posted[0]?.["text"]).toMatch(/^Your reviewed answer to “who restarts it\?”.*renew r1$/);
    expect(posted[1]?.["text"]).toMatch(/^The reviewed answer of Ann/);
  });

  it("says nothing any more once the bot stops", async () => {
    await answered("a1");
    changes = { ...changes, answers: [{ answerId: "a1", changes: [CHANGE] }] };
    stopping.abort();

    await pass(notes());

    expect(posted).toEqual([]);
  });

  it("says what failed and does not end the bot", async () => {
    const logs: Parameters<typeof recordingLogger>[0] = [];
    const look = createChangeNotes({
      look: () => Promise.reject(new Error("no index")),
      inbox,
      calls: { once: () => Promise.reject(new Error("not called")) },
      rules: { of: () => Promise.reject(new Error("not called")) },
      daily: 5,
      alertTo: undefined,
      clock: { now: () => now },
      signal: new AbortController().signal,
      logger: recordingLogger(logs),
      metrics: { count: () => undefined },
    });

    await look();

    expect(logs.map(({ event }) => event)).toEqual(["slack.change-notes"]);
  });
});

describe("a bot whose index changed", () => {
  it("writes below its answer, and takes that for no answer of its own", async () => {
    const slack = await startFakeSlack({ messageEvents: true });
    try {
      const application = new ScriptedApplication(() => answerOf(["A lease lasts 300 s."]));
      const found = Promise.withResolvers<Changes | undefined>();
      await using _bot = await startTestBot(slack, application, {
        settings: { changesMs: 400 },
        lookForChanges: async (known) => (known === undefined ? found.promise : undefined),
      });
      const ts = slack.mention("C0GENERAL", "U0ANN", "how long does a lease last?");
      await slack.answered("C0GENERAL", ts);
      const [answer] = application.answers.values();
      found.resolve({
        version: "v2",
        answers: [{ answerId: answer?.id ?? "", changes: [CHANGE] }],
        lapsed: [],
      });
      await slack.until(() => slack.replies("C0GENERAL", ts).length === 2);

      slack.mention("C0GENERAL", "U0ANN", "and a worker's?", ts);
      await slack.answered("C0GENERAL", ts, 3);

      expect(plainText(slack.replies("C0GENERAL", ts)[1] ?? { text: "", blocks: [] })).toMatch(
        /the documentation has changed[^]*300 s\.[^]*60 s\./,
      );
      expect(application.asked[1]?.history ?? []).toEqual([]);
    } finally {
      await slack.end();
    }
  });
});
