import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportText, statusText } from "../../ingest/report-text.ts";
import { sourceOfSite } from "../../ingest/sources/any-site.ts";
import { pageIdentity } from "../../ingest/sources/page-identity.ts";
import { readOwnSources, SOURCES, sourceNamed } from "../../ingest/sources/registry.ts";
import { crawlLine, duration, terminalProgress } from "../../ingest/terminal-progress.ts";
import { watchSources } from "../../ingest/watch.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { startFakeModelEndpoint } from "../support/fake-model-endpoint.ts";
import { startFakeQdrant } from "../support/fake-qdrant.ts";
import { startDocsSite } from "../support/docs-site.ts";
import { instantClock, lanternSource } from "../support/ingest-run.ts";
import { type CommandResult, runCommand } from "../support/run-command.ts";

function ingest(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return runCommand("ingest/main.ts", args, { folder: tmpdir(), settings });
}

describe("npm run ingest", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "main-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("crawls a site by its address, says what it did, and shows the version", async () => {
    await using site = await startDocsSite({
      "/guide/": { title: "Guide", body: "<p>Some text to find.</p>" },
      "/guide/more": { title: "More", body: "<p>And more of it.</p>" },
    });
    const env = { DATA_DIR: folder, INGEST_ALLOW_HOSTS: "127.0.0.1" };

    const run = await ingest([`${site.origin}/guide/`, "--json"], env);
    const status = await ingest(["status"], env);

    expect(run).toMatchObject({ code: 0 });
    const report = JSON.parse(run.out) as { version: { pages: number } };
    expect(report.version.pages).toBe(2);
    expect(status).toMatchObject({ code: 0, err: "" });
    expect(status.out).toMatch(/live .* 2 +2/);
  });

  it("copies the index to a server without crawling, and back from it", async () => {
    await using server = await startFakeQdrant();
    const env = { DATA_DIR: folder, QDRANT_URL: server.url };

    const there = await ingest(["copy-index", "--json"], env);
    rmSync(path.join(folder, "index"), { recursive: true });
    const back = await ingest(["copy-index", "--back"], env);
    const status = await ingest(["status"], { DATA_DIR: folder });

    expect(there).toMatchObject({ code: 0 });
    expect(JSON.parse(there.out)).toMatchObject({ version: { pages: 2 } });
    expect(back).toMatchObject({ code: 0 });
    expect(back.out).toMatch(/is live in the files: 2 pages/);
    expect(status.out).toMatch(/live .* 2 +2/);
  });

  it("has a model write how people ask, and finds pages by it after the next run", async () => {
    const page = "The lantern keeps its flame over night when the wick is trimmed.";
    await using site = await startDocsSite({
      "/guide/": { title: "Guide", body: `<p>${page}</p>` },
    });
    await using endpoint = await startFakeModelEndpoint({
      script: [
        {
          reply: JSON.stringify({
            asked: ["candle goes out while i sleep", "it is dark at 3 am"],
            places: [{ from: 1, to: 1, asked: ["will it burn until morning"] }],
          }),
        },
      ],
    });
    const data = mkdtempSync(path.join(tmpdir(), "main-phrasings-"));
    const env = { DATA_DIR: data, INGEST_ALLOW_HOSTS: "127.0.0.1" };
    const model = {
      OPENAI_BASE_URL: endpoint.baseUrl,
      OPENAI_MODEL: "scripted",
      OPENAI_API_KEY: "test-key",
    };
    const address = `${site.origin}/guide/`;

    await ingest([address], env);
    const written = await ingest(["write-phrasings", address], { ...env, ...model });
    const again = await ingest(["write-phrasings", address], { ...env, ...model });
    const rebuilt = await ingest([address], env);
    const status = await ingest(["status", "--json"], env);
    rmSync(data, { recursive: true, force: true });

    expect(written).toMatchObject({ code: 0 });
    expect(written.out).toMatch(/for 1 page and 1 place .*tokens read/);
    expect(again.out).toMatch(/nothing to write/);
    expect(rebuilt.out).toMatch(/is live/);
    expect(JSON.parse(status.out)).toMatchObject({
      versions: [{ live: true, sources: [{ phrasedPages: 1 }] }, { live: false }],
    });
  });

  it.concurrent.each([
    [["write-phrasings"], 2, /takes one source/],
    [["write-phrasings", "prefect"], 2, /set OPENAI_MODEL/],
    [["nonsense"], 2, /no source "nonsense".*\n.*prefect/],
    [["--from", "http://127.0.0.1:1", "prefect", "airflow"], 2, /exactly one source/],
    [["prefect", "--from", "nowhere"], 2, /--from takes an origin/],
    [["--watch", "--dry-run"], 2, /do not go together/],
    [["--wrong"], 2, /Unknown option '--wrong'.*--help/],
    [["rollback"], 1, /./],
    [["copy-index"], 2, /set QDRANT_URL/],
    [["copy-index", "more"], 2, /no further names/],
    [["--back"], 2, /goes with copy-index/],
    [["http://127.0.0.1:9/docs"], 1, /robots\.txt cannot be read/],
  ] as const)(
    "%j ends with %i and says why",
    async (args, code, message) => {
      const empty = mkdtempSync(path.join(tmpdir(), "main-empty-"));
      try {
        const ended = await ingest(args, { DATA_DIR: empty, INGEST_ALLOW_HOSTS: "127.0.0.1" });

        expect(ended.code).toBe(code);
        expect(`${ended.err}${ended.out}`).toMatch(message);
        expect(ended.err).not.toMatch(/\n\s+at /);
      } finally {
        rmSync(empty, { recursive: true, force: true });
      }
    },
    30_000,
  );

  it("says which folder cannot be used", async () => {
    const file = path.join(folder, "a-file");
    writeFileSync(file, "");

    const ended = await ingest(["prefect"], { DATA_DIR: file });

    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining(file) as string });
  });
});

