import { describe, expect, it } from "vitest";
import { markdownTable } from "../../../eval/public/markdown-table.ts";

describe("markdownTable", () => {
  it("pads its columns, numbers to the right", () => {
    expect(
      markdownTable(
        ["figure", "value"],
        [
          ["hit@5", "0.9"],
          ["nDCG@10, all", "1"],
        ],
      ),
    ).toEqual([
      "| figure       | value |",
      "| ------------ | ----: |",
      "| hit@5        |   0.9 |",
      "| nDCG@10, all |     1 |",
    ]);
  });

  it("keeps a bar inside its cell, and a row that is short", () => {
    expect(markdownTable(["a", "b"], [["x|y"]], [])).toEqual([
      "| a    | b   |",
      "| ---- | --- |",
      String.raw`| x\|y |     |`,
    ]);
  });
});
