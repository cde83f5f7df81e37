/**
 * `/metrics` as a real Prometheus reads it: the system's package, a crawl, the bot in a fake workspace with a model on
 * loopback, the web page. Prints a line a check, exits 1 when one fails; where there is no Prometheus it says so and
 * exits 0.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ModelMessage } from "../../src/models/language-model.ts";
import { startFakeSlack } from "../support/fake-slack.ts";
import { commandEnvironment, runCommand } from "../support/run-command.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { freePort } from "../support/free-port.ts";
import { runChecks } from "../support/run-checks.ts";

const root = path.resolve(import.meta.dirname, "../..");
const WAIT_MS = 60_000;
const TOKEN = "a-token-of-some-length";

function has(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

async function until<T>(what: string, read: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const found = await read().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what} did not come in time`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A model that copies the first passage it is shown, behind the chat completions of an endpoint. */
async function serveModel(): Promise<AsyncDisposable & { readonly url: string }> {
  const { model } = scriptedModel({
    answers: ["A lost worker leaves its run in the state Crashed. [1]"],
  });
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = JSON.parse(Buffer.concat(parts).toString()) as { messages: ModelMessage[] };
      response.writeHead(200, { "content-type": "text/event-stream" });
      const send = (value: object) => response.write(`data: ${JSON.stringify(value)}\n\n`);
      for await (const event of model.stream({ messages: body.messages, maxOutputTokens: 1000 }))
        if (event.kind === "text")
          send({ choices: [{ index: 0, delta: { content: event.text }, finish_reason: null }] });
        else {
          send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
          send({
            choices: [],
            usage: { prompt_tokens: event.usage.input, completion_tokens: event.usage.output },
          });
        }
      response.end("data: [DONE]\n\n");
    })().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Ended when it is disposed of. */
