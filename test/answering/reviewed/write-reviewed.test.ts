import { describe, expect, it } from "vitest";
import {
  type GivenReviewed,
  parseQuote,
  renewReviewed,
  writeReviewed,
  type WritingParts,
} from "../../../src/answering/reviewed/write-reviewed.ts";
import { makeChunk } from "../../support/make-chunk.ts";

const PAGE = "https://docs.example/leases";
const QUESTION = "may I raise the length of a lease in staging?";
const GIVEN: GivenReviewed = {
  id: "lease",
  text: "No. Ask me.",
  author: "Ada",
  wordings: [QUESTION],
  quotes: [],
};

function parts(
  text = "A lease lasts five minutes.",
  more: Partial<WritingParts> = {},
): WritingParts {
  const chunk = makeChunk(text, { url: PAGE, product: "lantern" });
  return {
    pages: { readPage: async (url) => (url === PAGE ? [chunk] : []) },
    products: ["lantern", "other"],
    known: [],
    now: "2026-11-24T09:00:00.000Z",
    ...more,
  };
}

const quote = (words: string, address = PAGE) => ({ quotes: [{ address, words }] });

describe("writeReviewed", () => {
  it.each<[Partial<GivenReviewed>, string]>([
    [{ wordings: [] }, "Say what it answers"],
    [{ wordings: ["what is it?"] }, "no word by which"],
    [{ wordings: ["a".repeat(501)] }, "at most 500"],
    [{ text: " " }, "The answer is empty."],
    [{ text: "a".repeat(4001) }, "at most 4000"],
    [{ author: " " }, "Say whose answer it is"],
    [{ id: "a b" }, "An id has"],
    [{ tell: "@ada" }, '"@ada" is no id of a person in Slack'],
    [quote("ten minutes"), 'words "ten minutes" do not stand'],
    [quote("five", "https://docs.example/none"), "is not indexed"],
  ])("refuses %#: %j", async (wrong, message) => {
    await expect(writeReviewed({ ...GIVEN, ...wrong }, parts())).rejects.toThrow(message);
  });

  it("takes quotes from the page, and what it is about from them", async () => {
    const made = await writeReviewed(
      { ...GIVEN, tell: " U0ADA ", wordings: [QUESTION, ` ${QUESTION}`], ...quote("FIVE minutes") },
      parts(),
    );

    expect(made).toMatchObject({
      wordings: [QUESTION],
      tell: "U0ADA",
      product: "lantern",
      quotes: [{ text: "five minutes" }],
      pages: [{ url: PAGE }],
    });
    // Of two products nobody can say which.
    expect((await writeReviewed(GIVEN, parts())).product).toBeUndefined();
  });

  it("refuses quotes without an index, and a question that is answered already", async () => {
    const known = [await writeReviewed(GIVEN, parts())];

    await expect(
      writeReviewed({ ...GIVEN, ...quote("five") }, parts(undefined, { pages: undefined })),
    ).rejects.toThrow("there is none");
    await expect(
      writeReviewed({ ...GIVEN, id: "other" }, parts(undefined, { known })),
    ).rejects.toThrow("answered already, by lease");
    await expect(writeReviewed(GIVEN, parts(undefined, { known }))).resolves.toBeDefined();
  });
});

describe("renewReviewed", () => {
  it("offers again what still stands, whoever looked at it, and nothing else", async () => {
    const made = await writeReviewed(
      { ...GIVEN, tell: "U0ADA", ...quote("five minutes") },
      parts(),
    );
    const lapsed = { ...made, lapsed: { at: "2026-11-23", because: "changed" } };
    const changed = "A lease lasts five minutes, and is renewed.";

    const again = await renewReviewed(lapsed, "Grace", parts(changed));

    expect(again).toMatchObject({
      author: "Grace",
      tell: "U0ADA",
      quotes: [{ text: "five minutes" }],
    });
    expect(again.lapsed).toBeUndefined();
    expect(again.pages).not.toEqual(made.pages);
    await expect(renewReviewed(lapsed, undefined, parts("It lasts."))).rejects.toThrow(
      "do not stand",
    );
  });
});

describe("parseQuote", () => {
  it("reads an address and words, and refuses what is neither", () => {
    expect(parseQuote(` ${PAGE}#length  five minutes `)).toEqual({
      address: `${PAGE}#length`,
      words: "five minutes",
    });
    for (const wrong of ["no address", PAGE, ""])
      expect(() => parseQuote(wrong)).toThrow("A quote is an address and words");
  });
});
