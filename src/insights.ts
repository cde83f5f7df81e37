/** Entry of `npm run insights`: what was asked, what was not found, what to write. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { asksForHelp, wholeNumber } from "./command-line.ts";
import { compose } from "./compose.ts";
import { readConfig } from "./config/read-config.ts";
import { openFeedback, openHelpRequests } from "./configured-state.ts";
import { systemClock } from "./platform/clock.ts";
import { describeError } from "./platform/errors.ts";
import { runEntry } from "./platform/run-entry.ts";
import { count } from "./web/draw-receipt.ts";
import { createOverviewReader } from "./web/index-overview.ts";
import { insightsFile } from "./web/insights/draw-insights.ts";
import { gatherInsights, insightsCsv } from "./web/insights/gather.ts";

const HELP = `Usage: npm run insights -- [--weeks N] [--out FOLDER]

Writes insights.html (one file that needs no other) and insights.csv from the stored questions: by the page that answers
them, week against week, what was not found, voted down, refused or passed on to a person; words that no page has; pages
that are never found; how often people's own answers were given.
They hold people's questions: give them to nobody who may not read those.

  --weeks N      weeks to look back, the one under way included (8)
  --out FOLDER   where to write (DATA_DIR/insights)
`;

/** Longest wait for the list of pages: an index of millions of sections takes a while. */
const OVERVIEW_MS = 120_000;

async function main(signal: AbortSignal): Promise<number> {
  if (asksForHelp(process.argv)) {
    process.stdout.write(HELP);
    return 0;
  }
  const { values } = parseArgs({
    options: {
      weeks: { type: "string", default: "8" },
      out: { type: "string" },
    },
  });
  const weeks = wholeNumber(values.weeks, "number of weeks", 1, 104);
  const { config } = readConfig(process.env);
  await using composed = await compose({ config, useModel: false });
  const state = { dataFolder: composed.dataFolder, stateUrl: config.STATE_URL };
  await using feedback = await openFeedback(state);
  await using help = await openHelpRequests(state);
  const overview = await createOverviewReader(composed.index)
    .read(OVERVIEW_MS)
    .catch((error: unknown) => {
      process.stderr.write(`The index does not answer: ${describeError(error)}\n`);
      return undefined;
    });
  const now = systemClock.now();
  const insights = await gatherInsights({
    store: composed.store,
    feedback,
    helpSince: help.since,
    reviewed: composed.reviewed,
    pages: overview?.pages,
    now,
    weeks,
    signal,
  });
  const folder = path.resolve(values.out ?? path.join(composed.dataFolder, "insights"));
  mkdirSync(folder, { recursive: true });
  const asset = (name: string) =>
    readFileSync(path.join(import.meta.dirname, "web/assets", name), "utf8");
  const html = insightsFile(insights, {
    style: asset("style.css"),
    script: asset("filter.js"),
    madeAt: new Date(now).toISOString(),
  });
  // They hold what people asked: for their owner alone.
  writeFileSync(path.join(folder, "insights.html"), html, { mode: 0o600 });
  writeFileSync(path.join(folder, "insights.csv"), insightsCsv(insights), { mode: 0o600 });
  const { kinds } = insights;
  process.stdout.write(
    `${count(insights.questions, "question")} about ${count(insights.groups.length, "page")} since ${insights.weeks[0] ?? ""}: ` +
      `${kinds.answered ?? 0} answered, ${kinds.partial ?? 0} partly, ${kinds["not-found"] ?? 0} not found, ` +
      `${insights.notHelpful} voted not helpful, ${insights.help?.asked ?? 0} passed on to a person.\n${path.join(folder, "insights.html")}\n${path.join(folder, "insights.csv")}\n`,
  );
  return 0;
}

await runEntry(main);
