import type { ResolutionKind } from "../../src/conversation/conversation.ts";

/** 1 when the kind of resolution is one of the labelled ones, else 0; undefined without a label. [pure] */
export function resolutionAccuracy(
  kind: ResolutionKind,
  labelled: readonly ResolutionKind[] | undefined,
): number | undefined {
  return labelled === undefined ? undefined : Number(labelled.includes(kind));
}
