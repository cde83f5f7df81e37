/** Stretches of a text that are secret. */
import type { SecretKind } from "./secret-forms.ts";

export type Span = { readonly start: number; readonly end: number; readonly kind: SecretKind };

/** What stands in a text in place of a secret. */
export const MASK = /\[masked: [a-z ]{1,30}\]/g;

/** `text` with each span replaced by its kind. Spans that overlap become one; text that is masked already stays. */
export function replaceSpans(
  text: string,
  spans: readonly Span[],
): { readonly text: string; readonly found: readonly SecretKind[] } {
  const masks = [...text.matchAll(MASK)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const merged: { start: number; end: number; kind: SecretKind }[] = [];
  let mask = 0;
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    while ((masks[mask]?.end ?? Infinity) <= span.start) mask += 1;
    if ((masks[mask]?.start ?? Infinity) < span.end || span.end <= span.start) continue;
    const last = merged.at(-1);
    if (last !== undefined && span.start < last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, kind } of merged) {
    parts.push(text.slice(at, start), `[masked: ${kind}]`);
    at = end;
  }
  parts.push(text.slice(at));
  return { text: parts.join(""), found: merged.map(({ kind }) => kind) };
}
