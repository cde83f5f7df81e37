/** The thread that answers: builds the core from the settings it is given, and serves it until it is told to close. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type FromCore, plainError } from "./answering/remote/messages.ts";
import { serveApplication } from "./answering/remote/serve-application.ts";
import { compose, tendStore } from "./compose.ts";
import type { Config } from "./config/schema.ts";
import { wordsOf } from "./retrieval/product-names.ts";
import { openFeedback } from "./configured-state.ts";
import { createReporters } from "./core-reports.ts";
import { systemClock } from "./platform/clock.ts";

async function main(port: MessagePort, config: Config): Promise<void> {
  await using composed = await compose({ config });
  const live = (await composed.index.versions()).find((version) => version.live);
  await using _tending = tendStore(composed, config);
  // Beside the core, so that neither its searches nor its clients hold up the connection to Slack.
  await using _mcp =
    config.MCP_PORT === undefined
      ? undefined
      : await (await import("./compose-mcp.ts")).listenForMcp(composed, config, config.MCP_PORT);
  await using feedback = await openFeedback({
    dataFolder: composed.dataFolder,
    stateUrl: config.STATE_URL,
  });
  // Meanwhile questions are answered, with passages in the place of a model's own words.
  const closing = new AbortController();
  const judging = composed.judgeChecker(closing.signal).catch(() => undefined);
  await serveApplication(port, {
    metrics: () => composed.metrics.render(),
    application: composed.application,
    facts: {
      pages: live?.pages,
      writerName: composed.writerName,
      prompts: (live === undefined ? undefined : wordsOf(live))?.prompts ?? [],
    },
    reporters: createReporters({
      index: composed.index,
      store: composed.store,
      feedback,
      now: () => systemClock.now(),
    }),
  });
  closing.abort();
  await judging;
}

if (parentPort !== null) {
  const port = parentPort;
  try {
    // Given by `compose-remote.ts`.
    await main(port, (workerData as { readonly config: Config }).config);
  } catch (error) {
    port.postMessage({ kind: "not-ready", error: plainError(error) } satisfies FromCore);
  }
  port.close();
}
