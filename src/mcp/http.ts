/** Streamable HTTP for the MCP server: Node's request and response to the SDK's, with the guard before them. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createMcpHandler, type McpServerFactory } from "@modelcontextprotocol/server";
import type { Logger } from "../observability/logger.ts";
import { describeError, findCause } from "../platform/errors.ts";
import { type Guard, checkBearer, checkHostAndOrigin } from "../platform/http-guard.ts";
import { BodyTooLargeError, readBody } from "../platform/http-server.ts";

/** A question with a pasted log; nothing that an agent sends is larger. */
const BODY_BYTES = 256 * 1024;

export interface McpHttp extends AsyncDisposable {
  /** Answers one request, refused ones too; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function createMcpHttp(parts: {
  readonly factory: McpServerFactory;
  readonly guard: Guard;
  readonly logger: Logger;
}): McpHttp {
  const { guard, logger } = parts;
  const handler = createMcpHandler(parts.factory, {
    maxRequestBodySize: BODY_BYTES,
    onerror: (error) => logger.debug("mcp-request-refused", { reason: error.message }),
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal =
      checkHostAndOrigin(request.headers, guard) ?? checkBearer(request.headers, guard);
    if (refusal !== undefined) {
      send(response, refusal.status, refusal.reason);
      return;
    }
    const body = request.method === "POST" ? await readBody(request, BODY_BYTES) : undefined;
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const answered = await handler.fetch(
      new Request(`http://${request.headers.host ?? "localhost"}/mcp`, {
        method: request.method ?? "GET",
        headers: headersOf(request),
        signal: gone.signal,
        ...(body === undefined ? {} : { body }),
      }),
    );
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    for await (const chunk of answered.body ?? []) {
      if (!response.write(chunk)) await once(response, "drain", { signal: gone.signal });
    }
    response.end();
  }

  return {
    async handle(request, response) {
      try {
        await answer(request, response);
      } catch (error) {
        if (response.destroyed) return;
        const tooLarge = findCause(error, BodyTooLargeError) !== undefined;
        if (!tooLarge) logger.error("mcp-request-failed", { reason: describeError(error) });
        if (response.headersSent) response.end();
        else if (tooLarge) send(response, 413, "That is too long.");
        else send(response, 500, "Something went wrong here. The server's log says what.");
      }
    },
    async [Symbol.asyncDispose]() {
      await handler.close();
    },
  };
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}

function send(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    connection: "close",
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
  });
  response.end(
    `${JSON.stringify({ jsonrpc: "2.0", error: { code: -32_000, message }, id: null })}\n`,
  );
}
