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
/** Requests after which a crawl is killed: some files, then pages. */
const REQUESTS = 11;
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

/** Kills the process once `due` holds; looked at whenever the site is asked or the process says something. */
async function killWhen(
  child: ChildProcess,
  site: DocsSite,
  due: (said: string) => boolean,
): Promise<void> {
  let said = "";
  const look = () => {
    if (due(said)) child.kill("SIGKILL");
  };
  child.stderr?.on("data", (data: Buffer) => {
    said += data.toString();
    look();
  });
  site.onRequest = look;
  await ended(child);
  site.onRequest = undefined;
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
    await using site = await startDocsSite(pages("one"));
    const folder = mkdtempSync(path.join(tmpdir(), "kill-"));
    try {
      expect(await ended(start(site, folder))).toBe(0);
      for (const [address, page] of Object.entries(pages("two"))) site.pages.set(address, page);
      site.requests.length = 0;
      let kills = 0;

      for (let round = 0; round < KILLS_IN_CRAWL + KILLS_IN_BUILD; round += 1) {
        const before = site.requests.length;
        const due =
          round < KILLS_IN_CRAWL
            ? () => site.requests.length - before >= REQUESTS + (round % 3)
            : (said: string) => said.includes("building the index");
        const child = start(site, folder);
        await killWhen(child, site, due);
        if (child.signalCode === "SIGKILL") kills += 1;

        const words = await wordsInIndex(folder, site);
        expect(words, `after round ${round}`).toHaveLength(1);
        expect(["one.", "two."]).toContain(words[0]);
      }

      expect(await ended(start(site, folder))).toBe(0);
      expect(await wordsInIndex(folder, site)).toEqual(["two."]);
      expect(kills).toBeGreaterThanOrEqual(KILLS_IN_CRAWL);
      const read = site.requests.filter(
        ({ path: asked, status }) => asked.startsWith("/docs/p") && status === 200,
      ).length;
      expect(read).toBeLessThanOrEqual(PAGES + kills * LOST_AT_MOST);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 180_000);
});
