/** The bot's life: starting, being reached, losing the connection, and ending. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskRoom } from "../../src/platform/disk-room.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { AppError } from "../../src/platform/errors.ts";
import type { Question } from "../../src/answering/application.ts";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { type FakeSlack, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { fastClock } from "../support/fast-clock.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { startTestBot } from "../support/slack-bot.ts";

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.end();
});

function echoing(): ScriptedApplication {
  return new ScriptedApplication(({ text }) => answerOf([`About ${text}`]));
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof AppError) return error;
  throw new Error("expected an AppError", { cause: error });
}

describe("starting", () => {
  it.each([
    ["bot", { botToken: "xoxb-wrong" }, "SLACK_BOT_TOKEN"],
    ["app", { appToken: "xapp-wrong" }, "SLACK_APP_TOKEN"],
    ["second", { appToken: undefined, signingSecret: undefined }, "SLACK_APP_TOKEN"],
  ])("with a wrong %s token names the setting to mend", async (_which, settings, name) => {
    const error = await failure(startTestBot(slack, echoing(), { settings }));

    expect(error.code).toBe("slack-settings");
    expect(Object.keys(error.facts)).toContain(name);
  });

  it("without Slack says that nothing was lost", async () => {
    const { apiUrl } = slack;
    await slack.stop();

    const error = await failure(startTestBot(slack, echoing(), { settings: { apiUrl } }));

    expect(error.code).toBe("slack-unreachable");
    await slack.start();
  });

  it("while Slack does not give a connection ends after its time", async () => {
    slack.fail("apps.connections.open", { kind: "status", status: 503 }, 50);

    const error = await failure(startTestBot(slack, echoing(), { settings: { startMs: 60 } }));

    expect(error.code).toBe("slack-unreachable");
    slack.mend();
  });

  it("on a port that is taken says which setting to change", async () => {
    await using other = await startTestBot(slack, echoing(), {
      settings: { health: { host: "127.0.0.1", port: 0 } },
    });
    const health = { host: "127.0.0.1", port: other.app.ports.health };

    const error = await failure(startTestBot(slack, echoing(), { settings: { health } }));

    expect(error.code).toBe("port-in-use");
    expect(error.hint).toContain("HEALTH_PORT");
  });
});

describe("a connection", () => {
  it.each(["warning", "refresh_requested"] as const)(
    "that Slack recycles (%s) is replaced, and what comes meanwhile is answered once",
    async (reason) => {
      await using bot = await startTestBot(slack, echoing());

      slack.requestDisconnect(reason);
      const first = slack.mention("C0GENERAL", "U0ANN", "during?");
      await slack.until(() => slack.socketCount === 0);
      const second = slack.mention("C0GENERAL", "U0ANN", "in the gap?");
      await slack.answered("C0GENERAL", first);
      await slack.answered("C0GENERAL", second);

      expect(slack.replies("C0GENERAL", first)).toHaveLength(1);
      expect(slack.replies("C0GENERAL", second)).toHaveLength(1);
      await slack.until(() => bot.app.connected, "the connection");
    },
  );

  it("that breaks together with all of Slack comes back, and loses nothing", async () => {
    await using bot = await startTestBot(slack, echoing());

    await slack.stop();
    await slack.until(() => !bot.app.connected);
    const ts = slack.mention("C0GENERAL", "U0ANN", "anybody there?");
    await slack.start();
    await slack.answered("C0GENERAL", ts, 1, 15_000);

    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
    await slack.until(() => bot.app.connected, "the connection");
  });

  it.each(["token_revoked", "invalid_auth", "account_inactive"])(
    "that Slack refuses with %s is tried again, and told as unhealthy meanwhile",
    async (error) => {
      await using bot = await startTestBot(slack, echoing(), { settings: { refusedMs: 20 } });

      slack.fail("apps.connections.open", { kind: "error", error }, 2);
      slack.cutSockets();
      await slack.until(() => slack.callsTo("apps.connections.open").length >= 3, "two tries");
      const health = await bot.app.health();
      const ts = slack.mention("C0GENERAL", "U0ANN", "back?");
      await slack.answered("C0GENERAL", ts);

      expect(health.healthy).toBe(false);
      await slack.until(() => bot.app.connected, "the connection");
    },
  );

  it("is held while this process is held up, for as long as the setting says", async () => {
    await using bot = await startTestBot(slack, echoing(), { settings: { socketSilenceMs: 3000 } });
    const opened = slack.callsTo("apps.connections.open").length;

    await slack.until(() => slack.pings > 1, "two pings, the first of them answered");
    const until = performance.now() + 1200;
    while (performance.now() < until);
    const ts = slack.mention("C0GENERAL", "U0ANN", "still there?");
    await slack.answered("C0GENERAL", ts);

    expect(bot.app.connected).toBe(true);
    expect(slack.callsTo("apps.connections.open")).toHaveLength(opened);
  });

  it("is one of two: while Slack recycles one, the other goes on delivering", async () => {
    await using bot = await startTestBot(slack, echoing(), {
      settings: { sockets: 2, socketStaggerMs: 0, reconnectMs: 3_600_000 },
    });
    await slack.until(() => slack.socketCount === 2, "two sockets");

    slack.cutOneSocket();
    await slack.until(() => slack.socketCount === 1, "the loss of one");
    const ts = slack.mention("C0GENERAL", "U0ANN", "still there?");
    await slack.answered("C0GENERAL", ts);

    expect(bot.app.connected).toBe(true);
  });

  it("is opened a while before the second one, so that Slack does not recycle both together", async () => {
    const opened = () => slack.callsTo("apps.connections.open").length;
    await using bot = await startTestBot(slack, echoing(), {
      settings: { sockets: 2, socketStaggerMs: 3_600_000 },
    });
    const atFirst = opened();

    // A socket that is alone is replaced at once, and again only by one.
    slack.cutSockets();
    await slack.until(() => opened() > atFirst && bot.app.connected, "the connection");

    expect(atFirst).toBe(1);
    expect(opened()).toBe(2);
  });

  it("acknowledges nothing that it could not store, and answers when it is delivered again", async () => {
    await using inbox = openSqliteInbox(":memory:");
    let broken = true;
    const failing = new Proxy(inbox, {
      get: (target, name, receiver) =>
        name === "admit" && broken
          ? () => Promise.reject(new Error("disk full"))
          : (Reflect.get(target, name, receiver) as unknown),
    });
    await using bot = await startTestBot(slack, echoing(), { inbox: failing });

    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    await slack.until(() => bot.logs.some(({ event }) => event === "slack.not-admitted"));
    const acknowledged = slack.envelopes[0]?.ack;
    broken = false;
    const [envelope] = slack.envelopes;
    if (envelope !== undefined) slack.send(envelope);
    await slack.answered("C0GENERAL", ts);

    expect(acknowledged).toBeUndefined();
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
  });

  it("is no health when questions cannot be written", async () => {
    await using inbox = openSqliteInbox(":memory:");
    let full = false;
    const failing = new Proxy(inbox, {
      get: (target, name, receiver) =>
        name === "mark" && full
          ? () => Promise.reject(new Error("database or disk is full"))
          : (Reflect.get(target, name, receiver) as unknown),
    });
    await using bot = await startTestBot(slack, echoing(), { inbox: failing });

    const before = await bot.app.health();
    full = true;
    const during = await bot.app.health();
    full = false;
    const after = await bot.app.health();

    expect([before.healthy, during.healthy, after.healthy]).toEqual([true, false, true]);
    expect(during.details["inbox"]).toBe("database or disk is full");
  });

  it.each([
    ["no JSON", "{not json"],
    ["no envelope", "[]"],
    ["null", "null"],
    ["an envelope without a payload", '{"type":"events_api","envelope_id":"e1"}'],
    ["an envelope of an unknown type", '{"type":"telegrams","envelope_id":"e2","payload":{}}'],
    [
      "an event of an unknown type",
      '{"type":"events_api","envelope_id":"e3","payload":{"type":"event_callback","team_id":"T","event":{"type":"moon_rise"}}}',
    ],
    [
      "a mention without anything in it",
      '{"type":"events_api","envelope_id":"e4","payload":{"type":"event_callback","team_id":"T","event":{"type":"app_mention"}}}',
    ],
    [
      "a message with wrong types",
      '{"type":"events_api","envelope_id":"e5","payload":{"type":"event_callback","team_id":"T","event":{"type":"message","channel":{"id":1},"ts":17,"text":["x"],"user":{}}}}',
    ],
    [
      "a press without actions",
      '{"type":"interactive","envelope_id":"e6","payload":{"type":"block_actions","user":{"id":"U"},"team":{"id":"T"},"actions":[]}}',
    ],
  ])("survives %s", async (_what, frame) => {
    await using bot = await startTestBot(slack, echoing());

    slack.sendRaw(frame);
    const ts = slack.mention("C0GENERAL", "U0ANN", "still there?");
    await slack.answered("C0GENERAL", ts);

    expect(await slack.until(() => bot.app.connected, "the connection")).toBe(true);
  });
});

describe("ending", () => {
  it("lets an answer under way finish, and takes up nothing more", async () => {
    const gate = Promise.withResolvers<void>();
    const application = echoing();
    application.beforeClaim = () => gate.promise;
    const bot = await startTestBot(slack, application, { settings: { shutdownMs: 5000 } });

    const ts = slack.mention("C0GENERAL", "U0ANN", "slow?");
    await slack.until(() => application.asked.length === 1);
    const ended = bot[Symbol.asyncDispose]();
    gate.resolve();
    await ended;

    expect(plainText(slack.replies("C0GENERAL", ts)[0] ?? { text: "", blocks: [] })).toContain(
      "About slow?",
    );
    await slack.until(() => slack.socketCount === 0, "the end of the connection");
  });

  it("hands back what does not finish in time, and the next start answers it once", async () => {
    const application = echoing();
    application.beforeClaim = ({ signal }: Question) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
    await using inbox = openSqliteInbox(":memory:");
    const clock = systemClock;
    const bot = await startTestBot(slack, application, {
      inbox,
      clock,
      settings: { shutdownMs: 20 },
    });
    const ts = slack.mention("C0GENERAL", "U0ANN", "slow?");
    await slack.until(() => application.asked.length === 1);
    await bot[Symbol.asyncDispose]();
    const before = slack.replies("C0GENERAL", ts).length;

    await using _next = await startTestBot(slack, echoing(), { inbox, clock });
    await slack.answered("C0GENERAL", ts);

    expect(before).toBe(0);
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
  });
});

describe("health and metrics", () => {
  it("tell how much room the disk has, and that too little is no health", async () => {
    let room = diskRoom(5_000_000_000, 40_000_000);
    await using bot = await startTestBot(slack, echoing(), {
      settings: { health: { host: "127.0.0.1", port: 0 } },
      disk: () => Promise.resolve(room),
    });
    const url = `http://127.0.0.1:${bot.app.ports.health}`;

    const before = await bot.app.health();
    room = diskRoom(150_000_000, 400_000_000);
    const little = await bot.app.health();
    room = diskRoom(40_000_000, 40_000_000);
    const full = await fetch(`${url}/healthz`);
    const metrics = await (await fetch(`${url}/metrics`)).text();

    expect([before.healthy, before.details["disk"]]).toEqual([true, "5000 MB free"]);
    expect([little.healthy, little.details["disk"]]).toEqual([
      true,
      "150 MB free, no room for a copy of the store",
    ]);
    expect(full.status).toBe(503);
    expect(await full.json()).toMatchObject({ healthy: false, disk: "40 MB free, nearly full" });
    expect(metrics).toMatch(/^marvin_slack_disk_free_bytes 40000000$/m);
  });

  it("tell whether Slack can reach the bot, and what it did", async () => {
    await using bot = await startTestBot(slack, echoing(), {
      settings: { health: { host: "127.0.0.1", port: 0 } },
    });
    const url = `http://127.0.0.1:${bot.app.ports.health}`;
    const ts = slack.mention("C0GENERAL", "U0ANN", "what is a flow?");
    await slack.answered("C0GENERAL", ts);
    await slack.until(async () => (await bot.inbox.depth()).open === 0);

    const health = await fetch(`${url}/healthz`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    await slack.stop();
    await slack.until(() => !bot.app.connected);
    const sick = await fetch(`${url}/healthz`);

    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      healthy: true,
      connected: true,
      open_questions: 0,
    });
    expect(metrics).toMatch(/^marvin_slack_questions_answered_total 1$/m);
    expect(metrics).toMatch(/^marvin_slack_connected 1$/m);
    for (const what of ["admission", "first_shown", "answered"])
      expect(metrics).toMatch(new RegExp(`^marvin_slack_${what}_seconds_sum \\d`, "m"));
    expect(sick.status).toBe(503);
    expect((await fetch(`${url}/other`)).status).toBe(404);
    await slack.start();
  });
});

describe("signed HTTP", () => {
  async function httpBot() {
    const application = echoing();
    const bot = await startTestBot(slack, application, {
      clock: systemClock,
      settings: { appToken: undefined, signingSecret: slack.signingSecret },
    });
    return { bot, application, url: `http://127.0.0.1:${bot.app.ports.http}/slack/events` };
  }

  function mention(text: string) {
    const ts = slack.say({
      channel: "C0GENERAL",
      user: "U0ANN",
      text: `<@U0MARVIN> ${text}`,
      quiet: true,
    });
    return {
      ts,
      body: slack.eventBody({
        type: "app_mention",
        user: "U0ANN",
        text: `<@U0MARVIN> ${text}`,
        ts,
        channel: "C0GENERAL",
      }),
    };
  }

  const seconds = () => Math.floor(Date.now() / 1000);

  it("answers a question once however often it is delivered", async () => {
    const { bot, url } = await httpBot();
    await using _bot = bot;
    const { ts, body } = mention("what is a flow?");

    const responses = await Promise.all(
      [0, 1, 2].map((retryNumber) => slack.post(url, body, { timestamp: seconds(), retryNumber })),
    );
    await slack.answered("C0GENERAL", ts);

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(1);
    expect(bot.app.mode).toBe("http");
  });

  it.each([
    ["a forged signature", () => ({ timestamp: seconds(), signature: `v0=${"0".repeat(64)}` })],
    ["a signature of the wrong length", () => ({ timestamp: seconds(), signature: "v0=1" })],
    ["a stale timestamp", () => ({ timestamp: seconds() - 360 })],
    ["a timestamp from the future", () => ({ timestamp: seconds() + 3600 })],
    ["no number for a timestamp", () => ({ timestamp: Number.NaN })],
  ])("refuses %s", async (_what, forged) => {
    const { bot, application, url } = await httpBot();
    await using _bot = bot;

    const response = await slack.post(url, mention("what is a flow?").body, forged());

    expect(response.status).toBe(401);
    expect(application.asked).toEqual([]);
  });

  it("answers 500 when it could not store the question, so that Slack delivers it again", async () => {
    const { bot, url } = await httpBot();
    await using _bot = bot;
    const { ts, body } = mention("what is a flow?");
    await bot.inbox[Symbol.asyncDispose]();

    const response = await slack.post(url, body, { timestamp: seconds() });

    expect(response.status).toBe(500);
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(0);
  });

  it("answers Slack's challenge when it is signed", async () => {
    const { bot, url } = await httpBot();
    await using _bot = bot;
    const challenge = { type: "url_verification", challenge: "c4" };

    const signed = await slack.post(url, challenge, { timestamp: seconds() });
    const unsigned = await slack.post(url, challenge, { timestamp: seconds(), signature: "v0=x" });

    expect(signed).toEqual({ status: 200, text: '{"challenge":"c4"}' });
    expect(unsigned.status).toBe(401);
  });
});

describe("questions of an unusual kind", () => {
  it.each([
    ["40,000 characters", `why? ${"log ".repeat(10_000)}`],
    [
      "a trace of 300 lines",
      `what is this?\n\`\`\`\n${Array.from({ length: 300 }, (_, i) => `  File "flow.py", line ${i}, in run`).join("\n")}\n\`\`\``,
    ],
    ["right-to-left text", "ما هو `work pool`؟ ‮reversed‬"],
    ["text with null characters and lone surrogates", "what \u0000 is \uD800 this?"],
    ["broadcasts and mentions", "<!channel> <@U0BOB> <!subteam^S1|@team> what is a flow?"],
  ])("are answered: %s", async (_what, text) => {
    const application = new ScriptedApplication(() => answerOf(["So it is."]));
    await using _bot = await startTestBot(slack, application, { clock: fastClock(1) });

    const ts = slack.mention("C0GENERAL", "U0ANN", text);
    const [answer] = await slack.answered("C0GENERAL", ts);

    expect(plainText(answer ?? { text: "", blocks: [] })).toContain("So it is.");
    expect(application.asked[0]?.text.length).toBeLessThanOrEqual(16_000);
  });
});
