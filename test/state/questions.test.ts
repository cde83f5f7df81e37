import { describe, expect, it } from "vitest";
import { eraseInSteps, eraseQuestion } from "../../src/state/questions.ts";
import { openState } from "../../src/state/schema.ts";

/** How many questions go at once, when erasing one takes `eachMs`. */
async function stepsOf(count: number, eachMs: number): Promise<readonly number[]> {
  using database = openState(":memory:");
  const add = database.prepare("INSERT INTO question (user, text) VALUES ('U1', ?)");
  for (let at = 0; at < count; at += 1) add.run(`question ${at}`);
  let now = 0;
  let step = 0;
  let running = true;
  const nextStep = () => {
    step += 1;
    if (running) setImmediate(nextStep);
  };
  setImmediate(nextStep);
  const steps = new Map<number, number>();

  const erased = await eraseInSteps(
    database,
    "user = ?",
    "U1",
    (opened, id) => {
      eraseQuestion(opened, id);
      now += eachMs;
      steps.set(step, (steps.get(step) ?? 0) + 1);
    },
    () => now,
  );

  running = false;
  expect(erased).toBe(count);
  expect(database.prepare("SELECT COUNT(*) AS n FROM question").get()?.["n"]).toBe(0);
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
