import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHUNK_SIZES, chunkDocument, countWords } from "../../../ingest/chunk/split.ts";
import type { Block, Document, Section } from "../../../src/documents/document.ts";

function documentOf(sections: readonly Section[]): Document {
  return {
    url: "https://lantern.example/a",
    title: "A page",
    description: "",
    product: "lantern",
    version: "2",
    pageType: "guide",
    sections,
  };
}

function section(anchor: string, headingPath: readonly string[], ...blocks: Block[]): Section {
  return { anchor, headingPath, blocks };
}

let counter = 0;
/** A paragraph of that many words, unlike any other. */
function paragraph(words: number): Block {
  counter += 1;
  const text = Array.from({ length: words }, (_, n) => `w${counter}x${n}`).join(" ");
  return { kind: "paragraph", text };
}

const chunk = (...sections: readonly Section[]) =>
  chunkDocument(documentOf(sections), { crawledAt: "2026-01-01T00:00:00.000Z" });

describe("chunkDocument", () => {
  it("gives one chunk a section of ordinary length, with anchor and heading path", () => {
    const chunks = chunk(
      section("", [], paragraph(90)),
      section("one", ["One"], paragraph(100)),
      section("two", ["One", "Two"], paragraph(120)),
    );

    expect(
      chunks.map(({ anchor, headingPath, position }) => [anchor, headingPath, position]),
    ).toEqual([
      ["", [], 0],
      ["one", ["One"], 1],
      ["two", ["One", "Two"], 2],
    ]);
  });

  it("says where in its text the page sets code", () => {
    const chunks = chunk(
      section("a", ["P", "A"], {
        kind: "paragraph",
        text: "Set alpha.",
        code: [{ start: 4, end: 9 }],
      }),
      section("b", ["P", "B"], { kind: "list-item", text: "beta", code: [{ start: 0, end: 4 }] }),
      section("c", ["C"], paragraph(90)),
    );

    const [first, second] = chunks;
    expect(first?.code?.map(({ start, end }) => first.text.slice(start, end))).toEqual([
      "alpha",
      "beta",
    ]);
    expect(first?.blocks.some((block) => "code" in block)).toBe(false);
    expect(second).not.toHaveProperty("code");
  });

  it("joins a small section with the next below the same parent, and marks where it begins", () => {
    const chunks = chunk(
      section("a", ["P", "A"], { kind: "paragraph", text: "small" }),
      section("b", ["P", "B"], { kind: "paragraph", text: "also small" }),
    );

    expect(chunks).toHaveLength(1);
    expect(chunks[0]).toMatchObject({ anchor: "a", text: "small\n\nB\n\nalso small" });
    expect(chunks[0]?.blocks[1]).toMatchObject({ kind: "heading", anchor: "b", start: 7, end: 8 });
  });

  it("does not join sections of different parents", () => {
    const chunks = chunk(
      section("a", ["P", "A"], { kind: "paragraph", text: "small" }),
      section("q", ["Q"], { kind: "paragraph", text: "elsewhere" }),
    );

    expect(chunks.map(({ anchor }) => anchor)).toEqual(["a", "q"]);
  });

  it("splits a long section between blocks into parts of about the same size", () => {
    const chunks = chunk(section("a", ["A"], ...Array.from({ length: 14 }, () => paragraph(50))));

    const sizes = chunks.map(({ text }) => countWords(text));
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(CHUNK_SIZES.maxWords);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(50);
    expect(chunks.every(({ anchor }) => anchor === "a")).toBe(true);
  });

  it("never cuts a listing, however long", () => {
    const code: Block = { kind: "code", text: "line of code\n".repeat(300).trim(), language: "py" };

    const chunks = chunk(section("a", ["A"], paragraph(100), code, paragraph(100)));

    expect(chunks.some(({ text }) => text.includes(code.text))).toBe(true);
  });

  it("keeps an introduction with the list it introduces", () => {
    const items = Array.from({ length: 6 }, (): Block => ({
      kind: "list-item",
      depth: 0,
      text: paragraph(40).text,
    }));

    const chunks = chunk(
      section("a", ["A"], paragraph(148), { kind: "paragraph", text: "These are all:" }, ...items),
    );

    const ends = chunks.map(({ text }) => text.trimEnd().endsWith(":"));
    expect(ends).toEqual(chunks.map(() => false));
  });

  it("repeats a table's header row where the table goes on in the next chunk", () => {
    const rows = Array.from({ length: 40 }, (_, n): Block => ({
      kind: "table-row",
      text: `setting_${n} | ${"word ".repeat(12).trim()}`,
    }));

    const chunks = chunk(
      section("a", ["A"], { kind: "table-row", header: true, text: "Setting | Meaning" }, ...rows),
    );

    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.every(({ text }) => text.startsWith("Setting | Meaning\nsetting_"))).toBe(true);
  });

  it("gives equal text on one page different ids, the same in every run", () => {
    const make = () =>
      chunk(
        section("a", ["Same"], { kind: "paragraph", text: "twice ".repeat(90).trim() }),
        section("a-2", ["Same"], { kind: "paragraph", text: "twice ".repeat(90).trim() }),
      ).map(({ id }) => id);

    expect(new Set(make()).size).toBe(2);
    expect(make()).toEqual(make());
  });

  it("loses and cuts nothing, and its spans are the blocks", () => {
    const block = fc.record({
      kind: fc.constantFrom("paragraph", "list-item", "code", "table-row", "heading"),
      words: fc.integer({ min: 1, max: 200 }),
    });
    const anySection = fc.record({
      path: fc.array(fc.constantFrom("A", "B", "C"), { maxLength: 3 }),
      blocks: fc.array(block, { minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(anySection, { maxLength: 8 }), (shape) => {
        const sections = shape.map(({ path, blocks }, n) =>
          section(
            `s${n}`,
            path,
            ...blocks.map(({ kind, words }): Block => ({
              ...paragraph(words),
              kind: kind as Block["kind"],
            })),
          ),
        );
        const before = sections.flatMap(({ blocks }) => blocks.map(({ text }) => text));

        const chunks = chunk(...sections);

        const spans = chunks.flatMap(({ text, blocks }) =>
          blocks.map(({ start, end }) => text.slice(start, end)),
        );
        expect(before.filter((text) => !spans.includes(text))).toEqual([]);
        expect(new Set(chunks.map(({ id }) => id)).size).toBe(chunks.length);
        expect(chunks.map(({ position }) => position)).toEqual(chunks.map((_, n) => n));
        for (const { text, blocks } of chunks) {
          let end = 0;
          for (const span of blocks) {
            expect(text.slice(end, span.start).trim()).toBe("");
            ({ end } = span);
          }
          expect(end).toBe(text.length);
          const isOneBlock = blocks.length <= 2;
          expect(isOneBlock || countWords(text) <= CHUNK_SIZES.maxWords * 2).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("keeps a term with the list that says what it is", () => {
    const items = Array.from({ length: 3 }, (): Block => ({ ...paragraph(20), kind: "list-item" }));
    const chunks = chunk(
      section(
        "a",
        ["A"],
        paragraph(150),
        paragraph(140),
        { kind: "definition", text: "policy" },
        ...items,
      ),
    );

    const withTerm = chunks.find(({ text }) => text.includes("policy"));

    expect(withTerm?.text).toContain(items[0]?.text);
  });
});
