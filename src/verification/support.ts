/** What a check says of a claim: carried, or which part of it is not. */

export type SupportProblem =
  | "number"
  | "identifier"
  | "state"
  | "negation"
  | "quantifier"
  | "modality"
  | "condition"
  | "term"
  | "subject";

export type Support =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: SupportProblem; readonly detail: string };

export const fail = (problem: SupportProblem, detail: string): Support => ({
  ok: false,
  problem,
  detail,
});
