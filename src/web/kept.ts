/** A value that takes a while to make: made once for everybody who asks meanwhile, and kept for a time. */
import type { Clock } from "../platform/clock.ts";

export interface Kept<Value> {
  /** Rejects with what `make` throws; the next reader tries again. */
  read(): Promise<Value>;
}

/** What took long is kept for so many times as long: making it again and again would do nothing else. */
const TIMES_MAKING = 10;

/** The time of keeping begins when the value is there; it is `keptMs`, or longer for what takes long to make. */
export function createKept<Value>(
  keptMs: number,
  clock: Pick<Clock, "elapsed">,
  make: () => Promise<Value>,
): Kept<Value> {
  let kept: { readonly value: Promise<Value>; until: number } | undefined;
  return {
    read() {
      const begunAt = clock.elapsed();
      if (kept !== undefined && begunAt <= kept.until) return kept.value;
      const entry = { value: make(), until: Infinity };
      entry.value.then(
        () => {
          const now = clock.elapsed();
          entry.until = now + Math.max(keptMs, (now - begunAt) * TIMES_MAKING);
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
