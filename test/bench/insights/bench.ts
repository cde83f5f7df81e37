/**
 * How long `npm run insights` takes, and how much memory, on a store of many questions: real answers and receipts of
 * an index, stored again and again under new keys over eight weeks.
 *
 *     node test/bench/insights/bench.ts INDEX_DATA_DIR [QUESTIONS]
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AnswerEvent } from "../../../src/answering/application.ts";
import { compose } from "../../../src/compose.ts";
import { loadConfig } from "../../../src/config/load.ts";

const [indexFolder, amount = "100000"] = process.argv.slice(2);
if (indexFolder === undefined) throw new Error("Name a DATA_DIR with an index.");
const questions = Number(amount);
const root = path.resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(path.join(tmpdir(), "marvin-insights-"));

const ASKED = [
  "how do I retry a task with a delay?",
  "what happens when the pod of a run is evicted?",
  "what is a work pool?",
  "how do I cancel a run?",
  "does zyzzyva support quantum scheduling?",
  "how long are results kept?",
  "run on a schedule with cron",
  "limit how many tasks run at once",
  "ingress for a frobnicator",
  "send a message when a run fails",
];

try {
  cpSync(path.join(indexFolder, "index"), path.join(folder, "index"), { recursive: true });
  const { config } = loadConfig(
    { DATA_DIR: folder, LOG_LEVEL: "error", CONVERSATION_RETENTION_DAYS: "3650" },
    undefined,
  );
  {
    await using composed = await compose({ config, useModel: false });
    const done: Extract<AnswerEvent, { kind: "done" }>[] = [];
    for (const text of ASKED)
      for await (const event of composed.application.ask({
        key: `template-${text}`,
        conversationId: `template-${text}`,
        author: "bench",
        text,
      }))
        if (event.kind === "done") done.push(event);
    const startedAt = performance.now();
    const oldest = Date.now() - 49 * 86_400_000;
    for (let at = 0; at < questions; at += 1) {
      const template = done[(at * 7919) % done.length];
      if (template === undefined) break;
      const key = `bench-${at}`;
      await composed.store.ask({
        key,
        conversationId: `thread-${Math.floor(at / 3)}`,
        author: `U${at % 997}`,
        question: `${template.resolution.question} (${at})`,
        askedAt: new Date(oldest + (at * 49 * 86_400_000) / questions).toISOString(),
      });
      await composed.store.answer(key, {
        resolution: { ...template.resolution, question: `${template.resolution.question} (${at})` },
        answer: { ...template.answer, id: key },
        evidence: template.evidence.slice(0, 8).map(({ chunk }) => chunk),
        receipt: template.receipt,
      });
      await composed.store.posted(key, {});
    }
    process.stdout.write(
      `${questions} questions stored in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`,
    );
  }
  const startedAt = performance.now();
  let peak = 0;
  let busy = 0;
  const child = spawn(
    process.execPath,
    ["--require", "./src/platform/start.cjs", "src/insights.ts"],
    {
      cwd: root,
      env: { ...process.env, DATA_DIR: folder, CONVERSATION_RETENTION_DAYS: "3650" },
      stdio: "inherit",
    },
  );
  const watching = setInterval(() => {
    // Where there is no /proc, memory is not told.
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      // Hundredths of a second, after the name in brackets: what a busy machine does not change.
      const times =
        readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      busy = (Number(times[11] ?? 0) + Number(times[12] ?? 0)) / 100;
    } catch {
      // It has ended, or this is another system.
    }
  }, 100);
  const code = await new Promise((resolve) => child.on("exit", resolve));
  clearInterval(watching);
  process.stdout.write(
    `insights: exit ${String(code)}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s (${busy.toFixed(1)} s of computing), at most ${peak.toFixed(0)} MB\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
