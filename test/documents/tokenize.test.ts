import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hashToken,
  pairHash,
  singular,
  STOP_WORDS,
  tokenHashes,
  tokenize,
} from "../../src/documents/tokenize.ts";

describe("tokenize", () => {
  it.each([
    ["on_failure", ["on_failure", "on", "failure"]],
    ["PREFECT_API_URL", ["prefect_api_url", "prefect", "api", "url"]],
    ["flow.serve()", ["flow.serve", "flow", "serve"]],
    ["CrashLoopBackOff", ["crashloopbackoff", "crash", "loop", "back", "off"]],
    ["OOMKilled", ["oomkilled", "oom", "killed"]],
    ["HTTPServer", ["httpserver", "http", "server"]],
    ["prefect-docker", ["prefect-docker", "prefect", "docker"]],
  ])("takes the name %s whole and apart", (name, tokens) => {
    expect(tokenize(name)).toEqual(tokens);
  });

  it("keeps numbers and versions whole", () => {
    expect(tokenize("3.6.22 and 503")).toEqual(["3.6.22", "and", "503"]);
  });

  it("drops accents, apostrophes and possessive endings", () => {
    expect(tokenize("Café naïve don't the flow's worker’s")).toEqual([
      "cafe",
      "naive",
      "dont",
      "the",
      "flow",
      "worker",
    ]);
  });

  it("gives overlapping pairs where words are not set apart", () => {
    expect(tokenize("工作流失败")).toEqual(["工作", "作流", "流失", "失败"]);
  });

  it("bounds what is no word", () => {
    const tokens = tokenize(`${"a".repeat(100_000)} ${"x_".repeat(50_000)}`);

    expect(Math.max(...tokens.map(({ length }) => length))).toBeLessThanOrEqual(64);
    expect(tokens.length).toBeLessThan(30);
  });

  it("reads a text and its upper case, full width or decomposed form alike", () => {
    expect(tokenize("ＷＯＲＫＥＲ")).toEqual(tokenize("worker"));
    expect(tokenize("cafe\u0301")).toEqual(tokenize("café"));
  });

  it("gives the same tokens as hashes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const twice = `${text} flow.serve() ${text}`;
        expect([...tokenHashes(twice)]).toEqual(tokenize(twice).map(hashToken));
      }),
    );
  });

  it("never gives an empty token or one with white space", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(tokenize(text).filter((token) => !/^\S+$/u.test(token))).toEqual([]);
      }),
    );
  });

  it("reads the tokens it gave as themselves", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), (word) => {
        const [token = ""] = tokenize(word);
        expect(tokenize(token).length).toBe(1);
      }),
    );
  });
});

describe("singular", () => {
  it.each([
    ["retries", "retry"],
    ["caches", "cache"],
    ["crashes", "crash"],
    ["dies", "die"],
    ["batches", "batch"],
    ["processes", "process"],
    ["databases", "database"],
    ["flows", "flow"],
    ["status", "status"],
    ["process", "process"],
    ["analysis", "analysis"],
    ["aws", "aws"],
    // Wrong, but alike in pages and questions.
    ["kubernetes", "kubernete"],
  ])("makes %s %s", (plural, expected) => {
    expect(singular(plural)).toBe(expected);
  });
});

describe("STOP_WORDS", () => {
  it("holds words of questions, not of orchestration", () => {
    for (const word of ["how", "please", "dont", "whats"]) {
      expect(tokenize(word).every((token) => STOP_WORDS.has(token))).toBe(true);
    }
    for (const word of ["state", "run", "task", "fail", "retry", "schedule", "default"]) {
      expect(STOP_WORDS.has(word)).toBe(false);
    }
  });
});

describe("hashToken", () => {
  // Reference values of MurmurHash3_x86_32 with seed 0: 0x248bfa47, 0xfaf6cdb3, 0x2e4ff723, absolute as signed.
  it.each([
    ["hello", 0x248bfa47],
    ["Hello, world!", 0xc0363e43],
    ["The quick brown fox jumps over the lazy dog", 0x2e4ff723],
    ["", 0],
  ])("is murmur3 of %j", (text, reference) => {
    expect(hashToken(text)).toBe(Math.abs(reference | 0));
  });

  it("stays within 31 bits, alone and in pairs, and tells the order of a pair", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, second) => {
        const [a, b] = [hashToken(first), hashToken(second)];
        for (const hash of [a, b, pairHash(a, b)]) {
          expect(hash).toBeGreaterThanOrEqual(0);
          expect(hash).toBeLessThanOrEqual(2 ** 31);
        }
      }),
    );
    const [work, pool] = [hashToken("work"), hashToken("pool")];
    expect(pairHash(work, pool)).not.toBe(pairHash(pool, work));
  });
});
