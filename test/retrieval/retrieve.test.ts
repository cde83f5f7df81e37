import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.ts";
import { createRetriever } from "../../src/retrieval/retrieve.ts";
import { NoIndexError, type Retriever } from "../../src/retrieval/retriever.ts";
import { IndexUnavailableError } from "../../src/store/chunk-index.ts";
import { createQdrantIndex } from "../../src/store/qdrant/qdrant-index.ts";
import { temporaryIndex } from "../support/temporary-index.ts";
import { startFakeQdrant } from "../support/fake-qdrant.ts";
import { fillerPages, indexCorpus, makePage } from "../support/indexed-corpus.ts";
import { makeChunk } from "../support/make-chunk.ts";
import { startCpuTime } from "../support/cpu-time.ts";

const CORPUS = [
  ...makePage("/retries", "How to retry tasks", [
    "A task that raises is tried again when retries are set; retry_delay_seconds waits between attempts.",
    "With retry jitter the delay of each retry is spread at random, so that workers do not retry at once.",
  ]),
  ...makePage("/kubernetes", "Run flows on Kubernetes", [
    "The worker starts a job for each flow run. An observer watches the pods; when a pod is evicted the run is marked as crashed.",
    "Set memory limits in the base job template, otherwise the node may run out of memory.",
  ]),
  ...makePage("/client", "Client exceptions", [
    {
      text: "prefect.exceptions.ObjectNotFound is raised when the API answers with status 404.",
      pageType: "api-reference",
    },
  ]),
  ...makePage("/release", "Release notes", [
    {
      text: "Retries: a task that raises is tried again. Fixed the retry of tasks that raise. Retry delay fixed.",
      pageType: "release-notes",
    },
  ]),
  ...fillerPages(220),
];

async function retrieverOf(chunks = CORPUS): Promise<Retriever> {
  return createRetriever({ index: await indexCorpus(chunks), clock: systemClock });
}

const corpus = await retrieverOf();
const urls = async (question: string, retriever = corpus) =>
  (await retriever.retrieve({ question })).evidence.map(({ chunk }) => new URL(chunk.url).pathname);

