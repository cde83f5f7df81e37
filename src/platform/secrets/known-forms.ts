/** Secrets that are known by their own form, whatever stands around them. */
import { SECRET_FORMS } from "./secret-forms.ts";
import { looksChosen, looksRandom, saysNothing } from "./secret-value.ts";
import type { Span } from "./spans.ts";

const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\s\S]*$)/g;
const SCHEME = /\b(?:bearer|basic)[ \t]+(?<secret>[A-Za-z0-9._~+/=-]{12,})/gi;
/** The line of a `.pgpass` file. */
const PASSWORD_FILE = /^[\w.*-]+:(?:\d{4,5}|\*):[^:\s]+:[^:\s]+:(?<secret>\S+)[ \t]*$/gm;
const BOT_TOKEN = /\b\d{8,10}:[\w-]{35}\b/g;

type Prefix = (typeof SECRET_FORMS.prefixes)[number];

const BY_START: ReadonlyMap<string, Prefix> = new Map(
  SECRET_FORMS.prefixes.flatMap((prefix) => prefix.starts.map((start) => [start, prefix] as const)),
);
const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const longestFirst = (texts: Iterable<string>) =>
  [...texts]
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join("|");
const PREFIXED = new RegExp(
  `(?<![A-Za-z0-9])(?<start>${longestFirst(BY_START.keys())})(?<tail>[\\w.~+/=-]*)`,
  "g",
);
const ADDRESS = new RegExp(`(?:${longestFirst(SECRET_FORMS.addresses)})[^\\s<>"'\`|]+`, "g");

export function findKnownForms(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(PRIVATE_KEY)) spans.push(spanOf(match, "private key"));
  for (const match of text.matchAll(ADDRESS)) spans.push(spanOf(match, "webhook address"));
  for (const match of text.matchAll(BOT_TOKEN)) spans.push(spanOf(match, "token"));
  for (const match of text.matchAll(PREFIXED)) {
    const { start = "", tail = "" } = match.groups ?? {};
    const prefix = BY_START.get(start);
    const end = tail.replace(/[.~+/=-]+$/, (closing) => /^=*/.exec(closing)?.[0] ?? "");
    if (prefix !== undefined && isKey(prefix, end))
      spans.push({
        start: match.index,
        end: match.index + start.length + end.length,
        kind: prefix.kind,
      });
  }
  for (const match of text.matchAll(SCHEME)) {
    const { secret = "" } = match.groups ?? {};
    if (/\d/.test(secret) || secret.length >= 32)
      spans.push(endOf(match, secret, "authorization header"));
  }
  for (const match of text.matchAll(PASSWORD_FILE)) {
    const { secret = "" } = match.groups ?? {};
    if (!saysNothing(secret)) spans.push(endOf(match, secret, "password"));
  }
  return spans;
}

function isKey(prefix: Prefix, tail: string): boolean {
  const body = prefix.plain ? (/^[A-Za-z0-9]*/.exec(tail)?.[0] ?? "") : tail;
  if (body.length < prefix.least || saysNothing(body)) return false;
  // A long name of a package has no digits and no capitals, but separators.
  return /[\dA-Z]/.test(body) || /^[a-z]+$/.test(body);
}

const URL_START = /[a-z][a-z0-9+.-]{0,30}:\/\//gi;

/** The password in `scheme://user:password@host`, also one with an `@` or a `/` that should have been encoded. */
export function findUrlPasswords(text: string): readonly Span[] {
  const spans: Span[] = [];
  const starts = [...text.matchAll(URL_START)];
  for (const [index, match] of starts.entries()) {
    const from = match.index + match[0].length;
    const next = starts[index + 1]?.index ?? text.length;
    const run = /^[^\s"'<>`]*/.exec(text.slice(from, next))?.[0] ?? "";
    const colon = run.indexOf(":");
    const at = endOfUserInfo(run);
    if (at > 0 && (colon === -1 || colon > at) && looksRandom(run.slice(0, at)))
      spans.push({ start: from, end: from + at, kind: "token" });
    if (colon === -1 || at <= colon + 1) continue;
    // `host:4200/path@name` has a port where the password would be, and `/path:x@y` no user.
    if (/[/?#]/.test(run.slice(0, colon)) || /^\d{1,5}[/?#]/.test(run.slice(colon + 1))) continue;
    const secret = run.slice(colon + 1, at);
    if (!saysNothing(secret))
      spans.push({ start: from + colon + 1, end: from + at, kind: "password" });
  }
  return spans;
}

/** The first `@` that a full name of a host or a port follows, else the last one; -1 when there is none. */
function endOfUserInfo(run: string): number {
  for (const { index } of run.matchAll(/@/g)) {
    if (
      /^(?:localhost|[\w-]+(?:\.[\w-]+)+|[\w.-]+:\d{1,5})(?:[/?#,;]|$)/.test(
        run.slice(index + 1, index + 300),
      )
    )
      return index;
  }
  const last = run.lastIndexOf("@");
  return /^(?:[\w[{$<%-]|$)/.test(run.slice(last + 1)) ? last : -1;
}

/** `AUTH("user", "password")`: what HTTP libraries take for a login. */
const LOGIN_PAIR =
  /auth\w{0,20}["']?[ \t]{0,4}(?:[:=][ \t]{0,4})?\([ \t]{0,4}["'][^"'\n]{0,100}["'][ \t]{0,4},[ \t]{0,4}(?<quote>["'])(?<secret>[^"'\n]{1,300})\k<quote>/gi;

export function findLoginPairs(text: string): readonly Span[] {
  return [...text.matchAll(LOGIN_PAIR)].flatMap((match) => {
    const { secret = "" } = match.groups ?? {};
    if (saysNothing(secret) && !looksChosen(secret)) return [];
    const end = match.index + match[0].length - 1;
    return [{ start: end - secret.length, end, kind: "password" } as const];
  });
}

function spanOf(match: RegExpExecArray, kind: Span["kind"]): Span {
  return { start: match.index, end: match.index + match[0].length, kind };
}

/** The span of `secret`, with which the match ends but for white space. */
function endOf(match: RegExpExecArray, secret: string, kind: Span["kind"]): Span {
  const end = match.index + match[0].trimEnd().length;
  return { start: end - secret.length, end, kind };
}
