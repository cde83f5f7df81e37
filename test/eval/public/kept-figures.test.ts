/** The figures that are committed: what `npm run figures` makes of the kept results, and nothing else. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { figuresPage, shortTable, withShortTable } from "../../../eval/public/figures-page.ts";
import { keptReadings, keptSamples } from "../../../eval/public/kept.ts";
import { Published } from "../../../eval/public/published.ts";
import { Results } from "../../../eval/public/results.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const published = Published.parse(JSON.parse(read("eval/public/published.json")));

describe("docs/figures.md", () => {
  const kept = {
    results: Results.parse(JSON.parse(read("docs/figures.json"))),
    readings: keptReadings(),
    samples: keptSamples(),
    published,
  };

  it("is what the kept results and readings give: npm run figures", () => {
    expect(read("docs/figures.md")).toBe(figuresPage(kept));
  });

  it("has the table that the README has", () => {
    expect(withShortTable(read("README.md"), shortTable(kept))).toBe(read("README.md"));
  });

  it("names files that exist and no folder of a machine", () => {
    const page = read("docs/figures.md");
    const links = [...page.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, link]) => link ?? "");

    expect(links.length).toBeGreaterThan(1);
    expect(links.filter((link) => !existsSync(path.join(root, "docs", link)))).toEqual([]);
    expect(`${page}${read("docs/figures.json")}`).not.toMatch(
      /(?<![\w.])\/(?:tmp|home|work|root|Users|var)\//,
    );
  });
});