describe("retrieve", () => {
  it("finds the page that answers, in the words of the question or in forms of them", async () => {
    for (const question of [
      "what happens when a pod gets evicted",
      "evicting pods???",
      "pod eviction",
      "k8s pods evictd",
    ]) {
      expect((await urls(question))[0]).toBe("/kubernetes");
    }
  });

  describe("with phrasings", () => {
    const phrased = CORPUS.map((chunk) =>
      chunk.url.endsWith("/kubernetes") && chunk.position === 0
        ? { ...chunk, phrasings: ["our box went bye bye overnight", "who cleans up dead boxes"] }
        : chunk,
    );

    it.each(["embedded", "qdrant"] as const)(
      "finds a page by how people ask for it (%s)",
      async (engine) => {
        await using server = await startFakeQdrant();
        const index =
          engine === "embedded"
            ? await temporaryIndex()
            : createQdrantIndex({
                url: server.url,
                alias: "docs",
                clock: systemClock,
                random: () => 0,
              });
        await indexCorpus(phrased, { index });
        const retriever = createRetriever({ index, clock: systemClock });

        expect((await urls("a box said bye bye, what now", retriever))[0]).toBe("/kubernetes");
      },
    );

    it("gives evidence without them: they are not the page's text", async () => {
      const retriever = await retrieverOf(phrased);
      const { evidence } = await retriever.retrieve({ question: "our box went bye bye" });

      expect(evidence.length).toBeGreaterThan(0);
      for (const { chunk } of evidence) expect(chunk).not.toHaveProperty("phrasings");
    });

    it("ranks questions in the page's own words as before", async () => {
      const retriever = await retrieverOf(phrased);

      for (const question of ["how do I retry a task that raises", "is ObjectNotFound a 404?"]) {
        expect((await urls(question, retriever))[0]).toBe((await urls(question))[0]);
      }
    });
  });

  it("gives no more chunks than are wanted, and the same ones first", async () => {
    const question = "how do I retry a task that raises";
    const all = await corpus.retrieve({ question });
    const few = await corpus.retrieve({ question, most: 3 });

    expect(few.evidence.map(({ chunk }) => chunk.id)).toEqual(
      all.evidence.slice(0, 3).map(({ chunk }) => chunk.id),
    );
  });

  it("puts guides before release notes that repeat the words", async () => {
    const found = await urls("how do I retry a task that raises");

    expect(found[0]).toBe("/retries");
    expect(found).toContain("/release");
  });

  it("numbers the evidence from 1 with falling scores above 0", async () => {
    const { evidence } = await corpus.retrieve({ question: "retry delay of a task" });

    expect(evidence.map(({ rank }) => rank)).toEqual(evidence.map((_, at) => at + 1));
    expect(evidence[0]?.score).toBe(1);
    for (const [at, { score }] of evidence.entries()) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(evidence[at - 1]?.score ?? 1);
    }
  });

  it("says why each candidate was kept or not", async () => {
    const { evidence, candidates } = await corpus.retrieve({
      question: "schedule interval calendar",
    });

    expect(candidates.filter(({ kept }) => kept).map(({ chunkId }) => chunkId)).toEqual(
      evidence.map(({ chunk }) => chunk.id),
    );
    expect(candidates.filter(({ kept }) => !kept).every(({ why }) => why !== "")).toBe(true);
    expect(new Set(evidence.map(({ chunk }) => chunk.url)).size).toBe(10);
  });

  it("tells which words the documentation has", async () => {
    const { terms } = await corpus.retrieve({
      question: "Does the observer have a flux capacitor?",
    });

    expect(terms.map(({ token, documentFrequency }) => [token, documentFrequency])).toEqual([
      ["observer", 1],
      ["flux", 0],
      ["capacitor", 0],
    ]);
    expect(terms[1]?.idf).toBeGreaterThan(terms[0]?.idf ?? Infinity);
  });

  it("searches further wordings too", async () => {
    const { evidence, queries } = await corpus.retrieve({
      question: "zzz",
      alsoSearch: ["retry jitter"],
    });

    expect(evidence[0]?.chunk.url).toContain("/retries");
    expect(queries).toEqual(["zzz", "retry jitter"]);
  });

  it("weighs the pages of other wordings with those of the question", async () => {
    const alone = await corpus.retrieve({ question: "zzz" });
    const { evidence, queries } = await corpus.retrieve({
      question: "zzz",
      wordings: [
        { text: "retry jitter", weight: 0.5 },
        { text: "and what about it", weight: 1 },
        { text: "nothing weighs", weight: 0 },
      ],
    });

    expect(alone.evidence).toEqual([]);
    expect(evidence[0]?.chunk.url).toContain("/retries");
    expect(queries).toEqual(["zzz", "retry jitter"]);
  });

  it("gives what was cited before a head start, and no more than that", async () => {
    const question = "retry jitter";
    const { evidence } = await corpus.retrieve({ question });
    const best = evidence[0];
    const last = evidence.at(-1);

    const again = await corpus.retrieve({ question, citedBefore: [last?.chunk.id ?? ""] });

    expect(again.evidence[0]?.chunk.id).toBe(best?.chunk.id);
    const scoreOf = (found: typeof evidence) =>
      found.find(({ chunk }) => chunk.id === last?.chunk.id)?.score ?? 0;
    expect(scoreOf(again.evidence)).toBeGreaterThan(scoreOf(evidence));
  });

  it("does not search for what the question leaves out", async () => {
    const { terms } = await corpus.retrieve({
      question: "what if the pod (not the task) is evicted",
    });

    expect(terms.map(({ token }) => token)).toEqual(["pod", "evicted"]);
  });

  it("finds nothing and says so when no word is known", async () => {
    const found = await corpus.retrieve({ question: "xylophone quux" });

    expect(found.evidence).toEqual([]);
    expect(found.productIndexed).toBe(true);
  });

  it("works without a corpus embedding in a small documentation", async () => {
    const retriever = await retrieverOf(CORPUS.slice(0, 6));

    expect((await urls("evicted pod", retriever))[0]).toBe("/kubernetes");
  });

  it("gives the same evidence from either engine", async () => {
    await using server = await startFakeQdrant();
    const options = { url: server.url, alias: "docs", clock: systemClock, random: () => 0 };
    await using index = await indexCorpus(CORPUS, { index: createQdrantIndex(options) });
    const onServer = createRetriever({ index, clock: systemClock });

    for (const question of ["evicted pod", "retry a task", "schedule calendar", "memory limits"]) {
      const here = await corpus.retrieve({ question });
      const there = await onServer.retrieve({ question });
      expect(there.evidence.map(({ chunk }) => chunk.id)).toEqual(
        here.evidence.map(({ chunk }) => chunk.id),
      );
    }
  });
});

