import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looseObjects, parseLoosely } from "../../src/models/loose-json.ts";

const REPLY = {
  claims: [
    { text: 'A {brace} and a "quote"', quotes: [{ source: 1, text: "one, ] two" }] },
    { text: "Second\nline", quotes: [{ source: 2, text: "three \\ four" }] },
  ],
  missing: ["price"],
  search: null,
};

describe("looseObjects", () => {
  it.each([
    (json: string) => json,
    (json: string) => `\`\`\`json\n${json}\n\`\`\``,
    (json: string) => `Sure! Here's the answer you're after:\n\n${json}\n\nHope that helps.`,
  ])("finds the object whatever stands around it", (wrap) => {
    expect(looseObjects(wrap(JSON.stringify(REPLY)))).toEqual([REPLY]);
    expect(looseObjects(wrap(JSON.stringify(REPLY, undefined, 2)))).toEqual([REPLY]);
    expect(looseObjects(wrap(JSON.stringify(REPLY.claims)))).toEqual(REPLY.claims);
  });

  it("reads one object a line, and the last one as far as it goes", () => {
    const lines = REPLY.claims.map((claim) => JSON.stringify(claim)).join("\n");

    expect(looseObjects(lines)).toEqual(REPLY.claims);
    expect(looseObjects(`${lines}\n{"text": "thi`)).toEqual(REPLY.claims);
  });

  it("reads a reply that breaks off up to its last complete part", () => {
    const text = JSON.stringify(REPLY);

    for (let end = text.indexOf('},{"text"') + 1; end < text.length; end += 1) {
      const [found] = looseObjects(text.slice(0, end));
      expect((found as typeof REPLY | undefined)?.claims[0]).toEqual(REPLY.claims[0]);
    }
  });

  it("keeps a search that stood before the break", () => {
    const [found] = looseObjects(
      '{"search": "zombie runs", "missing": ["a", "b"], "claims": [{"te',
    );

    expect(found).toMatchObject({ search: "zombie runs", missing: ["a", "b"] });
  });

  it("gives nothing for prose, and never throws", () => {
    expect(looseObjects("I do not know.")).toEqual([]);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...'{ } [ ] , " : a 1 \\ \n'.split(" ")), { maxLength: 60 }),
        (signs) => {
          expect(Array.isArray(looseObjects(signs.join("")))).toBe(true);
        },
      ),
    );
  });

  it.each([
    ["opened", '{"a":'.repeat(12_000)],
    ["closed", `${'{"a":'.repeat(6000)}1${"}".repeat(5999)}`],
    ["commas", `{"a":[${"1,".repeat(30_000)}`],
  ])("takes time in proportion to what is nested: %s", (_name, text) => {
    const startedAt = performance.now();
    looseObjects(text);

    expect(performance.now() - startedAt).toBeLessThan(500);
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
