import { describe, expect, it } from "vitest";
import { passagesOf } from "../../../src/passages/passage.ts";
import { createAttributor } from "../../../src/writing/model/attribute.ts";
import { makePage } from "../../support/make-page.ts";

const PASSAGES = passagesOf(
  makePage(`A worker renews its lease every minute.
A lost lease ends the run.
Logs are kept for two weeks.
Webhooks are available in the hosted edition.`),
);
const placesFor = (sentence: string) =>
  createAttributor(PASSAGES)
    .passagesFor(sentence)
    .map(({ place }) => place);

describe("createAttributor", () => {
  it("finds the passage that holds most of a sentence, in other forms of its words", () => {
    expect(placesFor("The lease is renewed by the worker each minute.")).toEqual([0]);
  });

  it("takes a second passage for what the first lacks", () => {
    expect(
      placesFor("Hosted editions have webhooks, and logs are kept two weeks.").toSorted(
        (one, other) => one - other,
      ),
    ).toEqual([2, 3]);
  });

  it("finds none for what stands nowhere, and for a sentence of too few words", () => {
    expect(placesFor("Ferries leave the harbour at noon on Sundays.")).toEqual([]);
    expect(placesFor("Yes, lease.")).toEqual([]);
  });
});
