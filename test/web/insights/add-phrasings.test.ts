import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { addPhrasings, sourceOf } from "../../../src/web/insights/add-phrasings.ts";
import { openWeb, postJson } from "../../support/web-server.ts";

const VERSION = {
  id: "1",
  createdAt: "2026-11-20T00:00:00.000Z",
  pipeline: "p",
  pages: 1,
  chunks: 1,
  sources: ["one", "two", "../evil"].map((name, at) => ({
    name,
    product: at === 2 ? "evil" : "same",
    version: at === 1 ? "2" : "1",
    pages: 1,
    stalePages: 0,
    chunks: 1,
    crawledAt: "2026-11-20T00:00:00.000Z",
  })),
};

describe("addPhrasings", () => {
  it("keeps a line a page, adds to it, and leaves other lines as they are", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "marvin-phrasings-"));
    const add = (url: string, ...asked: string[]) =>
      addPhrasings(folder, { source: "one", url, asked });
    const file = path.join(folder, "phrasings/one.jsonl");

    expect(add("https://docs.example/a", "how", "how")).toBe(1);
    writeFileSync(
      file,
      `${readFileSync(file, "utf8")}not json\n{"path":"/a","anchor":"x","asked":["that"]}\n`,
    );
    expect(add("https://docs.example/a", "why")).toBe(2);
    expect(add("https://docs.example/b", "what")).toBe(1);

    expect(readFileSync(file, "utf8")).toBe(
      '{"path":"/a","asked":["how","why"]}\nnot json\n{"path":"/a","anchor":"x","asked":["that"]}\n{"path":"/b","asked":["what"]}\n',
    );
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("sourceOf", () => {
  it("knows the source by product and version, and no name that leads out of the folder", () => {
    expect(sourceOf({ product: "same", version: "1" }, VERSION)).toBe("one");
    expect(sourceOf({ product: "evil", version: "1" }, VERSION)).toBeUndefined();
    expect(sourceOf({ product: "other", version: "1" }, VERSION)).toBeUndefined();
  });
});

it("takes phrasings for indexed pages only, over the web page", async () => {
  await using web = await openWeb();
  const url = "https://docs.example/guides/pods";

  const kept = await postJson(web, "/api/phrasings", { url, asked: ["my pod was killed"] });
  const unknown = await postJson(web, "/api/phrasings", {
    url: "https://evil.example/",
    asked: ["x"],
  });
  const empty = await postJson(web, "/api/phrasings", { url, asked: [" "] });

  expect([kept.status, unknown.status, empty.status]).toEqual([200, 404, 400]);
  const [source] = (await web.composed.index.versions())[0]?.sources ?? [];
  const file = path.join(web.composed.dataFolder, `phrasings/${source?.name}.jsonl`);
  expect(readFileSync(file, "utf8")).toBe(
    '{"path":"/guides/pods","asked":["my pod was killed"]}\n',
  );
});
