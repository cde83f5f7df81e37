/** `npm start` as it is: the real entry file, the real core over the bundled handbook, a fake workspace. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeSlack, plainText, startFakeSlack } from "../support/fake-slack.ts";
import { commandEnvironment } from "../support/run-command.ts";

const root = path.resolve(import.meta.dirname, "../..");

let folder: string;
let slack: FakeSlack;

function run(
  file: string,
  dataFolder: string,
  settings: Record<string, string> = {},
): ChildProcess {
  return spawn(process.execPath, [path.join(root, file)], {
    cwd: folder,
    env: commandEnvironment({ DATA_DIR: dataFolder, ...settings }),
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function exitOf(child: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = "";
  child.stderr?.on("data", (data: Buffer) => {
    errors += data.toString();
  });
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, errors };
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "marvin-start-"));
  slack = await startFakeSlack({ messageEvents: true });
  const made = await exitOf(run("ingest/demo.ts", path.join(folder, "made")));
  if (made.code !== 0) throw new Error(`the handbook could not be indexed: ${made.errors}`);
  renameSync(path.join(folder, "made", "demo"), path.join(folder, "data"));
}, 30_000);

afterAll(async () => {
  await slack.end();
  rmSync(folder, { recursive: true, force: true });
});

describe("npm start", () => {
  it("answers a mention in its thread with sources, and its follow-up from what was said", async () => {
    const bot = run("src/main.ts", path.join(folder, "data"), {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
    });
    const exited = exitOf(bot);
    await slack.until(() => slack.socketCount === 1, "the connection", 15_000);

    const ts = slack.mention(
      "C0GENERAL",
      "U0ANN",
      "What happens if the pod that is running the workflow (not the task) fails?",
    );
    await slack.answered("C0GENERAL", ts, 1, 15_000);
    slack.mention("C0GENERAL", "U0ANN", "what did you mean by 'pod'?", ts);
    const [answer, followUp] = await slack.answered("C0GENERAL", ts, 2, 15_000);
    const live = answer?.stream;
    bot.kill("SIGTERM");
    const { code } = await exited;

    expect(plainText(answer ?? { text: "", blocks: [] })).toMatch(
      /pod[^]*\[1\][^]*\*Sources\* · Prefect 3 · read today\n\[1\] <https:\/\/handbook\.example\//,
    );
    expect(plainText(followUp ?? { text: "", blocks: [] })).toMatch(/pod/);
    expect(live).not.toBe("live");
    expect(code).toBe(143);
    expect(slack.replies("C0GENERAL", ts)).toHaveLength(2);
  });

  it.each([
    ["no tokens", {}, /SLACK_BOT_TOKEN/],
    ["a token of the wrong kind", { SLACK_BOT_TOKEN: "xapp-1" }, /SLACK_BOT_TOKEN/],
  ])("with %s says which setting to mend, without a trace", async (_what, settings, expected) => {
    const { code, errors } = await exitOf(run("src/main.ts", path.join(folder, "data"), settings));

    expect(code).toBe(2);
    expect(errors).toMatch(expected);
    expect(errors).not.toMatch(/\n\s+at /);
  });
});
