/** One question, one answer. */
import type { AnswerEvent, Application, Question, Step } from "../answering/application.ts";
import { UsageError } from "../platform/errors.ts";
import { renderReceipt } from "./render-receipt.ts";
import { renderAnswer } from "./render.ts";
import type { Terminal } from "./terminal.ts";

export type DoneEvent = Extract<AnswerEvent, { kind: "done" }>;

export type AskOptions = {
  /** Print Answer and receipt as JSON, for programs. */
  readonly json: boolean;
  /** Print the receipt for people below the answer. */
  readonly explain: boolean;
};

/** Throws `UsageError` for a question without words. */
export function checkQuestion(text: string): void {
  if (text.trim() !== "") return;
  throw new UsageError(
    "The question is empty.",
    'Ask like this: npm run ask -- "what is a zombie run?"',
  );
}

/** Prints the answer. Returns the exit code: 0 when the question was answered or honestly was not, 1 on an outage. */
export async function ask(
  terminal: Terminal,
  application: Application,
  question: Question,
  options: AskOptions,
): Promise<number> {
  checkQuestion(question.text);
  const done = await askAndWait(terminal, application, question);
  if (options.json) {
    const { answer, resolution, receipt } = done;
    terminal.out(`${JSON.stringify({ answer, resolution, receipt }, undefined, 2)}\n`);
  } else {
    terminal.out(`${renderForTerminal(terminal, done, question.text)}\n`);
    if (options.explain)
      terminal.out(`\n${renderReceipt(done.receipt, terminal.style, terminal.width)}\n`);
  }
  if (done.answer.kind !== "unavailable") return 0;
  // Who asks in a terminal can mend it; in Slack the same words would only puzzle.
  if (!options.json) terminal.err(`\n${done.receipt.notes.join("\n")}\n`);
  return 1;
}

/** The last event of an answer; meanwhile a status line says what is being done, where a person is watching. */
export async function askAndWait(
  terminal: Terminal,
  application: Application,
  question: Question,
): Promise<DoneEvent> {
  let shown = false;
  try {
    for await (const event of application.ask(question)) {
      if (event.kind === "done") {
        await application.posted(question.key, { surface: "terminal" });
        return event;
      }
      if (event.kind === "step" && terminal.interactive) {
        terminal.err(`\r\u001B[2K${terminal.style.dim(stepText(event.step))}`);
        shown = true;
      }
    }
  } finally {
    if (shown) terminal.err("\r\u001B[2K");
  }
  throw new Error("The answer ended without its last event.");
}

export function renderForTerminal(terminal: Terminal, done: DoneEvent, question: string): string {
  return renderAnswer(done.answer, {
    question,
    style: terminal.style,
    ...(terminal.width === undefined ? {} : { width: terminal.width }),
  });
}

function stepText(step: Step): string {
  switch (step) {
    case "resolving":
      return "Reading the question…";
    case "searching":
      return "Searching the documentation…";
    case "writing":
      return "Writing…";
    case "checking":
      return "Checking quotes…";
    case "searching-again":
      return "Searching once more…";
  }
}
