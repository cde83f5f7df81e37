/**
 * The crawler against a copy of the documentation site that misbehaves on command: `DOCS_COPY_DIR` names its folder.
 * What becomes of the page, of the run and of the live index, for every kind of fault the copy knows.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { SourceReport } from "../../ingest/ingest.ts";
import { sourceNamed } from "../../ingest/sources/registry.ts";
import { startIngestRun } from "../support/ingest-run.ts";

const COPY = process.env["DOCS_COPY_DIR"];
const ORIGIN = "https://docs.prefect.io";

type CopySite = AsyncDisposable & {
  readonly url: string;
  control(action: object): Promise<void>;
};

/** The copy as a process of its own, the way the crawler meets a site. */
async function startCopy(options: readonly string[]): Promise<CopySite> {
  const child = spawn(process.execPath, ["serve.mjs", "--port", "0", ...options], {
    cwd: COPY,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line) as { url: string };
    return {
      url,
      async control(action) {
        const body = JSON.stringify(action);
        const answer = await fetch(`${url}/__control`, { method: "POST", body });
        if (!answer.ok) throw new Error(await answer.text());
        await answer.body?.cancel();
      },
      async [Symbol.asyncDispose]() {
        child.kill();
        await ended;
      },
    };
  }
  throw new Error("The copy did not start.");
}

type Rule = { readonly type: string; readonly [field: string]: unknown };
/** On a first crawl: "indexed", or why the page is left out. On a later one of a page that was fine before. */
type Case = readonly [Rule, string, "same" | "updated" | "stale" | "gone"];

const TWIN = "/v3/concepts/artifacts";

const CASES: readonly Case[] = [
  [{ type: "delay", ms: 30 }, "indexed", "same"],
  [{ type: "status" }, "unreachable", "stale"],
  [{ type: "status", status: 403 }, "unusable", "stale"],
  [{ type: "status", times: 1, headers: { "retry-after": "1" } }, "indexed", "same"],
  [{ type: "error-once" }, "indexed", "same"],
  [{ type: "rate-limit", times: 2 }, "indexed", "same"],
  [{ type: "rate-limit", times: 1, date: true }, "indexed", "same"],
  [{ type: "rate-limit", times: 1, retryAfter: null }, "indexed", "same"],
  [{ type: "rate-limit" }, "unreachable", "stale"],
  [{ type: "truncate" }, "unreachable", "stale"],
  [{ type: "truncate", how: "chunked" }, "unreachable", "stale"],
  [{ type: "truncate", how: "silent" }, "truncated", "stale"],
  [{ type: "reset" }, "unreachable", "stale"],
  [{ type: "reset", stage: "headers" }, "unreachable", "stale"],
  [{ type: "reset", stage: "body" }, "unreachable", "stale"],
  [{ type: "reset", times: 1 }, "indexed", "same"],
  [{ type: "hang" }, "unreachable", "stale"],
  [{ type: "hang", stage: "headers" }, "unreachable", "stale"],
  [{ type: "hang", stage: "body" }, "unreachable", "stale"],
  [{ type: "slow-body", bytes: 40_000, ms: 1 }, "indexed", "same"],
  // Answered with 304 on a later crawl, which says nothing of the type.
  [{ type: "content-type", value: "application/pdf" }, "unusable", "same"],
  [{ type: "charset", value: "windows-1252" }, "indexed", "updated"],
  [{ type: "huge" }, "unusable", "stale"],
  [{ type: "huge", chunked: true }, "unusable", "stale"],
  [{ type: "empty" }, "unreachable", "stale"],
  [{ type: "redirect", to: TWIN }, "redirected", "gone"],
  [{ type: "redirect", to: "http://169.254.169.254/latest", status: 302 }, "gone", "stale"],
  [{ type: "redirect-loop" }, "unreachable", "stale"],
  [{ type: "redirect-loop", kind: "pair" }, "unreachable", "stale"],
  [{ type: "redirect-loop", kind: "endless" }, "unreachable", "stale"],
  [{ type: "redirect-chain", hops: 3 }, "indexed", "same"],
  [{ type: "redirect-offsite" }, "gone", "gone"],
  [{ type: "redirect-offsite", status: 302 }, "gone", "stale"],
  [{ type: "login-wall" }, "gone", "stale"],
  [{ type: "encoding", value: "gzip" }, "indexed", "same"],
  [{ type: "encoding", value: "br" }, "indexed", "same"],
  [{ type: "encoding", value: "deflate" }, "indexed", "same"],
  [{ type: "bad-encoding", how: "plain" }, "unreachable", "stale"],
  [{ type: "bad-encoding", how: "corrupt" }, "unreachable", "stale"],
  [{ type: "bad-encoding", how: "unknown" }, "unreachable", "stale"],
  [{ type: "invalid-utf8" }, "indexed", "updated"],
  [{ type: "gone" }, "gone", "gone"],
  [{ type: "soft-404" }, "gone", "gone"],
  [{ type: "noindex" }, "noindex", "gone"],
  [{ type: "nofollow" }, "indexed", "same"],
  [{ type: "canonical", to: "{other}/elsewhere" }, "indexed", "same"],
  [{ type: "canonical", to: null }, "indexed", "same"],
  [{ type: "canonical", to: TWIN }, "canonical-elsewhere", "gone"],
  [{ type: "duplicate", of: TWIN }, "duplicate", "gone"],
  [{ type: "headers", remove: ["etag", "last-modified"] }, "indexed", "same"],
];

