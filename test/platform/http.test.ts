import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "../../src/platform/addresses.ts";
import { createHttpClient, type HttpClientOptions } from "../../src/platform/http.ts";

async function serve(
  listener: RequestListener,
): Promise<AsyncDisposable & { origin: string; port: number }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

const client = (options: Partial<HttpClientOptions> = {}) =>
  createHttpClient({ userAgent: "test", allowHosts: ["127.0.0.1"], ...options });

describe("createHttpClient", () => {
  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ] as const)("unpacks %s", async (encoding, pack) => {
    await using server = await serve((_request, response) => {
      response.setHeader("content-encoding", encoding);
      response.end(pack("hello"));
    });
    await using http = client();

    const answer = await http.get(server.origin);

    expect(answer.body.toString()).toBe("hello");
  });

  it("stops unpacking at the limit, long before a bomb is out", async () => {
    await using server = await serve((_request, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync(Buffer.alloc(50_000_000)));
    });
    await using http = client({ limits: { maxUnpackedBytes: 100_000 } });

    await expect(http.get(server.origin)).rejects.toMatchObject({ code: "too-large" });
  });

  it.each(["gzip", "br", "deflate"])(
    "gives up on a long answer that is not the %s it says, and goes on with the next",
    async (encoding) => {
      await using server = await serve((request, response) => {
        if (request.url === "/next") {
          response.end("fine");
          return;
        }
        response.setHeader("content-encoding", encoding);
        response.end("no packed bytes ".repeat(100_000));
      });
      await using http = client({ connections: 1 });

      await expect(http.get(server.origin)).rejects.toMatchObject({ code: "bad-encoding" });
      const next = await http.get(`${server.origin}/next`);

      expect(next.body.toString()).toBe("fine");
    },
  );

  it("follows redirects up to a limit, and not at all when asked", async () => {
    await using server = await serve((request, response) => {
      const round = Number(request.url?.slice(1));
      if (round >= 3) response.end(`round ${round}`);
      else response.writeHead(302, { location: `/${round + 1}` }).end();
    });
    await using http = client();

    const answer = await http.get(`${server.origin}/0`);
    const manual = await http.get(`${server.origin}/0`, { redirect: "manual" });

    expect(answer).toMatchObject({ status: 200, redirects: 3, url: `${server.origin}/3` });
    expect(manual).toMatchObject({ status: 302 });
    await expect(
      http.get(`${server.origin}/0`, { limits: { maxRedirects: 2 } }),
    ).rejects.toMatchObject({ code: "too-many-redirects" });
  });

  it("refuses private addresses before it connects, allowed hosts apart", async () => {
    let asked = 0;
    await using server = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    await using http = client({ allowHosts: [] });

    for (const address of [
      server.origin,
      `http://[::1]:${server.port}`,
      `http://[::ffff:127.0.0.1]:${server.port}`,
      `http://2130706433:${server.port}`,
      `http://0x7f.1:${server.port}`,
    ]) {
      await expect(http.get(address)).rejects.toMatchObject({ code: "private-address" });
    }
    expect(asked).toBe(0);
  });

  it("refuses a name that resolves into the network, on the first hop and on later ones", async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(302, { location: "http://localhost/" }).end();
    });
    const names: string[] = [];
    await using http = client({
      lookup: (hostname, _options, done) => {
        names.push(hostname);
        done(null, [
          { address: "93.184.215.14", family: 4 },
          { address: "10.0.0.7", family: 4 },
        ]);
      },
    });

    await expect(http.get("http://localhost:1/")).rejects.toMatchObject({
      code: "private-address",
    });
    await expect(http.get(server.origin)).rejects.toMatchObject({ code: "private-address" });
    expect(names).toEqual(["localhost", "localhost"]);
  });

  it.each(["ftp://a.example/", "file:///etc/passwd", "http://user:pass@a.example/", "nonsense"])(
    "does not fetch %s",
    async (address) => {
      await using http = client();

      await expect(http.get(address)).rejects.toMatchObject({ code: "bad-address" });
    },
  );

  it("ends at the deadline, and at once when aborted", async () => {
    await using server = await serve((_request, response) => {
      response.write("begins");
    });
    await using http = client();
    const stop = new AbortController();
    const reason = new Error("stop");

    await expect(http.get(server.origin, { limits: { timeoutMs: 50 } })).rejects.toMatchObject({
      code: "timeout",
    });
    const pending = http.get(server.origin, { signal: stop.signal });
    stop.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });
});

describe("isPublicAddress", () => {
  it.each([
    "8.8.8.8",
    "93.184.215.14",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "168.63.129.17",
  ])("%s is public", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "168.63.129.16",
    "::ffff:168.63.129.16",
    "64:ff9b::a83f:8110",
    "64:ff9b:1::a00:1",
    "192.0.2.1",
    "198.18.0.1",
    "fec0::1",
    "fd00:ec2::254",
    "4000::1",
    "2130706433",
    "::127.0.0.1",
    "[::1]",
    "fe80::1%eth0",
    "example.com",
    "",
  ])("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
