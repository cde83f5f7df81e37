/**
 * The web surface: a thread as Slack would show it, what is indexed, and the stored conversations. Node's own server,
 * pages drawn here, and one script that asks and listens. By itself it is for this machine; for anything else it wants
 * a token.
 */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { z } from "zod";
import type { Application } from "../answering/application.ts";
import { isFixed, type Turn } from "../conversation/conversation.ts";
import type { ConversationStore } from "../conversation/conversation-store.ts";
import type { FeedbackStore } from "../feedback/feedback-store.ts";
import { VoteKind } from "../feedback/feedback.ts";
import type { Logger } from "../observability/logger.ts";
import type { DiskRoom } from "../platform/disk-room.ts";
import type { Clock } from "../platform/clock.ts";
import { describeError, findCause } from "../platform/errors.ts";
import { type Guard, checkBearer, checkHostAndOrigin, isSameText } from "../platform/http-guard.ts";
import {
  BodyTooLargeError,
  type ListeningServer,
  listen,
  readBody,
} from "../platform/http-server.ts";
import type { ReviewedAnswerStore } from "../state/reviewed-answers.ts";
import type { ChunkIndex } from "../store/chunk-index.ts";
import {
  type Frame,
  drawChangedPage,
  drawInsightsPage,
  drawMessagePage,
  drawPagesPage,
  drawReviewedPage,
  drawSignInPage,
  drawThreadPage,
  drawThreadsPage,
} from "./draw-page.ts";
import { drawReviewedForm, drawReviewedList } from "./draw-reviewed.ts";
import { drawTurn } from "./draw-turn.ts";
import type { Html } from "./html.ts";
import { createOverviewReader } from "./index-overview.ts";
import { drawChanged, readChanged } from "./changed.ts";
import { drawInsights } from "./insights/draw-insights.ts";
import { type GatherParts, gatherInsights, insightsCsv, reviewedUse } from "./insights/gather.ts";
import { createKeeping } from "./keeping.ts";
import { createKept, within } from "./kept.ts";
import { readAs, RequestError } from "./request-error.ts";
import { streamAnswer } from "./stream-answer.ts";
import { readThreads } from "./thread-list.ts";

export type WebParts = {
  readonly application: Application;
  readonly store: Pick<ConversationStore, "findTurn" | "receipt" | "export">;
  readonly feedback: FeedbackStore;
  readonly reviewed: ReviewedAnswerStore;
  /** Questions that were passed on to people; without it insights do not tell. */
  readonly helpSince?: GatherParts["helpSince"];
  readonly index: ChunkIndex;
  readonly writerName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  /** Where an operator's own phrasings stand. */
  readonly dataFolder: string;
  /** Room on its disk; health does not look at it without. */
  readonly disk?: () => Promise<DiskRoom>;
  /** For /metrics, in Prometheus' text format. */
  readonly metricsText: () => string;
  readonly guard: Guard;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** What else this server answers, by path; it checks for itself who asks. */
  readonly routes?: Readonly<
    Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>
  >;
};

const LIMITS = {
  /** A question with a pasted log, escaped as JSON. */
  bodyBytes: 128 * 1024,
  questionCharacters: 20_000,
  reasonCharacters: 1000,
  /** Questions answered at the same time. */
  asking: 64,
  /** Turns of a thread that are drawn. */
  turns: 200,
  /** How long a page waits for the list of what is indexed. */
  overviewMs: 2000,
  /** A list of threads that is older is read again. */
  threadsKeptMs: 5000,
  /** How long a page waits for insights, how long they are shown before they are gathered anew, and their weeks. */
  insightsMs: 5000,
  insightsKeptMs: 60_000,
  weeks: 8,
  /** After a wrong token. */
  wrongTokenMs: 500,
} as const;

const COOKIE = "ask_marvin";
/** Threads that began here; those of other surfaces can be read, not continued. */
const OWN_THREAD = /^web-[0-9a-zA-Z-]{1,64}$/;

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  // With none at all a browser would send the sign-in form from the origin "null".
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