const named = CASES.map((one) => [JSON.stringify(one[0]), ...one] as const);

describe.skipIf(COPY === undefined)("a copy of the documentation site with faults", () => {
  const pageOf = new Map<string, string>();
  let first: SourceReport;
  let later: SourceReport;
  let before: ReadonlyMap<string, string>;
  let after: ReadonlyMap<string, string>;
  let pages = 0;

  beforeAll(async () => {
    await using site = await startCopy([
      "--subset=/v3/concepts,/v3/how-to-guides",
      "--no-warm",
      "--chrome=live",
      "--validators=etag",
    ]);
    const listed = await (await fetch(`${site.url}/sitemap.xml`)).text();
    const paths = [...listed.matchAll(/<loc>([^<]+)<\/loc>/g)]
      .map((match) => new URL(match[1] ?? "").pathname)
      .filter((one) => one !== TWIN && !one.startsWith("/v3/concepts/"));
    pages = [...listed.matchAll(/<loc>/g)].length;
    const rules = named.map(([name, rule], index) => {
      const match = paths[index] ?? "";
      pageOf.set(name, `${ORIGIN}${match}`);
      return { ...rule, match };
    });
    const request = { sources: [sourceNamed("prefect")] };
    const lenient = {
      httpLimits: { timeoutMs: 5000 },
      gateLimits: { maxLostPages: 1, maxLostWords: 1, maxFailed: 1, maxEmpty: 1 },
    };
    const report = (sources: readonly SourceReport[]): SourceReport => {
      const [only] = sources;
      if (only === undefined) throw new Error("no report");
      return only;
    };

    await site.control({ action: "set-faults", rules });
    await using fresh = await startIngestRun();
    first = report((await fresh.run(site.url, request, lenient)).sources);
    await site.control({ action: "clear-faults" });
    await using run = await startIngestRun();
    await run.run(site.url, request, lenient);
    const texts = async () => {
      const found = new Map<string, string>();
      for (const url of pageOf.values()) {
        const chunks = await run.chunks(url);
        const stale = chunks.some((chunk) => chunk.stale === true) ? "stale\n" : "";
        found.set(url, `${stale}${chunks.map(({ text }) => text).join("\n")}`);
      }
      return found;
    };
    before = await texts();
    await site.control({ action: "set-faults", rules });
    later = report((await run.run(site.url, request, lenient)).sources);
    after = await texts();
  }, 180_000);

  it("is tried with every kind of fault there is", async () => {
    const file = pathToFileURL(path.resolve(COPY ?? "", "lib/faults.mjs")).href;
    const { FAULT_TYPES } = (await import(file)) as { FAULT_TYPES: readonly string[] };
    const tried = new Set(CASES.map(([{ type }]) => type));

    expect(FAULT_TYPES.filter((type) => !tried.has(type))).toEqual([]);
  });

  it.each(named)("%s: on a first crawl", (name, _rule, expected) => {
    const left = first.leftOut.find(({ url }) => url === pageOf.get(name));

    expect(left?.why ?? "indexed").toBe(expected);
  });

  it.each(named)("%s: on a later crawl", (name, _rule, _first, expected) => {
    const url = pageOf.get(name) ?? "";
    const was = before.get(url) ?? "";
    const is = after.get(url);

    expect(was).not.toBe("");
    expect(
      is === "" ? "gone" : is === was ? "same" : is === `stale\n${was}` ? "stale" : "updated",
    ).toBe(expected);
    expect(later.stalePages.includes(url)).toBe(expected === "stale");
    expect(later.diff.removed.includes(url)).toBe(expected === "gone");
  });

  it("publishes the other pages as if nothing had happened", () => {
    const lost = CASES.filter(([, why]) => why !== "indexed").length;

    expect(first).toMatchObject({ state: "published", pages: pages - lost, problems: [] });
    expect(later.state).toBe("published");
    expect(later.diff.added).toEqual([]);
  });
});
