/** What a command needs of the terminal it runs in, so that tests can stand in for one. */
import { chooseStyle, type Style } from "./style.ts";

export type Terminal = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly style: Style;
  /** Columns; undefined when the output is not a terminal, and then nothing is wrapped. */
  readonly width: number | undefined;
  /** True when a person can type: the interactive prompt is offered. */
  readonly interactive: boolean;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
};

/** Widest text that is still comfortable to read. */
const WIDEST = 100;

export function processTerminal(
  streams: Pick<NodeJS.Process, "stdout" | "stderr" | "stdin">,
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  return {
    out: (text) => void streams.stdout.write(text),
    err: (text) => void streams.stderr.write(text),
    style: chooseStyle(streams.stdout, environment),
    width: streams.stdout.isTTY ? Math.min(streams.stdout.columns, WIDEST) : undefined,
    interactive: streams.stdout.isTTY && streams.stdin.isTTY,
    input: streams.stdin,
    output: streams.stdout,
  };
}
