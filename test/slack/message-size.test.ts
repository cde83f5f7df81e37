import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block, SlackMessage } from "../../src/slack/blocks/answer-blocks.ts";
import { sizeOf } from "../../src/slack/blocks/block.ts";
import { bare, fitMessage, halves, textOf } from "../../src/slack/message-size.ts";
import { blocksProblem } from "../support/fake-slack-limits.ts";

const paragraph = (...texts: string[]): Block => ({
  type: "rich_text",
  elements: texts.map((text) => ({
    type: "rich_text_section",
    elements: [{ type: "text", text }],
  })),
});

function message(...blocks: Block[]): SlackMessage {
  return { blocks, text: "short", plain: "plain" };
}

describe("sizeOf", () => {
  it("counts texts and addresses, and not how a block is drawn", () => {
    const linked: Block = {
      type: "rich_text",
      elements: [
        {
          type: "rich_text_section",
          elements: [
            { type: "text", text: "four", style: { bold: true } },
            { type: "link", url: "https://a.example/", text: "[1]" },
          ],
        },
      ],
    };

    expect(sizeOf([linked])).toBe("four".length + "https://a.example/".length + "[1]".length);
  });
});

describe("fitMessage", () => {
  it("leaves alone what fits", () => {
    const fitting = message(paragraph("a".repeat(100)));

    expect(fitMessage(fitting)).toEqual([fitting]);
  });

  it("keeps every word, in order, in parts that fit, whatever the blocks are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 2800 }), { minLength: 1, maxLength: 8 }), {
          minLength: 1,
          maxLength: 8,
        }),
        (shape) => {
          let number = 0;
          const whole = message(
            ...shape.map((lengths) =>
              paragraph(...lengths.map((length) => `${(number += 1)} ${"x".repeat(length)}`)),
            ),
          );

          const parts = fitMessage(whole);

          expect(parts.map(({ blocks }) => blocksProblem(blocks))).toEqual(parts.map(() => ""));
          expect(parts.map(({ blocks }) => textOf(blocks)).join("\n")).toBe(textOf(whole.blocks));
        },
      ),
    );
  });

  it("cuts a table between rows, with its header in each part", () => {
    const rows = Array.from({ length: 90 }, (_, row) =>
      ["setting", "what it does"].map((text) => ({
        type: "raw_text" as const,
        text: row === 0 ? text : `${text} ${row} ${"y".repeat(100)}`,
      })),
    );

    const parts = fitMessage(message({ type: "table", column_settings: [], rows }));

    expect(parts.length).toBeGreaterThan(1);
    for (const { blocks } of parts) {
      expect(blocksProblem(blocks)).toBe("");
      expect(textOf(blocks)).toMatch(/^setting \| what it does\n/);
    }
    for (let row = 1; row < 90; row += 1)
      expect(
        parts.filter(({ blocks }) => textOf(blocks).includes(`setting ${row} y`)),
      ).toHaveLength(1);
  });

  it("gives each part a text of its own, escaped and short enough", () => {
    const parts = fitMessage(
      message(paragraph("a".repeat(2800), "<!channel> & b"), paragraph("c".repeat(2800))),
      3000,
    );

    expect(parts[0]?.text).toBe("short");
    expect(parts.map(({ plain }) => plain).join("\n")).toContain("&lt;!channel&gt; &amp; b");
    for (const { plain, text } of parts) {
      expect(plain.length).toBeLessThanOrEqual(4000);
      expect(text.length).toBeLessThanOrEqual(4000);
    }
  });
});

describe("halves", () => {
  it("divides what can be divided, and gives back what cannot", () => {
    expect(halves(message(paragraph("one", "two")))).toHaveLength(2);
    expect(halves(message(paragraph("one")))).toHaveLength(1);
  });
});

describe("bare", () => {
  it("is the same for a text and its escaped form", () => {
    expect(bare("a < b && `c`")).toBe(bare("a &lt; b &amp;&amp; `\u2060c`\u2060"));
  });
});
