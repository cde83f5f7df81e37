/** [pure] Addresses of pages as they are compared: the same page has one path. */
import { z } from "zod";

/** Where old addresses lead: whole paths first, then everything below a path. */
export type Redirects = {
  readonly exact: ReadonlyMap<string, string>;
  readonly below: readonly { readonly from: string; readonly to: string }[];
};

const MOST_HOPS = 10;

/**
 * The path of a page: host, query, fragment, ".md", "/index" and trailing slash dropped, then redirects followed.
 * Accepts an address or a path; the root is "/".
 */
export function canonicalPath(address: string, redirects?: Redirects): string {
  let path = plainPath(address);
  for (let hops = 0; hops < MOST_HOPS; hops += 1) {
    const target = redirects === undefined ? undefined : redirected(path, redirects);
    if (target === undefined || target === path) break;
    path = target;
  }
  return path;
}

function plainPath(address: string): string {
  const path = address
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "")
    .replace(/[?#].*$/s, "")
    .replace(/\/+$/, "")
    .replace(/\.mdx?$/, "")
    .replace(/\/index(?:\.html)?$/, "")
    .replace(/\/+$/, "");
  return path === "" ? "/" : path.startsWith("/") ? path : `/${path}`;
}

function redirected(path: string, redirects: Redirects): string | undefined {
  const exact = redirects.exact.get(path);
  if (exact !== undefined) return exact;
  const rule = redirects.below.find(({ from }) => path.startsWith(`${from}/`));
  return rule === undefined ? undefined : plainPath(rule.to + path.slice(rule.from.length));
}

const RedirectsFile = z.object({
  redirects: z.array(z.object({ source: z.string(), destination: z.string() })).default([]),
});

/**
 * The redirects of a `docs.json`: `{ "redirects": [{ "source", "destination" }] }`, a trailing `/:name*` on both
 * sides standing for whatever follows; other patterns are left out. Throws a `ZodError` on another shape.
 */
export function readRedirects(value: unknown): Redirects {
  const exact = new Map<string, string>();
  const below: { from: string; to: string }[] = [];
  for (const { source, destination } of RedirectsFile.parse(value).redirects) {
    const from = plainPath(source.replace(REST, ""));
    const to = plainPath(destination.replace(REST, ""));
    if (/[:*]/.test(from + to) || from === to) continue;
    if (!REST.test(source)) exact.set(from, to);
    else if (REST.test(destination)) below.push({ from, to });
  }
  return { exact, below };
}

const REST = /\/:\w+\*$/;
