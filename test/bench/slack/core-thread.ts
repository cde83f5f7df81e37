/** The real core in its thread, as `npm start` has it, with a pace and faults on top: a model takes time and breaks off. */
import { parentPort, workerData } from "node:worker_threads";
import type { Application } from "../../../src/answering/application.ts";
import { serveApplication } from "../../../src/answering/remote/serve-application.ts";
import { compose, tendStore } from "../../../src/compose.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { systemClock } from "../../../src/platform/clock.ts";

export type Pace = {
  /** Milliseconds until the first claim, and between two claims. */
  readonly firstClaimMs: number;
  readonly claimMs: number;
  /** One in so many answers takes long before its first claim, so that task cards are shown; none with 0. */
  readonly slowOneIn: number;
  /** One in so many answers fails in the middle; none with 0. */
  readonly failOneIn: number;
  /** The thread ends in the middle of one in so many answers; never with 0. */
  readonly dieOneIn: number;
};

/** Before the first claim of a slow answer. */
const SLOW_MS = 3000;

/** A question that keeps the core's thread computing for so many milliseconds: "busy 3000: what ...". */
const BUSY = /^busy (\d+): /;

export function busyQuestion(ms: number, text: string): string {
  return `busy ${ms}: ${text}`;
}

function paced(application: Application, pace: Pace): Application {
  let asked = 0;
  return {
    async *ask(question) {
      asked += 1;
      const number = asked;
      const busyMs = Number(BUSY.exec(question.text)?.[1] ?? 0);
      const until = performance.now() + busyMs;
      while (performance.now() < until);
      await systemClock.sleep(pace.firstClaimMs, question.signal);
      let claims = 0;
      for await (const event of application.ask({
        ...question,
        text: question.text.replace(BUSY, ""),
      })) {
        if (event.kind === "claim") {
          claims += 1;
          // In a thread this ends the thread, not the process.
          if (pace.dieOneIn > 0 && number % pace.dieOneIn === 0) process.exit(1);
          if (claims === 1 && pace.slowOneIn > 0 && number % pace.slowOneIn === 0)
            await systemClock.sleep(SLOW_MS, question.signal);
          if (claims > 1) await systemClock.sleep(pace.claimMs, question.signal);
          if (claims === 2 && pace.failOneIn > 0 && number % pace.failOneIn === 0)
            throw new Error("the model broke off");
        }
        yield event;
      }
    },
    posted: (key, shown, answer) => application.posted(key, shown, answer),
    [Symbol.asyncDispose]: () => application[Symbol.asyncDispose](),
  };
}

if (parentPort !== null) {
  const port = parentPort;
  // Given by `bot-process.ts`.
  const { dataFolder, stateUrl, pace } = workerData as {
    readonly dataFolder: string;
    readonly stateUrl: string | undefined;
    readonly pace: Pace;
  };
  const { config } = loadConfig(
    {
      DATA_DIR: dataFolder,
      LOG_LEVEL: "silent",
      ...(stateUrl === undefined ? {} : { STATE_URL: stateUrl }),
    },
    undefined,
  );
  {
    await using composed = await compose({ config });
    await using _tending = tendStore(composed, config);
    await serveApplication(port, {
      application: paced(composed.application, pace),
      facts: { pages: 1, writerName: composed.writerName },
    });
  }
  port.close();
}
