/** What a writer writes, without what the thread was shown already, unless there is nothing else. */
import type { ShownSpan } from "../conversation/shown-before.ts";
import type { Draft, WriterEvent } from "../writing/writer.ts";

/** Drafts that were shown before come only when no other did, in their order, at the end. */
export async function* unrepeated(
  events: AsyncIterable<WriterEvent> | Iterable<WriterEvent>,
  shown: readonly ShownSpan[],
): AsyncGenerator<WriterEvent> {
  const held: WriterEvent[] = [];
  let fresh = 0;
  for await (const event of events) {
    if (event.kind === "draft" && isShown(event.draft, shown)) {
      held.push(event);
      continue;
    }
    if (event.kind === "draft") fresh += 1;
    yield event;
  }
  if (fresh === 0) yield* held;
}

/** Share of a passage that may be new in one that was shown all the same. */
const MOST_NEW = 0.2;

/** True when every passage that a draft stands on was quoted before, in one piece or in several. */
function isShown({ quotes }: Draft, shown: readonly ShownSpan[]): boolean {
  return quotes.length > 0 && quotes.every((quote) => isQuoted(quote, shown));
}

function isQuoted(
  { chunkId, text }: Draft["quotes"][number],
  shown: readonly ShownSpan[],
): boolean {
  const whole = bare(text);
  let rest = whole;
  for (const span of shown) {
    if (span.chunkId !== chunkId) continue;
    const said = bare(span.text);
    if (said.includes(whole)) return true;
    rest = rest.replace(said, () => "");
  }
  return rest.length <= MOST_NEW * whole.length;
}

/** Letters and digits alone: a draft may set marks and line breaks otherwise than the page. */
function bare(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}
