import { describe, expect, it } from "vitest";
import { furnitureOf, withoutFurniture } from "../../../ingest/publish/furniture.ts";
import type { Block, Document } from "../../../src/documents/document.ts";

const ASK = "Search on our forum and in our chat, or ask there.";
const says = (text: string, kind: Block["kind"] = "paragraph"): Block => ({ kind, text });

function page(number: number, ...blocks: readonly Block[]): Document {
  return {
    url: `https://docs.example/${number}`,
    title: `Page ${number}`,
    description: "",
    product: "lantern",
    version: "",
    pageType: "guide",
    sections: [{ anchor: "a", headingPath: ["A"], blocks }],
  };
}

const pages = Array.from({ length: 30 }, (_, number) =>
  page(
    number,
    says(`What page ${number} says, and no other page.`),
    says("Have a question?", "heading"),
    says(ASK),
  ),
);
const textsOf = ({ sections }: Document) =>
  sections.flatMap(({ blocks }) => blocks.map(({ text }) => text));

describe("furniture of a site", () => {
  const furniture = furnitureOf(
    pages.map(({ url }) => url),
    (url) => pages.find((one) => one.url === url),
  );

  it("is what stands on a large share of its pages, headings and short lines apart", () => {
    expect([...furniture]).toEqual([ASK]);
    expect(furnitureOf(["https://docs.example/0"], () => pages[0]).size).toBe(0);
  });

  it("is left out together with a heading that stands over nothing else", () => {
    expect(
      textsOf(withoutFurniture(page(1, ...(pages[1]?.sections[0]?.blocks ?? [])), furniture)),
    ).toEqual(["What page 1 says, and no other page."]);
  });

  it("leaves a heading that has more below it, or that stood over nothing before", () => {
    const document = page(
      1,
      says("Help", "heading"),
      says(ASK),
      says("Ask us."),
      says("Coming soon", "heading"),
    );

    expect(textsOf(withoutFurniture(document, furniture))).toEqual([
      "Help",
      "Ask us.",
      "Coming soon",
    ]);
  });

  it("is all that a page has where nothing else would be left", () => {
    const only = page(1, says(ASK));

    expect(withoutFurniture(only, furniture)).toBe(only);
  });
});
