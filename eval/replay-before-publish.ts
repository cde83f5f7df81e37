/** The replay as ingest asks for it: a finished index version in, what speaks against publishing it out. */
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
import { casesOfQuestions, replay, type Replayable } from "./replay.ts";

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

/**
 * Asks the suites that fit the index (most of their gold pages are in the live version) and, where the operator
 * allows it, recent questions of people, on the live version and on `version`. Gives one line an objection; none
 * when nothing is live yet, no suite fits, or nothing fell beyond tolerance. No model is used.
 */
export async function objectionsTo(
  version: Pick<IndexVersion, "id">,
  parts: ReplayParts,
): Promise<readonly string[]> {
  const paths = await livePaths(parts);
  if (paths === undefined) return [];
  const cases = [...fittingSuites(suites(), paths), ...(await recentQuestions(parts.config))];
  if (cases.length === 0) return [];
  parts.note?.(`asking ${cases.length} cases on the live version and on the new one`);
  const report = await replay({
    cases,
    openLive: () => composeOn(parts, undefined),
    openCandidate: () => composeOn(parts, version.id),
    clock: parts.clock,
    newId: parts.newId,
    ...(parts.signal === undefined ? {} : { signal: parts.signal }),
  });
  return report.objections;
}

/** Canonical paths of the live version; undefined when there is none. */
async function livePaths({ index }: ReplayParts): Promise<ReadonlySet<string> | undefined> {
  await using reader = await index.open();
  if (reader === undefined) return undefined;
  const paths = new Set<string>();
  for await (const chunk of reader.chunks()) paths.add(canonicalPath(chunk.url));
  return paths;
}

function suites(): readonly (readonly EvalCase[])[] {
  return globSync(path.join(CASES, "*.jsonl"))
    .toSorted()
    .map((file) => parseCases(readFileSync(file, "utf8"), path.basename(file)));
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
