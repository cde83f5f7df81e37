import { describe, expect, it } from "vitest";
import { createMetrics } from "../../src/observability/metrics.ts";

const DEFINITIONS = {
  answers_total: { kind: "counter", help: "Answers by kind." },
  open: { kind: "gauge", help: "Open\nquestions." },
  wait_seconds: { kind: "histogram", help: "Waits.", buckets: [0.1, 1] },
} as const;

describe("createMetrics", () => {
  it("renders counters, gauges and cumulative buckets, with what labels hold escaped", () => {
    const metrics = createMetrics(DEFINITIONS);
    metrics.count("answers_total", 2, { kind: 'a "b"\\\n' });
    metrics.set("open", 3);
    for (const value of [0.05, 0.1, 0.5, 7]) metrics.observe("wait_seconds", value);

    const text = metrics.render();

    expect(text).toMatchInlineSnapshot(`
      "# HELP answers_total Answers by kind.
      # TYPE answers_total counter
      answers_total{kind="a \\"b\\"\\\\\\n"} 2
      # HELP open Open\\nquestions.
      # TYPE open gauge
      open 3
      # HELP wait_seconds Waits.
      # TYPE wait_seconds histogram
      wait_seconds_bucket{le="0.1"} 2
      wait_seconds_bucket{le="1"} 3
      wait_seconds_bucket{le="+Inf"} 4
      wait_seconds_sum 7.65
      wait_seconds_count 4
      "
    `);
  });

  it("goes on from what an earlier process saved, but not with other buckets", () => {
    const before = createMetrics(DEFINITIONS);
    before.count("answers_total", 5);
    before.observe("wait_seconds", 0.5);
    const saved = before.save();

    const same = createMetrics(DEFINITIONS, saved);
    same.count("answers_total");
    const other = createMetrics(
      { ...DEFINITIONS, wait_seconds: { kind: "histogram", help: "Waits.", buckets: [3] } },
      saved,
    );

    expect(same.value("answers_total")).toBe(6);
    expect(same.render()).toMatch(/^wait_seconds_count 1$/m);
    expect(other.render()).toMatch(/^wait_seconds_count 0$/m);
  });

  it("tells at most two hundred label values apart", () => {
    const metrics = createMetrics(DEFINITIONS);
    for (let at = 0; at < 1000; at += 1) metrics.count("answers_total", 1, { kind: String(at) });

    expect(metrics.value("answers_total", { rest: "all" })).toBe(800);
    expect(metrics.render().split("\n").length).toBeLessThan(210);
  });

  it("refuses what was not defined", () => {
    expect(() => createMetrics().count("nothing")).toThrow("not defined");
  });
});
