/** The frame of a small server on Node's own `http`: listening, bodies of bounded size, closing. */
import { type IncomingMessage, type RequestListener, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "./errors.ts";

/** What a request sent is more than is taken. */
export class BodyTooLargeError extends AppError {}

export interface ListeningServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Listens at once; port 0 takes any free one. Throws `AppError` "port-in-use" when it cannot. Disposing of it ends
 * the open connections.
 */
export async function listen(
  listener: RequestListener,
  address: { readonly host: string; readonly port: number },
  /** Name of the setting that gives the port, for the message. */
  setting: string,
): Promise<ListeningServer> {
  const server = createServer(
    // For the whole request to arrive; an answer may take longer.
    { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 },
    listener,
  );
  server.maxConnections = 1000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new AppError("port-in-use", `Cannot listen on ${address.host}:${address.port}.`, {
          facts: { reason: cause.message },
          hint: `Give it another port with ${setting}.`,
          cause,
        }),
      );
    });
    server.listen(address.port, address.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The body as text. Throws `BodyTooLargeError` as soon as it is longer than `maxBytes`, declared or not. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new BodyTooLargeError("too-large", `The request is larger than ${maxBytes} bytes.`);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
