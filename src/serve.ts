/** Entry of what is served beside Slack: the web page. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { parseArgs } from "node:util";
import { compose } from "./compose.ts";
import { readConfig } from "./config/read-config.ts";
import { openSqliteFeedbackStore } from "./feedback/sqlite-feedback-store.ts";
import { systemClock } from "./platform/clock.ts";
import { UsageError } from "./platform/errors.ts";
import { createGuard } from "./platform/http-guard.ts";
import { runEntry } from "./platform/run-entry.ts";

const HELP = `Usage: npm run web [-- --port 8080]

  web   a page to ask and to look: threads as Slack shows them, what is indexed, stored conversations.
        For this machine only, unless WEB_HOST says otherwise; then WEB_TOKEN is needed.
        --port   listen there and not on WEB_PORT; 0 takes any free port
`;

async function main(signal: AbortSignal): Promise<number> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === undefined || command === "help" || command === "--help") {
    process.stdout.write(HELP);
    return command === undefined ? 2 : 0;
  }
  switch (command) {
    case "web":
      return serveWeb(rest, signal);
    default:
      throw new UsageError(`There is no command "${command}"; there is npm run web.`);
  }
}

async function serveWeb(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { config } = readConfig(process.env);
  const port = values.port === undefined ? config.WEB_PORT : portOf(values.port);
  const guard = createGuard({
    host: config.WEB_HOST,
    token: config.WEB_TOKEN,
    hosts: config.WEB_HOSTS,
    settings: { host: "WEB_HOST", token: "WEB_TOKEN" },
  });
  const { startWeb } = await import("./web/server.ts");
  await using composed = await compose({ config, demoIndexIfNoOther: true });
  await using feedback = openSqliteFeedbackStore(path.join(composed.dataFolder, "feedback.sqlite"));
  await using server = await startWeb({
    ...composed,
    feedback,
    clock: systemClock,
    newId: randomUUID,
    guard,
    host: config.WEB_HOST,
    port,
  });
  const host = config.WEB_HOST.includes(":") ? `[${config.WEB_HOST}]` : config.WEB_HOST;
  process.stderr.write(
    (composed.usesDemoIndex
      ? "No documentation is indexed yet, so this answers from the demo's handbook.\n"
      : "") +
      `Open http://${host}:${server.port}${guard.token === undefined ? "" : " (it asks for WEB_TOKEN)"}. Ctrl-C ends it.\n`,
  );
  await ended(signal);
  return 0;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`"${text}" is no port.`, "A port is a whole number from 0 to 65535.");
  return port;
}

async function ended(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

await runEntry(main);
