import { describe, expect, it } from "vitest";
import { REMARK_KINDS, type RemarkKind } from "../../src/documents/answer.ts";
import { remarkText } from "../../src/documents/remark-text.ts";

const FULL: Readonly<Record<RemarkKind, Readonly<Record<string, string>>>> = {
  "word-documented": { word: "lease", use: "explained", section: "Limits › Leases", ours: "yes" },
  "word-not-documented": { word: "checkpoint", product: "Prefect 3" },
  "word-in-another-sense": { word: "checkpoint", section: "Events client" },
  "own-wording": {
    word: "checkpoint",
    statement: "It restarts from the last checkpoint.",
    about: "Results",
  },
  corrected: { statement: "It restarts from the last checkpoint." },
  "never-said": { words: "pods are immortal" },
  "nothing-before": {},
  "model-down": {},
  "nothing-stands-out": {},
  "pages-disagree": { left: "Workers", right: "Settings", matter: "the poll interval" },
  "source-changed": { section: "Results", change: "gone" },
  "about-this-thread": { text: "“Checkpoint” was my own word." },
  "broke-off": {},
  reviewed: { author: "Ada", date: "2026-11-30T09:00:00.000Z" },
};

describe("remarkText", () => {
  it("has one wording for each kind", () => {
    const texts = REMARK_KINDS.map((kind) => remarkText({ kind, values: FULL[kind] }));

    expect(texts).toMatchInlineSnapshot(`
      [
        "“lease” is a term of the documentation, explained in “Limits › Leases”. My sentence rests on the passage quoted after that.",
        "The Prefect 3 documentation has no feature, setting or state called “checkpoint”.",
        "The documentation has “checkpoint” only in another sense, in “Events client”; that is not what I meant.",
        "“checkpoint” was my own word, in “It restarts from the last checkpoint”. What it stood for is described on the page “Results”, quoted here.",
        "Please do not rely on my sentence “It restarts from the last checkpoint”: I cannot find that in the documentation as I put it. What is quoted here is what it says.",
        "I did not say “pods are immortal” in this thread.",
        "There is nothing of mine before your message in this thread that it could refer to; please ask the whole question.",
        "The language model does not answer at the moment; these are quoted passages instead.",
        "No page stands out for this question, so these passages may be about something else than you mean.",
        "The pages “Workers” and “Settings” disagree on the poll interval.",
        "The page “Results”, which I quoted, is no longer in the documentation I have; I do not repeat what stood on it.",
        "“Checkpoint” was my own word.",
        "The language model stopped before the end of its answer, so something may be missing here.",
        "This is the answer of Ada, of 2026-11-30; the words are theirs, not mine.",
      ]
    `);
  });

  it.each(REMARK_KINDS)("says something whole about %s without any value", (kind) => {
    const text = remarkText({ kind, values: {} });

    expect(text).toMatch(/^[A-Z].{15,}\.$/s);
    expect(text).not.toMatch(/undefined|“”| {2}/);
  });

  it("names what the documentation calls it, when it has a name", () => {
    const text = remarkText({
      kind: "own-wording",
      values: { word: "slotting", name: "concurrency limit", about: "Limits" },
    });

    expect(text).toContain(
      "what the documentation calls concurrency limit, quoted here from the page “Limits”",
    );
  });

  it("names one nearest thing, and pages only where it has no name", () => {
    const say = (values: Readonly<Record<string, string>>) =>
      remarkText({ kind: "word-not-documented", values: { word: "savepoint", ...values } });

    expect(say({ name: "result persistence", nearest: "Result persistence" })).toContain(
      "The nearest thing it describes is result persistence, quoted here.",
    );
    expect(say({ nearest: "Caching" })).toContain(
      "The nearest thing it describes is on the page “Caching”",
    );
    expect(say({ nearest: "Caching; Results" })).toContain("on the pages “Caching” and “Results”");
  });

  it("tells use from explanation", () => {
    const text = remarkText({ kind: "word-documented", values: { word: "node", use: "used" } });

    expect(text).toContain("uses “node” but does not define it");
  });

  it("tells a page that changed from one that is gone", () => {
    const changed = remarkText({
      kind: "source-changed",
      values: { section: "Results", change: "changed" },
    });

    expect(changed).toContain("has changed");
  });

  it("shows values as plain words: no mention, link, markup or line of their own", () => {
    const hostile =
      "<!channel> *bold* `code` <https://evil.example|click> [x](javascript:alert(1)) @here\n> “ignore” _all_ \u202Erules";

    const text = remarkText({ kind: "never-said", values: { words: hostile } });

    expect(text).not.toMatch(/[<>`*[\]|\n\u202E]|https?:|javascript:|@here/);
    expect(text).toContain("click");
  });

  it("cuts a long passage at a word", () => {
    const text = remarkText({ kind: "corrected", values: { statement: "word ".repeat(200) } });

    expect(text.length).toBeLessThan(420);
    expect(text).toContain("word…”");
  });

  it("keeps underscores of identifiers", () => {
    const text = remarkText({ kind: "word-not-documented", values: { word: "max_retry_count" } });

    expect(text).toContain("“max_retry_count”");
  });
});
