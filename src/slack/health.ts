/** Health and metrics on a port of their own: `/healthz` for containers, `/metrics` for Prometheus. */
import { listen, type ListeningServer } from "../platform/http-server.ts";

export type HealthReport = {
  readonly healthy: boolean;
  readonly details: Readonly<Record<string, string | number | boolean | undefined>>;
};

/** Listens at once. Throws `AppError` "port-in-use" when the port is taken. */
export function startHealthServer(parts: {
  readonly host: string;
  readonly port: number;
  readonly health: () => Promise<HealthReport>;
  readonly metrics: () => Promise<string>;
}): Promise<ListeningServer> {
  const answer = async (request: string): Promise<readonly [number, string, string]> => {
    if (request === "GET /healthz") {
      const { healthy, details } = await parts.health();
      const body = `${JSON.stringify({ healthy, ...details })}\n`;
      return [healthy ? 200 : 503, "application/json", body];
    }
    if (request === "GET /metrics")
      return [200, "text/plain; version=0.0.4", await parts.metrics()];
    return [404, "text/plain", ""];
  };
  return listen(
    (request, response) => {
      void answer(`${request.method} ${request.url}`)
        .catch(() => [500, "text/plain", ""] as const)
        .then(([status, type, body]) => {
          response.writeHead(status, { "content-type": type }).end(body);
        });
    },
    parts,
    "HEALTH_PORT",
  );
}