describe("retrieve, given what nobody should have to read", () => {
  const trace = [
    "Encountered an exception, please help",
    "Traceback (most recent call last):",
    ...Array.from({ length: 150 }, (_, at) => [
      `  File "/usr/lib/schedule/calendar_${at}.py", line ${at}, in interval_timezone_${at}`,
      `    artifact = await markdown.table(schedule_${at})`,
    ]).flat(),
    "prefect.exceptions.ObjectNotFound: status 404",
  ].join("\n");

  it("lets the error line of a long stack trace win", async () => {
    expect((await urls(trace))[0]).toBe("/client");
  });

  it.each([
    ["one character", "?"],
    ["one letter", "x"],
    ["nothing", ""],
    ["only question words", "how do I do it and why is that so?"],
    ["only punctuation", "!!! ??? ... ((("],
    ["another script", "что происходит, когда под удалён?"],
    ["a script without blanks", "当容器被驱逐时会发生什么"],
    ["control characters", "\u0000\u0007\u001B[31mretry\u001B[0m \u200B\uFEFF"],
    ["halves of characters", "\uD800 retry \uDC00"],
    ["SQL", "'; DROP TABLE chunk; -- \" OR 1=1"],
    ["JSON", '{"query": {"match_all": {}}, "x": [1, 2, null]}'],
    ["a pattern", "(a+)+$ [z-a] \\p{"],
    ["markup", "<script>alert(1)</script> <@U123> <!channel>"],
  ])("answers %s with a result", async (_, question) => {
    const { evidence, productIndexed } = await corpus.retrieve({ question });

    expect(evidence.length).toBeLessThanOrEqual(40);
    expect(productIndexed).toBe(true);
  });

  it.each([
    ["one word over and over", "retry ".repeat(16_700)],
    ["one word without end", "r".repeat(100_000)],
    [
      "a hundred thousand different things",
      Array.from({ length: 15_000 }, (_, at) => `w${at}`).join(" "),
    ],
    ["brackets", "(".repeat(50_000) + ")".repeat(50_000)],
    ["blank lines", "\n".repeat(100_000)],
    ["joined names", "a_b.c-".repeat(16_000)],
  ])("reads %s in moments", async (_, question) => {
    const cpuMs = startCpuTime();

    await corpus.retrieve({ question });

    expect(cpuMs()).toBeLessThan(1000);
  });
});

describe("the product in a question", () => {
  const MIXED = [
    ...makePage("/p3", "Retries in Prefect", [
      { text: "Retry a task with retries.", version: "3" },
    ]),
    ...makePage("/p2", "Retries in Prefect 2", [
      { text: "Retry a task with retries, older way.", version: "2" },
    ]),
    ...makePage("/d", "Retries in Dagster", [
      { text: "Retry an op with a retry policy.", product: "dagster", version: "" },
    ]),
  ];

  it("wins over the one the surface fixed", async () => {
    const retriever = await retrieverOf(MIXED);
    const scope = { product: "prefect" };

    const other = await retriever.retrieve({ question: "retry in dagster", scope });
    const own = await retriever.retrieve({ question: "how does retry work", scope });

    expect(new Set(other.evidence.map(({ chunk }) => chunk.product))).toEqual(new Set(["dagster"]));
    expect(other.scope).toEqual({ product: "dagster" });
    expect(new Set(own.evidence.map(({ chunk }) => chunk.product))).toEqual(new Set(["prefect"]));
  });

  it("narrows to a version that is named and indexed", async () => {
    const retriever = await retrieverOf(MIXED);

    const second = await retriever.retrieve({ question: "retry tasks in prefect 2" });
    const first = await retriever.retrieve({ question: "retry tasks in prefect 1" });

    expect(second.evidence.map(({ chunk }) => chunk.version)).toEqual(["2"]);
    expect(first.scope).toEqual({ product: "prefect" });
  });

  it("is named when the index does not hold it", async () => {
    const found = await corpus.retrieve({ question: "how do I retry in Airflow" });

    expect(found).toMatchObject({
      productIndexed: false,
      evidence: [],
      scope: { product: "Airflow" },
    });
  });

  it.each([
    "we come from Airflow, how do I retry a task",
    "is there something like Airflow's retry",
    "how do I retry a task in Prefect instead of Airflow",
    "temporal data in a retry",
  ])("is not the one that is only mentioned: %s", async (question) => {
    expect((await corpus.retrieve({ question })).productIndexed).toBe(true);
  });
});

