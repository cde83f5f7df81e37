/** The frame of every command: signals abort the work, errors become one readable message and an exit code. */
import { diskFullError, isDiskFull } from "./disk-full.ts";
import { AppError, describeError, findCause, UsageError } from "./errors.ts";

/** 0 fine, 1 the work failed, 2 wrong use, 130 and 143 ended by a signal. */
export async function runEntry(main: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    // The second signal does not wait.
    if (exitCode !== undefined) process.exit(exitCode);
    exitCode = signal === "SIGINT" ? 130 : 143;
    controller.abort(new AppError("stopped", "Stopped."));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // A reader that goes away (`| head`) ends the output, not the program with a trace.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCode ?? 0);
  });
  try {
    const code = await main(controller.signal);
    process.exitCode = exitCode ?? code;
  } catch (error) {
    if (exitCode !== undefined) {
      process.stderr.write("Stopped.\n");
      process.exitCode = exitCode;
    } else {
      process.stderr.write(`${entryMessage(error)}\n`);
      process.exitCode = isWrongUse(error) ? 2 : 1;
    }
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

function isWrongUse(error: unknown): boolean {
  if (findCause(error, UsageError) !== undefined) return true;
  if (error instanceof AppError && error.code === "config") return true;
  return (
    error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")
  );
}

function entryMessage(error: unknown): string {
  if (error instanceof TypeError && isWrongUse(error)) {
    return `${error.message.split(". ")[0] ?? error.message}. Add --help to see the options.`;
  }
  if (isDiskFull(error) && !(error instanceof AppError && error.code === "disk-full")) {
    return describeError(diskFullError(process.cwd(), error));
  }
  // What is not an AppError is a defect of ours; then the trace is what helps.
  if (!(error instanceof AppError) && error instanceof Error) return error.stack ?? error.message;
  return describeError(error);
}
