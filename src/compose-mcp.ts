/** The MCP server on the parts of an application: for stdio, for the web page's server, and beside the bot. */
import { randomUUID } from "node:crypto";
import type { McpServerFactory } from "@modelcontextprotocol/server";
import type { Composed } from "./compose.ts";
import type { Config } from "./config/schema.ts";
import { createCallBudget } from "./mcp/call-budget.ts";
import { type McpHttp, createMcpHttp } from "./mcp/http.ts";
import { createMcpFactory } from "./mcp/mcp-server.ts";
import { createChangeReader } from "./mcp/what-changed.ts";
import { systemClock } from "./platform/clock.ts";
import { createGuard, type Guard } from "./platform/http-guard.ts";
import { type ListeningServer, listen } from "./platform/http-server.ts";
import { packageVersion } from "./platform/package-version.ts";

/** Questions answered at the same time; more are told to come back. */
const AT_ONCE = 128;

export function composeMcp(composed: Composed, config: Config): McpServerFactory {
  return createMcpFactory({
    application: composed.application,
    retriever: composed.retriever,
    store: composed.store,
    index: composed.index,
    changes: createChangeReader(composed.index),
    budget: createCallBudget({ clock: systemClock, hourly: config.MCP_HOURLY, atOnce: AT_ONCE }),
    logger: composed.logger,
    newId: randomUUID,
    name: config.MCP_NAME,
    version: packageVersion(),
    instructions: config.MCP_INSTRUCTIONS,
  });
}

/** Who may talk to the web page and to `/mcp`. Throws `AppError` when others could and there is no token. */
export function webGuard(config: Config): Guard {
  return createGuard({
    host: config.WEB_HOST,
    token: config.WEB_TOKEN,
    hosts: config.WEB_HOSTS,
    settings: { host: "WEB_HOST", token: "WEB_TOKEN" },
  });
}

export function composeMcpHttp(composed: Composed, config: Config): McpHttp {
  return createMcpHttp({
    factory: composeMcp(composed, config),
    guard: webGuard(config),
    logger: composed.logger,
  });
}

/** `/mcp` on a port of its own. Throws `AppError` "port-in-use". */
export async function listenForMcp(
  composed: Composed,
  config: Config,
  port: number,
): Promise<ListeningServer> {
  const http = composeMcpHttp(composed, config);
  try {
    const server = await listen(
      (request, response) => {
        if ((request.url ?? "").split("?")[0] === "/mcp") {
          void http.handle(request, response);
          return;
        }
        response.writeHead(404);
        response.end();
      },
      { host: config.WEB_HOST, port },
      "MCP_PORT",
    );
    return {
      port: server.port,
      async [Symbol.asyncDispose]() {
        await http[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await http[Symbol.asyncDispose]();
    throw error;
  }
}
