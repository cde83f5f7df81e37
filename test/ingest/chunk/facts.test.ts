import { describe, expect, it } from "vitest";
import { documentChunks } from "../../../ingest/chunk/document-chunks.ts";
import { editionsOf, factsOf } from "../../../ingest/chunk/facts.ts";
import type { Document } from "../../../src/documents/document.ts";
import { startCpuTime } from "../../support/cpu-time.ts";

describe("factsOf", () => {
  it.each([
    ["Added in version 2.4.1.", "since", "since 2.4.1"],
    ["As of Lantern 2.4, slots are shared.", "since", "since Lantern 2.4"],
    ["Lantern 3.6.22 and later send beacons.", "since", "since Lantern 3.6.22"],
    ["Versions 0.7.0 and later of prefect-lamp have it.", "since", "since prefect-lamp 0.7.0"],
    ["Available since 1.2 on all hosts.", "since", "since 1.2"],
    ["Requires PostgreSQL 14.9 or higher.", "requires", "requires PostgreSQL 14.9"],
    ["The client requires Python 3.10 or newer.", "requires", "requires Python 3.10"],
    ["This action is only available in Prefect Cloud.", "edition", "Prefect Cloud only"],
    ["Analyse limits (Prefect Cloud only)", "edition", "Prefect Cloud only"],
    ["Custom roles are on Pro and Enterprise plans.", "edition", "Pro and Enterprise plan"],
    ["An account on Starter tier or above.", "edition", "Starter plan or above"],
    ["Lamps are for Lantern 3.x: requires Lantern 3.x.", "requires", "requires Lantern 3.x"],
    ["It is new in Lantern 3.1.", "since", "since Lantern 3.1"],
    ["v3.2 and after", "since", "since 3.2"],
    ["Beacons\n\n3.4 and later", "since", "since 3.4"],
    ["Lantern 3.1 and after watch beacons.", "since", "since Lantern 3.1"],
    ["Only available in Lantern Cloud.", "edition", "Lantern Cloud only"],
    ["Deprecated since version 4.0: use the other one.", "deprecated", "deprecated, 4.0"],
    ["This has been deprecated since 3.2.", "deprecated", "deprecated, 3.2"],
    ["The setting is deprecated and will go.", "deprecated", "deprecated"],
    ["This worker is not supported on Windows.", "platform", "not supported on Windows"],
  ])("recognises %j", (text, kind, label) => {
    const editions = editionsOf("lantern", ["Prefect Cloud"]);

    expect(factsOf(text, editions).map((fact) => [fact.kind, fact.label])).toContainEqual([
      kind,
      label,
    ]);
  });

  it.each([
    "Bump vite from 5.4.8 to 5.4.9 by somebody",
    "They cost from 0.02 to 0.05 an hour.",
    "Use the range 192.168.1.0 to 192.168.1.255.",
    "It ran 3 times in 2.5 seconds.",
    "When you migrate from Lantern 2.0 to Lantern 3, read this.",
    "Clouds only form above the sea.",
    "(Document Cloud only by that name)",
    "To learn more, see What’s new in Lantern 3.0.",
  ])("finds nothing in %j", (text) => {
    expect(factsOf(text, editionsOf("lantern"))).toEqual([]);
  });

  it.each([
    "Deprecated since version 4.0: use the other one.",
    "This has been deprecated since 3.2.",
    "It was removed as of 5.0.",
  ])("does not read %j as a beginning", (text) => {
    expect(factsOf(text).map(({ kind }) => kind)).not.toContain("since");
  });

  it("gives the sentence in the page's own words", () => {
    const text = "First one.\n\nIt is new in 2.4. Read on. The end";

    const [fact] = factsOf(text);

    expect(fact?.text).toBe("It is new in 2.4.");
    expect(text).toContain(fact?.text);
  });

  it("stays fast on text made to be slow", () => {
    const cpuMs = startCpuTime();

    factsOf(`${"Pro, ".repeat(20_000)}${"requires a b c d ".repeat(5000)}${"A".repeat(50_000)}`);

    expect(cpuMs()).toBeLessThan(2000);
  });
});

describe("documentChunks", () => {
  it("gives every chunk of a page what a note above the first heading says of the whole page", () => {
    const words = "text ".repeat(120);
    const document: Document = {
      url: "https://lantern.example/a",
      title: "Roles",
      description: "",
      product: "lantern",
      version: "2",
      pageType: "guide",
      sections: [
        {
          anchor: "",
          headingPath: [],
          blocks: [{ kind: "admonition", label: "note", text: "This is a Prefect Cloud feature." }],
        },
        { anchor: "a", headingPath: ["A"], blocks: [{ kind: "paragraph", text: words }] },
        { anchor: "b", headingPath: ["B"], blocks: [{ kind: "paragraph", text: words }] },
      ],
    };

    const chunks = documentChunks(document, {
      crawledAt: "",
      stale: false,
      editions: ["Prefect Cloud"],
    });

    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.map(({ facts }) => facts.map(({ label }) => label))).toEqual(
      chunks.map(() => ["Prefect Cloud only"]),
    );
  });

  it("takes what stands in a listing for no statement of the page", () => {
    const document: Document = {
      url: "https://lantern.example/a",
      title: "Plugins",
      description: "",
      product: "lantern",
      version: "2",
      pageType: "guide",
      sections: [
        {
          anchor: "",
          headingPath: [],
          blocks: [
            { kind: "paragraph", text: "Plugins requires Lantern 2.1." },
            { kind: "code", text: "WARNING: skipped, requires API version 1.0" },
          ],
        },
      ],
    };

    const [chunk] = documentChunks(document, { crawledAt: "", stale: false });

    expect(chunk?.facts.map(({ label }) => label)).toEqual(["requires Lantern 2.1"]);
  });
});
