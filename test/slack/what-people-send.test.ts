/** Questions that come with files, forwarded messages, alerts, forms and long threads. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blocksText, writtenText } from "../../src/slack/message-content.ts";
import { type FakeSlack, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;
let core: ScriptedApplication;

beforeEach(async () => {
  slack = await startFakeSlack({ messageEvents: true });
  core = new ScriptedApplication(() => answerOf(["An answer."]));
});
afterEach(async () => {
  await slack.end();
});

/** Sends a message with something on it; returns the answer's text and the question that the core got. */
async function send(text: string, extra: Record<string, unknown>, threadTs?: string) {
  const ts = slack.say({
    channel: "C0GENERAL",
    user: "U0ANN",
    text,
    extra,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  const [answer] = await slack.answered("C0GENERAL", threadTs ?? ts);
  return { answer: answer === undefined ? "" : plainText(answer), asked: core.asked.at(-1) };
}

const MENTION = "<@U0MARVIN>";

describe("a file", () => {
  it("that is text is read, and handed to the core under its name", async () => {
    await using _bot = await startTestBot(slack, core);
    const trace = slack.addFile("trace.log", "ConnectionRefusedError: port 4200");

    const { answer, asked } = await send(`${MENTION} why?`, {
      subtype: "file_share",
      files: [trace],
    });

    expect(asked?.text).toBe("why?\n\ntrace.log:\n```\nConnectionRefusedError: port 4200\n```");
    expect(answer).not.toContain("did not read");
  });

  it("alone is the question, though no mention event came", async () => {
    await using _bot = await startTestBot(slack, core);
    const trace = slack.addFile("trace.log", "ConnectionRefusedError: port 4200");

    slack.event({
      type: "message",
      subtype: "file_share",
      channel: "C0GENERAL",
      channel_type: "channel",
      user: "U0ANN",
      ts: slack.say({ channel: "C0GENERAL", user: "U0ANN", text: MENTION, quiet: true }),
      text: MENTION,
      files: [trace],
    });
    await slack.until(() => core.asked.length === 1);

    expect(core.asked[0]?.text).toContain("ConnectionRefusedError");
  });

  it.each([
    ["too long", () => slack.addFile("huge.log", "x".repeat(200_001))],
    [
      "longer than it says",
      () => ({ ...slack.addFile("liar.log", "x".repeat(200_001)), size: 10 }),
    ],
    ["an image", () => slack.addFile("shot.png", "PNG", "image/png")],
    ["bytes under a text's name", () => slack.addFile("core.log", Buffer.from([1, 0, 2]))],
    [
      "gone",
      () => ({
        ...slack.addFile("gone.log", "x"),
        url_private_download: slack.apiUrl.replace("/api/", "/files/none"),
      }),
    ],
    [
      "at another host",
      () => ({ ...slack.addFile("x.log", "x"), url_private_download: "http://evil.example/x.log" }),
    ],
    ["malformed", () => ({ id: "F9", name: "odd.log", url_private: 7 })],
  ])("that is %s is not read, which the answer says", async (_what, file) => {
    await using _bot = await startTestBot(slack, core);
    const attached = file();

    const { answer, asked } = await send(`${MENTION} why?`, {
      subtype: "file_share",
      files: [attached],
    });

    expect(asked?.text).toBe("why?");
    expect(answer).toMatch(/^An answer\. \[1\]\nI did not read \S+: I read text files/);
  });

  it("is not read without the scope, and the token goes nowhere else", async () => {
    slack.scopes = slack.scopes.filter((scope) => scope !== "files:read");
    await using _bot = await startTestBot(slack, core);

    const { answer } = await send(`${MENTION} why?`, {
      subtype: "file_share",
      files: [slack.addFile("trace.log", "secret")],
    });

    expect(answer).toContain("I did not read trace.log");
  });
});

describe("what is not in the text", () => {
  it("of a forwarded message belongs to the question", async () => {
    await using _bot = await startTestBot(slack, core);

    const { asked } = await send(`${MENTION} what does this mean?`, {
      attachments: [
        { is_share: true, from_url: "https://x.slack.com/1", text: "Pod evicted &amp; gone" },
        { from_url: "https://docs.example/", title: "A preview", text: "of a link" },
      ],
    });

    expect(asked?.text).toBe("what does this mean?\n\nPod evicted & gone");
  });

  it("of an alert that begins a thread is read with the thread", async () => {
    await using _bot = await startTestBot(slack, core);
    const root = slack.say({
      channel: "C0GENERAL",
      user: "U0ALERTS",
      text: "",
      quiet: true,
      extra: {
        attachments: [
          { title: "FIRING", fields: [{ title: "pod", value: "flow-1" }], text: "OOMKilled" },
        ],
      },
    });

    await send(`${MENTION} why?`, {}, root);

    expect(core.asked[0]?.history).toEqual([
      { author: "U0ALERTS", text: "FIRING\nOOMKilled\npod: flow-1", ours: false },
    ]);
  });

  it("of a workflow's form is a question where the workflow is allowed, and nothing elsewhere", async () => {
    await using bot = await startTestBot(slack, core, { settings: { allowedBots: ["B0FORM"] } });
    const form = (bot_id: string) => {
      const ts = slack.nextTs();
      slack.say({ channel: "C0GENERAL", user: bot_id, text: "", ts, quiet: true });
      slack.event({
        type: "message",
        subtype: "bot_message",
        bot_id,
        channel: "C0GENERAL",
        channel_type: "channel",
        ts,
        text: "",
        blocks: [
          {
            type: "rich_text",
            elements: [
              {
                type: "rich_text_section",
                elements: [
                  { type: "user", user_id: "U0MARVIN" },
                  { type: "text", text: " my flow hangs" },
                ],
              },
            ],
          },
        ],
      });
      return ts;
    };

    form("B0OTHER");
    const ts = form("B0FORM");
    await slack.answered("C0GENERAL", ts);

    expect(core.asked.map(({ text, author }) => ({ text, author }))).toEqual([
      { text: "my flow hangs", author: "B0FORM" },
    ]);
    expect(bot.app.metrics.value("ignored")).toBeGreaterThan(0);
  });
});

describe("a long thread", () => {
  it("of more messages than a page gives the newest before the question", async () => {
    await using _bot = await startTestBot(slack, core);
    const root = slack.say({ channel: "C0GENERAL", user: "U0BOB", text: "root", quiet: true });
    for (let number = 0; number < 450; number += 1)
      slack.say({
        channel: "C0GENERAL",
        user: "U0BOB",
        text: `message ${number}`,
        threadTs: root,
        quiet: true,
      });

    await send(`${MENTION} and now?`, {}, root);

    expect(core.asked[0]?.history?.map(({ text }) => text)).toEqual(
      Array.from({ length: 15 }, (_, index) => `message ${435 + index}`),
    );
  });

  it("that Slack does not let it read is answered all the same, and says so", async () => {
    await using _bot = await startTestBot(slack, core);
    const root = slack.say({ channel: "C0GENERAL", user: "U0BOB", text: "root", quiet: true });
    slack.fail("conversations.replies", { kind: "error", error: "missing_scope" });

    const { answer } = await send(`${MENTION} why?`, {}, root);

    expect(answer).toContain("I could not read the earlier messages of this thread");
  });
});

describe("writtenText", () => {
  it.each([
    ["nothing", {}, ""],
    ["text alone", { text: " hi " }, "hi"],
    ["values of wrong types", { text: null, attachments: "x", blocks: { a: 1 } }, ""],
    ["an attachment's fallback", { attachments: [{ fallback: "alert" }] }, "alert"],
  ])("of %s", (_what, message, expected) => {
    expect(writtenText(message)).toBe(expected);
  });

  it("is bounded, however deep and wide what it is given", () => {
    let deep: unknown = { type: "text", text: "end" };
    for (let level = 0; level < 10_000; level += 1) deep = { elements: [deep] };
    const wide = Array.from({ length: 5000 }, () => ({
      type: "section",
      text: { text: "x".repeat(99) },
    }));

    expect(blocksText([deep])).toBe("");
    expect(blocksText(wide).length).toBeLessThanOrEqual(8000);
  });
});
