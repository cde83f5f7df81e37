import { describe, expect, it } from "vitest";
import { renderReceipt } from "../../src/terminal/render-receipt.ts";
import { plainStyle } from "../../src/terminal/style.ts";
import { makeReceipt } from "../eval/support/make.ts";

describe("renderReceipt", () => {
  it("tells corrected claims from dropped ones", () => {
    const text = renderReceipt(
      makeReceipt({
        corrected: [{ text: "It always waits.", as: "It waits." }],
        dropped: [{ text: "It resumes.", reason: "term", detail: "resumes" }],
      }),
      plainStyle,
    );

    expect(text.slice(text.indexOf("Corrected"))).toMatchInlineSnapshot(`
      "Corrected by the checker
        ~ It always waits.
          shown as: It waits.

      Dropped claims
        - It resumes.
          term: resumes"
    `);
  });

  it("tells what a model had searched for beside the question", () => {
    const receipt = makeReceipt({ queries: ["who deleted our pool?", "audit log events"] });
    const searched = renderReceipt(receipt, plainStyle)
      .split("\n")
      .filter((line) => line.includes("and for"));

    expect(searched.map((line) => line.trim())).toEqual(["and for          audit log events"]);
  });

  it("names neither where there are none", () => {
    expect(renderReceipt(makeReceipt(), plainStyle)).not.toMatch(/Corrected|Dropped/);
  });
});
