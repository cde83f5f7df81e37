import { describe, expect, it } from "vitest";
import { joinWords, ProductWords } from "../../src/documents/product-words.ts";

describe("joinWords", () => {
  const lantern = ProductWords.parse({
    dead: ["lost"],
    probes: [{ aspect: "loss", question: "what is kept of a lost job?" }],
    prompts: [
      { title: "Lost jobs", message: "What happens to a lost job?" },
      { title: "Slots", message: "How many slots are there?" },
    ],
  });
  const torch = ProductWords.parse({
    dead: ["out", "lost"],
    prompts: [{ title: "Torches", message: "How is a torch lit?" }],
  });

  it("has each word once, and prompts of each in turns", () => {
    const { dead, prompts } = joinWords([lantern, torch]);

    expect(dead).toEqual(["lost", "out"]);
    expect(prompts.map(({ title }) => title)).toEqual(["Lost jobs", "Torches", "Slots"]);
  });

  it("is the words of one where several sources are about one product", () => {
    expect(joinWords([lantern, lantern])).toEqual(lantern);
  });
});
