/**
 * For looking at answers as Slack would show them: writes an HTML page of the blocks of some answers.
 *
 *     node test/support/draw-blocks.ts FILE.html [ANSWERS.jsonl]
 *
 * Each line of ANSWERS.jsonl has an `answer` and a `question`, as `npm run eval -- --out` writes them; without it the
 * page shows samples of what a claim can hold. A browser takes the picture:
 *
 *     chromium --headless --no-sandbox --screenshot=out.png --window-size=400,2000 FILE.html
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Answer } from "../../src/documents/answer.ts";
import { answerMessages } from "../../src/slack/blocks/answer-blocks.ts";
import { drawBlocks, escapeHtml } from "../../src/web/draw-blocks.ts";
import { answerOf, citationOf } from "./scripted-application.ts";

type Shown = { readonly question: string; readonly answer: Answer };

const SAMPLES: readonly Shown[] = [
  {
    question: "How do I retry a task three times with a delay?",
    answer: answerOf(
      [
        {
          text: 'Pass `retries` and `retry_delay_seconds` to the `@task` decorator:\n\n```python\nfrom lantern import task\n\n@task(retries=3, retry_delay_seconds=[1, 10, 100])\ndef fetch(url: str) -> str:\n    return get("https://example.com/a/rather/long/address/that/does/not/fit")\n```',
          aspect: "step",
        },
        {
          text: "Each setting has a default:\n\n| Setting | Type | Default |\n| --- | --- | --- |\n| `retries` | `int \\| None` | `0` |\n| `retry_delay_seconds` | `float \\| list[float]` | `0`; a list gives one delay for each attempt |\n| `retry_jitter_factor` | `float` |  |",
          aspect: "other",
          citation: 2,
        },
        {
          text: "To stop retrying after some errors:\n\n1. Write a function that takes `task`, `run` and `state`.\n   - Return `True` to retry.\n   - Return `False` to fail at once.\n2. Pass it as `retry_condition_fn`.",
          aspect: "other",
          citation: 3,
          conditions: ["since 2.14"],
        },
      ],
      { citations: [1, 2, 3].map((number) => citationOf(number)) },
    ),
  },
  {
    question: "What happens to the run when its process dies?",
    answer: answerOf(
      [
        {
          text: "The run is marked `Crashed` once its lease has ended.",
          quote: "The run is marked Crashed once its lease has ended.",
          aspect: "state",
        },
        { text: "```sh\nlantern runs ls --state Crashed\n```", aspect: "action", citation: 2 },
        {
          text: "| From | To |\n| --- | --- |\n| Running | Crashed |",
          aspect: "other",
          citation: 1,
        },
        {
          text: "| From | To | Why |\n| --- | --- | --- |\n| Pending | Crashed | no machine was found |\n| Late | Scheduled |  |",
          aspect: "other",
          citation: 2,
        },
      ],
      { missing: ["ECS"], kind: "partial" },
    ),
  },
  {
    question: "Which colour has the moon?",
    answer: answerOf([], { kind: "not-found", reason: "silent", closest: [citationOf(1)] }),
  },
];

const STYLE = `
body { margin: 0; padding: 12px; font: 15px/1.47 Lato, "Helvetica Neue", Arial, sans-serif; color: #1d1c1d; background: #fff; }
.question { font-weight: 700; margin: 24px 0 8px; }
.message { border-left: 3px solid #ddd; padding-left: 12px; margin-bottom: 12px; }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.rich-text { margin: 4px 0; }
ul, ol { margin: 0; padding-left: 26px; }
li.bare { list-style: none; }
code { font: 12px/1.5 Menlo, Consolas, "DejaVu Sans Mono", monospace; color: #c01343; background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; }
pre { margin: 4px 0; padding: 8px; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; overflow-x: auto; }
pre code { border: 0; padding: 0; background: none; color: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 6px 0; }
table { border-collapse: collapse; }
th, td { border: 1px solid #ddd; padding: 5px 8px; text-align: left; vertical-align: top; }
th { background: #f8f8f8; }
.context { color: #616061; font-size: 13px; margin: 8px 0; }
.actions button { font: 700 13px Lato, Arial, sans-serif; padding: 4px 12px; margin: 4px 8px 4px 0; border: 1px solid #bbb; border-radius: 4px; background: #fff; }
a { color: #1264a3; text-decoration: none; }
.mark { white-space: nowrap; }
`;

function drawPage(answers: readonly Shown[], now: number): string {
  const threads = answers.map(({ question, answer }) => {
    const messages = answerMessages(answer, { now, question, askPerson: true });
    const drawn = messages.map(({ blocks }) => `<div class="message">${drawBlocks(blocks)}</div>`);
    return `<div class="question">${escapeHtml(question)}</div>${drawn.join("")}`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Answers</title><style>${STYLE}</style><body>${threads.join("")}</body></html>`;
}

function readAnswers(file: string): readonly Shown[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const record = JSON.parse(line) as { readonly question?: unknown; readonly answer?: unknown };
      return { question: String(record.question), answer: Answer.parse(record.answer) };
    });
}

const [target, source] = process.argv.slice(2);
if (target === undefined) {
  process.stderr.write("usage: node test/support/draw-blocks.ts FILE.html [ANSWERS.jsonl]\n");
  process.exitCode = 2;
} else {
  const answers = source === undefined ? SAMPLES : readAnswers(source);
  writeFileSync(target, drawPage(answers, Date.now()));
}
