/**
 * A repository on a small server that answers as GitHub's API does, as far as reading needs it: paging by Link headers,
 * `since`, ETags, GraphQL discussions, and the limits, which a test can use up. It remembers every request.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type FakeIssue = {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null;
  readonly state?: "open" | "closed";
  readonly state_reason?: string | null;
  readonly updated_at: string;
  readonly pull_request?: { readonly merged_at: string | null };
};
export type FakeComment = {
  readonly id: number;
  readonly issue: number;
  readonly body: string;
  readonly updated_at: string;
  readonly author_association?: string;
  readonly user?: { readonly login: string; readonly type?: string };
};
export type FakeRelease = {
  readonly id: number;
  readonly tag_name: string;
  readonly body: string;
  readonly published_at: string;
  readonly prerelease?: boolean;
  readonly draft?: boolean;
};
export type FakeDiscussion = {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly updatedAt: string;
  readonly answer?: string;
};

/** Answers in the place of the API; undefined lets it answer. */
export type GithubFault = (
  request: IncomingMessage,
  count: number,
) =>
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | undefined;

export async function startFakeGithub(repository = "acme/lantern") {
  const github = {
    apiUrl: "",
    issues: new Map<number, FakeIssue>(),
    comments: new Map<number, FakeComment>(),
    releases: new Map<number, FakeRelease>(),
    discussions: new Map<number, FakeDiscussion>(),
    requests: [] as {
      readonly path: string;
      readonly query: string;
      readonly token: string;
      status: number;
    }[],
    fault: undefined as GithubFault | undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };

  const page = (
    url: URL,
    items: readonly unknown[],
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    const size = Number(url.searchParams.get("per_page") ?? 30);
    const number = Number(url.searchParams.get("page") ?? 1);
    const body = JSON.stringify(items.slice((number - 1) * size, number * size));
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
    response.setHeader("etag", etag);
    if (request.headers["if-none-match"] === etag) {
      response.statusCode = 304;
      response.end();
      return;
    }
    if (items.length > number * size) {
      const next = new URL(url);
      next.searchParams.set("page", String(number + 1));
      response.setHeader("link", `<${next.href}>; rel="next", <${url.href}>; rel="last"`);
    }
    response.setHeader("content-type", "application/json");
    response.end(body);
  };

  const changed = <T extends { readonly updated_at: string }>(url: URL, items: Iterable<T>) => {
    const since = url.searchParams.get("since") ?? "";
    return [...items]
      .filter((item) => item.updated_at >= since)
      .toSorted((a, b) => (a.updated_at < b.updated_at ? -1 : 1));
  };

  const answer = (request: IncomingMessage, response: ServerResponse, body: string) => {
    const url = new URL(request.url ?? "/", github.apiUrl);
    const record = {
      path: url.pathname,
      query: url.search,
      token: request.headers.authorization ?? "",
      status: 0,
    };
    github.requests.push(record);
    response.on("close", () => {
      record.status = response.statusCode;
    });
    const fault = github.fault?.(request, github.requests.length);
    if (fault !== undefined) {
      response.writeHead(fault.status, fault.headers);
      response.end(fault.body ?? "{}");
      return;
    }
    const base = `/repos/${repository}`;
    switch (url.pathname) {
      case `${base}/issues`:
        page(
          url,
          changed(url, github.issues.values()).map((issue) => ({
            user: { login: "somebody" },
            created_at: issue.updated_at,
            body: "",
            state: "open",
            state_reason: null,
            ...issue,
          })),
          request,
          response,
        );
        return;
      case `${base}/issues/comments`:
        page(
          url,
          changed(url, github.comments.values()).map(({ issue, ...comment }) => ({
            user: { login: "somebody", type: "User" },
            author_association: "NONE",
            created_at: comment.updated_at,
            ...comment,
            issue_url: `${github.apiUrl}${base}/issues/${issue}`,
          })),
          request,
          response,
        );
        return;
      case `${base}/releases`:
        page(
          url,
          [...github.releases.values()]
            .toSorted((a, b) => (a.published_at > b.published_at ? -1 : 1))
            .map((release) => ({
              name: release.tag_name,
              html_url: "https://github.com/x",
              ...release,
            })),
          request,
          response,
        );
        return;
      case "/graphql":
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({
            data: discussionsOf(JSON.parse(body) as { variables: { cursor: string | null } }),
          }),
        );
        return;
      default:
        response.statusCode = 404;
        response.end(JSON.stringify({ message: "Not Found" }));
    }
  };

  const discussionsOf = ({ variables }: { variables: { cursor: string | null } }) => {
    const start = Number(variables.cursor ?? 0);
    const all = [...github.discussions.values()].toSorted((a, b) =>
      a.updatedAt > b.updatedAt ? -1 : 1,
    );
    const nodes = all.slice(start, start + 50).map(({ answer: text, ...discussion }) => ({
      closed: false,
      author: { login: "somebody" },
      ...discussion,
      answer:
        text === undefined
          ? null
          : {
              databaseId: 900 + discussion.number,
              body: text,
              authorAssociation: "MEMBER",
              createdAt: discussion.updatedAt,
              author: { login: "maintainer" },
            },
      comments: { nodes: [] },
    }));
    return {
      repository: {
        discussions: {
          pageInfo: { hasNextPage: all.length > start + 50, endCursor: String(start + 50) },
          nodes,
        },
      },
    };
  };

  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => answer(request, response, body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address with one.
  github.apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return github;
}
