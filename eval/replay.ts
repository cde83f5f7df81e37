/**
 * The suites, and recent real questions where the operator allows it, asked on the live index version and on one
 * that is about to go live. Publishing treats a fall beyond tolerance like any other reason not to publish.
 */
import type { Application } from "../src/answering/application.ts";
import type { Clock } from "../src/platform/clock.ts";
import { describeError } from "../src/platform/errors.ts";
import type { ChunkIndex, Scope } from "../src/store/chunk-index.ts";
import { type EvalCase, parseCases } from "./case.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { type Fall, fallText, findFalls, TOLERANCES } from "./gate.ts";
import { responseOf } from "./metrics/abstention.ts";
import { absentPages } from "./summarise.ts";

/** An application on one index version, with a conversation store of its own. */
export type Replayable = AsyncDisposable & {
  readonly application: Pick<Application, "ask" | "posted">;
  readonly index: Pick<ChunkIndex, "open">;
};

export type ReplayOptions = {
  /** In the order in which they are asked; the first ones when time does not allow all. */
  readonly cases: readonly EvalCase[];
  readonly openLive: () => Promise<Replayable>;
  readonly openCandidate: () => Promise<Replayable>;
  /** What a case is about on each version: a case is asked of the source whose pages answer it. */
  readonly scopeOf?: (one: EvalCase, version: "live" | "candidate") => Scope | undefined;
  /**
   * Cases that are judged together, and how many times the tolerances hold for them: a source whose pages are the same
   * on both versions cannot have lost anything, only the words of others beside it weigh differently.
   */
  readonly groupOf?: (id: string) => { readonly name: string; readonly slack: number };
  /** Time for the whole; no bound without. */
  readonly budgetMs?: number;
  /** Told how many cases are asked. */
  readonly onPlan?: (cases: number, of: number) => void;
  readonly clock: Pick<Clock, "elapsed">;
  readonly newId: () => string;
  readonly tolerances?: Readonly<Record<string, number>>;
  readonly signal?: AbortSignal;
};

