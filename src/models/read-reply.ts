/** A short structured reply, read whole: for calls whose answer is of no use in part. */
import type { LanguageModel, ModelRequest, TokenUsage } from "./language-model.ts";
import { parseLoosely } from "./loose-json.ts";

/** A longer reply is not read further. */
const MAX_CHARACTERS = 20_000;

export type ObjectReply = {
  /** The first JSON object of the reply, unchecked; undefined when it has none. */
  readonly value: unknown;
  /** Undefined when the reply was not read to its end. */
  readonly usage: TokenUsage | undefined;
};

/** The reply was not there in time. */
export class LateReplyError extends Error {}

/**
 * Throws `LateReplyError` after `deadlineMs`, else what `model.stream` throws, and the signal's reason when aborted. A late
 * reply to a small call is no fault of the endpoint (`AbortSignal.timeout` would be one): the same has to write the answer.
 */
export async function readObjectReply(
  model: LanguageModel,
  request: ModelRequest,
  deadlineMs?: number,
): Promise<ObjectReply> {
  if (deadlineMs === undefined) return read(model, request);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new LateReplyError("late")), Math.max(0, deadlineMs));
  const { signal } = request;
  try {
    return await read(model, {
      ...request,
      signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
    });
  } catch (error) {
    signal?.throwIfAborted();
    late.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function read(model: LanguageModel, request: ModelRequest): Promise<ObjectReply> {
  let text = "";
  let usage: TokenUsage | undefined;
  for await (const event of model.stream(request)) {
    request.signal?.throwIfAborted();
    if (event.kind === "text") text += event.text;
    else usage = event.usage;
    if (text.length > MAX_CHARACTERS) break;
  }
  // What a model thought first may hold brackets too.
  const thought = text.lastIndexOf("</think");
  const start = text.indexOf("{", Math.max(0, thought));
  const end = text.lastIndexOf("}");
  const value = start === -1 || end < start ? undefined : parseLoosely(text.slice(start, end + 1));
  return { value, usage };
}
