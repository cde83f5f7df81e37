import { describe, expect, it } from "vitest";
import { fitListwise } from "../../../eval/fit/listwise.ts";
import {
  LEARNED,
  pageExamples,
  PLAIN_PENALTIES,
  rankingWeights,
  usualScale,
  withoutFeature,
} from "../../../eval/fit/page-examples.ts";
import type { PageType } from "../../../src/documents/document.ts";
import type { PageFeatures } from "../../../src/retrieval/fuse.ts";
import { FEATURES, type Feature, pageWeights } from "../../../src/retrieval/weights.ts";

function page(url: string, pageType: PageType, given: Partial<Record<Feature, number>> = {}) {
  const none = Object.fromEntries(FEATURES.map((feature) => [feature, 0]));
  return { url, pageType, features: { ...none, ...given } } as PageFeatures;
}

const question = [
  page("/guide", "guide", { text: 0.8 }),
  page("/changes", "release-notes", { text: 0.9 }),
  page("/api", "api-reference", { text: 0.4 }),
];
const examples = pageExamples(question, (url) => url === "/guide");
const learned = fitListwise([examples], {
  penalty: PLAIN_PENALTIES,
  steps: 200,
  rate: 0.1,
});

describe("pageExamples", () => {
  it("has a column for each penalty and marks the gold pages", () => {
    expect(examples.map(({ features }) => features.length)).toEqual(
      examples.map(() => PLAIN_PENALTIES.length),
    );
    expect(examples.map(({ right }) => right)).toEqual([true, false, false]);
  });

  it("takes a feature out", () => {
    const less = withoutFeature(examples, "text");

    expect(less.map(({ features }) => features[LEARNED.indexOf("text")])).toEqual([0, 0, 0]);
  });
});

describe("rankingWeights", () => {
  const { plain } = pageWeights();
  const weights = rankingWeights(learned, 1, plain);

  it("tells types from guides, and types that were not seen by their group", () => {
    expect(weights.pageTypes.guide).toBe(0);
    expect(weights.pageTypes["release-notes"]).toBeLessThan(0);
    expect(weights.pageTypes["cli-reference"]).toBeLessThan(weights.pageTypes.example);
  });

  it("keeps what is set by hand", () => {
    expect(weights.features.endpoint).toBe(plain.features.endpoint);
    expect(weights.pageTypes.issue).toBe(plain.pageTypes.issue);
  });

  it("brings text to its usual weight", () => {
    const text = LEARNED.map((feature) => (feature === "text" ? 2 : 1));

    expect(rankingWeights(text, usualScale(text), plain).features).toMatchObject({
      text: 5.4,
      pairsRank: 2.7,
    });
  });
});