function start(
  program: string,
  args: readonly string[],
  folder: string,
  settings: Record<string, string> = {},
): AsyncDisposable {
  const child: ChildProcess = spawn(program, args, {
    cwd: folder,
    env: commandEnvironment(settings),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (data: Buffer) => (said = `${said}${data.toString()}`.slice(-4000)));
  const exited = once(child, "exit");
  let isWanted = true;
  void exited.then(([code]) => {
    if (isWanted) process.stderr.write(`${program} ended (${String(code)}):\n${said}\n`);
  });
  return {
    async [Symbol.asyncDispose]() {
      isWanted = false;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function main(): Promise<number> {
  await using cleanup = new AsyncDisposableStack();
  const folder = mkdtempSync(path.join(tmpdir(), "marvin-prometheus-"));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, "pages"));
  writeFileSync(
    path.join(folder, "pages/workers.md"),
    "# Workers\n\nA run whose worker is lost ends in the state Crashed after 90 seconds without a heartbeat.\n\n" +
      "## Limits\n\nA worker takes at most 10 runs at once.\n",
  );
  const data = path.join(folder, "data");
  const crawl = await runCommand(
    "ingest/main.ts",
    ["./pages", "--shown-at", "https://wiki.example/{page}"],
    {
      folder,
      settings: { DATA_DIR: data },
    },
  );
  assert.equal(crawl.code, 0, crawl.err);

  const slack = cleanup.use(await startFakeSlack({ messageEvents: true }));
  cleanup.defer(() => slack.end());
  const model = cleanup.use(await serveModel());
  const [health, web, prometheus] = [await freePort(), await freePort(), await freePort()];
  cleanup.use(
    start(process.execPath, [path.join(root, "src/main.ts")], folder, {
      DATA_DIR: data,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "scripted",
      MODEL_PRICES: "scripted=2/8",
      HEALTH_PORT: String(health),
    }),
  );
  cleanup.use(
    start(process.execPath, [path.join(root, "src/serve.ts"), "web"], folder, {
      DATA_DIR: data,
      WEB_PORT: String(web),
      WEB_TOKEN: TOKEN,
    }),
  );
  await slack.until(() => slack.socketCount >= 1, "the connection", WAIT_MS);
  for (const text of ["what happens to a run whose worker is lost?", "what does Zanzibar cost?"]) {
    const ts = slack.mention("C0GENERAL", "U0ANN", text);
    await slack.answered("C0GENERAL", ts, 1, WAIT_MS);
  }

  const config = path.join(folder, "prometheus.yml");
  writeFileSync(
    config,
    [
      "global: { scrape_interval: 1s, scrape_timeout: 1s }",
      "scrape_configs:",
      `  - { job_name: bot, static_configs: [{ targets: ["127.0.0.1:${health}"] }] }`,
      `  - { job_name: web, authorization: { credentials: ${TOKEN} }, static_configs: [{ targets: ["127.0.0.1:${web}"] }] }`,
      `  - { job_name: stranger, static_configs: [{ targets: ["127.0.0.1:${web}"] }] }`,
    ].join("\n"),
  );
  cleanup.use(
    start(
      "prometheus",
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${path.join(folder, "tsdb")}`,
        `--web.listen-address=127.0.0.1:${prometheus}`,
      ],
      folder,
    ),
  );

  /** The values that a query gives, by the labels named. */
  const query = async (text: string): Promise<readonly (readonly [unknown, number])[]> => {
    const url = `http://127.0.0.1:${prometheus}/api/v1/query?query=${encodeURIComponent(text)}`;
    const { data: found } = (await (await fetch(url)).json()) as {
      data: { result: { metric: unknown; value: [number, string] }[] };
    };
    return found.result.map(({ metric, value }) => [metric, Number(value[1])] as const);
  };
  const positive = async (text: string) => {
    const found = await query(text);
    return found.length > 0 && found.every(([, value]) => value > 0) ? found : undefined;
  };

  const checks: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      "Prometheus reads the bot, the web page with the token, and not without",
      async () => {
        await until("both", () => positive('up{job=~"bot|web"}'));
        const strangers = await until("the stranger", async () => {
          const found = await query('up{job="stranger"}');
          return found.length === 0 ? undefined : found;
        });
        assert.deepEqual(
          strangers.map(([, up]) => up),
          [0],
        );
      },
    ],
    ...(
      [
        "marvin_answer_seconds",
        "marvin_first_sentence_seconds",
        "marvin_retrieval_seconds",
        "marvin_model_seconds",
        "marvin_checker_seconds",
        "marvin_ingest_seconds",
        "marvin_slack_first_shown_seconds",
        "marvin_slack_answered_seconds",
      ] as const
    ).map(
      (name) =>
        [
          `${name} gives quantiles`,
          async () => {
            const quantile = `histogram_quantile(0.95, sum by (le) (${name}_bucket{job="bot"}))`;
            const [found] = await until(quantile, () => positive(quantile));
            assert.ok(Number.isFinite(found?.[1]), String(found?.[1]));
          },
        ] as const,
    ),
    [
      "answers are counted by kind, refusals by reason, tokens and cost by model",
      async () => {
        await until("answers", () => positive('sum(marvin_answers_total{kind!=""}) == 2'));
        await until("refusals", () => positive('marvin_refusals_total{reason!=""}'));
        const [input] = await until("tokens", () =>
          positive('sum(marvin_model_tokens_total{model="scripted",kind="input"})'),
        );
        const [output] = await query('sum(marvin_model_tokens_total{kind="output"})');
        const [cost] = await query("sum(marvin_model_cost_total)");
        const wanted = ((input?.[1] ?? 0) * 2 + (output?.[1] ?? 0) * 8) / 1e6;
        assert.ok(Math.abs((cost?.[1] ?? 0) - wanted) < 1e-9, `${cost?.[1]} and not ${wanted}`);
      },
    ],
    [
      "how long questions wait, and what the last crawl came to, is told",
      async () => {
        assert.equal((await query("marvin_slack_oldest_open_seconds")).length, 1);
        await until("pages", () => positive('marvin_ingest_pages{job="web"} == 1'));
        const [age] = await query("time() - marvin_ingest_last_published_timestamp_seconds");
        assert.ok((age?.[1] ?? Infinity) < 300, `${age?.[1]} s`);
      },
    ],
    [
      "names and help texts are as promtool wants them",
      async () => {
        const text = await (await fetch(`http://127.0.0.1:${health}/metrics`)).text();
        execFileSync("promtool", ["check", "metrics"], {
          input: text,
          stdio: ["pipe", "pipe", "pipe"],
        });
      },
    ],
  ];
  return (await runChecks("with Prometheus", checks)) ? 0 : 1;
}

if (has("prometheus") && has("promtool")) process.exitCode = await main();
else
  process.stdout.write("Prometheus: skipped, it is not installed (apt-get install prometheus).\n");
