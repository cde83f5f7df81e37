import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { pageCases } from "../../fixtures/pages/cases.ts";
import { faults, startDocsSite } from "../../support/docs-site.ts";

const SCRIPT = path.resolve(import.meta.dirname, "../../bench/ingest/completeness.ts");

function measure(origin: string): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, origin, "--json"], (error, out) => {
      resolve({ code: error === null ? 0 : Number(error.code), out });
    });
  });
}

describe("the completeness script", () => {
  it("finds the pages of every generator complete and without chrome", async () => {
    const cases = pageCases().filter(({ name }) => !name.startsWith("generic-"));
    await using site = await startDocsSite(
      Object.fromEntries(cases.map(({ name }) => [`/${name}`, { title: name, body: "" }])),
    );
    for (const { name, folder } of cases) {
      site.faults.set(`/${name}`, faults.body(readFileSync(path.join(folder, "source.html")), {}));
    }

    const { code, out } = await measure(site.origin);

    const report = JSON.parse(out) as {
      pages: number;
      generators: Record<string, object>;
      worst: object[];
    };
    expect(report.pages).toBe(cases.length);
    for (const name of ["mintlify", "docusaurus", "mkdocs-material", "sphinx"]) {
      expect(report.generators[name]).toMatchObject({ coverage: 1, chrome: 0 });
    }
    expect(code).toBe(0);
  });

  it("names the page that lost words", async () => {
    await using site = await startDocsSite({
      "/good": { title: "Good", body: "<p>All of it is read.</p>" },
      "/lossy": { title: "Lossy", body: '<p>Read.</p><p aria-hidden="true">Lost words here.</p>' },
    });

    const { code, out } = await measure(site.origin);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      pages: 2,
      worst: [
        { url: `${site.origin}/lossy`, missing: 3, missingExamples: ["lost", "words", "here"] },
      ],
    });
  });
});
