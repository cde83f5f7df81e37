/**
 * A Qdrant server in this process: the calls that the index makes, over HTTP on loopback, with exact search. It
 * refuses what it does not know, so that a changed request does not pass unnoticed.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { TopNumbers } from "../../src/store/top-hits.ts";

type Vector = number[] | { readonly indices: number[]; readonly values: number[] };
type Point = {
  readonly id: string;
  readonly vector: Readonly<Record<string, Vector>>;
  readonly payload: Readonly<Record<string, unknown>>;
};
type Collection = {
  readonly config: Record<string, unknown>;
  readonly indexes: string[];
  readonly points: Map<string, Point>;
  /** Payload indexes that were made after points had been loaded. */
  lateIndexes: number;
  /** For each sparse vector, which points have a token and with what weight; made when first asked for. */
  readonly postings: Map<string, Postings>;
};
type Condition = {
  readonly key?: string;
  readonly has_id?: readonly string[];
  readonly match?: { readonly value?: unknown; readonly any?: readonly unknown[] };
  readonly range?: { readonly gte?: number; readonly lt?: number };
};
type Filter = { readonly must?: readonly Condition[] };

export type RecordedCall = {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
};

export type FakeQdrant = AsyncDisposable & {
  readonly url: string;
  readonly collections: ReadonlyMap<string, Collection>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly calls: readonly RecordedCall[];
  /** The next answers have these statuses instead; 0 cuts the connection. */
  fail(...statuses: number[]): void;
};

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function startFakeQdrant(
  options: {
    readonly apiKey?: string;
    /** How long each request takes beside the work: a network and a server. */
    readonly latencyMs?: number;
  } = {},
): Promise<FakeQdrant> {
  const collections = new Map<string, Collection>();
  const aliases = new Map<string, string>();
  const calls: RecordedCall[] = [];
  const failures: number[] = [];

  const server = createServer((request, response) => {
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const failure = failures.shift();
    if (failure === 0) {
      request.socket.destroy();
      return;
    }
    if (options.latencyMs !== undefined) await delay(options.latencyMs);
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (failure !== undefined) {
      send(failure, { status: { error: "as told" }, time: 0 });
      return;
    }
    if (options.apiKey !== undefined && request.headers["api-key"] !== options.apiKey) {
      send(401, { status: { error: "Must provide an API key" }, time: 0 });
      return;
    }
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const text = Buffer.concat(parts).toString("utf8");
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const method = request.method ?? "GET";
    calls.push({ method, path, body });
    try {
      const result = route(method, path, (body ?? {}) as Record<string, never>);
      send(200, { result, status: "ok", time: 0 });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(error.status, { status: { error: error.message }, time: 0 });
    }
  }

  function collection(name: string): Collection {
    const found = collections.get(aliases.get(name) ?? name);
    if (found === undefined)
      throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
    return found;
  }

  function route(method: string, path: string, body: Record<string, never>): unknown {
    if (method === "GET" && path === "/aliases") {
      return {
        aliases: [...aliases].map(([alias_name, collection_name]) => ({
          alias_name,
          collection_name,
        })),
      };
    }
    if (method === "POST" && path === "/collections/aliases") return switchAliases(body);
    const [, name = "", rest = ""] = /^\/collections\/([^/]+)(.*)$/.exec(path) ?? [];
    switch (`${method} ${rest}`) {
      case "GET /exists":
        return { exists: collections.has(name) };
      case "PUT ":
        if (collections.has(name)) throw new Refusal(409, `Collection \`${name}\` already exists!`);
        collections.set(name, {
          config: body,
          indexes: [],
          points: new Map(),
          lateIndexes: 0,
          postings: new Map(),
        });
        return true;
      case "DELETE ":
        return collections.delete(name);
      case "GET ":
        return { status: "green", points_count: collection(name).points.size };
      case "PUT /index": {
        const target = collection(name);
        if (target.points.size > 0) target.lateIndexes += 1;
        target.indexes.push(body["field_name"] ?? "");
        return { status: "completed" };
      }
      case "PUT /points":
        for (const point of (body["points"] ?? []) as Point[]) store(collection(name), point);
        return { status: "completed" };
      case "POST /points/count":
        return { count: collection(name).points.size };
      case "POST /points/delete": {
        const { points, postings } = collection(name);
        postings.clear();
        for (const point of matching(points, body["filter"])) points.delete(point.id);
        return { status: "completed" };
      }
      case "POST /points":
        return ((body["ids"] ?? []) as string[]).flatMap((id) => {
          const point = collection(name).points.get(id);
          return point === undefined ? [] : [shown(point, body["with_payload"])];
        });
      case "POST /points/scroll":
        refuseUnlessStrict(collection(name), body);
        return scroll(collection(name), body);
      case "POST /points/query":
        refuseUnlessStrict(collection(name), body);
        return query(collection(name), body);
      case "POST /points/query/batch":
        return ((body["searches"] ?? []) as Record<string, never>[]).map((search) => {
          refuseUnlessStrict(collection(name), search);
          return query(collection(name), search);
        });
      default:
        throw new Refusal(404, `${method} ${path} is not known`);
    }
  }

  function switchAliases(body: { readonly actions?: unknown }): boolean {
    type Action = {
      readonly delete_alias?: { readonly alias_name: string };
      readonly create_alias?: { readonly alias_name: string; readonly collection_name: string };
    };
    for (const action of (body.actions ?? []) as Action[]) {
      if (action.delete_alias !== undefined) aliases.delete(action.delete_alias.alias_name);
      if (action.create_alias !== undefined) {
        const { alias_name, collection_name } = action.create_alias;
        collection(collection_name);
        aliases.set(alias_name, collection_name);
      }
    }
    return true;
  }

  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    collections,
    aliases,
    calls,
    fail: (...statuses) => void failures.push(...statuses),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** What a server in strict mode refuses of a request to read. */
function refuseUnlessStrict(
  target: Collection,
  body: { readonly filter?: Filter; readonly limit?: number },
): void {
  const strict = (target.config["strict_mode_config"] ?? {}) as {
    readonly enabled?: boolean;
    readonly max_query_limit?: number;
    readonly unindexed_filtering_retrieve?: boolean;
  };
  if (strict.enabled !== true) return;
  if ((body.limit ?? 10) > (strict.max_query_limit ?? Infinity)) {
    throw new Refusal(400, `Limit exceeded ${body.limit} > ${strict.max_query_limit} for "limit"`);
  }
  const unindexed = (body.filter?.must ?? []).find(
    ({ key }) => key !== undefined && !target.indexes.includes(key),
  );
  if (unindexed !== undefined && strict.unindexed_filtering_retrieve === false) {
    throw new Refusal(400, `Index required but not found for "${unindexed.key}"`);
  }
}

function store(target: Collection, point: Point): void {
  const dense = (target.config["vectors"] ?? {}) as Record<string, { readonly size: number }>;
  const sparse = (target.config["sparse_vectors"] ?? {}) as Record<string, unknown>;
  for (const [name, vector] of Object.entries(point.vector)) {
    if (Array.isArray(vector)) {
      if (dense[name]?.size !== vector.length) throw new Refusal(400, `Wrong input: ${name}`);
    } else if (
      sparse[name] === undefined ||
      new Set(vector.indices).size !== vector.indices.length
    ) {
      throw new Refusal(400, `Wrong input: ${name}`);
    }
  }
  target.points.set(point.id, point);
  target.postings.clear();
}

function matching(points: ReadonlyMap<string, Point>, filter: Filter | undefined): Point[] {
  return [...points.values()].filter(matcherOf(filter));
}

function matcherOf(filter: Filter | undefined): (point: Point) => boolean {
  const conditions = (filter?.must ?? []).map((condition) => ({
    ...condition,
    ids: condition.has_id === undefined ? undefined : new Set(condition.has_id),
  }));
  return (point) =>
    conditions.every(({ key = "", ids, match, range }) => {
      if (ids !== undefined) return ids.has(point.id);
      const value = point.payload[key];
      if (match?.any !== undefined) return match.any.includes(value);
      if (match !== undefined) return value === match.value;
      return Number(value) >= (range?.gte ?? -Infinity) && Number(value) < (range?.lt ?? Infinity);
    });
}

function shown(point: Point, wanted: unknown): { readonly id: string; readonly payload: unknown } {
  const payload = Array.isArray(wanted)
    ? Object.fromEntries(Object.entries(point.payload).filter(([key]) => wanted.includes(key)))
    : point.payload;
  return { id: point.id, payload: wanted === false ? null : payload };
}

function scroll(
  target: Collection,
  body: {
    readonly filter?: Filter;
    readonly limit?: number;
    readonly offset?: string;
    readonly with_payload?: unknown;
  },
): unknown {
  const found = matching(target.points, body.filter)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .filter(({ id }) => body.offset === undefined || id >= body.offset);
  const limit = body.limit ?? 10;
  return {
    points: found.slice(0, limit).map((point) => shown(point, body.with_payload ?? true)),
    next_page_offset: found[limit]?.id ?? null,
  };
}

function query(
  target: Collection,
  body: {
    readonly query?: Vector;
    readonly using?: string;
    readonly limit?: number;
    readonly filter?: Filter;
    readonly with_payload?: unknown;
  },
): unknown {
  const wanted = body.query ?? [];
  const name = body.using ?? "";
  const points = [...target.points.values()];
  const scores = Array.isArray(wanted)
    ? denseScores(points, name, wanted)
    : sparseScores(points.length, postingsOf(target, points, name), wanted);
  const matches = body.filter === undefined ? undefined : matcherOf(body.filter);
  const best = new TopNumbers(body.limit ?? 10, (a, b) => (scores[a] ?? 0) > (scores[b] ?? 0));
  for (const [at, score] of scores.entries()) {
    const point = points[at];
    if (Number.isNaN(score) || point === undefined || matches?.(point) === false) continue;
    best.offer(at);
  }
  return {
    points: best.sorted().map((at) => ({
      ...shown(points[at] as Point, body.with_payload),
      score: scores[at],
      version: 0,
    })),
  };
}

/** A score for each point; NaN where a point has none. */
function denseScores(points: readonly Point[], name: string, wanted: number[]): Float64Array {
  const length = Math.hypot(...wanted);
  return Float64Array.from(points, (point) => {
    const vector = point.vector[name];
    if (vector === undefined) return Number.NaN;
    if (!Array.isArray(vector)) throw new Refusal(400, "Wrong kind of vector");
    let dot = 0;
    let square = 0;
    for (let axis = 0; axis < vector.length; axis += 1) {
      const value = vector[axis] as number;
      dot += value * (wanted[axis] as number);
      square += value * value;
    }
    return dot / (length * Math.sqrt(square) || 1);
  });
}

function sparseScores(
  count: number,
  postings: Postings,
  wanted: Exclude<Vector, number[]>,
): Float64Array {
  const scores = new Float64Array(count).fill(Number.NaN);
  for (const [at, token] of wanted.indices.entries()) {
    for (const [point, weight] of postings.get(token) ?? []) {
      const before = scores[point] as number;
      scores[point] = (Number.isNaN(before) ? 0 : before) + weight * (wanted.values[at] ?? 0);
    }
  }
  return scores;
}

/** For each token, which points have it, by their place, and with what weight. */
type Postings = ReadonlyMap<number, readonly (readonly [point: number, weight: number])[]>;

function postingsOf(target: Collection, points: readonly Point[], name: string): Postings {
  const known = target.postings.get(name);
  if (known !== undefined) return known;
  const postings = new Map<number, [number, number][]>();
  for (const [place, point] of points.entries()) {
    const vector = point.vector[name];
    if (vector === undefined) continue;
    if (Array.isArray(vector)) throw new Refusal(400, "Wrong kind of vector");
    for (const [at, token] of vector.indices.entries()) {
      const list = postings.get(token) ?? [];
      list.push([place, vector.values[at] ?? 0]);
      postings.set(token, list);
    }
  }
  target.postings.set(name, postings);
  return postings;
}
