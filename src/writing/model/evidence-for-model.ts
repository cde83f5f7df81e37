/** Which of the evidence a model reads first: release notes and diagrams only where they are best or asked for. Pure. */
import type { Evidence } from "../../documents/evidence.ts";

/** Release notes among the first few are what was asked for. */
const BEST = 3;
const ASKS_RELEASES =
  /\b(?:releases?|released|changelog|changes?|changed|versions?|since when|upgrad\w*|deprecat\w*|v?\d+\.\d+(?:\.\d+)?)\b/iu;

export function evidenceForModel(evidence: readonly Evidence[], question: string): Evidence[] {
  if (ASKS_RELEASES.test(question)) return [...evidence];
  const isLate = ({ chunk }: Evidence, index: number) =>
    index >= BEST && chunk.pageType === "release-notes";
  return [...evidence.filter((each, index) => !isLate(each, index)), ...evidence.filter(isLate)];
}
