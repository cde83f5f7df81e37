/** The bundled handbook for the benchmarks: indexed by the real crawler, its pages as text, and what people ask about it. */
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { load } from "cheerio";
import { HANDBOOK_PAGES, serveHandbook } from "../../../ingest/handbook/serve.ts";
import { ingest } from "../../../ingest/ingest.ts";
import { silentProgress } from "../../../ingest/progress.ts";
import { handbookSource } from "../../../ingest/sources/handbook.ts";
import { indexFolder } from "../../../src/configured-index.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { openIndex } from "../../../src/store/open-index.ts";

/** Crawls the handbook into a data folder, as `npm run demo` does. */
export async function indexHandbook(dataFolder: string): Promise<void> {
  await using server = await serveHandbook();
  await using index = await openIndex({ folder: indexFolder(dataFolder) });
  await ingest(
    { sources: [handbookSource], from: server.origin },
    {
      index,
      dataFolder,
      progress: silentProgress,
      clock: systemClock,
      random: Math.random,
      newId: randomUUID,
      allowHosts: ["127.0.0.1"],
    },
  );
  if (!(await index.versions()).some((version) => version.live))
    throw new Error("The handbook could not be indexed.");
}

/** The text of each page as its file has it, read without the crawler that is judged with it. */
export function handbookTexts(): readonly string[] {
  return readdirSync(HANDBOOK_PAGES)
    .filter((file) => file.endsWith(".html"))
    .map((file) => {
      const page = load(readFileSync(path.join(HANDBOOK_PAGES, file), "utf8"));
      page("head, nav, header, footer, script, style").remove();
      return page("body").text();
    });
}

/** Addresses that a citation may have. */
export const HANDBOOK_ADDRESS = "https://handbook.example/";

export const QUESTIONS = [
  "What happens if the pod that is running the workflow (not the task) fails?",
  "What happens to a flow run when its worker dies?",
  "How do I retry a task with a delay?",
  "What is a zombie run?",
  "Why is my flow run Late?",
  "Where are the results of tasks stored?",
  "What does the observer do when a pod is evicted?",
  "How long does a flow have after SIGTERM?",
  "What happens when the Prefect API cannot be reached?",
  "How do I cancel a flow run?",
  "Can I rerun a flow run that failed?",
  "What happens to a concurrency slot when the run crashes?",
  "What is the difference between Crashed and Failed?",
  "My container was OOMKilled, which state does the run get?",
  "Which version added transactions?",
  "How much does Prefect Cloud cost for a team of ninety?",
] as const;

export const FOLLOW_UPS = [
  "and for tasks?",
  "what did you mean by 'state'?",
  "are you sure?",
  "and on ECS?",
  "what about retries?",
  "does that also happen with a process worker?",
  "thanks!",
] as const;
