import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { findLocalServers } from "../../src/models/find-local-servers.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(reply: string | undefined): Promise<number> {
  const server = createServer((_request, response) => {
    if (reply !== undefined) response.end(reply);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port; // A TCP server that listens has one.
}

describe("findLocalServers", () => {
  it("names servers that list a model that writes, and no other listener", async () => {
    const [ollama, page, silent, embedding] = await Promise.all([
      serve('{"data": [{"id": "nomic-embed-text"}, {"id": "qwen3:8b"}]}'),
      serve("<html>hello</html>"),
      serve(undefined),
      serve('{"data": [{"id": "nomic-embed-text"}]}'),
    ]);

    const found = await findLocalServers([
      ["Ollama", ollama],
      ["a web server", page],
      ["a silent one", silent],
      ["an embedder", embedding],
    ]);

    expect(found).toEqual([
      { name: "Ollama", baseUrl: `http://127.0.0.1:${ollama}/v1`, models: ["qwen3:8b"] },
    ]);
  });
});
