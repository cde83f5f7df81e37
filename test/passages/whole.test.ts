import { describe, expect, it } from "vitest";
import { passagesOf, textOf } from "../../src/passages/passage.ts";
import { pageWords, wholeOf } from "../../src/passages/whole.ts";
import { makePage } from "../support/make-page.ts";

const PAGE = makePage(`Set one of these:
- first
- second
Another sentence.
|= Name | Default
| retries | 0
| timeout | 30
\`\`\`
run()
\`\`\`
## Elsewhere
- third`);
const PASSAGES = passagesOf(PAGE);
const wholeOfText = (text: string) => {
  const passage = PASSAGES.find((each) => textOf(each) === text);
  return passage === undefined ? [] : wholeOf(passage).map(textOf);
};

describe("wholeOf", () => {
  it("gives all items of a list and all rows of a table, and nothing of another section", () => {
    expect(wholeOfText("second")).toEqual(["first", "second"]);
    expect(wholeOfText("retries | 0")).toEqual(["retries | 0", "timeout | 30"]);
    expect(wholeOfText("third")).toEqual(["third"]);
  });

  it("gives a sentence or a listing alone", () => {
    expect(wholeOfText("Another sentence.")).toEqual(["Another sentence."]);
    expect(wholeOfText("run()")).toEqual(["run()"]);
  });

  it("gives of a long table the rows from the wanted one on", () => {
    const rows = Array.from({ length: 50 }, (_, at) => `| row ${at} | x`).join("\n");
    const passages = passagesOf(makePage(`|= Name | Value\n${rows}`));
    const wanted = passages[10];

    const whole = wanted === undefined ? [] : wholeOf(wanted).map(textOf);

    expect([whole[0], whole.length]).toEqual(["row 10 | x", 30]);
  });
});

describe("pageWords", () => {
  it("lays passages out as the page does, each chunk for itself", () => {
    const rows = PASSAGES.filter(({ kind }) => kind === "row");

    expect(pageWords(rows)).toContain("| retries | 0 |");
    expect(pageWords(PASSAGES.filter(({ kind }) => kind === "listing"))).toBe("```\nrun()\n```");
  });
});