describe("sources", () => {
  it("have names of their own, and page types for their paths", () => {
    expect(new Set(SOURCES.map(({ name }) => name)).size).toBe(SOURCES.length);
    const prefect = sourceNamed("prefect");
    const type = (at: string) => pageIdentity(prefect, `https://docs.prefect.io${at}`).pageType;

    expect(
      [
        "/v3/api-ref/python/prefect-flows",
        "/v3/api-ref/rest-api/server/flows/create-flow",
        "/v3/api-ref/settings-ref",
        "/v3/api-ref/cli/deploy",
        "/v3/release-notes/oss/version-3-4",
        "/integrations/prefect-aws/api-ref/prefect_aws-s3",
        "/integrations/prefect-aws",
        "/v3/examples/hello-world",
        "/v3/concepts/flows",
        "/v3/how-to-guides/workflows/retries",
      ].map(type),
    ).toEqual([
      "api-reference",
      "rest-reference",
      "settings-reference",
      "cli-reference",
      "release-notes",
      "api-reference",
      "integration",
      "example",
      "concept",
      "guide",
    ]);
  });

  it("take any site by its address: what is below the folder of the page", () => {
    const source = sourceOfSite("https://docs.lantern.example/en/latest/index.html");

    expect(source).toMatchObject({
      name: "docs.lantern.example-en-latest",
      product: "lantern",
      origin: "https://docs.lantern.example",
      scope: { include: ["/en/latest"] },
    });
    expect(() => sourceOfSite("ftp://x")).toThrow(UsageError);
  });

  it("takes an operator's own presets from the data folder, in the place of one of the same name", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "presets-"));
    mkdirSync(path.join(folder, "sources"));
    const write = (name: string, text: string) =>
      writeFileSync(path.join(folder, "sources", name), text);
    const preset = (name: string, more = {}) =>
      JSON.stringify({ ...lanternSource(), name, ...more });

    expect(readOwnSources(folder)).toEqual([]);
    write("lantern.json", preset("lantern", { words: { dead: ["stranded"] } }));
    write("prefect.json", preset("prefect", { title: "Our mirror" }));
    const own = readOwnSources(folder);
    expect(sourceNamed("lantern", own).words).toMatchObject({ dead: ["stranded"], prompts: [] });
    expect(sourceNamed("prefect", own).title).toBe("Our mirror");
    expect(sourceNamed("prefect").title).toBe("Prefect 3");

    write("broken.json", "{");
    expect(() => readOwnSources(folder)).toThrow("The preset broken.json is wrong.");
    write("broken.json", preset("other"));
    expect(() => readOwnSources(folder)).toThrow("The preset broken.json is wrong.");
    rmSync(folder, { recursive: true });
  });

  it("read the version from the path where the source says so", () => {
    const version = (url: string) => pageIdentity(sourceNamed("airflow"), url).version;

    expect(version("https://airflow.apache.org/docs/apache-airflow/2.10.1/a.html")).toBe("2.10");
    expect(version("https://airflow.apache.org/docs/apache-airflow/stable/a.html")).toBe("3");
  });
});

