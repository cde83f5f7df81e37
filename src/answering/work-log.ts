/** What answering a question cost and came across, for the receipt. */
import type { TokenUsage } from "../models/language-model.ts";
import type { Clock } from "../platform/clock.ts";

export interface WorkLog {
  /** Does the work and adds its milliseconds to those of `name`. */
  timed<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Sets the milliseconds of `name`. */
  took(name: string, ms: number): void;
  note(text: string): void;
  /** A model took part, whether or not it has sent a bill. */
  used(model: string): void;
  charge(model: string, usage: TokenUsage): void;
  /** Milliseconds since the log was opened. */
  elapsed(): number;
  read(): {
    readonly ms: Readonly<Record<string, number>>;
    readonly tokens: TokenUsage;
    readonly models: readonly string[];
    readonly notes: readonly string[];
  };
}

export function createWorkLog(clock: Clock): WorkLog {
  const startedAt = clock.elapsed();
  const ms: Record<string, number> = {};
  const models = new Set<string>();
  const notes: string[] = [];
  let tokens: TokenUsage = { input: 0, output: 0 };
  return {
    async timed(name, work) {
      const from = clock.elapsed();
      try {
        return await work();
      } finally {
        ms[name] = (ms[name] ?? 0) + clock.elapsed() - from;
      }
    },
    took(name, elapsed) {
      ms[name] = elapsed;
    },
    note: (text) => void notes.push(text),
    used: (model) => void models.add(model),
    charge(model, { input, output }) {
      models.add(model);
      tokens = { input: tokens.input + input, output: tokens.output + output };
    },
    elapsed: () => clock.elapsed() - startedAt,
    read: () => ({ ms: { ...ms }, tokens, models: [...models], notes: [...notes] }),
  };
}
