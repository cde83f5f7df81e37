import { once } from "node:events";
import { request as send } from "node:http";
import { describe, expect, it } from "vitest";
import { diskRoom } from "../../src/platform/disk-room.ts";
import { createGuard } from "../../src/platform/http-guard.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import {
  PAGES,
  type StreamEvent,
  askOn,
  eventsOf,
  openWeb,
  postJson,
  request,
} from "../support/web-server.ts";

const QUESTION = "what happens when the pod of a flow run is evicted?";

function only(events: readonly StreamEvent[], event: string): Readonly<Record<string, string>> {
  const found = events.filter((each) => each.event === event);
  expect(found).toHaveLength(1);
  return found[0]?.data ?? {};
}

describe("asking", () => {
  it("streams the question, the steps and the whole turn, and keeps it under its own address", async () => {
    await using web = await openWeb();

    const events = await askOn(web, QUESTION);

    const { thread = "", key = "" } = only(events, "turn");
    const { html = "", told = "" } = only(events, "done");
    expect(events[0]?.event).toBe("turn");
    expect(events.some(({ event }) => event === "step")).toBe(true);
    expect(html).toContain("Crashed from then on");
    expect(html).toContain('class="mark"');
    expect(told).toMatch(/The answer is there: \d+ statements?, \d+ sources?\./);
    expect((await web.composed.store.findTurn(key))?.state).toBe("posted");

    const page = await request(web, `/thread/${thread}`);

    expect(page.status).toBe(200);
    expect(page.text).toContain("Crashed from then on");
    expect(page.text).toContain("when the pod of a flow run is evicted?");
  });

  it("has the quote of every mark beside the answer", async () => {
    await using web = await openWeb();

    const { html = "" } = only(await askOn(web, QUESTION), "done");

    const marks = [...html.matchAll(/class="mark" href="([^"]+)"/g)].map(([, href]) => href);
    const quotes = new Set([...html.matchAll(/data-href="([^"]+)"/g)].map(([, href]) => href));
    expect(marks.length).toBeGreaterThan(0);
    expect(marks.filter((href) => !quotes.has(href))).toEqual([]);
  });

  it("understands a follow-up in the same thread", async () => {
    await using web = await openWeb();
    const { thread } = only(await askOn(web, QUESTION), "turn");

    const events = await askOn(web, "is it started again by itself?", thread);

    expect(only(events, "turn")["thread"]).toBe(thread);
    expect((await web.composed.store.read(thread ?? "")).turns).toHaveLength(2);
    expect((await request(web, "/threads")).text).toContain("2 questions");
  });

  it("tells of a core that fails, and goes on", async () => {
    const application = new ScriptedApplication(() => {
      throw new Error("broken");
    });
    await using web = await openWeb({ application });

    const events = await askOn(web, "anything");

    expect(only(events, "failed")["message"]).toContain("could not finish");
    expect((await request(web, "/")).status).toBe(200);
  });

  it("aborts the question of a browser that goes away", async () => {
    const application = new ScriptedApplication(() => answerOf(["One.", "Two."]));
    const reached = Promise.withResolvers<AbortSignal>();
    const aborted = Promise.withResolvers<void>();
    application.beforeClaim = async (question, index) => {
      if (index === 0 || question.signal === undefined) return;
      reached.resolve(question.signal);
      await once(question.signal, "abort");
      aborted.resolve();
    };
    await using web = await openWeb({ application });
    const asking = send({
      host: "127.0.0.1",
      port: web.port,
      path: "/api/ask",
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    asking.on("error", () => undefined);
    asking.end(JSON.stringify({ text: "anything" }));

    const signal = await reached.promise;
    asking.destroy();

    await aborted.promise;
    expect(signal.aborted).toBe(true);
    expect(application.postedCalls).toEqual([]);
  });

  it("answers twenty open playgrounds at once, each in its own thread", async () => {
    await using web = await openWeb();

    const all = await Promise.all(Array.from({ length: 20 }, () => askOn(web, QUESTION)));

    const threads = new Set(all.map((events) => only(events, "turn")["thread"]));
    expect(threads.size).toBe(20);
    expect(all.filter((events) => !only(events, "done")["html"]?.includes("Crashed"))).toEqual([]);
  });

  it("says so when too many questions are being answered, and takes the next one later", async () => {
    const application = new ScriptedApplication(() => answerOf(["One."]));
    const hold = Promise.withResolvers<void>();
    let waiting = 0;
    const full = Promise.withResolvers<void>();
    application.beforeDone = async () => {
      waiting += 1;
      if (waiting === 64) full.resolve();
      await hold.promise;
    };
    await using web = await openWeb({ application });
    const asked = Array.from({ length: 64 }, () => askOn(web, "anything"));
    await full.promise;

    const refused = await postJson(web, "/api/ask", { text: "one more" });
    hold.resolve();
    await Promise.all(asked);
    const taken = await postJson(web, "/api/ask", { text: "one more" });

    expect(refused.status).toBe(503);
    expect(taken.status).toBe(200);
  });

  it("answers an empty index with what to do", async () => {
    await using web = await openWeb({ pages: [] });

    expect((await request(web, "/pages")).status).toBe(200);
    expect(only(await askOn(web, QUESTION), "done")["html"]).toBeDefined();
  });
});

describe("hostile text", () => {
  const BAD = `<img src=x onerror=alert(1)><script>alert(2)</script>"'>&amp;</textarea>`;

  it("of a question, a page and an address never becomes markup", async () => {
    const pages = PAGES.map((chunk) => ({ ...chunk, title: `${BAD} ${chunk.title}` }));
    await using web = await openWeb({ pages });

    const events = await askOn(web, `${BAD} what happens when a pod is evicted?`);
    const { thread = "" } = only(events, "turn");
    const texts = [
      ...events.map(({ data }) => data["html"] ?? ""),
      (await request(web, `/thread/${thread}`)).text,
      (await request(web, "/threads")).text,
      (await request(web, `/threads?q=${encodeURIComponent(BAD)}`)).text,
      (await request(web, "/pages")).text,
      (await request(web, `/pages?q=${encodeURIComponent(BAD)}`)).text,
      (await request(web, `/thread/${encodeURIComponent(BAD)}`)).text,
    ];

    expect(texts.filter((text) => /<img|alert\(2\)<\/script>|<script>/.test(text))).toEqual([]);
    expect(texts.join("")).toContain("&lt;img src=x");
  });

  it("of an answer and its receipt never becomes markup, and no address but http is a link", async () => {
    const answer = answerOf([
      { text: `${BAD} \`${BAD}\``, quote: BAD, conditions: [BAD] },
      { text: `\`\`\`\n${BAD}\n\`\`\``, citation: 2 },
    ]);
    const hostile = {
      ...answer,
      citations: answer.citations.map((citation, at) => ({
        ...citation,
        title: BAD,
        section: BAD,
        ...(at === 0 ? { url: "javascript:alert(3)" } : {}),
      })),
      missing: [BAD],
    };
    await using web = await openWeb({ application: new ScriptedApplication(() => hostile) });

    const events = await askOn(web, "anything");

    const text = events.map(({ data }) => data["html"] ?? "").join("");
    expect(text).toContain("&lt;script&gt;");
    expect(text).not.toMatch(/<img|<script/);
    expect(text).not.toMatch(/href="javascript:/);
  });

  it("has a policy that runs nothing but the page's own script", async () => {
    await using web = await openWeb();

    const { headers, text } = await request(web, "/");

    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(text).not.toMatch(/<script(?![^>]* src=)|\son\w+=|style="/);
  });
});

describe("who may ask", () => {
  it("refuses a host that is not ours, and lets a further name through", async () => {
    await using web = await openWeb({ hosts: ["marvin.example"] });

    expect((await request(web, "/", { headers: { host: "evil.example" } })).status).toBe(421);
    expect((await request(web, "/", { headers: { host: "marvin.example:8080" } })).status).toBe(
      200,
    );
    expect((await request(web, "/", { headers: { host: `localhost:${web.port}` } })).status).toBe(
      200,
    );
  });

  it("refuses what another site makes a browser send", async () => {
    await using web = await openWeb();
    const body = { text: QUESTION };

    const foreign = await postJson(web, "/api/ask", body, { origin: "https://evil.example" });
    const none = await postJson(web, "/api/ask", body, { origin: "null" });
    const port = await postJson(web, "/api/ask", body, { origin: "http://127.0.0.1:1" });
    const form = await postJson(web, "/api/ask", body, { "content-type": "text/plain" });
    const own = await postJson(web, "/api/ask", body, {
      origin: web.url,
      host: new URL(web.url).host,
    });

    expect([foreign.status, none.status, port.status, form.status, own.status]).toEqual([
      403, 403, 403, 415, 200,
    ]);
  });

  it("asks for the token when there is one, by form or header", async () => {
    const token = "a-token-of-some-length";
    await using web = await openWeb({ token });
    const form = {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    };

    const unknown = await request(web, "/threads");
    const asked = await postJson(web, "/api/ask", { text: QUESTION });
    const wrong = await request(web, "/sign-in", { ...form, body: "token=guess" });
    const right = await request(web, "/sign-in", { ...form, body: `token=${token}` });
    const cookie = right.headers["set-cookie"]?.[0] ?? "";
    const known = await request(web, "/threads", {
      headers: { cookie: cookie.split(";")[0] ?? "" },
    });
    const bearer = await request(web, "/threads", {
      headers: { authorization: `Bearer ${token}` },
    });

    expect([unknown.status, asked.status, wrong.status, right.status]).toEqual([
      401, 401, 401, 303,
    ]);
    expect(unknown.text).not.toContain("Threads</h1>");
    expect(cookie).toContain("HttpOnly");
    expect(cookie).not.toContain(token);
    expect([known.status, bearer.status]).toEqual([200, 200]);
  });

  it("needs a token as soon as others can reach it", () => {
    const guard = (host: string, token: string | undefined) =>
      createGuard({ host, token, hosts: [], settings: { host: "WEB_HOST", token: "WEB_TOKEN" } });

    expect(() => guard("0.0.0.0", undefined)).toThrow("needs a token");
    expect(() => guard("::", undefined)).toThrow("needs a token");
    expect(guard("0.0.0.0", "a-token-of-some-length").token).toBeDefined();
    expect(guard("127.0.0.1", undefined).token).toBeUndefined();
  });
});

describe("bad input", () => {
  it("is refused with a reason, and nothing is stored", async () => {
    await using web = await openWeb();
    const raw = (body: string) =>
      request(web, "/api/ask", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });

    const statuses = [
      await raw("{"),
      await raw("[]"),
      await postJson(web, "/api/ask", { text: "   " }),
      await postJson(web, "/api/ask", { text: "x".repeat(20_001) }),
      await postJson(web, "/api/ask", { text: "hello", thread: "T1:C1:1.2" }),
      await postJson(web, "/api/vote", { key: "web-1/1", vote: "helpful" }),
      await postJson(web, "/api/vote", { key: "web-1/1", vote: "great" }),
      await postJson(web, "/api/nothing", {}),
      await request(web, "/", { method: "DELETE" }),
      await request(web, "/thread/%E0%A4%A"),
      await request(web, "/assets/../server.ts"),
      await request(web, "/assets/__proto__"),
      await request(web, "/thread/unknown"),
    ].map(({ status }) => status);

    expect(statuses).toEqual([400, 400, 400, 400, 400, 404, 400, 404, 405, 400, 404, 404, 404]);
    expect((await request(web, "/threads")).text).toContain("Nobody has asked anything yet.");
  });

  it("ends a body that is too long, declared or not", async () => {
    await using web = await openWeb();
    const long = JSON.stringify({ text: "x".repeat(300_000) });

    const declared = await request(web, "/api/ask", {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": `${long.length}` },
      body: long,
    }).catch(() => ({ status: 413 }));
    const chunked = await request(web, "/api/ask", {
      method: "POST",
      headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
      body: long,
    }).catch(() => ({ status: 413 }));

    expect([declared.status, chunked.status]).toEqual([413, 413]);
    expect((await request(web, "/")).status).toBe(200);
  });
});

describe("votes", () => {
  it("are kept with the answer, the last one of a browser, with its reason", async () => {
    await using web = await openWeb();
    const { key = "" } = only(await askOn(web, QUESTION), "turn");
    const visitor = "0123456789abcdef";

    await postJson(web, "/api/vote", { key, vote: "helpful", visitor });
    await postJson(web, "/api/vote", { key, vote: "not-helpful", visitor });
    const sent = await postJson(web, "/api/vote", {
      key,
      vote: "not-helpful",
      reason: "too long",
      visitor,
    });

    expect(sent.status).toBe(200);
    const records = await Array.fromAsync(web.feedback.all());
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      key,
      question: expect.stringContaining("evicted"),
      votes: [{ user: `web:${visitor}`, vote: "not-helpful", reason: "too long" }],
    });
  });
});

describe("threads of other surfaces", () => {
  it("can be read, and neither continued nor voted on", async () => {
    await using web = await openWeb();
    const id = "T1:C1:1700.1";
    const { application } = web.composed;
    for await (const event of application.ask({
      key: "slack-1",
      conversationId: id,
      author: "U1",
      text: QUESTION,
    }))
      if (event.kind === "done") await application.posted("slack-1", {});

    const page = await request(web, `/thread/${encodeURIComponent(id)}`);
    const list = await request(web, "/threads?q=evicted");

    expect(page.text).toContain("Crashed from then on");
    expect(page.text).not.toContain('id="composer"');
    expect(page.text).not.toContain("data-action");
    expect((await postJson(web, "/api/vote", { key: "slack-1", vote: "helpful" })).status).toBe(
      404,
    );
    expect(list.text).toContain(encodeURIComponent(id));
  });

  it("are drawn when a store from before has a turn without a readable receipt", async () => {
    await using web = await openWeb();
    await web.composed.store.recordFixed({
      conversationId: "old",
      key: "old-1",
      author: "",
      question: "what is a <b>work pool</b>?",
      text: "It <i>connects</i> deployments.",
      askedAt: "2024-01-01T00:00:00.000Z",
    });

    const page = await request(web, "/thread/old");

    expect(page.status).toBe(200);
    expect(page.text).toContain("It &lt;i&gt;connects&lt;/i&gt; deployments.");
  });
});

describe("pages", () => {
  it("lists what is indexed by type, and filters it", async () => {
    await using web = await openWeb();

    const all = await request(web, "/pages");
    const some = await request(web, "/pages?q=retries");

    expect(all.text).toContain("When a pod dies");
    expect(all.text).toContain("3 pages");
    expect(some.text).toContain("Retries</a>");
    expect(some.text).not.toContain("When a pod dies</a>");
  });
});

it("tells probes whether it can answer, and nobody else anything", async () => {
  await using web = await openWeb({ token: "a-token-of-some-length" });

  const probe = await request(web, "/healthz", { headers: { host: "10.0.0.7:8080" } });

  expect([probe.status, probe.text]).toEqual([200, '{"healthy":true}\n']);
});

it("tells whoever scrapes with the token what answers took, and nobody else", async () => {
  await using web = await openWeb({ token: "a-token-of-some-length" });
  for await (const _event of web.composed.application.ask({
    key: "k",
    conversationId: "c",
    author: "U1",
    text: "what is a work pool?",
  }));

  const stranger = await request(web, "/metrics");
  const scraped = await request(web, "/metrics", {
    headers: { authorization: "Bearer a-token-of-some-length" },
  });

  expect(stranger.status).toBe(401);
  expect(stranger.text).not.toContain("marvin_");
  expect(scraped.text).toMatch(/^marvin_answer_seconds_count 1$/m);
});

it("tells probes that the disk is nearly full", async () => {
  await using web = await openWeb({ disk: () => Promise.resolve(diskRoom(20_000_000, 0)) });

  const probe = await request(web, "/healthz");

  expect([probe.status, probe.text]).toEqual([503, '{"healthy":false,"disk":"nearly full"}\n']);
});

it("gives assets once, and 304 when the browser has them", async () => {
  await using web = await openWeb();

  const first = await request(web, "/assets/style.css");
  const again = await request(web, "/assets/style.css", {
    headers: { "if-none-match": String(first.headers["etag"]) },
  });

  expect(first.headers["content-type"]).toContain("text/css");
  expect(again.status).toBe(304);
  expect(eventsOf(again.text)).toEqual([]);
});
