/** The replay as ingest asks for it: a finished index version in, what speaks against publishing it out. */
import { createHash, type Hash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { compose } from "../src/compose.ts";
import type { Config } from "../src/config/schema.ts";
import { openConversations } from "../src/configured-state.ts";
import type { Turn } from "../src/conversation/conversation.ts";
import type { Clock } from "../src/platform/clock.ts";
import { hasState } from "../src/state/take-over.ts";
import type { ChunkIndex, IndexVersion } from "../src/store/chunk-index.ts";
import { type EvalCase, expectations, parseCases } from "./case.ts";
import { canonicalPath } from "./canonical-path.ts";
import { casesOfQuestions, lostPagesText, replay, type Replayable } from "./replay.ts";

export type ReplayParts = {
  readonly config: Config;
  readonly index: ChunkIndex;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly signal?: AbortSignal;
  /** Told once, with how many cases are asked. */
  readonly note?: (text: string) => void;
};

const CASES = path.join(import.meta.dirname, "cases");

/** An ingest should not be kept waiting longer. */
const BUDGET_MS = 50_000;
/** Tolerances are so many times wider for a product whose own pages are the same: only what stands beside it changed. */
const SLACK_BESIDE_OTHERS = 3;

/**
 * Asks each source's cases of that source, on the live version and on `version`: those of the suites that fit it (most
 * of their gold pages are among its pages), and recent questions of people where the operator allows it. As many as can
 * be asked in a minute, drawn from all products alike. Gives one line an objection; none when nothing is live yet, no
 * suite fits, or nothing fell beyond tolerance. A source that was not there before changes nothing. No model is used.
 */
export async function objectionsTo(
  version: Pick<IndexVersion, "id">,
  parts: ReplayParts,
): Promise<readonly string[]> {
  const [live, candidate] = [await contentOf(parts, undefined), await contentOf(parts, version.id)];
  if (live === undefined || candidate === undefined) return [];
  const names = productNames(live.version, candidate.version);
  const groups = casesByProduct(suites(parts.config.DATA_DIR), live.paths);
  const asked = await recentQuestions(parts.config);
  const [only] = live.paths.size === 1 ? [...live.paths.keys()] : [];
  const cases = inTurns([...[...groups.values()].map(shuffled), asked]);
  if (cases.length === 0) return [];
  const productOf = new Map(
    [...groups].flatMap(([product, of]) => of.map(({ id }) => [id, product])),
  );
  const report = await replay({
    cases,
    openLive: () => composeOn(parts, undefined),
    openCandidate: () => composeOn(parts, version.id),
    scopeOf(one, which) {
      const product = productOf.get(one.id) ?? only;
      if (product === undefined) return undefined;
      return { product: which === "live" ? product : (names.get(product) ?? product) };
    },
    groupOf(id) {
      const product = productOf.get(id) ?? "";
      const isSame =
        live.chunks.get(product) === candidate.chunks.get(names.get(product) ?? product);
      return { name: product, slack: isSame && product !== "" ? SLACK_BESIDE_OTHERS : 1 };
    },
    budgetMs: BUDGET_MS,
    onPlan: (count, of) =>
      parts.note?.(
        `asking ${count === of ? count : `${count} of ${of}`} cases on the live version and on the new one`,
      ),
    clock: parts.clock,
    newId: parts.newId,
    ...(parts.signal === undefined ? {} : { signal: parts.signal }),
  });
  return [...new Set([...report.objections, ...lostPages(groups, live.paths, candidate.paths)])];
}

type Content = {
  readonly version: IndexVersion;
  /** Canonical paths of the pages, by product. */
  readonly paths: ReadonlyMap<string, ReadonlySet<string>>;
  /** Hash of the chunks, by product. */
  readonly chunks: ReadonlyMap<string, string>;
};

/** What the live version holds, or the one named; undefined when there is none. */
async function contentOf(
  { index }: ReplayParts,
  id: string | undefined,
): Promise<Content | undefined> {
  await using reader = await index.open(id);
  if (reader === undefined) return undefined;
  const paths = new Map<string, Set<string>>();
  const hashes = new Map<string, Hash>();
  for await (const { id: chunkId, product, url } of reader.chunks()) {
    const ofProduct = paths.get(product) ?? new Set();
    ofProduct.add(canonicalPath(url));
    paths.set(product, ofProduct);
    // An id is made of address, headings and text.
    hashes.set(product, (hashes.get(product) ?? createHash("sha256")).update(chunkId));
  }
  const chunks = new Map([...hashes].map(([product, hash]) => [product, hash.digest("hex")]));
  return { version: reader.version, paths, chunks };
}

/** What the products of the live version are called in the new one, where a source was given another name. */
function productNames(live: IndexVersion, candidate: IndexVersion): ReadonlyMap<string, string> {
  return new Map(
    live.sources.flatMap(({ name, product }) => {
      const now = candidate.sources.find((source) => source.name === name);
      return now === undefined ? [] : [[product, now.product] as const];
    }),
  );
}

/** Cases by the product whose pages answer them. [pure] */
export function casesByProduct(
  all: readonly (readonly EvalCase[])[],
  paths: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, readonly EvalCase[]> {
  return new Map(
    [...paths]
      .map(([product, pages]) => [product, fittingSuites(all, pages)] as const)
      .filter(([, cases]) => cases.length > 0),
  );
}

/** Gold pages that were there and are not any more, also of cases that there was no time for. */
function lostPages(
  groups: ReadonlyMap<string, readonly EvalCase[]>,
  live: Content["paths"],
  candidate: Content["paths"],
): readonly string[] {
  const now = new Set([...candidate.values()].flatMap((pages) => [...pages]));
  return [...groups].flatMap(([product, cases]) =>
    cases.flatMap((one) => {
      const gold = new Set(
        expectations(one).flatMap((expected) =>
          expected.gold.map(({ path: at }) => canonicalPath(at)),
        ),
      );
      const lost = [...gold].filter(
        (page) => live.get(product)?.has(page) === true && !now.has(page),
      );
      return lost.length === 0 ? [] : [lostPagesText(one.id, lost)];
    }),
  );
}

/** The same order each time, and none that follows the files. */
function shuffled(cases: readonly EvalCase[]): readonly EvalCase[] {
  const key = ({ id }: EvalCase) => createHash("sha256").update(id).digest("hex");
  return cases
    .map((one) => ({ one, key: key(one) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => one);
}

/** One of each list after the other, until all are through. */
function inTurns(lists: readonly (readonly EvalCase[])[]): readonly EvalCase[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}

/** The suites that come with the program, and an operator's own in the folder `cases` of the data folder. */
function suites(dataFolder: string): readonly (readonly EvalCase[])[] {
  return [CASES, path.join(dataFolder, "cases")].flatMap((folder) =>
    globSync(path.join(folder, "*.jsonl"))
      .toSorted()
      .map((file) => parseCases(readFileSync(file, "utf8"), path.basename(file))),
  );
}

/** Cases of the suites of which most gold pages are among `paths`; a suite without gold fits no index. [pure] */
export function fittingSuites(
  all: readonly (readonly EvalCase[])[],
  paths: ReadonlySet<string>,
): readonly EvalCase[] {
  return all
    .filter((cases) => {
      const gold = new Set(
        cases
          .flatMap((one) => expectations(one))
          .flatMap((expected) => expected.gold.map((place) => canonicalPath(place.path))),
      );
      return [...gold].filter((page) => paths.has(page)).length > gold.size / 2;
    })
    .flat();
}

/** The last stand-alone questions of people, newest first; none unless the operator set a number. */
async function recentQuestions(config: Config): Promise<readonly EvalCase[]> {
  const { DATA_DIR: dataFolder, STATE_URL: stateUrl } = config;
  if (config.REPLAY_RECENT_QUESTIONS === 0) return [];
  if (stateUrl === undefined && !hasState(dataFolder)) return [];
  await using store = await openConversations({ dataFolder, stateUrl });
  const turns: Turn[] = await Array.fromAsync(store.export());
  return casesOfQuestions(
    turns
      .filter(({ resolution }) => resolution?.kind === "first" || resolution?.kind === "new-topic")
      .toSorted((a, b) => b.askedAt.localeCompare(a.askedAt))
      .slice(0, config.REPLAY_RECENT_QUESTIONS)
      .map(({ question }) => question),
  );
}

/** An application without a model on the live version, or on the one named; conversations in memory only. */
async function composeOn(parts: ReplayParts, id: string | undefined): Promise<Replayable> {
  return compose({
    config: parts.config,
    index: id === undefined ? parts.index : pinned(parts.index, id),
    forgetful: true,
    useModel: false,
  });
}

/** The index as it would be with version `id` live. */
function pinned(index: ChunkIndex, id: string): ChunkIndex {
  return {
    engine: index.engine,
    open: (other) => index.open(other ?? id),
    build: (plan) => index.build(plan),
    versions: () => index.versions(),
    rollback: () => index.rollback(),
    // The index belongs to the caller.
    async [Symbol.asyncDispose]() {},
  };
}
