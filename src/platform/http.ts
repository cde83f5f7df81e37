/**
 * HTTP for addresses that somebody else chose: links of a page, entries of a sitemap. Every answer is bounded in
 * time, size (as sent and as unpacked) and redirects, and no connection goes to a private address, whatever a name
 * resolves to, unless the operator allowed that host.
 */
import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Agent, request as send } from "undici";
import { isPublicAddress } from "./addresses.ts";
import { AppError } from "./errors.ts";

export type HttpLimits = {
  /** For one request and its redirects, until the last byte. */
  readonly timeoutMs: number;
  /** Bytes as sent. */
  readonly maxBytes: number;
  /** Bytes after unpacking: a few kilobytes can unpack to gigabytes. */
  readonly maxUnpackedBytes: number;
  /** RFC 9309 asks for at least five. */
  readonly maxRedirects: number;
};

export const HTTP_LIMITS: HttpLimits = {
  timeoutMs: 30_000,
  maxBytes: 16 * 1024 * 1024,
  maxUnpackedBytes: 16 * 1024 * 1024,
  maxRedirects: 5,
};

export type HttpErrorCode =
  | "bad-address"
  | "private-address"
  | "timeout"
  | "too-large"
  | "too-many-redirects"
  | "bad-encoding"
  | "connection";

/** The request failed without a usable answer; `code` is an `HttpErrorCode`. */
export class HttpError extends AppError {
  constructor(code: HttpErrorCode, message: string, address: string, cause?: unknown) {
    super(code, message, { facts: { address }, ...(cause === undefined ? {} : { cause }) });
  }
}

export type HttpAnswer = {
  /** Where the answer came from, redirects followed. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked. */
  readonly body: Buffer;
  readonly redirects: number;
};

export type HttpRequest = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** "manual" gives a redirect as it is; "follow" is the default. */
  readonly redirect?: "follow" | "manual";
  readonly limits?: Partial<HttpLimits>;
};

export interface HttpClient extends AsyncDisposable {
  /** GET. Throws `HttpError`, or the signal's reason when aborted; any status is an answer. */
  get(url: string, request?: HttpRequest): Promise<HttpAnswer>;
}

export type HttpClientOptions = {
  readonly userAgent: string;
  /** Host names, addresses or `host:port` that may be private. */
  readonly allowHosts?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
  /** Connections a host; default 8. */
  readonly connections?: number;
  /** For tests of name resolution. */
  readonly lookup?: (
    hostname: string,
    options: { readonly all: true },
    done: (error: Error | null, addresses: LookupAddress[]) => void,
  ) => void;
};

/** Host and port of an address, the port also where it goes without saying: "docs.example:443". */
export function hostWithPort(url: URL): string {
  return `${url.hostname}:${url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port}`;
}

/** True when `url`'s host (or host:port) is in the operator's list. */
export function isAllowedHost(url: URL, allowHosts: readonly string[]): boolean {
  const bare = url.hostname.replace(/^\[|\]$/g, "");
  const names = [url.hostname, bare, hostWithPort(url)].map((name) => name.toLowerCase());
  return allowHosts.some((allowed) => names.includes(allowed.toLowerCase()));
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const allowHosts = options.allowHosts ?? [];
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const resolve = options.lookup ?? systemLookup;
  const agent = (checked: boolean) =>
    new Agent({
      connections: options.connections ?? 8,
      pipelining: 1,
      keepAliveTimeout: 10_000,
      maxHeaderSize: 32 * 1024,
      connect: { timeout: 10_000, lookup: checkedLookup(resolve, checked) },
    });
  const outside = agent(true);
  const allowed = agent(false);

  async function once(
    url: URL,
    request: HttpRequest,
    bounds: HttpLimits,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const isAllowed = isAllowedHost(url, allowHosts);
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    if (!isAllowed && isIP(literal) !== 0 && !isPublicAddress(literal)) {
      throw new HttpError("private-address", "The address is in a private network.", url.href);
    }
    const answer = await send(url, {
      dispatcher: isAllowed ? allowed : outside,
      method: "GET",
      headers: { "user-agent": options.userAgent, ...request.headers },
      signal,
      headersTimeout: bounds.timeoutMs,
      bodyTimeout: bounds.timeoutMs,
    });
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
    }
    const body = await readBody(answer.body, headers["content-encoding"], bounds, url.href);
    return { url: url.href, status: answer.statusCode, headers, body, redirects: 0 };
  }

  return {
    async get(address, request = {}) {
      const bounds = { ...limits, ...request.limits };
      const deadline = AbortSignal.timeout(bounds.timeoutMs);
      const signal =
        request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
      let url = parseAddress(address);
      for (let redirects = 0; ; redirects += 1) {
        let answer: HttpAnswer;
        try {
          answer = await once(url, request, bounds, signal);
        } catch (error) {
          request.signal?.throwIfAborted();
          if (deadline.aborted) {
            const message = `No complete answer within ${bounds.timeoutMs} ms.`;
            throw new HttpError("timeout", message, url.href, error);
          }
          throw asHttpError(error, url.href);
        }
        const { location } = answer.headers;
        const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
        if (!isRedirect || location === undefined || request.redirect === "manual") {
          return { ...answer, redirects };
        }
        if (redirects >= bounds.maxRedirects) {
          const message = `More than ${bounds.maxRedirects} redirects.`;
          throw new HttpError("too-many-redirects", message, address);
        }
        url = parseAddress(location, url);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([outside.destroy(), allowed.destroy()]);
    },
  };
}

