/**
 * A small documentation site on loopback that can misbehave: pages with validators, a sitemap, robots.txt, and
 * for each address a fault that answers in the page's place. It remembers every request.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type SitePage = {
  readonly title: string;
  /** HTML of the main element, below the title. */
  readonly body: string;
  /** HTML for the head: canonical link, robots meta. */
  readonly head?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** False: in no sitemap. */
  readonly listed?: boolean;
};

/** Answers in the place of a page; `hit` counts the requests for this address from 1. */
export type Fault = (request: IncomingMessage, response: ServerResponse, hit: number) => void;

export type DocsSite = AsyncDisposable & {
  readonly origin: string;
  readonly pages: Map<string, SitePage>;
  readonly faults: Map<string, Fault>;
  /** Text of robots.txt; undefined is a 404. */
  robots: string | undefined;
  /** False: no ETag, and no 304. */
  validators: boolean;
  /** Extra files by path. */
  readonly files: Map<string, { readonly type: string; readonly body: string | Buffer }>;
  readonly requests: {
    readonly path: string;
    readonly conditional: boolean;
    readonly status: number;
  }[];
  /** Called at each request. */
  onRequest: (() => void) | undefined;
  /** Requests of one address. */
  hits(path: string): number;
};

/** The HTML of a page, the way the site serves it. */
export function pageHtml(page: SitePage): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${page.title}</title>${page.head ?? ""}</head><body><nav><a href="/">Home</a></nav><main><h1 id="top">${page.title}</h1>${page.body}</main><footer>chrome of the site</footer></body></html>`;
}

export async function startDocsSite(pages: Readonly<Record<string, SitePage>>): Promise<DocsSite> {
  const site = {
    origin: "",
    pages: new Map(Object.entries(pages)),
    faults: new Map<string, Fault>(),
    robots: undefined as string | undefined,
    validators: true,
    files: new Map<string, { readonly type: string; readonly body: string | Buffer }>(),
    requests: [] as { path: string; conditional: boolean; status: number }[],
    onRequest: undefined as (() => void) | undefined,
    hits: (path: string) => site.requests.filter((request) => request.path === path).length,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? "/", site.origin).pathname;
    const record = {
      path,
      conditional: request.headers["if-none-match"] !== undefined,
      status: 0,
    };
    site.requests.push(record);
    site.onRequest?.();
    response.on("close", () => {
      record.status = response.statusCode;
    });
    const fault = site.faults.get(path);
    if (fault !== undefined) {
      fault(request, response, site.hits(path));
      return;
    }
    if (path === "/robots.txt" && site.robots !== undefined) {
      response.setHeader("content-type", "text/plain");
      response.end(site.robots.replaceAll("{origin}", site.origin));
      return;
    }
    const file = site.files.get(path);
    if (file !== undefined) {
      response.setHeader("content-type", file.type);
      response.end(file.body);
      return;
    }
    if (path === "/sitemap.xml") {
      const listed = [...site.pages].filter(([, page]) => page.listed !== false);
      response.setHeader("content-type", "text/xml");
      response.end(
        `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${listed.map(([address]) => `<url><loc>${site.origin}${address}</loc></url>`).join("")}</urlset>`,
      );
      return;
    }
    const page = site.pages.get(path);
    if (page === undefined) {
      response.statusCode = 404;
      response.setHeader("content-type", "text/html");
      response.end("<html><body><h1>Not found</h1></body></html>");
      return;
    }
    sendPage(request, response, page, site.validators);
  };

  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address with one.
  site.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return site;
}

function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  page: SitePage,
  validators: boolean,
): void {
  const html = pageHtml(page);
  const etag = `"${createHash("sha256").update(html).digest("hex").slice(0, 14)}"`;
  response.setHeader("content-type", "text/html; charset=utf-8");
  for (const [name, value] of Object.entries(page.headers ?? {})) response.setHeader(name, value);
  if (validators) {
    response.setHeader("etag", etag);
    if (request.headers["if-none-match"] === etag) {
      response.statusCode = 304;
      response.end();
      return;
    }
  }
  response.end(html);
}

/** Faults by name, for tables of tests. */
export const faults = {
  status:
    (status: number, headers: Readonly<Record<string, string>> = {}): Fault =>
    (_request, response) => {
      response.writeHead(status, { "content-type": "text/html", ...headers });
      response.end("<html><body>an error page</body></html>");
    },
  /** `fault` for the first `times` requests, then the page. */
  first:
    (times: number, fault: Fault, page: SitePage): Fault =>
    (request, response, hit) => {
      if (hit <= times) fault(request, response, hit);
      else sendPage(request, response, page, true);
    },
  redirect:
    (status: number, to: string | ((path: string, hit: number) => string)): Fault =>
    (request, response, hit) => {
      const location = typeof to === "string" ? to : to(request.url ?? "/", hit);
      response.writeHead(status, { location });
      response.end();
    },
  reset: (): Fault => (request) => {
    request.socket.resetAndDestroy();
  },
  /** The page, after a moment. */
  late:
    (page: SitePage, ms: number): Fault =>
    (request, response) => {
      setTimeout(() => sendPage(request, response, page, true), ms);
    },
  /** The page in small pieces. */
  slowly:
    (page: SitePage): Fault =>
    (_request, response) => {
      const html = pageHtml(page);
      response.writeHead(200, { "content-type": "text/html" });
      let sent = 0;
      const more = () => {
        response.write(html.slice(sent, sent + 20));
        sent += 20;
        if (sent < html.length) setImmediate(more);
        else response.end();
      };
      more();
    },
  /** Begins to answer and resets the connection: after the head, or within the body. */
  resetAfter:
    (part: "head" | "body"): Fault =>
    (request, response) => {
      response.writeHead(200, { "content-type": "text/html", "content-length": 1000 });
      response.flushHeaders();
      if (part === "body") response.write("<html><body><p>begins");
      setImmediate(() => request.socket.resetAndDestroy());
    },
  hang: (): Fault => () => undefined,
  hangAfterHead: (): Fault => (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.flushHeaders();
  },
  hangInBody: (): Fault => (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.write("<html><body><p>begins");
  },
  /** Says a length and closes before. */
  truncate:
    (page: SitePage): Fault =>
    (_request, response) => {
      const html = pageHtml(page);
      response.writeHead(200, { "content-type": "text/html", "content-length": html.length });
      response.write(html.slice(0, html.length / 2), () => response.destroy());
    },
  /** Ends before its last piece, of pieces without a length for all. */
  truncateInPieces:
    (page: SitePage): Fault =>
    (request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      const html = pageHtml(page);
      response.write(html.slice(0, html.length / 2), () => request.socket.destroy());
    },
  /** Cut off without any sign of it in the protocol. */
  truncateSilently:
    (page: SitePage): Fault =>
    (_request, response) => {
      const html = pageHtml(page);
      response.writeHead(200, { "content-type": "text/html" });
      response.end(html.slice(0, html.length * 0.6));
    },
  body:
    (body: string | Buffer, headers: Readonly<Record<string, string>>): Fault =>
    (_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers });
      response.end(body);
    },
  /** A body without end, as fast as it is read. */
  endless: (): Fault => (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    const piece = Buffer.alloc(64 * 1024, "<p>more</p>");
    const write = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on("drain", write);
    write();
  },
} as const;
