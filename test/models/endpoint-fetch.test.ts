import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { ModelError } from "../../src/models/model-error.ts";
import {
  openCompatibleEmbedding,
  openCompatibleModel,
} from "../../src/models/openai-compatible.ts";
import { systemClock } from "../../src/platform/clock.ts";

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handle(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    requests,
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const options = (origin: string, more: { readonly maxReplyBytes?: number } = {}) => ({
  baseUrl: `${origin}/v1`,
  model: "m",
  apiKey: "secret-key",
  clock: systemClock,
  random: () => 0,
  retries: { attempts: 1, baseMs: 1, maxMs: 1 },
  ...more,
});

async function failure(work: Promise<unknown>): Promise<ModelError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ModelError)) throw new Error(`no ModelError: ${String(error)}`);
  return error;
}

const ask = (origin: string, more: { readonly maxReplyBytes?: number } = {}) =>
  Array.fromAsync(
    openCompatibleModel(options(origin, more)).stream({
      messages: [{ role: "user", content: "a private question" }],
      maxOutputTokens: 10,
    }),
  );

describe("a model endpoint", () => {
  it.each([301, 302, 303, 307, 308])("is not followed to another address (%i)", async (status) => {
    await using other = await serve((_request, response) => void response.end("{}"));
    await using endpoint = await serve((_request, response) => {
      response.writeHead(status, { location: `${other.origin}/v1/chat/completions` }).end();
    });

    const asked = await failure(ask(endpoint.origin));
    const embedded = await failure(
      openCompatibleEmbedding(options(endpoint.origin)).embed(["text"]),
    );

    expect([asked.code, embedded.code]).toEqual(["redirect", "redirect"]);
    expect(asked.facts["detail"]).toContain(other.origin);
    expect(asked.hint).toMatch(/OPENAI_BASE_URL/);
    expect(other.requests).toEqual([]);
  });

  it("may not send more than a reply may have, streamed or whole", async () => {
    const endless = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const send = (): void => {
        if (response.destroyed) return;
        response.write(
          `data: ${JSON.stringify({ choices: [{ delta: { content: "x".repeat(4000) } }] })}\n\n`,
          () => setImmediate(send),
        );
      };
      send();
    });
    await using _endless = endless;
    await using whole = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ choices: [{ message: { content: "x".repeat(200_000) } }] }));
    });

    for (const { origin } of [endless, whole]) {
      const error = await failure(ask(origin, { maxReplyBytes: 100_000 }));
      expect(error.code).toBe("too-large");
    }
  });

  it("is not given up by the client before its caller gives up", async () => {
    const endpoint = await serve(() => {});
    await using _endpoint = endpoint;
    const deadline = new AbortController();
    const reading = openCompatibleModel(options(endpoint.origin)).stream({
      messages: [{ role: "user", content: "hm" }],
      maxOutputTokens: 10,
      signal: deadline.signal,
    });
    const outcome = Array.fromAsync(reading).catch((error: unknown) => error);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    deadline.abort(new Error("the caller's deadline"));

    expect(await outcome).toMatchObject({ message: "the caller's deadline" });
  });
});
