/**
 * Serves the bundled handbook on loopback, so that the demo and the tests index it through the real crawler.
 * All pages are read when the server starts; each has a strong ETag of its bytes. The addresses in
 * `sitemap.xml` and in the pages' canonical links are those of `HANDBOOK_ORIGIN`, as on a real site that is
 * crawled from a copy.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { listen } from "../../src/platform/http-server.ts";
import { HANDBOOK_ORIGIN } from "./origin.ts";

/** The folder of the pages: one HTML file a page, `index.html` for the root. */
export const HANDBOOK_PAGES = path.join(import.meta.dirname, "pages");

export type HandbookServer = AsyncDisposable & {
  /** Where the handbook can be fetched: "http://127.0.0.1:40123". */
  readonly origin: string;
};

type Resource = {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
};

/** Starts the server on any free port and resolves once it listens. Disposing closes open connections too. */
export async function serveHandbook(): Promise<HandbookServer> {
  const resources = await readResources();
  const server = await listen(
    (request, response) => answer(resources, request, response),
    { host: "127.0.0.1", port: 0 },
    "a free port",
  );
  return {
    origin: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function readResources(): Promise<ReadonlyMap<string, Resource>> {
  const files = (await readdir(HANDBOOK_PAGES)).toSorted();
  const resources = new Map<string, Resource>();
  const addresses: string[] = [];
  for (const file of files) {
    const body = await readFile(path.join(HANDBOOK_PAGES, file));
    if (file.endsWith(".html")) {
      const pagePath = file === "index.html" ? "/" : `/${path.basename(file, ".html")}`;
      resources.set(pagePath, resource("text/html; charset=utf-8", body));
      // The index only lists the others and asks not to be indexed itself.
      if (pagePath !== "/") addresses.push(`${HANDBOOK_ORIGIN}${pagePath}`);
    } else if (file.endsWith(".css")) {
      resources.set(`/${file}`, resource("text/css; charset=utf-8", body));
    }
  }
  resources.set("/sitemap.xml", resource("application/xml; charset=utf-8", sitemap(addresses)));
  resources.set("/robots.txt", resource("text/plain; charset=utf-8", ROBOTS));
  return resources;
}

const ROBOTS = `User-agent: *
Allow: /

Sitemap: ${HANDBOOK_ORIGIN}/sitemap.xml
`;

function sitemap(addresses: readonly string[]): string {
  const entries = addresses.map((address) => `  <url><loc>${address}</loc></url>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...entries,
    "</urlset>",
    "",
  ].join("\n");
}

function resource(type: string, content: Buffer | string): Resource {
  const body = Buffer.from(content);
  const hash = createHash("sha256").update(body).digest("base64url");
  return { type, body, etag: `"${hash.slice(0, 22)}"` };
}

function answer(
  resources: ReadonlyMap<string, Resource>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const requested = (request.url ?? "/").replace(/[?#].*$/s, "");
  const found = resources.get(requested);
  if (found === undefined) {
    const moved = canonicalPath(requested);
    if (moved !== requested && resources.has(moved)) {
      response.writeHead(308, { location: moved }).end();
    } else {
      response
        .writeHead(404, { "content-type": "text/plain; charset=utf-8" })
        .end("The handbook has no such page.\n");
    }
    return;
  }
  const headers = { etag: found.etag, "cache-control": "no-cache" };
  if (matches(request.headers["if-none-match"], found.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    "content-type": found.type,
    "content-length": found.body.byteLength,
  });
  response.end(request.method === "HEAD" ? undefined : found.body);
}

/** "/flow-pod-dies/", "/flow-pod-dies.html" -> "/flow-pod-dies"; "/index.html" -> "/". */
function canonicalPath(requested: string): string {
  const bare = requested.replace(/\/+$/, "").replace(/\.html$/, "");
  return bare === "" || bare === "/index" ? "/" : bare;
}

/** `If-None-Match` compares weakly (RFC 9110, 13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header
    .split(",")
    .map((one) => one.trim().replace(/^W\//, ""))
    .some((one) => one === "*" || one === etag);
}