function parseAddress(address: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch (error) {
    throw new HttpError("bad-address", "This is not an address.", address, error);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new HttpError("bad-address", "Only http and https addresses are fetched.", url.href);
  }
  if (url.username !== "" || url.password !== "") {
    throw new HttpError("bad-address", "Addresses with a user name are not fetched.", url.host);
  }
  return url;
}

/** Name resolution that gives public addresses only; the connection uses what was checked, so DNS cannot change its mind. */
function checkedLookup(
  resolve: NonNullable<HttpClientOptions["lookup"]>,
  checked: boolean,
): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error !== null) {
        done(error, []);
        return;
      }
      const refused = checked && addresses.some(({ address }) => !isPublicAddress(address));
      const first = addresses[0];
      if (refused || first === undefined) {
        const message = refused ? "The name leads into a private network." : "No address found.";
        done(new HttpError(refused ? "private-address" : "connection", message, hostname), []);
      } else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

function asHttpError(error: unknown, address: string): HttpError {
  for (let current = error, depth = 0; current instanceof Error && depth < 10; depth += 1) {
    if (current instanceof HttpError) return current;
    current = current.cause;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new HttpError("connection", `The connection failed: ${reason}`, address, error);
}

function unpacker(encoding: string, address: string): Transform {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "deflate":
      return createInflate();
    default:
      throw new HttpError("bad-encoding", `The answer is packed as "${encoding}".`, address);
  }
}

/** The whole body, unpacked; stops reading at the first byte beyond a limit. */
async function readBody(
  body: Readable,
  encoding: string | undefined,
  limits: HttpLimits,
  address: string,
): Promise<Buffer> {
  const names = (encoding ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  const tooLarge = (bytes: number) =>
    new HttpError("too-large", `The answer is larger than ${bytes} bytes.`, address);
  try {
    if (names.length > 1) {
      throw new HttpError("bad-encoding", "The answer is packed more than once.", address);
    }
    const chunks: Buffer[] = [];
    let sent = 0;
    let unpacked = 0;
    const keep = (chunk: Buffer) => {
      unpacked += chunk.length;
      if (unpacked > limits.maxUnpackedBytes) throw tooLarge(limits.maxUnpackedBytes);
      chunks.push(chunk);
    };
    const count = (chunk: Buffer) => {
      sent += chunk.length;
      if (sent > limits.maxBytes) throw tooLarge(limits.maxBytes);
    };
    const [name] = names;
    if (name === undefined) {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        count(chunk);
        keep(chunk);
      }
    } else {
      const unpack = unpacker(name, address);
      const feed = async () => {
        try {
          for await (const chunk of body as AsyncIterable<Buffer>) {
            count(chunk);
            if (unpack.destroyed) return;
            if (!unpack.write(chunk)) await drained(unpack);
          }
          unpack.end();
        } catch (error) {
          unpack.destroy(error as Error);
        }
      };
      const feeding = feed();
      try {
        for await (const chunk of unpack as AsyncIterable<Buffer>) keep(chunk);
      } catch (error) {
        throw isZlibError(error)
          ? new HttpError("bad-encoding", `The answer is not valid ${name}.`, address, error)
          : error;
      } finally {
        unpack.destroy();
        body.destroy();
        await feeding;
      }
    }
    return chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks);
  } catch (error) {
    body.on("error", () => {
      // Destroying a body that is still arriving reports an abort that nobody waits for.
    });
    body.destroy();
    throw error;
  }
}

/** Also over when the stream is: one that was closed before says nothing any more. */
function drained(stream: Transform): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) {
      resolve();
      return;
    }
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}

function isZlibError(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" && /^(?:Z_|ERR_BROTLI|ERR__ERROR_|ERR_PADDING|ERR_)/.test(code);
}
