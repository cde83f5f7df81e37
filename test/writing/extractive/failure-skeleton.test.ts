import { describe, expect, it } from "vitest";
import type { Aspect } from "../../../src/documents/answer.ts";
import { blocksOf, textOfBlock } from "../../../src/passages/block.ts";
import type { ScoredBlock } from "../../../src/writing/extractive/choose-blocks.ts";
import { chooseAnswer } from "../../../src/writing/extractive/extractive-writer.ts";
import {
  blockForProbe,
  missingParts,
  partsOfAnswer,
  partsOfOnePage,
  probesFor,
  withParts,
  type PartBlock,
} from "../../../src/writing/extractive/failure-skeleton.ts";
import { makeChunk, makeEvidence } from "../../support/make-chunk.ts";

const SKELETON = ["detection", "state", "automatic", "loss", "action"];

function part(aspect: Aspect, text: string): PartBlock {
  const [block] = blocksOf(makeChunk(text));
  if (block === undefined) throw new Error(`No block of "${text}".`);
  return { aspect, block };
}

/** The best block of a page that has only this text, as a question found it. */
function own(text: string): ScoredBlock | undefined {
  return chooseAnswer({ question: text, evidence: makeEvidence([makeChunk(text)]), terms: [] })
    .chosen[0];
}

const DETECTED = part("detection", "The observer notices the failed pod within a minute or two.");
const STATE = part(
  "state",
  "Afterwards the record of it says Crashed in the list.".replace("Afterwards the", "The"),
);
const AGAIN = part("automatic", "Nothing starts it again by itself unless that was configured.");
const LOST = part("loss", "Results kept on its local disk vanish together with the container.");

const textsOf = (parts: readonly PartBlock[]) =>
  parts.map(({ aspect, block }) => [aspect, textOfBlock(block)]);

describe("probesFor", () => {
  it.each([
    "what happens if the container that runs my flow dies?",
    "our vm got rebooted in the middle of a run",
    "spot node reclaimed, is the run gone?",
    "the node was drained at 3, nothing in the logs since. self hosted. will anybody notice that by itself",
  ])("asks for all five parts when infrastructure is lost: %s", (question) => {
    const parts = new Set(probesFor(question).map(({ aspect }) => aspect));

    expect([...parts].toSorted()).toEqual(SKELETON.toSorted());
  });

  it("asks in the words of the product, and leaves its features their own pages", () => {
    const words = {
      features: ["beacon"],
      probes: [{ aspect: "loss", question: "what of a job's ledger is kept?" }] as const,
    };
    const lost = "what happens if the container that runs my job dies?";

    expect(probesFor(lost, words)).toEqual(words.probes);
    expect(probesFor(lost, { features: ["beacon"], probes: [] })).toEqual(probesFor(lost));
    expect(probesFor("the container died, is the beacon lit again?", words)).toEqual([]);
  });

  it("asks first for the part that the question names", () => {
    expect(probesFor("the pod was evicted, did we lose the results?")[0]?.aspect).toBe("loss");
  });

  it.each([
    "what is a work pool?",
    "my task raises a ValueError and the flow fails",
    "how do I set a cron schedule?",
    "pod got killed, which env var sets the heartbeat frequency?",
    "the container that held our concurrency slot was killed, is the slot free again?",
    "node died and on_crashed was not called",
    "the docker work pool leaves containers behind after every crashed run, does anything remove them?",
    "does the worker deregister its task definitions when the container crashes?",
  ])("asks for nothing more when the question is about something else: %s", (question) => {
    expect(probesFor(question)).toEqual([]);
  });
});

describe("blockForProbe", () => {
  const probe = probesFor("the node died under our run").find(
    ({ aspect }) => aspect === "detection",
  );

  it("gives the block that speaks of the part", () => {
    const chunk = makeChunk(
      "A dead run is detected when its heartbeats are missing for nine minutes after its infrastructure crashed.",
    );
    const terms = ["run", "detected", "heartbeat", "crashed"].map((token) => ({
      token,
      weight: 1,
      idf: 2,
      documentFrequency: 1,
    }));

    const found = probe && blockForProbe(probe, { evidence: makeEvidence([chunk]), terms });

    expect(found && textsOf([found])).toEqual([["detection", chunk.text]]);
  });

  it("gives nothing when no block does", () => {
    const chunk = makeChunk("Colours of the dashboard can be chosen in the profile menu.");

    expect(probe && blockForProbe(probe, { evidence: makeEvidence([chunk]), terms: [] })).toBe(
      undefined,
    );
  });
});

