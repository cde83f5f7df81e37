import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  openReviewedAnswerStore,
  REVIEWED_LIMITS,
  type ReviewedAnswer,
} from "../../src/state/reviewed-answers.ts";
import { openState } from "../../src/state/schema.ts";
import { makeChunk } from "../support/make-chunk.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-reviewed-"));
  file = path.join(folder, "state.sqlite");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function reviewed(part: Partial<ReviewedAnswer> = {}): ReviewedAnswer {
  const chunk = makeChunk("A lease lasts five minutes.");
  return {
    id: "a1",
    text: "Ask the platform team.",
    author: "Ada",
    writtenAt: "2026-11-30T09:00:00.000Z",
    wordings: ["who owns the staging pool?"],
    quotes: [{ text: "five minutes", start: 14, end: 26, chunk }],
    pages: [{ url: chunk.url, fingerprint: "f" }],
    ...part,
  };
}

describe("openReviewedAnswerStore", () => {
  it("keeps answers whole, in the order in which they came", async () => {
    await using store = openReviewedAnswerStore(file);
    await store.put(reviewed({ id: "b", product: "prefect" }));
    await store.put(reviewed({ id: "a" }));

    expect(await store.list()).toEqual([
      reviewed({ id: "b", product: "prefect" }),
      reviewed({ id: "a" }),
    ]);
  });

  it("gives the same array until something changes, in another process too", async () => {
    await using store = openReviewedAnswerStore(file);
    await using other = openReviewedAnswerStore(file);
    await store.put(reviewed());
    const before = await store.list();

    expect(await store.list()).toBe(before);

    await other.put(reviewed({ text: "Ask Grace." }));
    const replaced = await store.list();
    await other.lapse("a1", { at: "2026-12-01T00:00:00.000Z", because: "a page changed" });
    const lapsed = await store.list();
    await other.remove("a1");

    expect(replaced).toEqual([reviewed({ text: "Ask Grace." })]);
    expect(lapsed[0]?.lapsed?.because).toBe("a page changed");
    expect(await store.list()).toEqual([]);
  });

  it("tells a removed answer from another one put in its place", async () => {
    await using store = openReviewedAnswerStore(file);
    await store.put(reviewed());
    await store.list();
    await store.remove("a1");
    await store.put(reviewed({ id: "a2" }));

    expect((await store.list()).map(({ id }) => id)).toEqual(["a2"]);
  });

  it("lapses once, and is offered again when put again", async () => {
    await using store = openReviewedAnswerStore(file);
    await store.put(reviewed());

    expect(await store.lapse("a1", { at: "2026-12-01", because: "first" })).toBe(true);
    expect(await store.lapse("a1", { at: "2026-12-02", because: "second" })).toBe(false);
    expect((await store.list())[0]?.lapsed).toEqual({ at: "2026-12-01", because: "first" });

    await store.put(reviewed());

    expect((await store.list())[0]).not.toHaveProperty("lapsed");
  });

  it("says when there is nothing to lapse or remove", async () => {
    await using store = openReviewedAnswerStore(file);

    expect(await store.lapse("none", { at: "2026-12-01", because: "" })).toBe(false);
    expect(await store.remove("none")).toBe(false);
  });

  it("masks secrets in what people write", async () => {
    await using store = openReviewedAnswerStore(file);
    const token = `xoxb-${"1234567890".repeat(2)}-abcdefghijklmnop`;
    await store.put(reviewed({ text: `Use ${token}.`, wordings: [`what is ${token}?`] }));

    expect(JSON.stringify(await store.list())).not.toContain(token);
  });

  it("leaves out a damaged row and keeps the others", async () => {
    await using store = openReviewedAnswerStore(file);
    await store.put(reviewed({ id: "good" }));
    await store.put(reviewed({ id: "bad" }));
    const database = openState(file);
    database.prepare("UPDATE reviewed SET body = ? WHERE id = 'bad'").run(new Uint8Array([1, 2]));
    database.close();
    await using fresh = openReviewedAnswerStore(file);

    expect((await fresh.list()).map(({ id }) => id)).toEqual(["good"]);
  });

  it("refuses more than it can hold, and leaves what is there", async () => {
    await using store = openReviewedAnswerStore(":memory:");
    for (let at = 0; at < REVIEWED_LIMITS.answers; at += 1)
      await store.put(reviewed({ id: `a${at}`, quotes: [] }));

    await expect(store.put(reviewed({ id: "more" }))).rejects.toThrow("too many");
    await store.put(reviewed({ id: "a0", text: "Replaced." }));

    expect(await store.list()).toHaveLength(REVIEWED_LIMITS.answers);
  });
});
