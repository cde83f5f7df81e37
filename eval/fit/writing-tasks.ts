/** Asks cases as a surface does, without a model, and tells what the offline writer was given at each turn. */
import { randomUUID } from "node:crypto";
import type { Application } from "../../src/answering/application.ts";
import { createApplication } from "../../src/answering/answer-question.ts";
import { resolveFollowUp } from "../../src/conversation/resolve-follow-up.ts";
import { openConversationStore } from "../../src/conversation/stored-conversations.ts";
import type { Logger } from "../../src/observability/logger.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { Retriever } from "../../src/retrieval/retriever.ts";
import {
  type ChoosingTask,
  createExtractiveWriter,
} from "../../src/writing/extractive/extractive-writer.ts";
import type { Writer } from "../../src/writing/writer.ts";
import { type EvalCase, type Expectation, expectations } from "../case.ts";
import { runCases } from "../run.ts";

export type TaskOfTurn = {
  readonly id: string;
  readonly expected: Expectation;
  readonly task: ChoosingTask;
};

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The tasks of every turn that came to the offline writer. Throws what a case fails with. */
export async function writingTasks(
  retriever: Retriever,
  cases: readonly EvalCase[],
): Promise<readonly TaskOfTurn[]> {
  const tasks = new Map<string, ChoosingTask>();
  let asking = "";
  const writer = createExtractiveWriter();
  const noting: Writer = {
    ...writer,
    write(task) {
      tasks.set(asking, task);
      return writer.write(task);
    },
  };
  await using application = createApplication({
    retriever,
    store: openConversationStore({ path: ":memory:" }),
    extractiveWriter: noting,
    // The interface allows a model; rules know at once.
    // oxlint-disable-next-line typescript/require-await
    resolve: async (input) => resolveFollowUp(input),
    clock: systemClock,
    logger: silent,
    newId: randomUUID,
  });
  const watched: Pick<Application, "ask" | "posted"> = {
    ask(question) {
      asking = question.key;
      return application.ask(question);
    },
    posted: (...shown) => application.posted(...shown),
  };
  const runId = "fit";
  const run = { application: watched, cases, clock: systemClock, runId, concurrency: 1 };
  for await (const result of runCases(run)) {
    if (result.kind === "failed") throw result.error;
  }
  return cases.flatMap((one) =>
    expectations(one).flatMap((expected) => {
      const task = tasks.get(`eval-${runId}-${one.id}-${expected.turn}`);
      return task === undefined ? [] : [{ id: one.id, expected, task }];
    }),
  );
}
