import { describe, expect, it } from "vitest";
import { createCircuitBreaker } from "../../src/models/circuit-breaker.ts";

function breakerAt() {
  const time = { now: 0 };
  const clock = {
    now: () => time.now,
    elapsed: () => time.now,
    sleep: () => Promise.resolve(),
  };
  return { time, breaker: createCircuitBreaker(clock, { failures: 2, openMs: 100 }) };
}

describe("createCircuitBreaker", () => {
  it("lets calls through until enough have failed in a row", () => {
    const { breaker } = breakerAt();

    breaker.failed();
    breaker.succeeded();
    breaker.failed();

    expect(breaker.admit()).toBe(0);
  });

  it("refuses calls while open, and says for how long", () => {
    const { breaker, time } = breakerAt();
    breaker.failed();
    breaker.failed();

    time.now = 40;

    expect(breaker.admit()).toBe(60);
  });

  it("lets one call try afterwards, and the rest once it succeeded", () => {
    const { breaker, time } = breakerAt();
    breaker.failed();
    breaker.failed();
    time.now = 100;

    const trial = breaker.admit();
    const beside = breaker.admit();
    breaker.succeeded();

    expect(trial).toBe(0);
    expect(beside).toBeGreaterThan(0);
    expect(breaker.admit()).toBe(0);
  });

  it("opens again when the trial fails", () => {
    const { breaker, time } = breakerAt();
    breaker.failed();
    breaker.failed();
    time.now = 100;
    breaker.admit();

    breaker.failed();

    expect(breaker.admit()).toBe(100);
  });
});
