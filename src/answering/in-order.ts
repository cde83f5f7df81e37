/** Work on a stream that is done side by side and comes out in the order of the stream. */

type Arrival<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly error: unknown };

/**
 * What `map` makes of each value, in the order of the values, each as soon as it and all before it are done; the source
 * is read on meanwhile. When the source fails, what it gave before is still given, then its error is thrown. An error of
 * `map` is thrown at its place. The caller who stops early has to stop the source itself (a signal): it may be waiting.
 */
export async function* mapInOrder<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  map: (value: T) => R | Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const iterator = streamOf(source);
  const next = async (): Promise<Arrival<T>> => {
    try {
      const { done, value } = await iterator.next();
      return done === true ? { kind: "end" } : { kind: "value", value };
    } catch (error) {
      return { kind: "failed", error };
    }
  };
  // Settled results: one that fails behind another must not count as an error nobody handles.
  const underWay: Promise<readonly PromiseSettledResult<R>[]>[] = [];
  let arriving: Promise<Arrival<T>> | undefined = next();
  let failure: { readonly error: unknown } | undefined;
  try {
    for (;;) {
      const [head] = underWay;
      if (head === undefined && arriving === undefined) break;
      const ready = await Promise.race([
        ...(head === undefined ? [] : [head.then(([done]) => ({ done }))]),
        ...(arriving === undefined ? [] : [arriving.then((arrival) => ({ arrival }))]),
      ]);
      if ("arrival" in ready) {
        const { arrival } = ready;
        if (arrival.kind === "value") {
          underWay.push(Promise.allSettled([(async () => map(arrival.value))()]));
          arriving = next();
        } else {
          if (arrival.kind === "failed") failure = arrival;
          arriving = undefined;
        }
      } else if (ready.done !== undefined) {
        void underWay.shift();
        if (ready.done.status === "rejected") throw ready.done.reason;
        yield ready.done.value;
      }
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    // Not awaited: it would wait for what the source waits for.
    if (arriving !== undefined) void Promise.allSettled([iterator.return()]);
  }
}

async function* streamOf<T>(
  source: AsyncIterable<T> | Iterable<T>,
): AsyncGenerator<T, void, undefined> {
  yield* source;
}
