/**
 * The one error class whose message is written for people. `code` is for programs, `message` is a short
 * sentence, `facts` are shown one a line below it, `hint` says what to do. The original error stays in `cause`.
 */
export class AppError extends Error {
  readonly code: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    details: {
      readonly facts?: Readonly<Record<string, string>>;
      readonly hint?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.facts = details.facts ?? {};
    this.hint = details.hint;
  }
}

/** Wrong use of a command: an unknown option, an empty question. Ends a process with exit code 2. */
export class UsageError extends AppError {
  constructor(message: string, hint?: string) {
    super("usage", message, hint === undefined ? {} : { hint });
  }
}

/** The first error of type `kind` in the chain of causes, the error itself included. */
export function findCause<T extends Error>(
  error: unknown,
  kind: abstract new (...args: never[]) => T,
): T | undefined {
  let current = error;
  for (let depth = 0; depth < 20 && current instanceof Error; depth += 1) {
    if (current instanceof kind) return current;
    current = current.cause;
  }
  return undefined;
}

/** Message, facts and, unless left out, hint as lines of text for a terminal or a log; no stack trace. */
export function describeError(
  error: unknown,
  { hint = true }: { readonly hint?: boolean } = {},
): string {
  if (!(error instanceof Error)) return String(error);
  const lines = [error.message];
  if (error instanceof AppError) {
    for (const [name, value] of Object.entries(error.facts)) lines.push(`  ${name}: ${value}`);
    if (hint && error.hint !== undefined) lines.push(error.hint);
  }
  return lines.join("\n");
}
