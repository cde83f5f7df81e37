import { describe, expect, it } from "vitest";
import type { IngestRequest } from "../../../ingest/ingest.ts";
import { sourceNamed } from "../../../ingest/sources/registry.ts";
import { startFakeGithub } from "../../support/fake-github.ts";
import { startIngestRun } from "../../support/ingest-run.ts";

const ISSUES = "https://github.com/acme/lantern/issues";
const day = (n: number) =>
  new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString().replace(".000", "");

async function start(token: "secret" | "" = "secret") {
  const github = await startFakeGithub();
  const run = await startIngestRun(sourceNamed("github:acme/lantern"));
  return {
    github,
    run,
    ingest: async (request: Partial<IngestRequest> = {}) => {
      const report = await run.run(
        "",
        { ...request, from: undefined },
        { github: { apiUrl: github.apiUrl, ...(token === "" ? {} : { token }) } },
      );
      const [source] = report.sources;
      if (source === undefined) throw new Error("no source in the report");
      return source;
    },
    async [Symbol.asyncDispose]() {
      await run[Symbol.asyncDispose]();
      await github[Symbol.asyncDispose]();
    },
  };
}

type Started = Awaited<ReturnType<typeof start>>;

/** The story of one bug: reported, closed by a pull request, released. */
function fill({ github }: Started): void {
  github.issues.set(1, {
    number: 1,
    title: "Lost job keeps its slot",
    body: "After the **host** died, the slot of the job was never freed.",
    state: "closed",
    state_reason: "completed",
    updated_at: day(1),
  });
  github.issues.set(2, {
    number: 2,
    title: "Free slots",
    body: "Frees them. Fixes #1",
    state: "closed",
    updated_at: day(2),
    pull_request: { merged_at: day(2) },
  });
  github.issues.set(3, {
    number: 3,
    title: "Use another colour",
    body: "I would like the lamp to be green, because green is calm.",
    state: "closed",
    state_reason: "not_planned",
    updated_at: day(3),
  });
  github.issues.set(4, {
    number: 4,
    title: "Beacon stops at night",
    body: "At night the beacon of my job stops for an hour or so.",
    updated_at: day(4),
  });
  github.comments.set(11, {
    id: 11,
    issue: 1,
    body: "As a workaround run `lantern release` by hand.",
    author_association: "MEMBER",
    updated_at: day(5),
  });
  github.comments.set(12, {
    id: 12,
    issue: 1,
    body: "Same here with four hosts, it happens each night.",
    updated_at: day(6),
  });
  github.comments.set(13, {
    id: 13,
    issue: 1,
    body: "This issue is stale and will be closed by a machine.",
    user: { login: "stale[bot]", type: "Bot" },
    updated_at: day(7),
  });
  github.releases.set(21, {
    id: 21,
    tag_name: "v2.4.1",
    body: "## Fixes\n\n- Free slots of lost jobs by @x in https://github.com/acme/lantern/pull/2\n",
    published_at: day(8),
  });
  github.discussions.set(5, {
    number: 5,
    title: "How do I drain a host?",
    body: "I want to take a host away without losing jobs.",
    updatedAt: day(9),
    answer: "Run `lantern drain` and wait until no beacon is left.",
  });
}

