/** A thread in the terminal: every line is a message, and a follow-up is understood from what was said before. */
import { createInterface } from "node:readline";
import type { Application } from "../answering/application.ts";
import { askAndWait, type DoneEvent, renderForTerminal } from "./ask.ts";
import { wrap } from "./layout.ts";
import { renderReceipt } from "./render-receipt.ts";
import type { Terminal } from "./terminal.ts";

export type ChatOptions = {
  readonly newId: () => string;
  readonly author: string;
  /** The conversation to go on with; a new one when absent. */
  readonly conversationId?: string;
  readonly signal: AbortSignal;
};

const COMMANDS =
  "/explain shows how the last answer came about, /new starts a new thread, /quit ends (or Ctrl-D).";

/** Reads questions until the input ends. Lines that are not typed by a person are echoed, so that a transcript reads well. */
export async function chat(
  terminal: Terminal,
  application: Application,
  options: ChatOptions,
): Promise<number> {
  const { style } = terminal;
  const say = (text: string) => terminal.out(`${style.dim(wrap(text, terminal.width, ""))}\n`);
  const lines = createInterface({
    input: terminal.input,
    ...(terminal.interactive ? { output: terminal.output, terminal: true } : { terminal: false }),
    prompt: terminal.interactive ? style.bold("you › ") : "",
  });
  if (terminal.interactive) say(`Ask away. ${COMMANDS}`);
  let conversationId = options.conversationId ?? options.newId();
  let last: DoneEvent | undefined;
  // In a terminal Ctrl-C reaches the line editor first.
  lines.once("SIGINT", () => lines.close());
  options.signal.addEventListener("abort", () => lines.close(), { once: true });
  lines.prompt();
  for await (const line of lines) {
    if (options.signal.aborted) break;
    const text = line.trim();
    if (text === "/quit" || text === "/exit") break;
    if (text === "/new") {
      conversationId = options.newId();
      last = undefined;
      terminal.out(`${style.dim("A new thread.")}\n`);
    } else if (text === "/explain") {
      terminal.out(
        `${last === undefined ? "Nothing has been answered yet." : renderReceipt(last.receipt, style, terminal.width)}\n`,
      );
    } else if (text.startsWith("/")) {
      say(COMMANDS);
    } else if (text !== "") {
      if (!terminal.interactive) terminal.out(`${style.bold("you ›")} ${text}\n`);
      last = await askAndWait(terminal, application, {
        key: options.newId(),
        conversationId,
        author: options.author,
        text,
        signal: options.signal,
      });
      terminal.out(`\n${renderForTerminal(terminal, last, text)}\n\n`);
      if (last.answer.kind === "unavailable") terminal.err(`${last.receipt.notes.join("\n")}\n`);
    }
    lines.prompt();
  }
  lines.close();
  if (terminal.interactive) terminal.out("\n");
  return options.signal.aborted ? 130 : 0;
}
