import { describe, expect, it } from "vitest";
import { eraseInSteps, eraseQuestion } from "../../src/state/questions.ts";
import { openSqliteEngine } from "../../src/state/sqlite-engine.ts";
import { change, count } from "../../src/state/statements.ts";

/** How many questions go at once, when erasing one takes `eachMs`. */
async function stepsOf(rows: number, eachMs: number): Promise<readonly number[]> {
  let now = 0;
  await using engine = openSqliteEngine(":memory:", () => now);
  for (let at = 0; at < rows; at += 1)
    await engine.run(
      change(`INSERT INTO question ("user", text) VALUES ('U1', $1)`, `question ${at}`),
    );
  let step = 0;
  let running = true;
  const nextStep = () => {
    step += 1;
    if (running) setImmediate(nextStep);
  };
  setImmediate(nextStep);
  const steps = new Map<number, number>();

  const erased = await eraseInSteps(engine, '"user" = $1', "U1", function* (dialect, id) {
    yield* eraseQuestion(dialect, id);
    now += eachMs;
    steps.set(step, (steps.get(step) ?? 0) + 1);
  });

  running = false;
  expect(erased).toBe(rows);
  expect(await engine.run(count("SELECT COUNT(*) AS n FROM question"))).toBe(0);
  return [...steps.values()];
}

describe("eraseInSteps", () => {
  it("lets others have a turn after a few milliseconds, however long one question takes", async () => {
    expect(await stepsOf(7, 2)).toEqual([3, 3, 1]);
    expect(await stepsOf(3, 400)).toEqual([1, 1, 1]);
  });

  it("changes only so many rows at once, however fast it is", async () => {
    expect(await stepsOf(70, 0)).toEqual([32, 32, 6]);
  });
});
