/** Entry of what is served beside Slack: the web page, and the MCP server for editors and agents. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { asksForHelp, ended, wholeNumber } from "./command-line.ts";
import { compose, tendStore } from "./compose.ts";
import { composeMcp, composeMcpHttp, listenForMcp, webGuard } from "./compose-mcp.ts";
import { readConfig } from "./config/read-config.ts";
import { openFeedback, openHelpRequests } from "./configured-state.ts";
import { ingestMetricsText } from "./ingest-metrics.ts";
import { readDiskRoom } from "./platform/disk-room.ts";
import { systemClock } from "./platform/clock.ts";
import { UsageError } from "./platform/errors.ts";
import { runEntry } from "./platform/run-entry.ts";
import { STATE_FILE } from "./state/schema.ts";

const HELP = `Usage: npm run web [-- --port 8080]
       npm run --silent mcp
       npm run mcp -- --http [--port 8081]

  web   a page to ask and to look: threads as Slack shows them, what is indexed, stored conversations; /mcp beside it.
        For this machine only, unless WEB_HOST says otherwise; then WEB_TOKEN is needed.
        --port   listen there and not on WEB_PORT; 0 takes any free port
  mcp   tools for editors and agents (ask, search_docs, read_section, what_changed, explain_answer) over stdin and
        stdout, where nothing else may be written: hence --silent
        --http   Streamable HTTP at /mcp instead
        --port   listen there and not on MCP_PORT (8081 without it)
`;

/** Of `npm run mcp -- --http`, when no setting gives one. */
const DEFAULT_MCP_PORT = 8081;

async function main(signal: AbortSignal): Promise<number> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === undefined || command === "help" || asksForHelp(process.argv.slice(2))) {
    process.stdout.write(HELP);
    return command === undefined ? 2 : 0;
  }
  switch (command) {
    case "web":
      return serveWeb(rest, signal);
    case "mcp":
      return serveMcp(rest, signal);
    default:
      throw new UsageError(
        `There is no command "${command}"; there are npm run web and npm run mcp.`,
      );
  }
}

async function serveWeb(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
    },
  });
  const { config } = readConfig(process.env);
  const port = values.port === undefined ? config.WEB_PORT : portOf(values.port);
  const guard = webGuard(config);
  const { startWeb } = await import("./web/server.ts");
  await using composed = await compose({ config, demoIndexIfNoOther: true });
  const state = { dataFolder: composed.dataFolder, stateUrl: config.STATE_URL };
  await using help = await openHelpRequests(state);
  await using feedback = await openFeedback(state);
  await using _tending = tendStore(composed, config);
  await using mcp = composeMcpHttp(composed, config);
  await using server = await startWeb({
    ...composed,
    feedback,
    helpSince: help.since,
    clock: systemClock,
    newId: randomUUID,
    disk: () => readDiskRoom(composed.dataFolder, STATE_FILE),
    metricsText: () => `${composed.metrics.render()}${ingestMetricsText(composed.dataFolder)}`,
    guard,
    host: config.WEB_HOST,
    port,
    routes: { "/mcp": (request, response) => mcp.handle(request, response) },
  });
  sayDemo(composed.usesDemoIndex);
  process.stderr.write(
    `Open ${addressOf(config.WEB_HOST, server.port)}${guard.token === undefined ? "" : " (it asks for WEB_TOKEN)"}. Ctrl-C ends it.\n`,
  );
  await ended(signal);
  return 0;
}

async function serveMcp(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      http: { type: "boolean", default: false },
      port: { type: "string" },
    },
  });
  const { config } = readConfig(process.env);
  const port =
    values.port === undefined ? (config.MCP_PORT ?? DEFAULT_MCP_PORT) : portOf(values.port);
  await using composed = await compose({ config, demoIndexIfNoOther: true });
  await using _tending = tendStore(composed, config);
  sayDemo(composed.usesDemoIndex);
  if (values.http) {
    await using server = await listenForMcp(composed, config, port);
    process.stderr.write(
      `MCP at ${addressOf(config.WEB_HOST, server.port)}/mcp${config.WEB_TOKEN === undefined ? "" : " (WEB_TOKEN as bearer token)"}. Ctrl-C ends it.\n`,
    );
    await ended(signal);
    return 0;
  }
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
  const served = serveStdio(composeMcp(composed, config), {
    onerror: (error) => composed.logger.warn("mcp-message-refused", { reason: error.message }),
  });
  // The client ends it by closing our input.
  await Promise.race([ended(signal), once(process.stdin, "end"), once(process.stdin, "close")]);
  await served.close();
  return 0;
}

function sayDemo(usesDemoIndex: boolean): void {
  if (usesDemoIndex)
    process.stderr.write(
      "No documentation is indexed yet, so this answers from the demo's handbook.\n",
    );
}

function addressOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

const portOf = (text: string) => wholeNumber(text, "port", 0, 65_535);

await runEntry(main);
