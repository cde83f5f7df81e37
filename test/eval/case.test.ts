import { describe, expect, it } from "vitest";
import { CaseFileError, expectations, parseCases, selectCases } from "../../eval/case.ts";

const simple = (id: string, more: object = {}) =>
  JSON.stringify({ id, kind: "concept", turns: [{ user: "What is a flow?" }], ...more });

function problemsOf(text: string): Readonly<Record<string, string>> {
  try {
    parseCases(text);
  } catch (error) {
    if (error instanceof CaseFileError) return error.facts;
    throw error;
  }
  throw new Error("the text was accepted");
}

describe("parseCases", () => {
  it("reads one case a line and fills in what is left out", () => {
    const [one] = parseCases(`\uFEFF${simple("a")}\r\n\n`);

    expect(one).toEqual({
      id: "a",
      kind: "concept",
      style: "plain",
      turns: [{ user: "What is a flow?" }],
      gold: [],
      facts: [],
      forbidden: [],
      answerable: true,
      notes: "",
    });
  });

  it("reports every malformed line and repeated id with its number", () => {
    const text = [
      simple("a"),
      "{not json",
      simple("b", { turns: [] }),
      "",
      simple("a"),
      simple("c", { gold: [{ anchor: "x" }], answerable: "yes" }),
      simple("d", { turns: [{ user: "x", assistant_previous: "y" }] }),
    ].join("\n");

    const problems = problemsOf(text);

    expect(Object.keys(problems)).toEqual(["line 2", "line 3", "line 5", "line 6", "line 7"]);
    expect(problems["line 2"]).toMatch(/^not JSON/);
    expect(problems["line 3"]).toMatch(/^turns: /);
    expect(problems["line 5"]).toBe('id "a" stands on line 1 already');
    expect(problems["line 6"]).toMatch(/gold\.0\.path: .*; answerable: /);
    expect(problems["line 7"]).toMatch(/^turns\.0\.assistant_previous: /);
  });

  it("refuses a file without cases", () => {
    expect(() => parseCases("\n\n")).toThrow(/holds no case/);
  });
});

describe("expectations", () => {
  it("takes a single question's gold and facts from the case", () => {
    const [one] = parseCases(
      simple("a", { gold: [{ path: "/p" }], facts: ["f"], answerable: false }),
    );
    if (one === undefined) throw new Error("no case");

    expect(expectations(one)).toMatchObject([
      { gold: [{ path: "/p" }], facts: ["f"], answerable: false },
    ]);
  });

  it("keeps each turn of a conversation to its own, with what is forbidden in all", () => {
    const [one] = parseCases(
      simple("a", {
        kind: "followup",
        turns: [
          { user: "hi", kind: "smalltalk", gold: [], facts: [] },
          { user: "price?", answerable: false, gold: [], kind: "unanswerable" },
          { user: "limits?", gold: [{ path: "/limits" }], facts: ["f"], resolution: "new-topic" },
        ],
        gold: [{ path: "/limits" }],
        forbidden: ["x"],
      }),
    );
    if (one === undefined) throw new Error("no case");

    expect(
      expectations(one).map(({ kind, smallTalk, answerable, gold, forbidden, resolution }) => ({
        kind,
        smallTalk,
        answerable,
        gold: gold.map(({ path }) => path),
        forbidden,
        resolution,
      })),
    ).toEqual([
      {
        kind: "smalltalk",
        smallTalk: true,
        answerable: true,
        gold: [],
        forbidden: ["x"],
        resolution: undefined,
      },
      {
        kind: "unanswerable",
        smallTalk: false,
        answerable: false,
        gold: [],
        forbidden: ["x"],
        resolution: undefined,
      },
      {
        kind: "followup",
        smallTalk: false,
        answerable: true,
        gold: ["/limits"],
        forbidden: ["x"],
        resolution: ["new-topic"],
      },
    ]);
  });
});

describe("selectCases", () => {
  const cases = parseCases([simple("a"), simple("b", { kind: "howto" }), simple("c")].join("\n"));

  it("selects by kind or id", () => {
    expect(selectCases(cases, "howto, c").map(({ id }) => id)).toEqual(["b", "c"]);
    expect(selectCases(cases, undefined)).toHaveLength(3);
    expect(selectCases(cases, "nothing")).toEqual([]);
  });
});
