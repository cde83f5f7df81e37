/**
 * HTTP for addresses that somebody else chose: links of a page, entries of a sitemap. Every answer is bounded in
 * time, size (as sent and as unpacked) and redirects, and no connection goes to a private address, whatever a name
 * resolves to, unless the operator allowed that host.
 */
import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
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
  /** Sent by POST, in the place of a GET. */
  readonly body?: string;
  /** "manual" gives a redirect as it is; "follow" is the default. */
  readonly redirect?: "follow" | "manual";
  readonly limits?: Partial<HttpLimits>;
};

export interface HttpClient extends AsyncDisposable {
  /** Throws `HttpError`, or the signal's reason when aborted; any status is an answer. */
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
      ...(request.body === undefined ? { method: "GET" } : { method: "POST", body: request.body }),
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
  const [name, another] = (encoding ?? "")
    .split(",")
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== "" && each !== "identity");
  const within = (most: number) => {
    let bytes = 0;
    return async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        bytes += piece.length;
        if (bytes > most) {
          throw new HttpError("too-large", `The answer is larger than ${most} bytes.`, address);
        }
        yield piece;
      }
    };
  };
  const pieces: Buffer[] = [];
  const keep = async (all: AsyncIterable<Buffer>) => {
    for await (const piece of all) pieces.push(piece);
  };
  try {
    if (another !== undefined) {
      throw new HttpError("bad-encoding", "The answer is packed more than once.", address);
    }
    const sent = within(limits.maxBytes);
    const unpacked = within(limits.maxUnpackedBytes);
    if (name === undefined) await pipeline(body, sent, unpacked, keep);
    else await pipeline(body, sent, unpacker(name, address), unpacked, keep);
  } catch (error) {
    // Destroying a body that is still arriving reports an abort that nobody waits for.
    body.on("error", () => {}).destroy();
    throw isZlibError(error)
      ? new HttpError("bad-encoding", `The answer is not valid ${name}.`, address, error)
      : error;
  }
  return pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces);
}

function isZlibError(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && /^(?:Z_|ERR_BROTLI|ERR__ERROR_|ERR_PADDING)/.test(code);
}
