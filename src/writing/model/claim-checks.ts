/**
 * The readings of one answer: how many, how long each may take and what they may cost. The writer and the readings
 * share one token budget; what the writer may still use is set aside until its bill is there.
 */
import type { Clock } from "../../platform/clock.ts";
import type { CheckedClaim, ClaimReader, Reading, ReadOutcome } from "./claim-reader.ts";

export type ClaimChecksOptions = {
  readonly reader: ClaimReader;
  /** As many as an answer may have claims. */
  readonly mostChecks: number;
  readonly clock: Clock;
  /** Milliseconds a model may take for the answer; they begin with `begin`. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
};

/** Of what is left of the answer's time: one check that hangs must not keep those behind it until the end. */
const SHARE_OF_TIME = 0.5;

export class ClaimChecks {
  readonly #options: ClaimChecksOptions;
  #endsAt: number;
  #checks = 0;
  #spent = 0;
  /** Set aside for the writer's round under way. */
  #setAside = 0;
  /** Set aside for readings under way. */
  #reading = 0;
  #freed = Promise.withResolvers<void>();
  readonly #tally = new Map<string, number>();

  constructor(options: ClaimChecksOptions) {
    this.#options = options;
    this.#endsAt = options.clock.elapsed() + options.deadlineMs;
  }

  /** The model's time for the answer begins now. */
  begin(): void {
    this.#endsAt = this.#options.clock.elapsed() + this.#options.deadlineMs;
  }

  /** Tokens that were used for the answer, by whatever call. */
  spent(tokens: number): void {
    this.#spent += tokens;
  }

  /** Sets aside what the writer may use in this round; 0 when it is done. */
  setAside(tokens: number): void {
    this.#setAside = tokens;
    this.#free();
  }

  /**
   * Has the claim read, at once if there are tokens for it, else as soon as others have used fewer than they might.
   * Throws only the reason of the answer's signal.
   */
  async read(claim: CheckedClaim): Promise<ReadOutcome> {
    const outcome = await this.#read(claim);
    const { kind } = outcome.reading;
    const name = kind === "unread" ? outcome.reading.why : READINGS[kind];
    this.#tally.set(name, (this.#tally.get(name) ?? 0) + 1);
    return outcome;
  }

  /** How many claims were read, and with what outcome, for the receipt; undefined when none was. */
  summary(): string | undefined {
    if (this.#tally.size === 0) return undefined;
    const parts = [...this.#tally].map(([name, count]) => `${count} ${name}`);
    return `second reader: ${parts.join(", ")}`;
  }

  async #read(claim: CheckedClaim): Promise<ReadOutcome> {
    const { reader, mostChecks, clock, signal } = this.#options;
    if (this.#checks >= mostChecks) return unread("no checks left");
    this.#checks += 1;
    const tokens = reader.mostTokens(claim);
    const left = () => reader.tokenBudget - this.#spent - this.#setAside - this.#reading;
    while (left() < tokens) {
      if (this.#setAside === 0 && this.#reading === 0) return unread("no tokens left");
      await this.#freed.promise;
    }
    this.#reading += tokens;
    let used = tokens;
    try {
      const deadlineMs = (this.#endsAt - clock.elapsed()) * SHARE_OF_TIME;
      const outcome = await reader.read(claim, { deadlineMs, signal });
      // Without a bill it may have cost what it could.
      if (outcome.usage !== undefined) used = outcome.usage.input + outcome.usage.output;
      return outcome;
    } finally {
      this.#reading -= tokens;
      this.#spent += used;
      this.#free();
    }
  }

  #free(): void {
    this.#freed.resolve();
    this.#freed = Promise.withResolvers();
  }
}

const READINGS = { carried: "carried", "not-carried": "not carried" } as const satisfies Partial<
  Record<Reading["kind"], string>
>;

const unread = (why: Extract<Reading, { readonly kind: "unread" }>["why"]): ReadOutcome => ({
  reading: { kind: "unread", why },
  usage: undefined,
});
