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

/** True when every passage that a draft stands on was quoted before. */
function isShown({ quotes }: Draft, shown: readonly ShownSpan[]): boolean {
  return (
    quotes.length > 0 &&
    quotes.every((quote) =>
      shown.some((span) => span.chunkId === quote.chunkId && span.text.includes(quote.text.trim())),
    )
  );
}
