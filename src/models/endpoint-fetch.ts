/**
 * How a model endpoint is asked over HTTP: no redirect is followed, because prompt and key are meant for the address that
 * was configured; a reply is bounded in bytes; and it may be silent for as long as the caller says, because a local model
 * reads for minutes before its first byte.
 */
import { Agent, errors, fetch as send, type RequestInit as UndiciInit } from "undici";
import { AppError, findCause } from "../platform/errors.ts";

/** The endpoint answered with a redirect, or with more bytes than a reply may have. */
export class EndpointReplyError extends AppError {}

/** True when nothing came for longer than the endpoint may be silent. */
export function isSilence(error: unknown): boolean {
  return (
    findCause(error, errors.HeadersTimeoutError) !== undefined ||
    findCause(error, errors.BodyTimeoutError) !== undefined
  );
}

type EndpointFetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Longest time to connect; nothing is read in it. */
const CONNECT_TIMEOUT_MS = 10_000;

/** `silenceMs`: the longest wait for the beginning of a reply, and between two parts of it. */
export function createEndpointFetch(maxBytes: number, silenceMs: number): EndpointFetch {
  let agent: Agent | undefined;
  return async (url, init) => {
    agent ??= new Agent({
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      connect: { timeout: CONNECT_TIMEOUT_MS },
    });
    const response = await send(String(url instanceof Request ? url.url : url), {
      // The same fields under another declaration.
      ...(init as UndiciInit | undefined),
      redirect: "manual",
      dispatcher: agent,
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new EndpointReplyError(
        "redirect",
        "The model endpoint answers with a redirect, which is not followed.",
        {
          facts: { status: String(response.status), to: hostOf(response.headers.get("location")) },
          hint: "Set OPENAI_BASE_URL to the address it points to, if you trust that.",
        },
      );
    }
    const { status, statusText } = response;
    const headers = new Headers([...response.headers]);
    const body = response.body === null ? null : bounded(response.body as ReadableStream, maxBytes);
    return new Response(body, { status, statusText, headers });
  };
}

/** Where a redirect points, without path and query. */
function hostOf(location: string | null): string {
  return location !== null && URL.canParse(location) ? new URL(location).origin : "the same host";
}

function bounded(body: ReadableStream, maxBytes: number): ReadableStream<Uint8Array> {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        bytes += piece.byteLength;
        if (bytes > maxBytes) {
          throw new EndpointReplyError("too-large", "The model endpoint's reply is too long.", {
            facts: { "limit in bytes": String(maxBytes) },
          });
        }
        controller.enqueue(piece);
      },
    }),
  );
}
