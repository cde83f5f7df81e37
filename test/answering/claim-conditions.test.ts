import { describe, expect, it } from "vitest";
import { conditionsOf } from "../../src/answering/claim-conditions.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import { makePage } from "../support/make-page.ts";

function conditionsFor(page: Chunk, quoted: string): readonly string[] {
  const start = page.text.indexOf(quoted);
  const quote = { chunkId: page.id, text: quoted, start, end: start + quoted.length };
  return conditionsOf(quoted, [quote], new Map([[page.id, page]]));
}

describe("conditionsOf", () => {
  const notes = makePage(
    `- Tugs with a low tank go back to the pier
## 0.7.11
- Barges are counted twice no more`,
    { pageType: "release-notes", title: "harbour-tugs", headingPath: ["0.7.12"] },
  );

  it("names the release that release notes tell of, the heading above the quote deciding", () => {
    expect(conditionsFor(notes, "Tugs with a low tank go back to the pier")).toEqual([
      "since harbour-tugs 0.7.12",
    ]);
    expect(conditionsFor(notes, "Barges are counted twice no more")).toEqual([
      "since harbour-tugs 0.7.11",
    ]);
  });

  it("says the version alone where the page is called after it", () => {
    const page = { ...notes, title: "Harbour 3.8", headingPath: ["3.8.2 - Low water"] };

    expect(conditionsFor(page, "Tugs with a low tank go back to the pier")).toEqual([
      "since 3.8.2",
    ]);
  });

  it("takes no number of a guide for a release", () => {
    const guide = { ...notes, pageType: "guide" as const };

    expect(conditionsFor(guide, "Tugs with a low tank go back to the pier")).toEqual([]);
  });
});
