/** The MCP server with the SDK's own client, over HTTP and over stdin and stdout. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it } from "vitest";
import type { Application } from "../../src/answering/application.ts";
import { type Composed, compose } from "../../src/compose.ts";
import { listenForMcp } from "../../src/compose-mcp.ts";
import { composeRemotely } from "../../src/compose-remote.ts";
import { loadConfig } from "../../src/config/load.ts";
import { AnswerContent } from "../../src/mcp/answer-content.ts";
import { createCallBudget } from "../../src/mcp/call-budget.ts";
import { FoundSections, ReadSection } from "../../src/mcp/sections.ts";
import { createChangeReader } from "../../src/mcp/what-changed.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { openIndex } from "../../src/store/open-index.ts";
import { indexCorpus, makePage } from "../support/indexed-corpus.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { PAGES, postJson, request } from "../support/web-server.ts";
import { freePort } from "../support/free-port.ts";

const root = path.resolve(import.meta.dirname, "../..");
const QUESTION = "what happens when the pod of a flow run is evicted?";

type Served = AsyncDisposable & { readonly port: number; readonly composed: Composed };

async function openMcp(
  settings: Readonly<Record<string, string>> = {},
  application?: Application,
): Promise<Served> {
  await using cleanup = new AsyncDisposableStack();
  const folder = mkdtempSync(path.join(tmpdir(), "marvin-mcp-"));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { config } = loadConfig({ DATA_DIR: folder, LOG_LEVEL: "silent", ...settings }, undefined);
  const index = cleanup.use(await indexCorpus(PAGES));
  const composed = cleanup.use(await compose({ config, index, forgetful: true }));
  const server = cleanup.use(
    await listenForMcp(
      application === undefined ? composed : { ...composed, application },
      config,
      0,
    ),
  );
  const held = cleanup.move();
  return { port: server.port, composed, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

type Connected = AsyncDisposable & { readonly client: Client };

async function connect(
  served: { readonly port: number },
  mode: "auto" | "legacy" = "auto",
  headers: Readonly<Record<string, string>> = {},
): Promise<Connected> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${served.port}/mcp`), {
      requestInit: { headers: { ...headers } },
    }),
  );
  return { client, [Symbol.asyncDispose]: () => client.close() };
}

type Called = Awaited<ReturnType<Client["callTool"]>>;

function textOf({ content }: Called): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

describe.each(["auto", "legacy"] as const)("over HTTP, a client of the %s kind", (mode) => {
  it("finds the tools, all of which only read", async () => {
    await using served = await openMcp({
      MCP_NAME: "Acme docs",
      MCP_INSTRUCTIONS: "For Acme's flows.",
    });
    await using connected = await connect(served, mode);

    const { tools } = await connected.client.listTools();

    expect(tools.map(({ name }) => name).sort()).toEqual([
      "ask",
      "explain_answer",
      "read_section",
      "search_docs",
      "what_changed",
    ]);
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
    expect(connected.client.getServerVersion()?.name).toBe("Acme docs");
    expect(connected.client.getInstructions()).toMatch(/^For Acme's flows\. Indexed: /);
  });

  it("gets an answer whose quotes stand on the cited pages, a follow-up, and the receipt", async () => {
    await using served = await openMcp();
    await using connected = await connect(served, mode);
    const call = (name: string, args: Record<string, unknown>) =>
      connected.client.callTool({ name, arguments: args });

    const result = await call("ask", { question: QUESTION });

    const answer = AnswerContent.parse(result.structuredContent);
    expect(result.isError ?? false).toBe(false);
    expect(answer.kind).toBe("answered");
    const quotes = answer.statements.flatMap((statement) => statement.quotes);
    expect(quotes.length).toBeGreaterThan(0);
    for (const quote of quotes) {
      const source = answer.sources.find(({ number }) => number === quote.citation);
      const page = PAGES.filter(({ url }) => source?.url.startsWith(url));
      expect(page.some(({ text }) => text.includes(quote.text))).toBe(true);
    }
    expect(textOf(result)).toContain("Sources:");

    const next = AnswerContent.parse(
      (
        await call("ask", {
          question: "is it started again by itself?",
          conversation_id: answer.conversation_id,
        })
      ).structuredContent,
    );
    expect(next.conversation_id).toBe(answer.conversation_id);
    const stored = await served.composed.store.read(answer.conversation_id);
    expect(stored.turns.map(({ state }) => state)).toEqual(["posted", "posted"]);

    const receipt = await call("explain_answer", { answer_id: answer.answer_id });
    expect(receipt.structuredContent).toMatchObject({
      kind: "answered",
      queries: expect.anything(),
    });
  });
});

describe("tools", () => {
  it("search_docs quotes the page's own words and names those that no section has", async () => {
    await using served = await openMcp();
    await using connected = await connect(served);

    const found = FoundSections.parse(
      (
        await connected.client.callTool({
          name: "search_docs",
          arguments: { query: "retry_delay_seconds zyzzyva", limit: 2 },
        })
      ).structuredContent,
    );

    expect(found.sections.length).toBeLessThanOrEqual(2);
    expect(found.sections[0]?.url).toContain("/guides/retries");
    expect(PAGES.some(({ text }) => text.includes(found.sections[0]?.quotes[0] ?? "?"))).toBe(true);
    expect(found.not_documented).toContain("zyzzyva");
  });

  it("read_section gives a section by its address, the page without an anchor, and quoted words' section", async () => {
    await using served = await openMcp();
    await using connected = await connect(served);
    const read = async (url: string) => {
      const result = await connected.client.callTool({ name: "read_section", arguments: { url } });
      return result.isError === true ? undefined : ReadSection.parse(result.structuredContent);
    };

    const section = await read("https://docs.example/guides/pods#part-1");
    const page = await read("https://docs.example/guides/pods");
    const quoted = await read("https://docs.example/guides/pods#part-1:~:text=Nothing%20starts");

    expect(section?.text).toContain("Nothing starts a flow run again");
    expect(section?.text).not.toContain("stays Running");
    expect(page?.text).toContain("stays Running");
    expect(quoted?.text).toBe(section?.text);
    expect(await read("https://docs.example/nothing")).toBeUndefined();
    expect(await read("not an address")).toBeUndefined();
  });

  it("read_section gives a long page in parts that together are all of it", async () => {
    const long = makePage(
      "/long",
      "Long",
      Array.from({ length: 40 }, (_, at) => `Section ${at}. ${"Some words of it. ".repeat(100)}`),
    );
    await using index = await indexCorpus(long);
    const { readSection } = await import("../../src/mcp/sections.ts");

    const texts: string[] = [];
    let fromPosition: number | undefined = 0;
    while (fromPosition !== undefined) {
      const part: ReadSection | undefined = await readSection(index, {
        url: "https://docs.example/long",
        fromPosition,
      });
      texts.push(part?.text ?? "");
      fromPosition = part?.next_position;
    }

    expect(texts.length).toBeGreaterThan(1);
    expect(texts.filter((text) => text.length > 26_000)).toEqual([]);
    const all = texts.join("\n");
    for (let at = 0; at < 40; at += 1) expect(all).toContain(`Section ${at}.`);
  });

  it("what_changed compares the live version with the one of that day", async () => {
    await using index = await indexCorpus(PAGES);
    const between = new Date().toISOString();
    const changes = createChangeReader(index);
    expect((await changes.read("2020-01-01"))?.note).toContain("No older version");
    await indexCorpus(
      [
        ...makePage("/guides/pods", "When a pod dies", [
          "A pod that dies is noticed by the observer.",
          PAGES[1]?.text ?? "",
        ]),
        ...makePage("/guides/new", "New", ["A page that is new."]),
        ...PAGES.slice(3),
      ],
      { index },
    );

    const found = await changes.read(between);
    const today = await changes.read("2999-01-01");

    expect(found?.added.map(({ url }) => url)).toEqual(["https://docs.example/guides/new#part-0"]);
    expect(found?.changed.map(({ url }) => url)).toEqual([
      "https://docs.example/guides/pods#part-0",
    ]);
    expect(found?.removed.map(({ url }) => url)).toEqual([
      "https://docs.example/guides/retries#part-0",
    ]);
    expect(today?.note).toContain("not read again");
  });

  it("give clear errors for bad input, for other surfaces' answers, and for an index that is not there", async () => {
    await using served = await openMcp();
    await using connected = await connect(served);
    const { client } = connected;
    const slack = "slack-1";
    for await (const _event of served.composed.application.ask({
      key: slack,
      conversationId: "T1:C1:1.1",
      author: "U1",
      text: QUESTION,
    }));

    const results = await Promise.all(
      [
        { name: "ask", arguments: { question: "  " } },
        { name: "ask", arguments: { question: "x", conversation_id: "T1:C1:1.1" } },
        { name: "explain_answer", arguments: { answer_id: slack } },
        { name: "what_changed", arguments: { since: "yesterday" } },
        { name: "search_docs", arguments: { query: "x", limit: 1000 } },
      ].map((call) =>
        client.callTool(call).then(
          ({ isError }) => isError === true,
          () => true,
        ),
      ),
    );

    expect(results).toEqual([true, true, true, true, true]);
    expect((await served.composed.store.read("T1:C1:1.1")).turns).toHaveLength(1);
  });

  it("says that nothing is indexed", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "marvin-mcp-"));
    const { config } = loadConfig({ DATA_DIR: folder, LOG_LEVEL: "silent" }, undefined);
    await using composed = await compose({ config, forgetful: true });
    await using server = await listenForMcp(composed, config, 0);
    await using connected = await connect(server);

    const asked = await connected.client.callTool({
      name: "ask",
      arguments: { question: QUESTION },
    });
    const found = await connected.client.callTool({
      name: "search_docs",
      arguments: { query: "pod" },
    });

    expect([asked.isError, found.isError]).toEqual([true, true]);
    expect(textOf(found)).toContain("npm run ingest");
    rmSync(folder, { recursive: true, force: true });
  });

  it("masks secrets before they are stored", async () => {
    await using served = await openMcp();
    await using connected = await connect(served);
    const secret = "xoxb-123456789012-abcdefghijklmnop";

    const { structuredContent } = await connected.client.callTool({
      name: "ask",
      arguments: { question: `${QUESTION} my token is ${secret}` },
    });

    const { conversation_id: id } = AnswerContent.parse(structuredContent);
    const [turn] = (await served.composed.store.read(id)).turns;
    expect(turn?.question).toContain("evicted");
    expect(turn?.question).not.toContain(secret);
  });
});

describe("load and leaving", () => {
  it("answers a hundred calls at once", async () => {
    await using served = await openMcp();
    await using connected = await connect(served);

    const results = await Promise.all(
      Array.from({ length: 100 }, () =>
        connected.client.callTool(
          { name: "ask", arguments: { question: QUESTION } },
          { timeout: 180_000 },
        ),
      ),
    );

    expect(results.filter(({ isError }) => isError === true)).toEqual([]);
    const ids = new Set(
      results.map((result) => AnswerContent.parse(result.structuredContent).answer_id),
    );
    expect(ids.size).toBe(100);
  }, 200_000);

  it("aborts the question of a client that goes away, and answers the next", async () => {
    const application = new ScriptedApplication(() => answerOf(["One.", "Two."]));
    const reached = Promise.withResolvers<AbortSignal>();
    application.beforeClaim = async ({ signal }, index) => {
      if (index === 0 || signal === undefined || application.asked.length > 1) return;
      reached.resolve(signal);
      await once(signal, "abort");
    };
    await using served = await openMcp({}, application);
    await using connected = await connect(served);
    const leaving = new AbortController();

    const call = connected.client.callTool(
      { name: "ask", arguments: { question: QUESTION } },
      { signal: leaving.signal },
    );
    const signal = await reached.promise;
    leaving.abort();

    await expect(call).rejects.toThrow(/abort/i);
    if (!signal.aborted) await once(signal, "abort");
    const next = await connected.client.callTool({
      name: "ask",
      arguments: { question: QUESTION },
    });
    expect(next.isError ?? false).toBe(false);
    expect(application.postedCalls).toHaveLength(1);
  });

  it("counts an hour's questions, and those at the same time", () => {
    let elapsed = 0;
    const clock = { ...systemClock, elapsed: () => elapsed };
    const budget = createCallBudget({ clock, hourly: 2, atOnce: 2 });
    const first = budget.enter();
    const second = budget.enter();
    expect(() => budget.enter()).toThrow("Ask again in a moment");
    first[Symbol.dispose]();
    second[Symbol.dispose]();
    second[Symbol.dispose]();
    expect(() => budget.enter()).toThrow("limit");
    elapsed = 3_600_001;
    budget.enter()[Symbol.dispose]();
  });
});

describe("who may call", () => {
  const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };

  it("refuses hosts, origins and tokens that are not right", async () => {
    await using open = await openMcp();
    await using closed = await openMcp({ WEB_TOKEN: "a-token-of-some-length" });
    const accept = { accept: "application/json, text/event-stream" };

    const statuses = [
      await postJson(open, "/mcp", LIST, { ...accept, host: "evil.example" }),
      await postJson(open, "/mcp", LIST, { ...accept, origin: "https://evil.example" }),
      await postJson(closed, "/mcp", LIST, accept),
      await postJson(closed, "/mcp", LIST, { ...accept, authorization: "Bearer wrong" }),
      await request(open, "/other"),
      await request(open, "/mcp"),
      await request(open, "/mcp", {
        method: "POST",
        headers: { "content-type": "application/json", ...accept },
        body: "x".repeat(300_000),
      }).catch(() => ({ status: 413 })),
    ].map(({ status }) => status);

    expect(statuses).toEqual([421, 403, 401, 401, 404, 405, 413]);
    await using connected = await connect(closed, "auto", {
      authorization: "Bearer a-token-of-some-length",
    });
    expect((await connected.client.listTools()).tools).toHaveLength(5);
  });

  it("does not listen for others without a token", async () => {
    const { config } = loadConfig({ WEB_HOST: "0.0.0.0", LOG_LEVEL: "silent" }, undefined);
    await using index = await indexCorpus(PAGES);
    await using composed = await compose({
      config: { ...config, DATA_DIR: tmpdir() },
      index,
      forgetful: true,
    });

    await expect(listenForMcp(composed, config, 0)).rejects.toThrow("needs a token");
  });
});

it("is served beside the bot, by the thread that answers", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "marvin-mcp-"));
  {
    await using index = await openIndex({ folder: path.join(folder, "index") });
    await indexCorpus(PAGES, { index });
  }
  const port = await freePort();
  const { config } = loadConfig(
    { DATA_DIR: folder, LOG_LEVEL: "silent", MCP_PORT: `${port}` },
    undefined,
  );
  {
    await using _composed = await composeRemotely({ config });
    await using connected = await connect({ port });

    const asked = await connected.client.callTool({
      name: "ask",
      arguments: { question: QUESTION },
    });

    expect(AnswerContent.parse(asked.structuredContent).kind).toBe("answered");
  }
  await expect(request({ port }, "/mcp")).rejects.toThrow("ECONNREFUSED");
  rmSync(folder, { recursive: true, force: true });
});

describe.each(["auto", "legacy"] as const)(
  "over stdin and stdout, a client of the %s kind",
  (mode) => {
    it("gets answers from the command, which ends with its client", async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "marvin-mcp-"));
      {
        await using index = await openIndex({ folder: path.join(folder, "index") });
        await indexCorpus(PAGES, { index });
      }
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: ["--require", "./src/platform/start.cjs", "src/serve.ts", "mcp"],
        cwd: root,
        env: { DATA_DIR: folder, LOG_LEVEL: "error", PATH: process.env["PATH"] ?? "" },
        stderr: "pipe",
      });
      const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
      await client.connect(transport);

      const results = await Promise.all(
        Array.from({ length: 20 }, () =>
          client.callTool({ name: "ask", arguments: { question: QUESTION } }),
        ),
      );
      const { pid } = transport;
      await client.close();

      expect(results.filter(({ isError }) => isError === true)).toEqual([]);
      expect(
        AnswerContent.parse(results[0]?.structuredContent).statements[0]?.quotes[0]?.text,
      ).toBeDefined();
      expect(pid).not.toBeNull();
      expect(() => process.kill(pid ?? 0, 0)).toThrow("ESRCH");
      rmSync(folder, { recursive: true, force: true });
    });
  },
);
