/** A suite from beginning to end: ask every case, read what scoring needs of the index, score. */
import type { Application } from "../src/answering/application.ts";
import type { Receipt } from "../src/answering/receipt.ts";
import type { Clock } from "../src/platform/clock.ts";
import type { ChunkIndex, Scope } from "../src/store/chunk-index.ts";
import type { Redirects } from "./canonical-path.ts";
import type { EvalCase } from "./case.ts";
import { type IndexFacts, readIndexFacts } from "./index-facts.ts";
import type { Price } from "./metrics/cost.ts";
import type { EvalRecord } from "./record.ts";
import { runCases } from "./run.ts";
import { type CaseScore, scoreCase } from "./score.ts";

export type EvaluateOptions = {
  readonly application: Pick<Application, "ask" | "posted">;
  readonly index: Pick<ChunkIndex, "open">;
  readonly cases: readonly EvalCase[];
  readonly clock: Pick<Clock, "elapsed">;
  readonly runId: string;
  readonly concurrency: number;
  readonly scopeOf?: (one: EvalCase) => Scope | undefined;
  readonly redirects?: Redirects;
  readonly price?: Price;
  readonly signal?: AbortSignal;
  /** Records of cases that were asked before. */
  readonly kept?: ReadonlyMap<string, readonly EvalRecord[]>;
  /** Called with each case's records as it finishes. */
  readonly onCase?: (records: readonly EvalRecord[], finished: number, total: number) => void;
};

export type Evaluation = {
  /** Cases that were answered, in the order given. */
  readonly cases: readonly EvalCase[];
  readonly scores: readonly CaseScore[];
  /** In the order of the cases and their turns. */
  readonly records: readonly EvalRecord[];
  /** By "id#turn"; kept records have none. */
  readonly receipts: ReadonlyMap<string, Receipt>;
  readonly failures: readonly { readonly id: string; readonly error: unknown }[];
  readonly indexFacts: IndexFacts;
  readonly elapsedMs: number;
};

export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const startedAt = options.clock.elapsed();
  const byId = new Map(options.kept ?? []);
  const receipts = new Map<string, Receipt>();
  const failures: { id: string; error: unknown }[] = [];
  const waiting = options.cases.filter((one) => !byId.has(one.id));
  for await (const result of runCases({ ...options, cases: waiting })) {
    if (result.kind === "failed") {
      failures.push({ id: result.case.id, error: result.error });
    } else {
      byId.set(result.case.id, result.records);
      for (const [turn, receipt] of result.receipts.entries()) {
        receipts.set(`${result.case.id}#${turn}`, receipt);
      }
    }
    options.onCase?.(
      result.kind === "done" ? result.records : [],
      byId.size + failures.length,
      options.cases.length,
    );
  }
  const cases = options.cases.filter((one) => byId.has(one.id));
  const records = cases.flatMap((one) => byId.get(one.id) ?? []);
  const indexFacts = await readIndexFacts(options.index, cases, records, options.redirects);
  const scores = cases.map((one) =>
    scoreCase(one, byId.get(one.id) ?? [], {
      chunkTexts: indexFacts.chunkTexts,
      absentPages: indexFacts.absentPages,
      ...(options.redirects === undefined ? {} : { redirects: options.redirects }),
      ...(options.price === undefined ? {} : { price: options.price }),
    }),
  );
  const elapsedMs = options.clock.elapsed() - startedAt;
  return { cases, scores, records, receipts, failures, indexFacts, elapsedMs };
}