const ASSETS: Readonly<Record<string, string>> = {
  "style.css": "text/css; charset=utf-8",
  "thread.js": "text/javascript; charset=utf-8",
  "filter.js": "text/javascript; charset=utf-8",
  "forms.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

const Visitor = z.string().regex(/^[0-9a-z-]{8,40}$/);
const Asked = z.object({
  text: z.string().trim().min(1).max(LIMITS.questionCharacters),
  thread: z.string().regex(OWN_THREAD).optional(),
  visitor: Visitor.optional(),
});
const Voted = z.object({
  key: z.string().min(1).max(200),
  vote: VoteKind,
  reason: z.string().trim().max(LIMITS.reasonCharacters).optional(),
  visitor: Visitor.optional(),
});

/** Listens at once. Throws `AppError` "port-in-use". */
export async function startWeb(parts: WebParts): Promise<ListeningServer> {
  const { store, clock, logger, guard } = parts;
  const assets = readAssets();
  const overview = createOverviewReader(parts.index);
  const threads = createKept(LIMITS.threadsKeptMs, clock, () => readThreads(store));
  const insights = createKept(LIMITS.insightsKeptMs, clock, async () =>
    gatherInsights({
      store,
      feedback: parts.feedback,
      reviewed: parts.reviewed,
      ...(parts.helpSince === undefined ? {} : { helpSince: parts.helpSince }),
      pages: (await overview.read(LIMITS.insightsMs).catch(() => undefined))?.pages,
      now: clock.now(),
      weeks: LIMITS.weeks,
    }),
  );
  const changed = createKept(LIMITS.insightsKeptMs, clock, () =>
    readChanged({ store, index: parts.index, now: clock.now() }),
  );
  const keeping = createKeeping({
    ...parts,
    overview: () => overview.read(LIMITS.insightsMs),
    turns: LIMITS.turns,
  });
  let asking = 0;

  async function frame(): Promise<Frame> {
    // An index that does not answer is the answer's to tell, not the header's.
    const read = await overview.read(LIMITS.overviewMs).catch(() => undefined);
    return { overview: read, writerName: parts.writerName, now: clock.now() };
  }

  /**
   * For probes, which come by address and without a token: whether there is an index that answers and a disk with room,
   * and no more.
   */
  async function health(response: ServerResponse): Promise<void> {
    const [versions, room] = await Promise.all([
      within(parts.index.versions(), LIMITS.overviewMs).catch(() => undefined),
      parts.disk?.().catch(() => undefined),
    ]);
    const isFull = room?.state === "nearly-full";
    const healthy = versions?.some(({ live }) => live) === true && !isFull;
    sendJson(
      response,
      healthy ? 200 : 503,
      isFull ? { healthy, disk: "nearly full" } : { healthy },
    );
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET" && request.url === "/healthz") return health(response);
    const refusal = checkHostAndOrigin(request.headers, guard);
    if (refusal !== undefined) throw new RequestError(refusal.status, refusal.reason);
    const url = addressOf(request);
    const route = parts.routes?.[url.pathname];
    if (route !== undefined) return route(request, response);
    const reading = request.method === "GET" || request.method === "HEAD";
    if (reading && url.pathname.startsWith("/assets/"))
      return sendAsset(request, response, url.pathname);
    if (url.pathname === "/sign-in" && request.method === "POST") return signIn(request, response);
    if (!isSignedIn(request)) {
      if (reading && !url.pathname.startsWith("/api/") && url.pathname !== "/metrics")
        return sendHtml(response, 401, drawSignInPage(false));
      throw new RequestError(401, "This needs the server's token.");
    }
    if (url.pathname === "/metrics" && reading) return sendMetrics(response);
    if (reading) return view(url, response);
    if (request.method !== "POST") throw new RequestError(405, "Only GET and POST are understood.");
    switch (url.pathname) {
      case "/api/ask":
        return ask(request, response);
      case "/api/vote":
        return vote(request, response);
      default: {
        const keep = Object.hasOwn(keeping.paths, url.pathname)
          ? keeping.paths[url.pathname]
          : undefined;
        if (keep === undefined) throw new RequestError(404, "There is nothing here.");
        return sendJson(response, 200, await keep(await readJson(request, z.unknown())));
      }
    }
  }

  // --- pages ------------------------------------------------------------------------------------------------------

  async function view(url: URL, response: ServerResponse): Promise<void> {
    const filter = (url.searchParams.get("q") ?? "").slice(0, 200);
    if (url.pathname === "/") {
      const page = { id: undefined, turns: [], continuable: true, left: 0 };
      return sendHtml(response, 200, drawThreadPage(await frame(), page, ""));
    }
    if (url.pathname === "/pages")
      return sendHtml(response, 200, drawPagesPage(await frame(), filter));
    if (url.pathname === "/threads") {
      const page = Math.max(
        0,
        Math.min(100_000, Math.trunc(Number(url.searchParams.get("page") ?? 0)) || 0),
      );
      const read = await within(threads.read(), LIMITS.insightsMs);
      return sendHtml(response, 200, drawThreadsPage(await frame(), read, page, filter));
    }
    if (url.pathname === "/insights") {
      const read = await within(insights.read(), LIMITS.insightsMs);
      // What was kept may be a minute old; an answer that was written since is looked for here.
      const answers = await parts.reviewed.list();
      const drawn =
        read === undefined
          ? undefined
          : drawInsights(
              { ...read, reviewed: reviewedUse(answers, read.reviewedGiven) },
              { threads: true },
            );
      return sendHtml(response, 200, drawInsightsPage(await frame(), drawn));
    }
    if (url.pathname === "/insights.csv") {
      response.writeHead(200, {
        ...HEADERS,
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="insights.csv"',
      });
      response.end(insightsCsv(await insights.read()));
      return undefined;
    }
    if (url.pathname === "/changed") {
      // An index that does not answer is told on the page.
      const read = await within(
        changed.read().catch(() => "unavailable" as const),
        LIMITS.insightsMs,
      );
      const drawn = read === undefined ? undefined : drawChanged(read);
      return sendHtml(response, 200, drawChangedPage(await frame(), drawn));
    }
    if (url.pathname === "/reviewed") {
      const list = drawReviewedList(await parts.reviewed.list());
      return sendHtml(response, 200, drawReviewedPage(await frame(), "People’s answers", list));
    }
    if (url.pathname === "/reviewed/new") {
      const form = drawReviewedForm(await keeping.form(url.searchParams));
      return sendHtml(
        response,
        200,
        drawReviewedPage(await frame(), "An answer of your own", form),
      );
    }
    const id = /^\/thread\/(.+)$/.exec(url.pathname)?.[1];
    if (id !== undefined) return sendThread(response, decoded(id));
    sendHtml(response, 404, drawMessagePage(await frame(), "Not here", "There is no such page."));
  }

  async function sendThread(response: ServerResponse, id: string): Promise<void> {
    const turns: Turn[] = [];
    let left = 0;
    for await (const turn of store.export(id, { evidence: false })) {
      turns.push({ ...turn, evidence: [] });
      if (turns.length > LIMITS.turns) {
        turns.shift();
        left += 1;
      }
    }
    if (turns.length === 0) {
      const text =
        "This thread is not stored. It was deleted, or is older than the bot keeps threads.";
      return sendHtml(response, 404, drawMessagePage(await frame(), "No such thread", text));
    }
    const own = OWN_THREAD.test(id);
    const drawn: Html[] = [];
    for (const turn of turns) {
      const receipt = await store.receipt(turn.key);
      drawn.push(drawTurn({ turn, thread: id, receipt, now: clock.now(), votable: own }));
    }
    const title = (turns[0]?.question ?? "").replaceAll(/\s+/g, " ").slice(0, 120);
    const page = { id, turns: drawn, continuable: own, left };
    sendHtml(response, 200, drawThreadPage(await frame(), page, title));
  }

  /** Whoever scrapes sends the token as a bearer token. */
  function sendMetrics(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, "content-type": "text/plain; version=0.0.4" });
    response.end(parts.metricsText());
  }

  function sendAsset(request: IncomingMessage, response: ServerResponse, pathname: string): void {
    const name = pathname.slice("/assets/".length);
    const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (asset === undefined) throw new RequestError(404, "There is no such file.");
    const headers = {
      ...HEADERS,
      "content-type": asset.type,
      etag: asset.tag,
      "cache-control": "no-cache",
    };
    if (request.headers["if-none-match"] === asset.tag) {
      response.writeHead(304, headers);
      response.end();
      return;
    }
    response.writeHead(200, headers);
    response.end(asset.body);
  }

  // --- who asks ---------------------------------------------------------------------------------------------------

  function isSignedIn(request: IncomingMessage): boolean {
    if (checkBearer(request.headers, guard) === undefined) return true;
    const given = new RegExp(`(?:^|;\\s*)${COOKIE}=([0-9a-f]+)`).exec(
      request.headers.cookie ?? "",
    )?.[1];
    return (
      given !== undefined && guard.token !== undefined && isSameText(given, session(guard.token))
    );
  }

  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readBody(request, 4096));
    if (guard.token !== undefined && !isSameText(form.get("token") ?? "", guard.token)) {
      await clock.sleep(LIMITS.wrongTokenMs);
      return sendHtml(response, 401, drawSignInPage(true));
    }
    const isSecure = request.headers["x-forwarded-proto"] === "https";
    response.writeHead(303, {
      ...HEADERS,
      location: "/",
      ...(guard.token === undefined
        ? {}
        : {
            "set-cookie": `${COOKIE}=${session(guard.token)}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000${isSecure ? "; Secure" : ""}`,
          }),
    });
    response.end();
  }

  // --- what the page sends ----------------------------------------------------------------------------------------

  async function ask(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readJson(request, Asked);
    if (asking >= LIMITS.asking)
      throw new RequestError(503, "Too many questions are being answered. Ask again in a moment.");
    asking += 1;
    try {
      response.writeHead(200, {
        ...HEADERS,
        "content-type": "text/event-stream; charset=utf-8",
        // A proxy that gathers the events would show the answer all at once.
        "x-accel-buffering": "no",
      });
      const thread = asked.thread ?? `web-${parts.newId()}`;
      await streamAnswer(
        { application: parts.application, clock, logger },
        {
          key: `${thread}/${parts.newId()}`,
          conversationId: thread,
          author: authorOf(asked.visitor),
          text: asked.text,
        },
        response,
      );
    } finally {
      asking -= 1;
    }
  }

  async function vote(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const voted = await readJson(request, Voted);
    const thread = voted.key.split("/")[0] ?? "";
    const turn = OWN_THREAD.test(thread) ? await store.findTurn(voted.key) : undefined;
    if (turn?.answer === undefined || isFixed(turn.answer))
      throw new RequestError(404, "I do not have a record of that answer any more.");
    const user = authorOf(voted.visitor);
    const votedAt = new Date(clock.now()).toISOString();
    await parts.feedback.vote(
      { answerId: turn.answer.id, user, vote: voted.vote, reason: undefined, votedAt },
      {
        answerId: turn.answer.id,
        key: voted.key,
        conversationId: thread,
        question: turn.question,
        answer: turn.answer,
        receipt: await store.receipt(voted.key),
      },
    );
    const { reason = "" } = voted;
    if (reason !== "") await parts.feedback.reason(turn.answer.id, user, reason, votedAt);
    sendJson(response, 200, { vote: voted.vote });
  }

  return listen(
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        const [status, message] = failureOf(error);
        if (status === 500) logger.error("web-request-failed", { reason: describeError(error) });
        if (response.headersSent) {
          response.end();
          return;
        }
        // What was not read of a body is not waited for.
        if (!request.complete) response.setHeader("connection", "close");
        sendJson(response, status, { error: message });
      });
    },
    parts,
    "WEB_PORT",
  );
}

