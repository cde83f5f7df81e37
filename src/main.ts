/** Starts the Slack bot: load settings, compose, run until a signal, close. */
import { parseArgs } from "node:util";
import { asksForHelp, ended } from "./command-line.ts";
import { composeRemotely } from "./compose-remote.ts";
import { readConfig } from "./config/read-config.ts";
import { forgetUser } from "./forget.ts";
import { lookForChanges } from "./look-for-changes.ts";
import { ingestMetricsText } from "./ingest-metrics.ts";
import { systemClock } from "./platform/clock.ts";
import { AppError } from "./platform/errors.ts";
import { runEntry } from "./platform/run-entry.ts";
import { slackSettings } from "./slack-settings.ts";

const HELP = `Usage: npm start

Starts the Slack bot and runs until Ctrl-C. Needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET
for signed HTTP), and an index: npm run ingest. \`npm run doctor\` checks all of it.
`;

async function main(signal: AbortSignal): Promise<number> {
  if (asksForHelp(process.argv)) {
    process.stdout.write(HELP);
    return 0;
  }
  parseArgs({ options: {} });
  const { config } = readConfig(process.env);
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET } = config;
  const isReachable = SLACK_APP_TOKEN !== undefined || SLACK_SIGNING_SECRET !== undefined;
  if (botToken === undefined || !isReachable) {
    const missing = [
      ...(botToken === undefined ? ["SLACK_BOT_TOKEN"] : []),
      ...(isReachable ? [] : ["SLACK_APP_TOKEN"]),
    ];
    throw new AppError("config", `Slack needs ${missing.join(" and ")}.`, {
      hint: 'The README, "In Slack", says where each one comes from; `npm run doctor` checks them.',
    });
  }
  await using composed = await composeRemotely({ config });
  const { application } = composed;
  if (application.facts.pages === undefined) {
    throw new AppError("no-index", "No documentation is indexed yet.", {
      hint: "Run `npm run ingest` first.",
    });
  }
  const { startSlack } = await import("./slack/slack-app.ts");
  const { readDiskRoom } = await import("./platform/disk-room.ts");
  const { STATE_FILE } = await import("./state/schema.ts");
  await using slack = await startSlack({
    ...composed,
    records: composed.conversations,
    settings: { ...slackSettings(config), botToken },
    clock: systemClock,
    answering: () => application.ready,
    prompts: application.facts.prompts ?? [],
    reports: {
      sources: () => application.report("sources"),
      week: () => application.report("week"),
    },
    disk: () => readDiskRoom(config.DATA_DIR, STATE_FILE),
    lookForChanges: (known, signal) => lookForChanges(config, known, signal),
    moreMetrics: async () => `${await application.metrics()}${ingestMetricsText(config.DATA_DIR)}`,
    ownData: {
      count: (user) => forgetUser(composed, user, { dryRun: true }),
      forget: (user) => forgetUser(composed, user, { dryRun: false }),
    },
  });
  process.stderr.write(
    `ask-marvin is in Slack (${slack.mode}), answering from ${application.facts.pages} pages. Ctrl-C ends it.\n`,
  );
  await ended(signal);
  return 0;
}

await runEntry(main);
