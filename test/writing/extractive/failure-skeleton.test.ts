import { describe, expect, it } from "vitest";
import {
  draftForProbe,
  isWholeAnswer,
  missingParts,
  probesFor,
  skeletonDrafts,
  withParts,
} from "../../../src/writing/extractive/failure-skeleton.ts";
import type { Draft } from "../../../src/writing/writer.ts";
import type { Aspect } from "../../../src/documents/answer.ts";
import { makeChunk, makeEvidence } from "../../support/make-chunk.ts";

const SKELETON = ["detection", "state", "automatic", "loss", "action"];

function draft(aspect: Aspect, text: string, chunkId = "k1"): Draft {
  return { text, aspect, quotes: [{ chunkId, text }] };
}

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

describe("draftForProbe", () => {
  const probe = probesFor("the node died under our run").find(
    ({ aspect }) => aspect === "detection",
  );

  it("gives the passage that speaks of the part", () => {
    const chunk = makeChunk(
      "A dead run is detected when its heartbeats are missing for nine minutes after its infrastructure crashed.",
    );
    const terms = ["run", "detected", "heartbeat", "crashed"].map((token) => ({
      token,
      weight: 1,
      idf: 2,
      documentFrequency: 1,
    }));

    const found = probe && draftForProbe(probe, { evidence: makeEvidence([chunk]), terms });

    expect(found?.aspect).toBe("detection");
    expect(chunk.text).toContain(found?.quotes[0]?.text);
  });

  it("gives nothing when no passage does", () => {
    const chunk = makeChunk("Colours of the dashboard can be chosen in the profile menu.");

    expect(probe && draftForProbe(probe, { evidence: makeEvidence([chunk]), terms: [] })).toBe(
      undefined,
    );
  });
});

describe("withParts", () => {
  it("puts the best of each probe behind the question's own best, each chunk once", () => {
    const own = makeEvidence(["a", "b", "c", "d", "e", "f"].map((text) => makeChunk(text)));
    const found = [
      { evidence: makeEvidence(["p", "a", "ignored"].map((text) => makeChunk(text))) },
      { evidence: makeEvidence(["q", "r"].map((text) => makeChunk(text))) },
    ];

    const merged = withParts(own, found);

    expect(merged.map(({ chunk }) => chunk.text)).toEqual("abcdpqref".split(""));
    expect(merged.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("isWholeAnswer", () => {
  const chunks = new Map([
    ["k1", { url: "https://docs.example/pod-dies" }],
    ["k2", { url: "https://docs.example/states" }],
  ]);

  it("is true when one page gives three parts", () => {
    const drafts = [
      draft("detection", "one"),
      draft("loss", "two"),
      draft("action", "three"),
      draft("state", "four", "k2"),
    ];

    expect(isWholeAnswer(drafts, chunks)).toBe(true);
  });

  it("is false when three pages give one part each, or one page the same part three times", () => {
    expect(isWholeAnswer([draft("detection", "one"), draft("state", "two", "k2")], chunks)).toBe(
      false,
    );
    expect(
      isWholeAnswer([draft("loss", "one"), draft("loss", "two"), draft("loss", "three")], chunks),
    ).toBe(false);
  });
});

describe("skeletonDrafts", () => {
  it("puts the parts in order and keeps what the question itself found", () => {
    const own = draft("state", "The run is marked as Crashed.");

    const drafts = skeletonDrafts(
      [own],
      [
        { aspect: "loss", draft: draft("loss", "Results kept in memory are gone for good.") },
        { aspect: "state", draft: draft("state", "Another sentence on the recorded state.") },
        { aspect: "detection", draft: draft("detection", "Heartbeats stop and somebody notices.") },
        { aspect: "action", draft: undefined },
      ],
    );

    expect(drafts.map(({ aspect }) => aspect)).toEqual(["detection", "state", "loss"]);
    expect(drafts).toContain(own);
  });

  it("takes the first probe of a part that found something", () => {
    const drafts = skeletonDrafts(
      [],
      [
        { aspect: "automatic", draft: undefined },
        { aspect: "automatic", draft: draft("automatic", "Evicted runs are left to the job.") },
        { aspect: "automatic", draft: draft("automatic", "Somebody else restarts the service.") },
      ],
    );

    expect(drafts.map(({ text }) => text)).toEqual(["Evicted runs are left to the job."]);
  });

  it("leaves out what speaks of code that fails, where the probes make an answer", () => {
    const drafts = skeletonDrafts(
      [draft("state", "Failed means that the code raised an exception.")],
      [
        { aspect: "state", draft: draft("state", "An evicted pod leads from Running to Crashed.") },
        { aspect: "loss", draft: draft("loss", "Results kept in memory are gone for good.") },
      ],
    );

    expect(drafts.map(({ text }) => text)).toEqual([
      "An evicted pod leads from Running to Crashed.",
      "Results kept in memory are gone for good.",
    ]);
  });

  it("keeps the question's own passages where the probes find next to nothing", () => {
    const own = draft("other", "A flow that raises is marked as Failed.");

    expect(skeletonDrafts([own], [{ aspect: "loss", draft: undefined }])).toEqual([own]);
  });

  it("says nothing twice and stays short", () => {
    const long = Array.from({ length: 180 }, (_, index) => `word${index}`).join(" ");

    expect(
      skeletonDrafts(
        [draft("state", "Missing heartbeats mark the run as Crashed.")],
        [
          {
            aspect: "detection",
            draft: draft("detection", "Missing heartbeats mark runs Crashed."),
          },
          { aspect: "loss", draft: draft("loss", long) },
          { aspect: "action", draft: draft("action", long.replaceAll("word", "other")) },
        ],
      ).map(({ aspect }) => aspect),
    ).toEqual(["state", "loss"]);
  });
});

describe("missingParts", () => {
  it("does not let silence on a restart read as one", () => {
    expect(missingParts([draft("state", "It is Crashed.")])).toEqual([
      "whether it is started again by itself",
    ]);
  });

  it("has nothing to add where a draft tells what happens by itself", () => {
    expect(missingParts([draft("automatic", "Evicted runs are left to the job.")])).toEqual([]);
  });
});
