import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openIndex } from "../../src/store/open-index.ts";
import { type DocsSite, type SitePage, startDocsSite } from "../support/docs-site.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";

const MAIN = path.resolve(import.meta.dirname, "../../ingest/main.ts");
const PAGES = 120;
const KILLS_IN_CRAWL = 12;
const KILLS_IN_BUILD = 8;
/** A crawl is killed after at most so many requests: some for files, then pages. */
const MAX_REQUESTS = 15;
/** A build may be over before it is killed; so many are begun at most. */
const MAX_BUILDS = 40;
/** Pages asked for at a time: what was under way is asked for again. */
const LOST_AT_MOST = 4;

function pages(word: string): Readonly<Record<string, SitePage>> {
  return Object.fromEntries(
    Array.from({ length: PAGES }, (_, n) => [
      `/docs/p${n}`,
      { title: `Page ${n}`, body: `<p>Page ${n} says ${word}.</p>` },
    ]),
  );
}

function start(site: DocsSite, folder: string): ChildProcess {
  return spawn(process.execPath, [MAIN, `${site.origin}/docs/`], {
    env: {
      ...process.env,
      DATA_DIR: folder,
      INGEST_ALLOW_HOSTS: "127.0.0.1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.on("close", resolve);
  });
}

/** In [0, 1), the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Kills the process at its `count`th request; true when it was killed. */
async function killInCrawl(child: ChildProcess, site: DocsSite, count: number): Promise<boolean> {
  let requests = 0;
  site.onRequest = () => {
    requests += 1;
    if (requests === count) child.kill("SIGKILL");
  };
  await ended(child);
  site.onRequest = undefined;
  return child.signalCode === "SIGKILL";
}

/** Kills the process so long after it began to build, unless it is done by then; says how long it built. */
async function killInBuild(
  child: ChildProcess,
  delayMs: number,
): Promise<{ readonly killed: boolean; readonly builtMs: number }> {
  let begun: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  child.stderr?.on("data", (data: Buffer) => {
    if (begun !== undefined || !data.toString().includes("building the index")) return;
    begun = performance.now();
    if (Number.isFinite(delayMs)) timer = setTimeout(() => child.kill("SIGKILL"), delayMs);
  });
  await ended(child);
  clearTimeout(timer);
  return {
    killed: child.signalCode === "SIGKILL",
    builtMs: performance.now() - (begun ?? performance.now()),
  };
}

async function wordsInIndex(folder: string, site: DocsSite): Promise<readonly string[]> {
  await using index = await openIndex({ folder: path.join(folder, "index") });
  await using reader = await index.open();
  const words = new Set<string>();
  for (let n = 0; n < PAGES; n += 1) {
    const [chunk] = (await reader?.readPage(`${site.origin}/docs/p${n}`)) ?? [];
    words.add(chunk?.text.replace(/^.* says /, "") ?? "nothing");
  }
  return [...words];
}

describe("an ingest that is killed", () => {
  it("leaves the live version whole, and the next one goes on where it stopped", async () => {
    const seed = Number(process.env["KILL_SEED"] ?? 1 + (Date.now() % 2_147_483_646));
    const random = seeded(seed);
    const again = `again with KILL_SEED=${seed}`;
    await using site = await startDocsSite(pages("one"));
    const folder = mkdtempSync(path.join(tmpdir(), "kill-"));
    const change = (word: string) => {
      for (const [address, page] of Object.entries(pages(word))) site.pages.set(address, page);
    };
    try {
      const whole = start(site, folder);
      const { builtMs } = await killInBuild(whole, Number.POSITIVE_INFINITY);
      expect(whole.exitCode).toBe(0);

      change("two");
      site.requests.length = 0;
      let kills = 0;
      for (let round = 0; round < KILLS_IN_CRAWL; round += 1) {
        const count = 1 + Math.floor(random() * MAX_REQUESTS);
        if (await killInCrawl(start(site, folder), site, count)) kills += 1;

        const words = await wordsInIndex(folder, site);
        expect(words, `crawl ${round}, request ${count}; ${again}`).toEqual(
          kills === round + 1 ? ["one."] : ["two."],
        );
      }
      expect(kills, `all crawls; ${again}`).toBe(KILLS_IN_CRAWL);
      expect(await ended(start(site, folder))).toBe(0);
      expect(await wordsInIndex(folder, site)).toEqual(["two."]);
      const read = site.requests.filter(
        ({ path: asked, status }) => asked.startsWith("/docs/p") && status === 200,
      ).length;
      expect(read, `pages read; ${again}`).toBeLessThanOrEqual(PAGES + kills * LOST_AT_MOST);

      let live = "two.";
      for (let round = 0; kills < KILLS_IN_CRAWL + KILLS_IN_BUILD; round += 1) {
        expect(round, `builds; ${again}`).toBeLessThan(MAX_BUILDS);
        const word = `new${round}`;
        change(word);
        const delay = random() * builtMs * 0.9;
        const { killed } = await killInBuild(start(site, folder), delay);
        if (killed) kills += 1;

        const words = await wordsInIndex(folder, site);
        expect(words, `build ${round}, ${delay} ms; ${again}`).toHaveLength(1);
        expect(killed ? [live, `${word}.`] : [`${word}.`], `build ${round}; ${again}`).toContain(
          words[0],
        );
        live = words[0] ?? "";
      }
      change("last");
      expect(await ended(start(site, folder))).toBe(0);
      expect(await wordsInIndex(folder, site)).toEqual(["last."]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 300_000);
});