describe("withParts", () => {
  it("puts the best of each probe behind the question's own best, each chunk once", () => {
    const ownEvidence = makeEvidence(["a", "b", "c", "d", "e", "f"].map((text) => makeChunk(text)));
    const found = [
      { evidence: makeEvidence(["p", "a", "ignored"].map((text) => makeChunk(text))) },
      { evidence: makeEvidence(["q", "r"].map((text) => makeChunk(text))) },
    ];

    const merged = withParts(ownEvidence, found);

    expect(merged.map(({ chunk }) => chunk.text)).toEqual("abcdpqref".split(""));
    expect(merged.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("partsOfAnswer", () => {
  it("puts the parts in the skeleton's order, behind what the question itself found", () => {
    const found = own("A pod that is evicted takes its flow run down with it.");

    expect(textsOf(partsOfAnswer(found, [LOST, AGAIN, STATE]))).toEqual([
      ["other", "A pod that is evicted takes its flow run down with it."],
      ["state", textOfBlock(STATE.block)],
      ["automatic", textOfBlock(AGAIN.block)],
      ["loss", textOfBlock(LOST.block)],
    ]);
  });

  it("takes the first probe of a part that found something", () => {
    const second = part("automatic", "Schedules go on as before on every other machine of ours.");

    expect(textsOf(partsOfAnswer(undefined, [undefined, AGAIN, second, STATE, LOST]))).toEqual(
      textsOf([STATE, AGAIN, LOST]),
    );
  });

  it("is no answer when fewer than three parts were found", () => {
    expect(partsOfAnswer(own("A pod that is evicted is gone."), [STATE, undefined, LOST])).toEqual(
      [],
    );
  });

  it("leaves out what speaks of code that fails", () => {
    const found = own("A task that raises an exception fails its flow run.");

    expect(textsOf(partsOfAnswer(found, [STATE, AGAIN, LOST])).map(([aspect]) => aspect)).toEqual([
      "state",
      "automatic",
      "loss",
    ]);
  });

  it("says nothing twice", () => {
    const same = part("loss", textOfBlock(DETECTED.block));

    expect(partsOfAnswer(undefined, [DETECTED, STATE, AGAIN, same])).toHaveLength(3);
  });
});

describe("partsOfOnePage", () => {
  const page = (heading: string, text: string) =>
    makeChunk(text, {
      url: "https://docs.example/pod-dies",
      headingPath: [heading],
      anchor: heading,
    });
  const orderedOf = (...chunks: ReturnType<typeof page>[]) =>
    chooseAnswer({
      question: "what happens if the pod dies",
      evidence: makeEvidence(chunks),
      terms: [],
    }).ordered;

  it("answers with one page that was written for the question", () => {
    const ordered = orderedOf(
      page("What to do", "Retry the flow run once the cluster has room again."),
      page("How it is noticed", "The observer notices the failed pod within a minute."),
      page("What is lost", "Results kept on the local disk are gone with it."),
    );

    expect(partsOfOnePage(ordered).map(({ aspect }) => aspect)).toEqual([
      "detection",
      "loss",
      "action",
    ]);
  });

  it("is empty where a page has headings for fewer than three parts", () => {
    const ordered = orderedOf(
      page("What to do", "Retry the flow run once the cluster has room again."),
      page("Colours", "The observer notices the failed pod within a minute."),
    );

    expect(partsOfOnePage(ordered)).toEqual([]);
  });
});

describe("missingParts", () => {
  it("says that nothing was found on a restart, which readers would hope for", () => {
    expect(missingParts([DETECTED, STATE])).toHaveLength(1);
    expect(missingParts([DETECTED, AGAIN])).toEqual([]);
    expect(missingParts([])).toEqual([]);
  });
});