export type ReplayReport = {
  readonly cases: number;
  readonly turns: number;
  readonly falls: readonly Fall[];
  /** Cases answered by one version only. */
  readonly changed: readonly {
    readonly id: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** Cases with gold pages that the candidate lacks and the live version has. */
  readonly lostPages: readonly { readonly id: string; readonly pages: readonly string[] }[];
  /** True when nothing fell beyond tolerance and no gold page was lost. */
  readonly passes: boolean;
  /** One line a finding, for the ingest report; those that speak against publishing first. */
  readonly lines: readonly string[];
  /** What speaks against publishing; empty when the version passes. */
  readonly objections: readonly string[];
};

/** Kind of the cases that are people's own questions. */
const ASKED = "asked";

/** Share of the cases that may turn from answered to not answered before publishing is refused. */
const TOLERATED_LOST_ANSWERS = 0.05;

/** Cases that show how long one takes; the first also pays for what is loaded once. */
const PILOT = 12;
/** So many are asked whatever they cost: fewer say nothing. */
const LEAST = 24;
/** Share of the budget that asking may take; the rest is for opening, reading and scoring. */
const ASKING_SHARE = 0.8;

export async function replay(given: ReplayOptions): Promise<ReplayReport> {
  const cases = given.cases.slice(0, await affordable(given));
  given.onPlan?.(cases.length, given.cases.length);
  const options = { ...given, cases };
  const live = await evaluateOn(options, "live");
  const candidate = await evaluateOn(options, "candidate");
  // A page that is gone makes its cases unscored, which must not look like a pass.
  const lacking = new Map(absentPages(live.scores).map(({ id, pages }) => [id, new Set(pages)]));
  const lostPages = absentPages(candidate.scores)
    .map(({ id, pages }) => ({
      id,
      pages: pages.filter((page) => lacking.get(id)?.has(page) !== true),
    }))
    .filter(({ pages }) => pages.length > 0);
  const before = new Map(live.scores.map((score) => [score.id, score.values]));
  // Nothing is known of the right answer to a real question; lost answers are counted below.
  const known = candidate.scores.filter((score) => score.kind !== ASKED);
  const falls = fallsByGroup(before, known, options);
  const changed = changedAnswers(live, candidate);
  const lost = changed.filter(
    (one) => one.before.includes("answered") && !one.after.includes("answered"),
  ).length;
  const tooManyLost = lost > Math.max(1, TOLERATED_LOST_ANSWERS * options.cases.length);
  const changes = changed.map(
    ({ id, before: was, after: is }) => `${id} was ${was}, would be ${is}`,
  );
  const objections = [
    ...falls.map(fallText),
    ...lostPages.map(({ id, pages }) => lostPagesText(id, pages)),
    ...(tooManyLost ? [`${lost} of ${options.cases.length} cases are answered no more`] : []),
    ...candidate.failures.map(
      ({ id, error }) => `${id} failed on the new version: ${describeError(error)}`,
    ),
  ];
  const lines = [
    ...objections,
    `${options.cases.length} cases were asked on the live version and on the new one`,
    ...changes,
  ];
  return {
    cases: options.cases.length,
    turns: candidate.records.length,
    falls,
    changed,
    lostPages,
    passes: objections.length === 0,
    lines,
    objections,
  };
}

const ONE_GROUP = { name: "", slack: 1 } as const;

function fallsByGroup(
  before: Parameters<typeof findFalls>[0],
  scores: Evaluation["scores"],
  { groupOf, tolerances = TOLERANCES }: ReplayOptions,
): readonly Fall[] {
  const groups = Map.groupBy(scores, ({ id }) => (groupOf?.(id) ?? ONE_GROUP).name);
  return [...groups.values()].flatMap((ofGroup) => {
    const slack = groupOf?.(ofGroup[0]?.id ?? "").slack ?? 1;
    const allowed = Object.entries(tolerances).map(([name, most]) => [name, most * slack]);
    return findFalls(before, ofGroup, Object.fromEntries(allowed) as Record<string, number>);
  });
}

/** How many cases can be asked on both versions in the time there is, by what the first ones take. */
async function affordable(options: ReplayOptions): Promise<number> {
  const { budgetMs, cases, clock } = options;
  if (budgetMs === undefined || cases.length <= LEAST) return cases.length;
  const begun = clock.elapsed();
  await evaluateOn({ ...options, cases: cases.slice(0, PILOT) }, "live");
  const msEach = (clock.elapsed() - begun) / PILOT;
  if (msEach === 0) return cases.length;
  return Math.max(LEAST, Math.floor((budgetMs * ASKING_SHARE) / (2 * msEach)) - PILOT / 2);
}

async function evaluateOn(
  options: ReplayOptions,
  version: "live" | "candidate",
): Promise<Evaluation> {
  await using replayable = await (version === "live"
    ? options.openLive()
    : options.openCandidate());
  const { scopeOf } = options;
  // Awaited here, while the application is open.
  return await evaluate({
    application: replayable.application,
    index: replayable.index,
    cases: options.cases,
    clock: options.clock,
    runId: options.newId(),
    concurrency: 1,
    ...(scopeOf === undefined ? {} : { scopeOf: (one) => scopeOf(one, version) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

export function lostPagesText(id: string, pages: readonly string[]): string {
  return `${id} needs pages that the new version lacks: ${pages.join(", ")}`;
}

function changedAnswers(live: Evaluation, candidate: Evaluation): ReplayReport["changed"] {
  const kinds = (evaluation: Evaluation, id: string) =>
    evaluation.records
      .filter((record) => record.id === id)
      .map((record) => responseOf(record.answer.kind))
      .join(", ");
  return candidate.cases
    .map(({ id }) => ({ id, before: kinds(live, id), after: kinds(candidate, id) }))
    .filter(({ before, after }) => before !== "" && before !== after);
}

/** Real questions as cases: nothing is known of the right answer, so only a changed response is reported. */
export function casesOfQuestions(questions: readonly string[]): readonly EvalCase[] {
  const distinct = [...new Set(questions.map((text) => text.trim()))].filter((text) => text !== "");
  if (distinct.length === 0) return [];
  return parseCases(
    distinct
      .map((user, index) =>
        JSON.stringify({ id: `asked-${index + 1}`, kind: ASKED, turns: [{ user }] }),
      )
      .join("\n"),
  );
}