describe("an index that cannot be searched", () => {
  it("is no index when nothing was published", async () => {
    const retriever = createRetriever({
      index: await temporaryIndex(),
      clock: systemClock,
    });

    await expect(retriever.retrieve({ question: "x" })).rejects.toThrow(NoIndexError);
    await expect(retriever.findPhrase({ phrase: "x" })).rejects.toThrow(NoIndexError);
    await expect(retriever.neighbours(makeChunk("x"))).rejects.toThrow(NoIndexError);
  });

  it("is unavailable when another pipeline made it", async () => {
    const index = await temporaryIndex();
    const builder = await index.build({ pipeline: "older", sources: [], pages: 0, chunks: 0 });
    await builder.publish();
    const retriever = createRetriever({ index, clock: systemClock });

    await expect(retriever.retrieve({ question: "x" })).rejects.toMatchObject({
      code: "index-pipeline",
    });
  });

  it("is unavailable, never empty, when its server is down", async () => {
    const server = await startFakeQdrant();
    const clock = { ...systemClock, sleep: async () => {} };
    const index = createQdrantIndex({ url: server.url, alias: "docs", clock, random: () => 0 });
    await indexCorpus(CORPUS.slice(0, 6), { index });
    const retriever = createRetriever({ index, clock });
    await retriever.retrieve({ question: "retry" });

    await server[Symbol.asyncDispose]();

    await expect(retriever.retrieve({ question: "retry" })).rejects.toThrow(IndexUnavailableError);
  });
});

describe("findPhrase", () => {
  const find = async (phrase: string, context?: string, limit?: number) =>
    (
      await corpus.findPhrase({
        phrase,
        ...(context === undefined ? {} : { context }),
        ...(limit === undefined ? {} : { limit }),
      })
    ).map(({ url, position }) => `${new URL(url).pathname} ${position}`);

  it("finds words that stand next to each other in this order, and only those", async () => {
    expect(await find("memory limits")).toEqual(["/kubernetes 1"]);
    expect(await find("limits memory")).toEqual([]);
    expect(await find("base job template")).toEqual(["/kubernetes 1"]);
    expect(await find("base template")).toEqual([]);
  });

  it("takes singular and plural, case, and ways of joining alike", async () => {
    expect(await find("Memory Limit")).toEqual(["/kubernetes 1"]);
    expect(await find("memory-limits")).toEqual(["/kubernetes 1"]);
    expect(await find("retry delay seconds")).toEqual(["/retries 0"]);
    expect(await find("ObjectNotFound")).toEqual(["/client 0"]);
  });

  it("finds it in titles and headings", async () => {
    expect(await find("client exceptions")).toEqual(["/client 0"]);
  });

  it("puts first what fits the context", async () => {
    expect((await find("retry", "jitter spread at random", 2))[0]).toBe("/retries 1");
    expect((await find("retry", "fixed in which release notes", 2))[0]).toBe("/release 0");
  });

  it("finds nothing for a word the documentation never uses, or for no word", async () => {
    expect(await find("checkpoint")).toEqual([]);
    expect(await find("  ?! ")).toEqual([]);
    expect(await find("word ".repeat(50_000))).toEqual([]);
  });

  it("keeps to its limit", async () => {
    expect(await find("filler", undefined, 3)).toHaveLength(3);
  });
});

describe("findPhrase on more chunks than a server gives at once", () => {
  it("finds on a server what it finds in files", async () => {
    const chunks = Array.from({ length: 1205 }, (_, at) =>
      makePage(`/many/${at}`, `Page ${at}`, [
        `The flow of number ${at} ${at % 100 === 3 ? "has a work pool" : "works in a pool"} and runs.`,
      ]),
    ).flat();
    await using server = await startFakeQdrant();
    const options = { url: server.url, alias: "docs", clock: systemClock, random: () => 0 };
    await using onServer = await indexCorpus(chunks, { index: createQdrantIndex(options) });
    await using inFiles = await indexCorpus(chunks);
    const [there, here] = [onServer, inFiles].map((index) =>
      createRetriever({ index, clock: systemClock }),
    );

    for (const request of [
      { phrase: "flow", context: "which number is 1003", limit: 3 },
      { phrase: "work pool", context: "number 703", limit: 20 },
      { phrase: "checkpoint", limit: 5 },
    ]) {
      const expected = await here?.findPhrase(request);
      expect((await there?.findPhrase(request))?.map(({ id }) => id)).toEqual(
        expected?.map(({ id }) => id),
      );
    }
    expect(await there?.findPhrase({ phrase: "work pool", limit: 20 })).toHaveLength(13);
  });
});

describe("neighbours", () => {
  it("gives the chunks before and after on the same page", async () => {
    const [first, second] = CORPUS;

    expect(await corpus.neighbours(first ?? makeChunk(""))).toEqual([second]);
    expect(await corpus.neighbours(makeChunk("elsewhere"))).toEqual([]);
  });
});