describe("terminalProgress", () => {
  it("redraws one line in a terminal, with a bar, and clears it at the end", () => {
    const written: string[] = [];
    let now = 0;
    const progress = terminalProgress(
      { isTTY: true, columns: 60, write: (text) => written.push(text) },
      () => now,
    );

    progress.stage("reading");
    now = 1000;
    progress.crawl({ known: 100, done: 50, failed: 2, elapsedMs: 1000 });
    progress.end();

    expect(written[1]).toContain("[============            ] 50 of 100 pages, 50 a second");
    expect(written[1]?.length).toBeLessThanOrEqual(60 + "\r\u001B[2K".length);
    expect(written.at(-1)).toBe("\r\u001B[2K");
  });

  it("writes a plain line now and then where there is no terminal", () => {
    const written: string[] = [];
    let now = 0;
    const progress = terminalProgress({ write: (text) => written.push(text) }, () => now);

    progress.stage("reading");
    for (let done = 0; done < 100; done += 1) {
      now += 100;
      progress.crawl({ known: 100, done, failed: 0, elapsedMs: now });
    }
    progress.end();

    expect(written.length).toBeLessThanOrEqual(4);
    expect(written.every((line) => line.endsWith("\n") && !line.includes("\u001B"))).toBe(true);
  });

  it("says rates and times for people", () => {
    expect(crawlLine({ known: 10, done: 1, failed: 0, elapsedMs: 2000 }, false)).toBe(
      "1 of 10 pages, 0.5 a second, 18 s left",
    );
    expect([5, 120, 7500].map(duration)).toEqual(["5 s", "2 min", "2 h 5 min"]);
  });
});

describe("reportText", () => {
  it("tells what was refused, why, and what to do", () => {
    const text = reportText({
      startedAt: "",
      elapsedMs: 1000,
      version: undefined,
      anew: false,
      sources: [
        {
          source: "lantern",
          state: "refused",
          pages: 4,
          stalePages: [],
          diff: { added: [], changed: [], removed: ["/a"], unchanged: 4 },
          leftOut: [],
          failed: [],
          problems: [{ kind: "lost-pages", message: "12 of 16 pages are missing", pages: ["/a"] }],
        },
      ],
    });

    expect(text).toContain("12 of 16 pages are missing");
    expect(text).toContain("--force");
    expect(text).toContain("Nothing was published");
  });

  it("says how to make the first index", () => {
    expect(statusText([])).toContain("npm run ingest");
  });
});

describe("watchSources", () => {
  it("crawls each source when it is due, and a failed one sooner", async () => {
    const clock = instantClock();
    const stop = new AbortController();
    const runs: string[][] = [];
    const sources = [
      lanternSource({ name: "daily", refreshHours: 24 }),
      lanternSource({ name: "weekly", refreshHours: 168 }),
    ];

    await watchSources(
      sources,
      async (due) => {
        runs.push(due.map(({ name }) => name));
        if (runs.length === 5) stop.abort();
        if (runs.length === 2) throw new Error("a bad night");
        return {
          startedAt: "",
          elapsedMs: 0,
          version: undefined,
          anew: false,
          sources: due.map(({ name }) => ({
            source: name,
            state: "up-to-date" as const,
            pages: 1,
            stalePages: [],
            diff: { added: [], changed: [], removed: [], unchanged: 1 },
            leftOut: [],
            failed: [],
            problems: [],
          })),
        };
      },
      { clock, signal: stop.signal, note: () => undefined },
    );

    expect(runs).toEqual([["daily", "weekly"], ["daily"], ["daily"], ["daily"], ["daily"]]);
    const hours = clock.waits.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
    // A day, a quarter of an hour after the failure, and two more days.
    expect(hours).toBeGreaterThan(72.2);
    expect(hours).toBeLessThan(72.3);
  });
});
