import { describe, expect, it } from "vitest";
import { countDiagrams, fillDiagrams, mermaidListings } from "../../../ingest/extract/diagrams.ts";
import { extractPage } from "../../../ingest/extract/extract.ts";

const page = (body: string) =>
  extractPage(
    `<html><head><title>Page</title><meta name="generator" content="Mintlify"></head><body><div id="content">${body}</div></body></html>`,
    { url: "https://lantern.example/a", product: "lantern", version: "2", pageType: "guide" },
  ).document;

const DIAGRAM = '<div class="mermaid" data-component-part="mermaid" role="img"></div>';

describe("mermaidListings", () => {
  it("gives the mermaid fences of a text, and no others", () => {
    const markdown = [
      "```mermaid theme={null}",
      "graph TD",
      "  a --> b",
      "```",
      "````md",
      "```mermaid",
      "not one",
      "```",
      "````",
      "~~~mermaid",
      "pie",
      "~~~",
      "```mermaid",
      "never closed",
    ].join("\n");

    expect(mermaidListings(markdown)).toEqual(["graph TD\n  a --> b", "pie"]);
  });
});

describe("fillDiagrams", () => {
  it("puts the listings where the diagrams are", () => {
    const document = page(
      `<h2 id="a">A</h2><span data-as="p">Look:</span>${DIAGRAM}<span data-as="p">End.</span>`,
    );

    const filled = fillDiagrams(document, ["graph TD"]);

    expect(countDiagrams(document)).toBe(1);
    expect(filled.sections[0]?.blocks).toEqual([
      { kind: "paragraph", text: "Look:" },
      { kind: "code", language: "mermaid", text: "graph TD" },
      { kind: "paragraph", text: "End." },
    ]);
  });

  it("leaves the diagrams out when the listings are not theirs, and sections that have nothing else", () => {
    const document = page(`<span data-as="p">Text.</span><h2 id="a">A</h2>${DIAGRAM}`);

    const filled = fillDiagrams(document, ["one", "two"]);

    expect(filled.sections.map(({ blocks }) => blocks)).toEqual([
      [{ kind: "paragraph", text: "Text." }],
    ]);
  });
});
