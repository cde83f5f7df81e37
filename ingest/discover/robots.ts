/** robots.txt by RFC 9309: groups, longest match, allow before disallow on a tie, `*` and `$`. */
import { evenEscapes } from "./address.ts";

export type RobotsRule = {
  readonly allow: boolean;
  /** As written, percent-encoding normalised. */
  readonly pattern: string;
};

export type Robots = {
  /** Rules of the groups that apply to us. */
  readonly rules: readonly RobotsRule[];
  /** Seconds between requests that the site asks for; not in the RFC, widely used. */
  readonly crawlDelaySeconds: number | undefined;
  /** `Sitemap` lines, wherever they stand. */
  readonly sitemaps: readonly string[];
};

/** A parser has to read at least 500 KiB (RFC 9309, 2.5); what is beyond is not read. */
const MAX_LENGTH = 512 * 1024;

export const ALLOW_ALL: Robots = { rules: [], crawlDelaySeconds: undefined, sitemaps: [] };

type Group = { agents: string[]; rules: RobotsRule[]; crawlDelaySeconds: number | undefined };

/**
 * What `file` says to the crawler named `productToken` (compared without case). All groups that name it apply
 * together; without one, those for `*`; without those, everything is allowed. Unknown and broken lines are ignored.
 */
export function parseRobots(file: string, productToken: string): Robots {
  const groups: Group[] = [];
  const sitemaps: string[] = [];
  let group: Group | undefined;
  let namingAgents = false;

  for (const line of file
    .slice(0, MAX_LENGTH)
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)) {
    const text = line.replace(/#.*$/, "");
    const colon = text.indexOf(":");
    const key = text.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = text.slice(colon + 1).trim();
    if (key === "sitemap") {
      if (value !== "") sitemaps.push(value);
    } else if (key === "user-agent") {
      if (group === undefined || !namingAgents) {
        group = { agents: [], rules: [], crawlDelaySeconds: undefined };
        groups.push(group);
      }
      namingAgents = true;
      group.agents.push(agentToken(value));
    } else if (group !== undefined && (key === "allow" || key === "disallow")) {
      namingAgents = false;
      if (value !== "") group.rules.push({ allow: key === "allow", pattern: normalise(value) });
    } else if (group !== undefined && key === "crawl-delay") {
      namingAgents = false;
      const seconds = Number(value);
      if (value !== "" && Number.isFinite(seconds) && seconds >= 0) {
        group.crawlDelaySeconds = seconds;
      }
    }
  }

  const own = groups.filter(({ agents }) => agents.includes(productToken.toLowerCase()));
  const applying = own.length > 0 ? own : groups.filter(({ agents }) => agents.includes("*"));
  return {
    rules: applying.flatMap(({ rules }) => rules),
    crawlDelaySeconds: applying
      .map((one) => one.crawlDelaySeconds)
      .find((one) => one !== undefined),
    sitemaps,
  };
}

/** The product token of a `User-agent` value: letters, `_` and `-`, what follows is a version or comment. */
function agentToken(value: string): string {
  return value.startsWith("*") ? "*" : (/^[A-Za-z_-]*/.exec(value)?.[0] ?? "").toLowerCase();
}

/** Percent-encodes what is not ASCII and writes escapes in one way, so that both sides compare octet by octet. */
function normalise(path: string): string {
  return evenEscapes(path.replaceAll(/[^\u0021-\u007E]+/g, (run) => encodeURI(run.toWellFormed())));
}

/** True when a rule set lets us fetch `pathAndQuery` ("/a/b?c"); /robots.txt always. */
export function isAllowed(robots: Robots, pathAndQuery: string): boolean {
  if (pathAndQuery === "/robots.txt") return true;
  const path = normalise(pathAndQuery === "" ? "/" : pathAndQuery);
  let best: RobotsRule | undefined;
  for (const rule of robots.rules) {
    if (!matches(rule.pattern, path)) continue;
    const longer = best === undefined || rule.pattern.length > best.pattern.length;
    const tieForAllow =
      best !== undefined && rule.pattern.length === best.pattern.length && rule.allow;
    if (longer || tieForAllow) best = rule;
  }
  return best?.allow ?? true;
}

/** `*` stands for any run, `$` at the end for the end. Linear in both lengths: no pattern can make it slow. */
function matches(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith("$");
  const parts = (anchored ? pattern.slice(0, -1) : pattern).split("*");
  const [first = "", ...rest] = parts;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (anchored && index === rest.length - 1) {
      return path.length - part.length >= at && path.endsWith(part);
    }
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return !anchored || at === path.length;
}
