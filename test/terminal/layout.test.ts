import { describe, expect, it } from "vitest";
import { displayWidth, padColumns, shortAddress, wrap } from "../../src/terminal/layout.ts";
import { linkStyle } from "../../src/terminal/style.ts";

describe("displayWidth", () => {
  it("counts columns: colours and links take none, wide characters two, marks none", () => {
    expect(displayWidth(linkStyle.red("red"))).toBe(3);
    expect(displayWidth(linkStyle.link?.("https://docs.example", "here") ?? "")).toBe(4);
    expect(displayWidth("日本")).toBe(4);
    expect(displayWidth("⛔ no")).toBe(5);
    expect(displayWidth("e\u0301")).toBe(1);
  });
});

describe("padColumns", () => {
  it("fills up to the width and cuts nothing", () => {
    expect(padColumns(linkStyle.bold("ab"), 4)).toBe(`${linkStyle.bold("ab")}  `);
    expect(padColumns("日本", 5)).toBe("日本 ");
    expect(padColumns("longer", 3)).toBe("longer");
  });
});

describe("wrap", () => {
  it("breaks at blanks and keeps the indentation", () => {
    expect(wrap("one two three four five six", 22, "  ")).toBe("  one two three four\n  five six");
  });

  it("starts what it is broken into with the hanging indent", () => {
    expect(wrap("one two three four five", 22, "  - ", "    ")).toBe(
      "  - one two three four\n    five",
    );
  });

  it("leaves a word alone that is longer than the line", () => {
    expect(wrap("a https://docs.example/very/long/address b", 22, "")).toBe(
      "a\nhttps://docs.example/very/long/address\nb",
    );
  });

  it("never breaks at a no-break space, and shows it as a space", () => {
    expect(wrap("one two three four five\u00A0[1]", 22, "")).toBe("one two three four\nfive [1]");
  });

  it("breaks nothing without a width", () => {
    expect(wrap("one two\nthree", undefined, "  ")).toBe("  one two\n  three");
  });
});

describe("shortAddress", () => {
  it("drops the scheme, and the middle of what is too long", () => {
    expect(shortAddress("https://docs.example/a#b", 40)).toBe("docs.example/a#b");
    const short = shortAddress("https://docs.example/a/very/long/way/to/a/page#section", 24);
    expect(short).toHaveLength(24);
    expect(short).toMatch(/^docs\.exam.*….*#section$/);
  });
});
