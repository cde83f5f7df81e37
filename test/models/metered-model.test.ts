import { describe, expect, it } from "vitest";
import { MODEL_METRICS, meteredModel, type ModelUse } from "../../src/models/metered-model.ts";
import { ModelError } from "../../src/models/model-error.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { scriptedModel } from "../support/scripted-model.ts";

const REQUEST = { messages: [{ role: "user", content: "?" }], maxOutputTokens: 10 } as const;

function metered(reply: string | Error, use: ModelUse, price?: { input: number; output: number }) {
  const metrics = createMetrics(MODEL_METRICS);
  let now = 0;
  const clock = { elapsed: () => (now += 250) };
  const { model } = scriptedModel({ answers: [reply] });
  const counted = meteredModel(model, { metrics, clock, use, price });
  return { metrics, call: () => Array.fromAsync(counted.stream(REQUEST)) };
}

describe("meteredModel", () => {
  it("hands the reply on, times it, and counts tokens and their cost", async () => {
    const { metrics, call } = metered("Yes.", "answer", { input: 2, output: 8 });

    const events = await call();

    expect(events.map(({ kind }) => kind)).toEqual(["text", "end"]);
    const labels = { model: "scripted", use: "answer" };
    expect(metrics.value("marvin_model_tokens_total", { ...labels, kind: "input" })).toBe(100);
    expect(metrics.value("marvin_model_tokens_total", { ...labels, kind: "output" })).toBe(10);
    expect(metrics.value("marvin_model_cost_total", labels)).toBeCloseTo(0.00028, 9);
    expect(metrics.render()).toMatch(/^marvin_model_seconds_sum\{.*\} 0\.25$/m);
  });

  it("has a histogram of its own for checks, and no cost without a price", async () => {
    const { metrics, call } = metered("1: ok", "check");

    await call();

    expect(metrics.render()).toMatch(/^marvin_checker_seconds_count\{model="scripted"\} 1$/m);
    expect(metrics.render()).not.toMatch(/model_seconds|cost/);
  });

  it("counts failures by what went wrong", async () => {
    const { metrics, call } = metered(new ModelError("quota", "No quota."), "answer");

    await expect(call()).rejects.toThrow("No quota.");

    const labels = { model: "scripted", use: "answer", code: "quota" };
    expect(metrics.value("marvin_model_failures_total", labels)).toBe(1);
  });
});
