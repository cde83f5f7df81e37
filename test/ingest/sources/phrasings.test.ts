import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parsePhrasings, readPhrasings } from "../../../ingest/sources/phrasings.ts";
import { SOURCES } from "../../../ingest/sources/registry.ts";

const parse = (text: string) => parsePhrasings(text, "https://docs.example", "file.jsonl");

describe("parsePhrasings", () => {
  it("gives them by the canonical address of the page", () => {
    const { ofPage } = parse('{"path": "/a", "asked": ["who did it", "it hangs"]}\n\n');

    expect([...ofPage]).toEqual([["https://docs.example/a", ["who did it", "it hangs"]]]);
  });

  it("has another name for another content", () => {
    const [one, two] = ["one", "two"].map((text) => parse(`{"path": "/a", "asked": ["${text}"]}`));

    expect(one?.hash).not.toBe(two?.hash);
  });

  it.each([
    ["no JSON", "who did it", "Line 1 of file.jsonl is wrong"],
    ["no path", '{"asked": ["a"]}', "path"],
    ["nothing asked", '{"path": "/a", "asked": []}', "asked"],
    ["an unknown field", '{"path": "/a", "asked": ["a"], "page": "b"}', "page"],
    [
      "a page twice",
      '{"path": "/a", "asked": ["a"]}\n{"path": "/a", "asked": ["b"]}',
      "Line 2 of file.jsonl is wrong: /a is there twice",
    ],
  ])("refuses %s and says where", (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe("phrasings of sections", () => {
  it("stand beside those of their page, by address and anchor", () => {
    const { ofPage, ofSection } = parse(
      '{"path": "/a", "asked": ["a"]}\n{"path": "/a", "anchor": "b", "asked": ["c"]}\n{"path": "/a", "anchor": "", "asked": ["d"]}',
    );

    expect([...ofPage.values()]).toEqual([["a"]]);
    expect(
      [...ofSection].map(([place, asked]) => [place.replace(/^.*(?=\/)/u, ""), asked]),
    ).toEqual([
      ["/a#b", ["c"]],
      ["/a#", ["d"]],
    ]);
  });
});

describe("phrasings of the presets", () => {
  it.each(SOURCES.filter(({ phrasings }) => phrasings.length > 0))(
    "of $name belong to pages in its scope, and hold no address",
    (source) => {
      const { ofPage } = readPhrasings(source);

      expect(ofPage.size).toBeGreaterThan(100);
      for (const [page, asked] of ofPage) {
        const { pathname } = new URL(page);
        expect(source.scope.include.some((path) => pathname.startsWith(path))).toBe(true);
        expect(new Set(asked).size).toBe(asked.length);
        for (const text of asked) expect(text).not.toMatch(/https?:|\bwww\.|@here|@channel/iu);
      }
    },
  );

  it("are none for a source that names no file", () => {
    expect(
      readPhrasings({ name: "site", origin: "https://docs.example", phrasings: [] }).ofPage.size,
    ).toBe(0);
  });
});

describe("phrasings of an operator", () => {
  it("are read from the data folder, and those of a preset stay", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "phrasings-"));
    const [preset] = SOURCES;
    if (preset === undefined) throw new Error("There is no preset.");
    const [page = "", asked = []] = [...readPhrasings(preset).ofPage][0] ?? [];
    mkdirSync(path.join(folder, "phrasings"));
    writeFileSync(
      path.join(folder, "phrasings", `${preset.name}.jsonl`),
      JSON.stringify({ path: new URL(page).pathname, asked: ["where did my stuff go", asked[0]] }),
    );
    const read = readPhrasings(preset, folder);
    rmSync(folder, { recursive: true });

    expect(read.ofPage.get(page)).toEqual([...asked, "where did my stuff go"]);
    expect(read.hash).not.toBe(readPhrasings(preset).hash);
  });
});