describe("a repository on GitHub", () => {
  it("gives issues with what became of them, maintainers apart from others, releases and discussions", async () => {
    await using started = await start();
    fill(started);

    const report = await started.ingest();

    expect(report).toMatchObject({ state: "published", pages: 5, failed: [], problems: [] });
    const [issue] = await started.run.chunks(`${ISSUES}/1`);
    expect(issue).toMatchObject({
      title: "Reported in #1 (closed, fixed in 2.4.1): Lost job keeps its slot",
      pageType: "issue",
      product: "lantern",
      anchor: "",
    });
    const text = (await started.run.chunks(`${ISSUES}/1`)).map((chunk) => chunk.text).join("\n\n");
    expect(text).toMatchInlineSnapshot(`
      "After the host died, the slot of the job was never freed.

      Comment of a maintainer, 2026-01-01

      As a workaround run lantern release by hand.

      Comment of a user, 2026-01-01

      Same here with four hosts, it happens each night."
    `);
    const anchors = issue?.blocks.flatMap(({ anchor }) => anchor ?? []);
    expect(anchors).toEqual(["issuecomment-11", "issuecomment-12"]);
    expect((await started.run.chunks(`${ISSUES}/3`))[0]?.title).toBe(
      "Reported in #3 (closed as not planned): Use another colour",
    );
    expect((await started.run.chunks(`${ISSUES}/4`))[0]?.title).toBe(
      "Reported in #4 (open): Beacon stops at night",
    );
    expect(await started.run.chunks(`${ISSUES}/2`)).toEqual([]);
    expect(
      (await started.run.chunks("https://github.com/acme/lantern/releases/tag/v2.4.1"))[0],
    ).toMatchObject({ pageType: "release-notes", title: "Release v2.4.1" });
    expect(
      (await started.run.chunks("https://github.com/acme/lantern/discussions/5"))[0]?.text,
    ).toContain("Answer of a maintainer");
    expect((await started.run.index.versions())[0]?.sources[0]).toMatchObject({
      kind: "github",
      product: "lantern",
    });
  });

  it("asks for what changed since, and keeps the rest", async () => {
    await using started = await start();
    fill(started);
    await started.ingest();
    started.github.requests.length = 0;

    expect(await started.ingest()).toMatchObject({ state: "up-to-date", crawl: { unmodified: 5 } });
    expect(
      started.github.requests.map(({ path, status }) => [path.split("/").at(-1), status]),
    ).toEqual([
      ["issues", 200],
      ["comments", 200],
      ["releases", 304],
      ["graphql", 200],
    ]);

    started.github.comments.set(14, {
      id: 14,
      issue: 4,
      body: "It is the night watch that stops it, not the job.",
      author_association: "OWNER",
      updated_at: day(20),
    });
    expect((await started.ingest()).diff).toMatchObject({
      changed: [`${ISSUES}/4`],
      added: [],
      removed: [],
    });
  });

  it("asks in a second run for at most a twentieth of what it asked first, with 5,000 issues", async () => {
    await using started = await start();
    for (let n = 1; n <= 5000; n += 1) {
      started.github.issues.set(n, {
        number: n,
        title: `Report ${n}`,
        body: `Words of report number ${n}.`,
        updated_at: day(n),
      });
      started.github.comments.set(n, {
        id: n,
        issue: n,
        body: `A comment with the words of number ${n}.`,
        updated_at: day(n),
      });
    }
    // Building an index of them is not what this is about.
    await started.ingest({ dryRun: true });
    const first = started.github.requests.length;
    started.github.requests.length = 0;
    started.github.issues.set(5001, {
      number: 5001,
      title: "New",
      body: "A new report with some words.",
      updated_at: day(9000),
    });

    const report = await started.ingest({ dryRun: true });

    expect(report).toMatchObject({ pages: 5001, crawl: { unmodified: 5000 } });
    expect(first).toBeGreaterThan(100);
    expect(started.github.requests.length).toBeLessThanOrEqual(first * 0.05);
  }, 120_000);

  it("lets go of what was deleted or moved away, after a week", async () => {
    await using started = await start();
    fill(started);
    await started.ingest();
    started.github.issues.delete(4);

    expect((await started.ingest()).diff.removed).toEqual([]);
    await started.run.clock.sleep(8 * 24 * 3600 * 1000);
    expect((await started.ingest()).diff.removed).toEqual([`${ISSUES}/4`]);
  });

  it("waits as long as GitHub asks, for the limit and for the secondary one", async () => {
    await using started = await start();
    fill(started);
    const reset = () => String(Math.ceil(started.run.clock.now() / 1000) + 40);
    started.github.fault = (_request, count) => {
      if (count === 1)
        return {
          status: 403,
          headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset() },
        };
      if (count === 3)
        return {
          status: 403,
          headers: { "retry-after": "17" },
          body: '{"message":"You have exceeded a secondary rate limit"}',
        };
      if (count === 5) return { status: 429, body: '{"message":"too many"}' };
      if (count === 7) return { status: 502 };
      return undefined;
    };

    expect(await started.ingest()).toMatchObject({ state: "published", pages: 5 });

    const waits = started.run.clock.waits
      .filter((ms) => ms > 1000)
      .map((ms) => Math.round(ms / 1000));
    expect(waits[0]).toBeGreaterThanOrEqual(40);
    expect(waits[0]).toBeLessThanOrEqual(43);
    expect(waits.slice(1)).toEqual([17, 60, 2]);
  });

  it("stops at a limit that lasts, keeps what is live, and goes on from there", async () => {
    await using started = await start();
    for (let n = 1; n <= 300; n += 1) {
      started.github.issues.set(n, {
        number: n,
        title: `Report ${n}`,
        body: `Words of report number ${n}.`,
        updated_at: day(n),
      });
    }
    started.github.fault = (_request, count) =>
      count > 2
        ? {
            status: 403,
            headers: {
              "x-ratelimit-remaining": "0",
              "x-ratelimit-reset": String(started.run.clock.now() / 1000 + 3000),
            },
          }
        : undefined;

    const stopped = await started.ingest();
    expect(stopped).toMatchObject({
      state: "failed",
      error: expect.stringContaining("limit of requests is used up") as string,
    });
    expect(await started.run.index.versions()).toEqual([]);

    started.github.fault = undefined;
    started.github.requests.length = 0;
    expect(await started.ingest()).toMatchObject({ state: "published", pages: 300 });
    const listed = started.github.requests.filter(({ path }) => path.endsWith("/issues"));
    expect(listed.length).toBeLessThanOrEqual(2);
  });

  it("reads what it may without a token, and says what it may not", async () => {
    await using started = await start("");
    fill(started);

    const report = await started.ingest();

    expect(report.pages).toBe(4);
    expect(report.crawl?.notes).toEqual([
      "discussions are read with a token only: set GITHUB_TOKEN",
    ]);
    expect(started.github.requests.every((request) => request.token === "")).toBe(true);
  });

  it("sends its token nowhere else, whatever an answer names as the next page", async () => {
    await using other = await startFakeGithub();
    await using started = await start();
    fill(started);
    started.github.fault = (_request, count) =>
      count === 1
        ? {
            status: 200,
            headers: { link: `<${other.apiUrl}/repos/acme/lantern/issues>; rel="next"` },
            body: "[]",
          }
        : undefined;

    expect(await started.ingest()).toMatchObject({ state: "failed" });
    expect(other.requests).toEqual([]);
  });

  it("passes over items that are not in the form it knows", async () => {
    await using started = await start();
    fill(started);
    started.github.fault = (request, count) =>
      count === 1 && request.url?.includes("/issues?") === true
        ? {
            status: 200,
            body: JSON.stringify([
              { number: "x" },
              null,
              {
                number: 9,
                title: "Fine",
                body: "This one is as it should be.",
                state: "open",
                user: null,
                created_at: day(1),
                updated_at: day(1),
              },
            ]),
          }
        : undefined;

    expect((await started.ingest()).pages).toBe(3);
  });
});
