/** What the bot says to 80 messages of a help channel, with the bundled handbook as its documentation: when it speaks, and when not. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { compose } from "../../src/compose.ts";
import { loadConfig } from "../../src/config/load.ts";
import { indexHandbook } from "../bench/slack/handbook.ts";
import { startFakeSlack } from "../support/fake-slack.ts";
import { startTestBot } from "../support/slack-bot.ts";

const Written = z.strictObject({
  kind: z.enum([
    "answerable",
    "unanswerable",
    "announcement",
    "chat",
    "answer",
    "link",
    "incident",
    "to a person",
  ]),
  right: z.enum(["answer", "silence"]),
  text: z.string(),
});
type Written = z.infer<typeof Written>;

const FILE = path.resolve(import.meta.dirname, "../fixtures/slack/channel-messages.jsonl");
const messages = readFileSync(FILE, "utf8")
  .trim()
  .split("\n")
  .map((line) => Written.parse(JSON.parse(line)));

let folder: string;
/** The messages that were answered. */
let spoken: ReadonlySet<Written>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-channel-"));
  await indexHandbook(folder);
  const { config } = loadConfig({ DATA_DIR: folder, LOG_LEVEL: "silent" }, undefined);
  await using composed = await compose({ config, forgetful: true });
  const slack = await startFakeSlack({ messageEvents: true });
  try {
    // One each: Slack takes a few posts at a time in a channel.
    const channels = messages.map((_message, index) => `C0HELP${index}`);
    for (const channel of channels) slack.addChannel(channel);
    await using bot = await startTestBot(slack, composed.application, {
      settings: { helpChannels: channels, budgets: { userHour: 0, channelHour: 0, day: 0 } },
    });
    const asked = messages.map((message, index) => {
      const channel = channels[index] ?? "";
      return { message, channel, ts: slack.say({ channel, user: "U0ANN", text: message.text }) };
    });
    const last = slack.mention("C0GENERAL", "U0EVE", "what is a zombie run?");
    await slack.answered("C0GENERAL", last, 1, 60_000);
    await slack.until(
      async () => (await bot.inbox.depth()).open === 0,
      "the end of all questions",
      60_000,
    );
    spoken = new Set(
      asked
        .filter(({ channel, ts }) => slack.replies(channel, ts).length > 0)
        .map(({ message }) => message),
    );
  } finally {
    await slack.end();
  }
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Share of the messages that were answered. */
function share(of: (message: Written) => boolean): number {
  const all = messages.filter(of);
  return all.filter((message) => spoken.has(message)).length / all.length;
}

const isQuestion = ({ kind }: Written) => kind === "answerable" || kind === "unanswerable";

describe("80 messages of a help channel", () => {
  it("are 80, with questions that the handbook answers and at least as many that ask nothing", () => {
    expect(messages).toHaveLength(80);
    expect(messages.filter(({ right }) => right === "answer").length).toBeGreaterThanOrEqual(25);
    expect(messages.filter((one) => !isQuestion(one)).length).toBeGreaterThanOrEqual(35);
  });

  it("leave it silent on 95 % of what asks nothing of it", () => {
    expect(share((message) => !isQuestion(message))).toBeLessThanOrEqual(0.05);
  });

  it("make it speak on 60 % of what it could answer", () => {
    expect(share(({ right }) => right === "answer")).toBeGreaterThanOrEqual(0.6);
  });

  it("leave it silent on most questions that its documentation does not answer", () => {
    expect(share(({ kind }) => kind === "unanswerable")).toBeLessThanOrEqual(0.25);
  });
});