function failureOf(error: unknown): readonly [number, string] {
  if (error instanceof RequestError) return [error.status, error.message];
  if (findCause(error, BodyTooLargeError) !== undefined)
    return [413, "That is too long to be sent."];
  return [500, "Something went wrong here. The server's log says what."];
}

/** What a browser keeps in place of the token. */
function session(token: string): string {
  return createHmac("sha256", token).update("web session").digest("hex");
}

function authorOf(visitor: string | undefined): string {
  return `web:${visitor ?? "someone"}`;
}

function addressOf(request: IncomingMessage): URL {
  const address = `http://here${request.url ?? "/"}`;
  if (!URL.canParse(address)) throw new RequestError(400, "This address cannot be read.");
  return new URL(address);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestError(400, "This address cannot be read.");
  }
}

async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  // A form of another site cannot send this type without being asked about first.
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
    throw new RequestError(415, "Send JSON.");
  const text = await readBody(request, LIMITS.bodyBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RequestError(400, "This is not JSON.");
  }
  return readAs(value, schema);
}

function sendHtml(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/html; charset=utf-8" });
  response.end(page);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...HEADERS, "content-type": "application/json; charset=utf-8" });
  response.end(`${JSON.stringify(value)}\n`);
}

type Asset = { readonly type: string; readonly body: Buffer; readonly tag: string };

function readAssets(): Readonly<Record<string, Asset>> {
  return Object.fromEntries(
    Object.entries(ASSETS).map(([name, type]) => {
      const body = readFileSync(path.join(import.meta.dirname, "assets", name));
      const tag = `"${createHmac("sha256", "asset").update(body).digest("hex").slice(0, 16)}"`;
      return [name, { type, body, tag }];
    }),
  );
}
