import type { Redirects } from "../canonical-path.ts";
import type { Evaluation } from "../evaluate.ts";
import type { Group } from "../summarise.ts";

/** What a report is made of. */
export type ReportInput = {
  readonly about: {
    readonly title: string;
    readonly indexVersion: string;
    /** "extractive" or the model's name. */
    readonly writer: string;
  };
  readonly evaluation: Evaluation;
  readonly groups: readonly Group[];
  /** Those that pages were compared by. */
  readonly redirects?: Redirects;
};
