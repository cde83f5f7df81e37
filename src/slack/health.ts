/** Health and metrics on a port of their own: `/healthz` for containers, `/metrics` for Prometheus. */
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../platform/errors.ts";

export type HealthReport = {
  readonly healthy: boolean;
  readonly details: Readonly<Record<string, string | number | boolean | undefined>>;
};

export interface HealthServer extends AsyncDisposable {
  readonly port: number;
}

/** Listens at once. Throws `AppError` "port-in-use" when the port is taken. */
export async function startHealthServer(parts: {
  readonly host: string;
  readonly port: number;
  readonly health: () => Promise<HealthReport>;
  readonly metrics: () => Promise<string>;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = async () => {
      if (request.method === "GET" && request.url === "/healthz") {
        const report = await parts.health();
        response.writeHead(report.healthy ? 200 : 503, { "content-type": "application/json" });
        response.end(`${JSON.stringify({ healthy: report.healthy, ...report.details })}\n`);
      } else if (request.method === "GET" && request.url === "/metrics") {
        const text = await parts.metrics();
        response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
        response.end(text);
      } else {
        response.writeHead(404);
        response.end();
      }
    };
    answer().catch(() => {
      response.writeHead(500);
      response.end();
    });
  });
  await listen(server, parts.port, parts.host);
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new AppError("port-in-use", `The health server cannot listen on ${host}:${port}.`, {
          facts: { reason: cause.message },
          hint: "Give it another HEALTH_PORT, or none.",
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}
