import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/platform/clock.ts";
import { uniformNumbers } from "../../../src/platform/random-numbers.ts";
import { type ChunkIndex, IndexUnavailableError } from "../../../src/store/chunk-index.ts";
import { openIndex } from "../../../src/store/open-index.ts";
import { VersionWriter } from "../../../src/store/sqlite/build-version.ts";
import { versionContent } from "../../../src/store/sqlite/version-reader.ts";
import { makeChunk } from "../../support/make-chunk.ts";
import { chunkIndexSuite, indexed, PLAN, sparseOf } from "../chunk-index.suite.ts";

const root = mkdtempSync(path.join(tmpdir(), "chunk-index-"));
let folders = 0;
const newFolder = () => path.join(root, String((folders += 1)), "index");

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

chunkIndexSuite("SQLite", (time) =>
  openIndex({ folder: newFolder(), clock: { ...systemClock, ...time } }),
);

async function publishText(index: ChunkIndex, text: string) {
  await using builder = await index.build(PLAN);
  await builder.add([indexed(makeChunk(text))]);
  return await builder.publish();
}

function fileOf(folder: string): string {
  const name = readdirSync(folder).find((candidate) => candidate.endsWith(".sqlite"));
  return path.join(folder, name ?? "");
}

describe("an index file that went wrong", () => {
  it("is refused when it was cut short", async () => {
    const folder = newFolder();
    await using index = await openIndex({ folder });
    await publishText(index, "text");
    truncateSync(fileOf(folder), 20_000);
    await using fresh = await openIndex({ folder });

    await expect(fresh.open()).rejects.toThrow(IndexUnavailableError);
    expect(await fresh.versions()).toEqual([]);
  });

  it("is refused when it is empty or no database", async () => {
    for (const content of ["", "not a database at all".repeat(100)]) {
      const folder = newFolder();
      await using index = await openIndex({ folder });
      await publishText(index, "text");
      writeFileSync(fileOf(folder), content);
      await using fresh = await openIndex({ folder });

      await expect(fresh.open()).rejects.toThrow("damaged");
    }
  });

  it("is refused where it is damaged, whatever is damaged in it", async () => {
    const folder = newFolder();
    await using index = await openIndex({ folder });
    await publishText(index, "text");
    const file = fileOf(folder);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 8192);
    writeFileSync(file, bytes);
    await using fresh = await openIndex({ folder });

    const search = async () => {
      await using reader = await fresh.open();
      return await reader?.searchSparse(sparseOf("text"), { limit: 5 });
    };

    await expect(search()).rejects.toThrow(IndexUnavailableError);
  });

  it("is refused when it has another format", async () => {
    const folder = newFolder();
    await using index = await openIndex({ folder });
    await publishText(index, "text");
    const database = new DatabaseSync(fileOf(folder));
    database.exec("UPDATE meta SET value = 99 WHERE name = 'format'");
    database.close();
    await using fresh = await openIndex({ folder });

    await expect(fresh.open()).rejects.toMatchObject({ code: "index-format" });
  });

  it("is missed when the pointer leads nowhere", async () => {
    const folder = newFolder();
    await using index = await openIndex({ folder });
    await publishText(index, "text");
    rmSync(fileOf(folder));
    await using fresh = await openIndex({ folder });

    await expect(fresh.open()).rejects.toMatchObject({ code: "index-missing" });
  });

  it("is missed when the pointer holds something else", async () => {
    const folder = newFolder();
    await using index = await openIndex({ folder });
    await publishText(index, "text");
    writeFileSync(path.join(folder, "live"), "../../etc/passwd");
    await using fresh = await openIndex({ folder });

    await expect(fresh.open()).rejects.toThrow(IndexUnavailableError);
  });
});

