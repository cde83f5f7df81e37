/** The web surface on a small documentation, with the real core behind it and everything in memory. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { request as send } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Application } from "../../src/answering/application.ts";
import { type Composed, compose } from "../../src/compose.ts";
import { loadConfig } from "../../src/config/load.ts";
import { openFeedback } from "../../src/configured-state.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import type { FeedbackStore } from "../../src/feedback/feedback-store.ts";
import { openSqliteFeedbackStore } from "../../src/feedback/stored-feedback.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { DiskRoom } from "../../src/platform/disk-room.ts";
import { createGuard } from "../../src/platform/http-guard.ts";
import { startWeb } from "../../src/web/server.ts";
import { indexCorpus, makePage } from "./indexed-corpus.ts";
import { makeChunk } from "./make-chunk.ts";

export const PAGES: readonly Chunk[] = [
  ...makePage("/guides/pods", "When a pod dies", [
    "A flow run whose pod was evicted stays Running until the observer notices, and is Crashed from then on.",
    "Nothing starts a flow run again by itself when its pod is evicted, unless an automation does so.",
  ]),
  ...makePage("/guides/retries", "Retries", [
    "Set `retries` on a task to run it again when it fails. A task waits retry_delay_seconds between two attempts.",
  ]),
  ...makePage("/concepts/work-pools", "Work pools", [
    "A work pool connects deployments to the workers that run them.",
  ]),
];

export type WebServer = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  readonly composed: Composed;
  readonly feedback: FeedbackStore;
};

export async function openWeb(
  options: {
    readonly pages?: readonly Chunk[];
    readonly application?: Application;
    readonly token?: string;
    readonly hosts?: readonly string[];
    /** A fixed port, to come back to. */
    readonly port?: number;
    readonly disk?: () => Promise<DiskRoom>;
    /** A data folder whose store is opened, and taken over where it is from before; else all is in memory. */
    readonly folder?: string;
    readonly helpSince?: NonNullable<Parameters<typeof startWeb>[0]["helpSince"]>;
  } = {},
): Promise<WebServer> {
  await using cleanup = new AsyncDisposableStack();
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), "marvin-web-"));
  if (options.folder === undefined)
    cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { config } = loadConfig({ DATA_DIR: folder, LOG_LEVEL: "silent" }, undefined);
  const index = cleanup.use(await indexCorpus(options.pages ?? PAGES));
  const composed = cleanup.use(
    await compose({ config, index, forgetful: options.folder === undefined }),
  );
  const feedback = cleanup.use(
    options.folder === undefined
      ? openSqliteFeedbackStore(":memory:")
      : await openFeedback({ dataFolder: folder }),
  );
  const server = cleanup.use(
    await startWeb({
      ...composed,
      application: options.application ?? composed.application,
      feedback,
      clock: systemClock,
      newId: randomUUID,
      metricsText: () => composed.metrics.render(),
      ...(options.helpSince === undefined ? {} : { helpSince: options.helpSince }),
      ...(options.disk === undefined ? {} : { disk: options.disk }),
      guard: createGuard({
        host: "127.0.0.1",
        token: options.token,
        hosts: options.hosts ?? [],
        settings: { host: "WEB_HOST", token: "WEB_TOKEN" },
      }),
      host: "127.0.0.1",
      port: options.port ?? 0,
    }),
  );
  const held = cleanup.move();
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    composed,
    feedback,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

export type Sent = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/** One request with exactly these headers: `fetch` neither sets Host nor Origin as a test wants them. */
export function request(
  web: { readonly port: number },
  target: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = send(
      {
        host: "127.0.0.1",
        port: web.port,
        path: target,
        method: options.method ?? "GET",
        headers: { ...options.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          });
        });
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(options.body);
  });
}

export function postJson(
  web: { readonly port: number },
  target: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Sent> {
  return request(web, target, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

export type StreamEvent = {
  readonly event: string;
  readonly data: Readonly<Record<string, string>>;
};

export function eventsOf(text: string): StreamEvent[] {
  return text.split("\n\n").flatMap((part) => {
    const event = /^event: (.*)$/m.exec(part)?.[1];
    const data = /^data: (.*)$/m.exec(part)?.[1];
    return event === undefined || data === undefined
      ? []
      : [{ event, data: JSON.parse(data) as Record<string, string> }];
  });
}

/** A posted answer whose quote says 300 seconds, in thread "c1"; `PAGES` has no such page. */
export async function postAnswer(
  web: WebServer,
  question: string,
  { url = "https://docs.example/guides/leases", title = "Leases" } = {},
): Promise<void> {
  const text = "A lease lasts 300 seconds.";
  const chunk = makeChunk(text, { url, title });
  const quote = { citation: 1, chunkId: chunk.id, text, start: 0, end: text.length };
  const { store } = web.composed;
  const askedAt = new Date().toISOString();
  await store.ask({ conversationId: "c1", key: "k1", author: "u", question, askedAt });
  await store.answer("k1", {
    resolution: { kind: "first", question, claimIds: [], words: [], confidence: 1, by: "rules" },
    answer: {
      id: "a1",
      kind: "answered",
      claims: [{ id: "c1", text, aspect: "other", quotes: [quote], conditions: [] }],
      remarks: [],
      citations: [],
      closest: [],
      missing: [],
      terms: [],
      writer: "extractive",
    },
    evidence: [chunk],
    receipt: {},
  });
  await store.posted("k1", {});
}

/** Asks and reads the answer to its end. */
export async function askOn(
  web: { readonly port: number },
  text: string,
  thread?: string,
): Promise<readonly StreamEvent[]> {
  const sent = await postJson(web, "/api/ask", {
    text,
    ...(thread === undefined ? {} : { thread }),
  });
  return eventsOf(sent.text);
}
