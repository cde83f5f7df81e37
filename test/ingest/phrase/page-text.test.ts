import { describe, expect, it } from "vitest";
import { phrasingsPrompts } from "../../../ingest/phrase/page-text.ts";
import { parsePrompt } from "../../../src/models/prompt-template.ts";
import { makeChunk } from "../../support/make-chunk.ts";

const template = parsePrompt(
  "---\nname: test\nversion: 1\ninputs: product, title, passages\n---\n\n# user\n\n{{product}} {{title}}\n{{passages}}\n",
  "test",
);
const contentOf = (part: ReturnType<typeof phrasingsPrompts>[number] | undefined) =>
  part?.messages[0]?.content ?? "";

describe("phrasingsPrompts", () => {
  it("numbers the passages of a page under their headings", () => {
    const [part, ...more] = phrasingsPrompts(template, [
      makeChunk("It waits. It goes on."),
      makeChunk("Lamps are lit.", { headingPath: ["Lamps"], anchor: "lamps", position: 1 }),
    ]);

    expect(more).toEqual([]);
    expect(contentOf(part)).toBe(
      "prefect Page\n## Section\n[1] It waits.\n[2] It goes on.\n## Lamps\n[3] Lamps are lit.",
    );
    expect(part?.passages).toHaveLength(3);
  });

  it("cuts a long page into parts that each number from 1, and no more than it may", () => {
    const sentence = `${"A lamp is lit at dusk and goes out at dawn, word by word ".repeat(4).trim()}. `;
    const parts = phrasingsPrompts(template, [makeChunk(sentence.repeat(2000).trim())]);

    expect(parts).toHaveLength(8);
    for (const part of parts) {
      expect(contentOf(part)).toContain("\n[1] A lamp");
      expect(contentOf(part).length).toBeLessThan(10_000);
    }
  });

  it("is nothing for a page without passages", () => {
    expect(phrasingsPrompts(template, [])).toEqual([]);
  });
});
