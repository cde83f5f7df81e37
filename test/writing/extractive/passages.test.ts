import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { passagesOf, type Passage } from "../../../src/writing/extractive/passages.ts";
import { makePage } from "../../support/make-page.ts";

const readable = (passages: readonly Passage[]) =>
  passages.filter(({ standsAlone }) => standsAlone);
const texts = (passages: readonly Passage[]) => readable(passages).map(({ text }) => text);

describe("passagesOf", () => {
  it("gives each sentence that can be read alone", () => {
    const page = makePage(
      "Tugs pull the barges. They wait for the tide. A tug without fuel stops. Stop.",
    );

    expect(texts(passagesOf(page))).toEqual([
      "Tugs pull the barges.",
      "Tugs pull the barges. They wait for the tide.",
      "A tug without fuel stops.",
    ]);
  });

  it("widens over the paragraph before when a paragraph begins with a pronoun", () => {
    const page = makePage("The harbour closes at night.\n\nThis stops all tugs.");

    expect(texts(passagesOf(page))).toContain("The harbour closes at night.\nThis stops all tugs.");
  });

  it("leaves out a sentence whose antecedent is nowhere", () => {
    const page = makePage("This stops all tugs.");

    expect(texts(passagesOf(page))).toEqual([]);
  });

  it("takes a lead-in with its listing, and never cuts the listing", () => {
    const page = makePage("Start the tug with this command:\n```\ntug start \\\n  --wait\n```");
    const [listing] = readable(passagesOf(page)).filter(({ kind }) => kind === "code");

    expect(listing?.text).toBe(
      "Start the tug with this command:\n```\ntug start \\\n  --wait\n```",
    );
    expect(texts(passagesOf(page))).not.toContain("Start the tug with this command:");
  });

  it("takes a step of a list with the listing it leads into, and neither without the other", () => {
    const page = makePage(
      "Every tug needs fuel before it leaves:\n- Fill the tank at the pier, then run this:\n```\ntug start --wait\n```",
    );

    expect(texts(passagesOf(page))).toEqual([
      "Fill the tank at the pier, then run this:\n```\ntug start --wait\n```",
    ]);
  });

  it("leaves out listings that are logs, too long, or hold an address", () => {
    const log = makePage("You will see the tug move now:\n```\n12:01:02 | INFO | moved\n```");
    const long = makePage(`All the steps of a tug:\n\`\`\`\n${"step\n".repeat(30)}\`\`\``);
    const address = makePage("Point the tug there:\n```\nSERVER=https://tugs.example.com\n```");

    for (const page of [log, long, address]) expect(texts(passagesOf(page))).toEqual([]);
  });

  it("reads a list item alone when it is a sentence, else with its lead-in", () => {
    const page = makePage(
      "A tug needs three things before it leaves:\n- fuel\n- The captain signs the book on the bridge.",
    );

    expect(texts(passagesOf(page))).toEqual([
      "A tug needs three things before it leaves:\n- fuel\n- The captain signs the book on the bridge.",
      "A tug needs three things before it leaves:\n- fuel",
      "The captain signs the book on the bridge.",
    ]);
  });

  it("keeps the lead-in of a parameter, which says what it is one of", () => {
    const page = makePage(
      "A tug waits when one of its keywords is set:\n- wait_for: the tugs that have to come back before it leaves.\n- The captain signs the book on the bridge.",
    );

    expect(texts(passagesOf(page))).toContain(
      "A tug waits when one of its keywords is set:\n- wait_for: the tugs that have to come back before it leaves.",
    );
  });

  it("names the cells of a table row after its header, and quotes both, the row first", () => {
    const page = makePage(
      "|= State | Type | Description\n| Late | SCHEDULED | The tug did not leave.",
    );
    const [row] = readable(passagesOf(page));

    expect(row?.text).toBe("Late: Type: SCHEDULED; The tug did not leave.");
    expect(row?.quotes.map(({ start, end }) => page.text.slice(start, end))).toEqual([
      "Late | SCHEDULED | The tug did not leave.",
      "State | Type | Description",
    ]);
  });

  it("takes the source of a diagram for no listing", () => {
    const page = makePage(
      "Tugs go through these states:\n```\nstateDiagram-v2\n  Idle --> Towing\n```",
    );

    expect(passagesOf(page).filter(({ kind }) => kind === "code")).toEqual([]);
  });

  it("shows a row with a bare No as it stands", () => {
    const page = makePage("|= State | Final? | Description\n| Late | No | The tug did not leave.");

    expect(texts(passagesOf(page))).toEqual(["Late | No | The tug did not leave."]);
  });

  it("reads the entry of a setting whole, with its heading and section id", () => {
    const page = makePage(
      "## tide_seconds\nSeconds to wait for the tide.\nType: number\nDefault: 30\nVariable: TUG_TIDE_SECONDS",
    );
    const [entry] = passagesOf(page);

    expect(entry?.kind).toBe("entry");
    expect(entry?.anchor).toBe("tide_seconds");
    expect(entry?.text).toContain("tide_seconds\nSeconds to wait for the tide.");
    expect(entry?.text).toContain("TUG_TIDE_SECONDS");
  });

  it("gives only exact slices of the chunk, and no listing in part", () => {
    const line = fc.constantFrom(
      "Tugs pull barges. This helps, e.g. at night.",
      "It waits:",
      "- one item of a list",
      "- Name: what it stands for here.",
      "|= Name | Default",
      "| wait | 30",
      "## Heading",
      "! Only in the harbour.",
      "```\na = 1\n\nb = 2\n```",
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const page = makePage(lines.join("\n"));
        for (const passage of passagesOf(page)) {
          expect(passage.quotes.length).toBeGreaterThan(0);
          for (const { start, end } of passage.quotes) {
            const quote = page.text.slice(start, end);
            expect(quote).toBe(quote.trim());
            expect(quote).not.toBe("");
            for (const block of page.blocks) {
              if (block.kind !== "code" || block.end <= start || block.start >= end) continue;
              expect(start <= block.start && end >= block.end).toBe(true);
            }
          }
        }
      }),
    );
  });
});
