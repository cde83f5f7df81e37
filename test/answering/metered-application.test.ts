import { describe, expect, it } from "vitest";
import type { AnswerEvent, Application } from "../../src/answering/application.ts";
import { ANSWER_METRICS, meteredApplication } from "../../src/answering/metered-application.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { answerOf, receiptOf } from "../support/scripted-application.ts";

const QUESTION = { key: "k", conversationId: "c", author: "U1", text: "what is a flow?" };

/** Plays events; a number passes so many milliseconds, an error is thrown. */
function metered(script: readonly (AnswerEvent | number | Error)[]) {
  const metrics = createMetrics(ANSWER_METRICS);
  let now = 0;
  const application: Application = {
    async *ask() {
      for (const part of script) {
        if (part instanceof Error) throw part;
        if (typeof part === "number") now += part;
        else yield part;
      }
    },
    posted: async () => {},
    async [Symbol.asyncDispose]() {},
  };
  const measured = meteredApplication(application, { metrics, clock: { elapsed: () => now } });
  const ask = async (signal?: AbortSignal) =>
    Array.fromAsync(measured.ask({ ...QUESTION, ...(signal === undefined ? {} : { signal }) }));
  return { ask, metrics };
}

const answer = answerOf(["A flow is a function."]);
const receipt = {
  ...receiptOf(QUESTION, answer),
  dropped: ["link", "not-carried", "link"].map((reason) => ({ text: "x", reason, detail: "" })),
  corrected: [{ text: "x", as: "y" }],
};
const STEP: AnswerEvent = { kind: "step", step: "searching" };
const CLAIM: AnswerEvent = { kind: "claim", claim: answer.claims[0] as never, citations: [] };
const DONE: AnswerEvent = {
  kind: "done",
  answer,
  resolution: receipt.resolution,
  evidence: [],
  receipt,
};

describe("meteredApplication", () => {
  it("times the first statement and the whole, and counts what was refused, by reason", async () => {
    const { ask, metrics } = metered([STEP, 200, CLAIM, 800, DONE]);

    const events = await ask();

    expect(events).toEqual([STEP, CLAIM, DONE]);
    const text = metrics.render();
    expect(text).toMatch(/^marvin_first_sentence_seconds_sum 0\.2$/m);
    expect(text).toMatch(/^marvin_answer_seconds_sum 1$/m);
    expect(metrics.value("marvin_refusals_total", { reason: "link" })).toBe(2);
    expect(metrics.value("marvin_corrections_total")).toBe(1);
    expect(text).toMatch(
      /^marvin_answers_total\{fallback="",kind="answered",reason="",writer="extractive"\} 1$/m,
    );
  });

  it("takes an answer that comes whole for its first statement, and counts no stored one again", async () => {
    const whole = metered([STEP, 300, DONE]);
    const stored = metered([CLAIM, DONE]);

    await whole.ask();
    await stored.ask();

    expect(whole.metrics.render()).toMatch(/^marvin_first_sentence_seconds_sum 0\.3$/m);
    expect(stored.metrics.render()).toBe("");
  });

  it("counts what broke off, and not what was aborted", async () => {
    const { ask, metrics } = metered([STEP, new Error("no")]);

    await expect(ask()).rejects.toThrow("no");
    await expect(ask(AbortSignal.abort())).rejects.toThrow("no");

    expect(metrics.value("marvin_answer_failures_total")).toBe(1);
  });
});
