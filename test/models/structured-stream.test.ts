import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStructuredStream, parseLoosely } from "../../src/models/structured-stream.ts";

const REPLY = {
  claims: [
    { text: 'A {brace} and a "quote"', quotes: [{ source: 1, text: "one, ] two" }] },
    { text: "Second\nline", quotes: [{ source: 2, text: "three \\ four" }] },
  ],
  missing: ["price"],
  search: null,
};

function readAll(pieces: readonly string[]) {
  const stream = createStructuredStream();
  const found = pieces.flatMap((piece) => stream.push(piece));
  return [...found, ...stream.end()].map(({ value }) => value);
}

describe("createStructuredStream", () => {
  it("finds each claim in the moment it is complete", () => {
    const stream = createStructuredStream();
    const text = JSON.stringify(REPLY);
    const firstEnd = text.indexOf('},{"text"') + 1;

    const before = stream.push(text.slice(0, firstEnd - 1));
    const after = stream.push(text.slice(firstEnd - 1, firstEnd));

    expect(before.map(({ value }) => value)).toEqual([REPLY.claims[0]?.quotes[0]]);
    expect(after.map(({ value }) => value)).toEqual([REPLY.claims[0]]);
  });

  it("finds the same however the text is cut into pieces and whatever stands around it", () => {
    const frame = fc.constantFrom(
      (json: string) => json,
      (json: string) => `\`\`\`json\n${json}\n\`\`\``,
      (json: string) => `Sure! Here's the answer you're after:\n\n${json}\n\nHope that helps.`,
      (json: string) => `<think>maybe {"claims": [{"text": "no", "quotes": []}]}?</think>${json}`,
    );
    fc.assert(
      fc.property(
        frame,
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 40 })),
        (wrap, indent, cuts) => {
          const text = wrap(JSON.stringify(REPLY, undefined, indent ? 2 : 0));
          const pieces: string[] = [];
          let at = 0;
          for (const cut of cuts) {
            pieces.push(text.slice(at, at + cut));
            at += cut;
          }
          pieces.push(text.slice(at));

          const found = readAll(pieces);

          expect(found.filter((value) => "quotes" in value)).toEqual(REPLY.claims);
          expect(found.at(-1)).toEqual(REPLY);
        },
      ),
    );
  });

  it("reads one object a line", () => {
    const lines = REPLY.claims.map((claim) => JSON.stringify(claim)).join("\n");

    expect(readAll([lines]).filter((value) => "quotes" in value)).toEqual(REPLY.claims);
  });

  it("reads a reply that breaks off up to its last complete part", () => {
    const text = JSON.stringify(REPLY);

    for (let end = text.indexOf('},{"text"') + 1; end < text.length; end += 1) {
      expect(readAll([text.slice(0, end)])).toContainEqual(REPLY.claims[0]);
    }
  });

  it("keeps a search that stood before the break", () => {
    const found = readAll(['{"search": "zombie runs", "missing": ["a", "b"], "claims": [{"te']);

    expect(found.at(-1)).toMatchObject({ search: "zombie runs", missing: ["a", "b"] });
  });

  it("is not misled by a stray brace or quotes before the reply", () => {
    expect(readAll(['Use {a}, "b" and { c. ', JSON.stringify(REPLY)])).toContainEqual(REPLY);
  });

  it("gives nothing for prose, and never throws", () => {
    expect(readAll(["I do not know."])).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 })), (pieces) => {
        expect(Array.isArray(readAll(pieces))).toBe(true);
      }),
    );
  });
});

describe("parseLoosely", () => {
  it.each([
    ['{"a": [1, 2,], }', { a: [1, 2] }],
    ['{"a": "line\nbreak\tand tab"}', { a: "line\nbreak\tand tab" }],
    [String.raw`{"a": "it\'s a \_name"}`, { a: String.raw`it's a \_name` }],
    ['{"a": ",]"}', { a: ",]" }],
  ])("mends %s", (text, value) => {
    expect(parseLoosely(text)).toEqual(value);
  });

  it("gives undefined for what cannot be mended", () => {
    expect(parseLoosely("{a: }")).toBeUndefined();
  });
});