describe("an index folder", () => {
  it.each(["with blank", "with %41 ? # é", path.join("..", "up")])(
    "may be called %j",
    async (name) => {
      const folder = path.relative(process.cwd(), path.join(newFolder(), name));
      await using index = await openIndex({ folder });
      await publishText(index, "text");
      await using fresh = await openIndex({ folder });
      await using reader = await fresh.open();

      expect(await reader?.searchSparse(sparseOf("text"), { limit: 1 })).toHaveLength(1);
    },
  );
});

describe("two processes on one folder", () => {
  it("see what the other published, at the next question", async () => {
    const folder = newFolder();
    await using writer = await openIndex({ folder });
    await using bot = await openIndex({ folder });
    await publishText(writer, "before");
    await using first = await bot.open();

    await publishText(writer, "after");
    await using second = await bot.open();

    expect(await first?.searchSparse(sparseOf("before"), { limit: 1 })).toHaveLength(1);
    expect(await second?.searchSparse(sparseOf("after"), { limit: 1 })).toHaveLength(1);
  });

  it("build versions of their own in the same millisecond", async () => {
    const folder = newFolder();
    const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 24) };
    await using one = await openIndex({ folder, clock });
    await using two = await openIndex({ folder, clock });

    const first = await one.build(PLAN);
    const second = await two.build(PLAN);

    expect(second.id).not.toBe(first.id);
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
  });

  it("leave files of a killed build alone for a day, then remove them", async () => {
    const folder = newFolder();
    await using index = await openIndex({ folder });
    await publishText(index, "text");
    const left = path.join(folder, "20200101T000000000Z.building");
    writeFileSync(left, "");
    await publishText(index, "again");
    expect(readdirSync(folder)).toContain(path.basename(left));

    await using later = await openIndex({
      folder,
      clock: { ...systemClock, now: () => Date.now() + 2 * 86_400_000 },
    });
    await publishText(later, "a day on");

    expect(readdirSync(folder)).not.toContain(path.basename(left));
  });
});

describe("VersionWriter", () => {
  it("writes the same postings whether or not they went through a temporary table", () => {
    const chunks = Array.from({ length: 50 }, (_, at) =>
      indexed(makeChunk(`shared word${at % 7}`, { url: `https://docs.example/${at}` })),
    );
    const postings = (maxHeldPostings?: number) => {
      const writer = new VersionWriter(":memory:", maxHeldPostings);
      for (const chunk of chunks) writer.add([chunk]);
      writer.finish(PLAN, "x", "");
      return writer.database
        .prepare("SELECT token, frequency, hex(postings) AS postings FROM term")
        .all();
    };

    expect(postings(10)).toEqual(postings());
  });
});

describe("versionContent", () => {
  it("finds the same by vectors whether or not it first looks for those worth comparing", async () => {
    const random = uniformNumbers(1);
    const vector = () => Float32Array.from({ length: 8 }, () => random() - 0.5);
    const writer = new VersionWriter(":memory:");
    for (let at = 0; at < 301; at += 1) {
      const product = at % 3 === 0 ? "other" : "prefect";
      const chunk = makeChunk(`chunk ${at}`, { url: `https://docs.example/${at}`, product });
      const { corpus: _, ...rest } = indexed(chunk);
      // Some have no vector; every other one is one that was there before.
      const earlier = at % 2 === 0 ? new Float32Array(8).fill(1) : vector();
      writer.add([at % 10 === 0 ? rest : { ...rest, corpus: earlier }]);
    }
    writer.finish(PLAN, "x", "");
    const [compared, looked] = [Number.POSITIVE_INFINITY, 1].map((many) =>
      versionContent(writer.database, "x", many),
    );

    for (const limit of [1, 20, 300]) {
      for (const scope of [{}, { product: "other" }]) {
        const question = vector();
        const hits = await looked?.searchDense("corpus", question, { limit, scope });
        expect(hits).toEqual(await compared?.searchDense("corpus", question, { limit, scope }));
        expect(hits?.length).toBeGreaterThan(0);
      }
    }
  });
});
