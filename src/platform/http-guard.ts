/**
 * Who may talk to a server of ours. A web page anywhere can make a browser send requests to this machine, by its
 * address or by a name of the page's own that leads here; so the `Host` must be one of ours, an `Origin` must be that
 * host, and whoever comes from elsewhere than this machine brings a token.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "./errors.ts";

export type Guard = {
  /** Names that a request may give as its host: lower case, without port. */
  readonly hosts: ReadonlySet<string>;
  readonly token: string | undefined;
};

/** Why a request is refused: an HTTP status and a sentence for whoever sent it. */
export type Refusal = { readonly status: 400 | 401 | 403 | 421; readonly reason: string };

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** True for an address to listen on that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/**
 * The guard of a server that listens on `host`. Throws `AppError` "no-token" when others than this machine reach it
 * and there is no token. `settings` are the names of the settings, for the message.
 */
export function createGuard(options: {
  readonly host: string;
  readonly token: string | undefined;
  /** Further names under which the server is reached, behind a proxy for example. */
  readonly hosts: readonly string[];
  readonly settings: { readonly host: string; readonly token: string };
}): Guard {
  const { host, token, hosts, settings } = options;
  if (token === undefined && !isLoopback(host))
    throw new AppError("config", `A server that others can reach needs a token.`, {
      facts: { [settings.host]: host, [settings.token]: "not set" },
      hint: `Set ${settings.token} to a long random text, or leave ${settings.host} at 127.0.0.1.`,
    });
  const own = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return {
    hosts: new Set([
      ...LOOPBACK_NAMES,
      own.toLowerCase(),
      ...hosts.map((name) => name.toLowerCase()),
    ]),
    token,
  };
}

/** Undefined when `Host` and `Origin` are as they should be. Says nothing about the token. */
export function checkHostAndOrigin(
  headers: IncomingHttpHeaders,
  guard: Guard,
): Refusal | undefined {
  const host = headers.host ?? "";
  if (!guard.hosts.has(withoutPort(host)))
    return { status: 421, reason: "This server is not reached under that name." };
  const { origin } = headers;
  if (origin === undefined)
    return headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-mode"] !== "navigate"
      ? { status: 403, reason: "Requests of other sites are not answered." }
      : undefined;
  if (!URL.canParse(origin) || new URL(origin).host !== host.toLowerCase())
    return { status: 403, reason: "Requests of other sites are not answered." };
  return undefined;
}

/** Undefined when no token is needed, or the right one came as `Authorization: Bearer`. */
export function checkBearer(headers: IncomingHttpHeaders, guard: Guard): Refusal | undefined {
  if (guard.token === undefined) return undefined;
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  return given !== undefined && isSameText(given, guard.token)
    ? undefined
    : { status: 401, reason: "This needs the server's token." };
}

/** Compares without telling by its duration how much of a guess was right. */
export function isSameText(a: string, b: string): boolean {
  const digest = (text: string) => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
