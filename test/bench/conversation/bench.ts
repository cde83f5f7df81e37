/**
 * How long it takes to resolve a message in a thread of 40 turns with five claims each, by rules alone: every labelled
 * message of `test/conversation/*.jsonl`, in threads made of seeded words. `first` is the first message of a thread
 * that the process has not read before, `later` one in a thread it knows.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { percentile } from "../../../eval/metrics/percentile.ts";
import { resolveFollowUp } from "../../../src/conversation/resolve-follow-up.ts";
import { aConversation, type Said } from "../../conversation/samples.ts";

const TURNS = 40;
const CLAIMS = 5;
const WORDS_OF_CLAIM = 24;
const THREADS = 12;
const RUNS = 7;
const WORDS =
  "flow run worker pool task deployment state crashed pod retries heartbeat storage result cached limit slot lease schedule automation trigger event server client version setting default seconds the of to in is are when with for not by on and".split(
    " ",
  );

/** Numbers from 0 to 1 that are the same every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function thread(seed: number): Said[] {
  const random = seeded(seed);
  const sentence = (length: number) =>
    Array.from({ length }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  return Array.from({ length: TURNS }, () => ({
    question: `how does the ${sentence(8)}?`,
    answer: Array.from({ length: CLAIMS }, () => `${sentence(WORDS_OF_CLAIM)}.`),
  }));
}

function messages(): string[] {
  const folder = path.join(import.meta.dirname, "../../conversation");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(path.join(folder, name), "utf8").trim().split("\n"))
    .flatMap((line) => {
      // Written by hand and judged by the tests.
      const { turns } = JSON.parse(line) as { turns: { user: string }[] };
      return turns.slice(1).map(({ user }) => user);
    });
}

function timed(text: string, said: readonly Said[]): number {
  const conversation = aConversation(said);
  const start = performance.now();
  resolveFollowUp({ text, conversation });
  return performance.now() - start;
}

const all = messages();
const quoted = thread(1)[3]?.answer[2] ?? "";
const long = [
  `what did you mean by "lease" here: "${quoted.slice(0, 90)}"`,
  `you said ${quoted.slice(0, 80)}, why is it so in our case?`,
  Array.from({ length: 60 }, (_, at) => WORDS[at % WORDS.length]).join(" "),
];
for (const text of all) timed(text, thread(1));

const first = Array.from({ length: THREADS }, (_, at) => {
  const text = all[(at * 37) % all.length] ?? "";
  return timed(text, thread(at + 100));
});
// Of each message the median of some runs: one is easily held up by something else on the machine.
const typical = (text: string) =>
  percentile(
    Array.from({ length: RUNS }, () => timed(text, thread(1))),
    0.5,
  ) ?? 0;
const later = all.map(typical);
const longest = long.map(typical);

const row = (name: string, times: readonly number[]) =>
  [
    name.padEnd(34),
    String(times.length).padStart(8),
    ...[50, 95, 100].map((share) => (percentile(times, share / 100) ?? 0).toFixed(2).padStart(8)),
  ].join("");
process.stdout.write(
  [
    `${"milliseconds a message".padEnd(34)}${["messages", "median", "p95", "most"].map((name) => name.padStart(8)).join("")}`,
    row("later in the thread", later),
    row("... of long ones that quote us", longest),
    row("first in a thread not yet read", first),
    "",
  ].join("\n"),
);
