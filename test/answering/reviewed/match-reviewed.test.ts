import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  contentWords,
  createReviewedMatcher,
} from "../../../src/answering/reviewed/match-reviewed.ts";
import type { ReviewedAnswer } from "../../../src/state/reviewed-answers.ts";

function reviewed(part: Partial<ReviewedAnswer> = {}): ReviewedAnswer {
  return {
    id: "a1",
    text: "Ask the platform team.",
    author: "Ada",
    writtenAt: "2026-11-30T09:00:00.000Z",
    wordings: ["How do I get access to the staging work pool?"],
    product: "prefect",
    quotes: [],
    pages: [],
    ...part,
  };
}

const matcherOf = (...wordings: string[]) => createReviewedMatcher([reviewed({ wordings })]);

describe("createReviewedMatcher", () => {
  it.each([
    "How do I get access to the staging work pool?",
    "how do i get access to the staging work pools",
    "how can I get access to the Staging work pool please",
    "how do I get access to the staging work pool in Prefect?",
  ])("knows %s again", (question) => {
    const match = matcherOf("How do I get access to the staging work pool?").find(question);

    expect(match?.answer.id).toBe("a1");
  });

  it.each([
    ["a word more that narrows it", "How do I get access to the staging work pool in Terraform?"],
    ["a word less", "How do I get access to the work pool?"],
    ["another word", "How do I get access to the production work pool?"],
    ["a question for something else", "Why is access to the staging work pool so slow to get?"],
    ["a denial", "How do I not get access to the staging work pool?"],
    ["a condition", "How do I get access to the staging work pool unless I work there?"],
    ["another product", "How do I get access to the staging work pool in Airflow?"],
    ["nothing", ""],
  ])("does not take %s for it", (_, question) => {
    const matcher = matcherOf("How do I get access to the staging work pool?");

    expect(matcher.find(question)).toBeUndefined();
  });

  it("takes a wording of one or two words only when nothing is beside them", () => {
    const matcher = matcherOf("What is a lease?");

    expect(matcher.find("what is a lease")?.wording).toBe("What is a lease?");
    expect(matcher.find("what is a lease renewal")).toBeUndefined();
  });

  it("tells where from when and how many, though they carry no meaning of their own", () => {
    const matcher = matcherOf("Where are flow run logs stored?");

    expect(matcher.find("where are the flow run logs stored?")).toBeDefined();
    expect(matcher.find("How many flow run logs are stored?")).toBeUndefined();
  });

  it("prefers the wording that says most", () => {
    const matcher = createReviewedMatcher([
      reviewed({ id: "short", wordings: ["retry failed flow run nightly staging"] }),
      reviewed({ id: "long", wordings: ["retry failed flow run nightly staging pool"] }),
    ]);

    expect(matcher.find("retry failed flow run nightly staging pool")?.answer.id).toBe("long");
  });

  it("leaves out what has lapsed, and wordings without a word of meaning", () => {
    const lapsed = { at: "2026-12-01", because: "changed" };
    const matcher = createReviewedMatcher([
      reviewed({ lapsed }),
      reviewed({ id: "a2", wordings: ["what is it about?"] }),
    ]);

    expect(matcher.find("How do I get access to the staging work pool?")).toBeUndefined();
    expect(matcher.find("what is it about?")).toBeUndefined();
  });

  it("keeps to the product that the surface asks about", () => {
    const matcher = matcherOf("How do I get access to the staging work pool?");

    expect(matcher.find("How do I get access to the staging work pool?", "airflow")).toBe(
      undefined,
    );
  });

  it("answers no question of the cases by the wording of another one", () => {
    const questions = questionsOfCases();
    const answers = questions.map((text, at) => reviewed({ id: `${at}`, wordings: [text] }));
    const [own, others] = [answers.slice(0, 150), questions.slice(150)];
    const matcher = createReviewedMatcher(own);

    const wrong = others.flatMap((question) => matcher.find(question)?.wording ?? []);
    const missed = questions
      .slice(0, 150)
      .filter(
        (question) => contentWords(question).size > 0 && matcher.find(question) === undefined,
      );

    expect(others.length).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
    expect(missed).toEqual([]);
  });

  it("reads a hostile question in time", () => {
    const matcher = createReviewedMatcher(
      Array.from({ length: 2000 }, (_, at) =>
        reviewed({ id: `${at}`, wordings: [`how do I mend the pool number${at} lease?`] }),
      ),
    );
    const began = performance.now();

    expect(matcher.find("pool lease mend ".repeat(100_000))).toBeUndefined();
    expect(matcher.find("how do I mend the pool number7 lease?")?.answer.id).toBe("7");
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

function questionsOfCases(): readonly string[] {
  const folder = path.resolve(import.meta.dirname, "../../../eval/cases");
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(path.join(folder, name), "utf8").split("\n"))
    .filter((line) => line.trim() !== "");
  const first = lines.flatMap(
    (line) => (JSON.parse(line) as { turns?: { user?: string }[] }).turns?.[0]?.user ?? [],
  );
  return [...new Set(first)];
}
