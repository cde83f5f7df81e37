/** A value that takes a while to make: made once for everybody who asks meanwhile, and kept for a time. */
import type { Clock } from "../platform/clock.ts";

export interface Kept<Value> {
  /** Rejects with what `make` throws; the next reader tries again. */
  read(): Promise<Value>;
}

/** The time of keeping begins when the value is there. */
export function createKept<Value>(
  keptMs: number,
  clock: Pick<Clock, "elapsed">,
  make: () => Promise<Value>,
): Kept<Value> {
  let kept: { readonly value: Promise<Value>; madeAt: number | undefined } | undefined;
  return {
    read() {
      if (kept?.madeAt !== undefined && clock.elapsed() - kept.madeAt > keptMs) kept = undefined;
      if (kept !== undefined) return kept.value;
      const entry = { value: make(), madeAt: undefined as number | undefined };
      entry.value.then(
        () => {
          entry.madeAt = clock.elapsed();
        },
        () => {
          if (kept === entry) kept = undefined;
        },
      );
      kept = entry;
      return entry.value;
    },
  };
}

/** The value, or undefined when it takes longer than `ms`. */
export async function within<Value>(value: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
