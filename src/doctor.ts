/** Checks settings, index, model and Slack, one after the other, and says how to mend each. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { LoadedConfig } from "./config/load.ts";
import { openConfiguredIndex } from "./configured-index.ts";
import { diskText, megabytes, readDiskRoom } from "./platform/disk-room.ts";
import { AppError, describeError } from "./platform/errors.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";
import { slackSettings } from "./slack-settings.ts";
import { STATE_FILE } from "./state/schema.ts";
import { adviceForEmbedded } from "./store/embedded-limit.ts";
import type { Check } from "./terminal/doctor.ts";

export type DiagnoseOptions = {
  /** Wait for a mention in Slack, because events cannot be read back. */
  readonly wait: boolean;
  /** The Slack app's manifest as JSON, when it was given. */
  readonly manifest?: string;
  readonly signal: AbortSignal;
};

export async function diagnose(
  { config, origins }: LoadedConfig,
  options: DiagnoseOptions,
): Promise<readonly Check[]> {
  const set = Object.entries(origins).filter(([, origin]) => origin !== "default");
  const checks: Check[] = [
    {
      name: "settings",
      status: "ok",
      detail: [
        set.length === 0
          ? "all defaults"
          : set.map(([name, origin]) => `${name} (${origin})`).join(", "),
        ...unpriced(config),
      ].join("\n"),
    },
    { name: "node", status: "ok", detail: process.versions.node },
  ];
  checks.push(
    await check("data folder", async () => prepareDataFolder(config.DATA_DIR), undefined),
    await check(
      config.QDRANT_URL === undefined ? "index" : "index (Qdrant)",
      async () => {
        await using index = await openConfiguredIndex(config, config.DATA_DIR);
        const live = (await index.versions()).find((version) => version.live);
        if (live === undefined) throw new Error("nothing has been indexed yet");
        const sources = live.sources.map(({ name, pages }) => `${name}: ${pages} pages`).join(", ");
        const advice = config.QDRANT_URL === undefined ? adviceForEmbedded(live.chunks) : undefined;
        const line = `version ${live.id}, ${live.chunks} chunks (${sources})`;
        const unknown = config.SLACK_CHANGED_NOTES.filter((wanted) =>
          live.sources.every(({ name }) => name !== wanted),
        );
        const mistyped =
          unknown.length === 0
            ? undefined
            : `SLACK_CHANGED_NOTES names what is no source of the index: ${unknown.join(", ")}`;
        return [line, advice, mistyped].filter((part) => part !== undefined).join("\n");
      },
      "npm run ingest",
    ),
    config.STATE_URL === undefined
      ? await check("store", () => describeStore(config.DATA_DIR), undefined)
      : await check(
          "store (Postgres)",
          () => describePostgres(config.STATE_URL ?? "", config.DATA_DIR, config.QDRANT_URL),
          "check STATE_URL",
        ),
    await checkModel(config, options.signal),
    ...(await checkChecker(config, options.signal)),
    await checkEmbedding(config, options.signal),
  );
  const { checkSlack } = await import("./slack/doctor.ts");
  checks.push(
    ...(await checkSlack(
      { ...slackSettings(config), botToken: config.SLACK_BOT_TOKEN },
      {
        ...options,
        onWaiting() {
          process.stderr.write("Mention the bot in a channel it is in; waiting up to 60 s.\n");
        },
      },
    )),
  );
  return checks;
}

/** Models whose cost is not counted although that of others is. */
function unpriced(config: LoadedConfig["config"]): readonly string[] {
  const { MODEL_PRICES: prices, OPENAI_MODEL: writer, OPENAI_CHECKER_MODEL: checker } = config;
  if (prices.size === 0) return [];
  return [...new Set([writer, checker])].flatMap((model) =>
    model === undefined || prices.has(model) ? [] : [`MODEL_PRICES has no price of ${model}`],
  );
}

/** What is stored of people, and whether the disk has room for a copy of it. */
async function describeStore(dataFolder: string): Promise<string> {
  const room = await readDiskRoom(dataFolder, STATE_FILE);
  if (room.state !== "enough") {
    throw new AppError(
      "disk",
      room.state === "nearly-full"
        ? "The disk of the data folder is nearly full."
        : "The disk of the data folder has no room for a copy of the store.",
      {
        facts: { "the store": megabytes(room.storeBytes), free: megabytes(room.freeBytes) },
        hint: "Make room, or keep less: CONVERSATION_RETENTION_DAYS.",
      },
    );
  }
  return room.storeBytes === 0
    ? `nothing stored yet, ${diskText(room)}`
    : `${megabytes(room.storeBytes)}, ${diskText(room)} (npm run backup copies it)`;
}

/** A clock that is so far from the server's lets one bot think that another's lease ran out. */
const MOST_SKEW_MS = 5000;

/** What the server is, whether its clock is ours, and what several machines need besides. */
async function describePostgres(
  url: string,
  dataFolder: string,
  qdrantUrl: readonly string[] | undefined,
): Promise<string> {
  const { openPostgresState } = await import("./state/postgres/schema.ts");
  const { withoutPassword } = await import("./platform/postgres.ts");
  await using state = await openPostgresState({ url, connections: 1 });
  const before = Date.now();
  const row = await state.get(
    `SELECT current_setting('server_version') AS version, pg_size_pretty(sum(pg_total_relation_size(c.oid))) AS size,
       extract(epoch FROM clock_timestamp()) * 1000 AS now,
       (SELECT COUNT(*) FROM question WHERE state <> 'closed') AS open
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND c.relkind = 'r'`,
  );
  const skewMs = Number(row?.["now"]) - (before + Date.now()) / 2;
  if (Math.abs(skewMs) > MOST_SKEW_MS)
    throw new AppError("clock", "This machine's clock is not the database server's.", {
      facts: { difference: `${Math.round(skewMs / 1000)} s` },
      hint: "Set both by a time server: bots on several machines hold questions by the clock.",
    });
  const lines = [
    `${withoutPassword(url)}, schema ${state.schema}: Postgres ${String(row?.["version"])}, ${String(row?.["size"])}, ${String(row?.["open"])} questions open`,
  ];
  if (existsSync(path.join(dataFolder, STATE_FILE)))
    lines.push(
      `What ${path.join(dataFolder, STATE_FILE)} holds is not used; to move it: npm run backup without STATE_URL, then npm run restore with it.`,
    );
  lines.push(
    qdrantUrl === undefined
      ? "Bots on several machines share this, but each answers from the index in its own DATA_DIR: set QDRANT_URL for one index, or copy DATA_DIR/index after each ingest."
      : "Bots on several machines share this and the index; the settings (and SLACK_ tokens) have to be the same, and the clocks right.",
  );
  return lines.join("\n");
}

async function check(
  name: string,
  work: () => Promise<string>,
  mend: string | undefined,
): Promise<Check> {
  try {
    return { name, status: "ok", detail: await work() };
  } catch (error) {
    const hint = error instanceof AppError ? error.hint : undefined;
    const detail = describeError(error, { hint: false });
    const line = hint ?? mend;
    return line === undefined
      ? { name, status: "failed", detail }
      : { name, status: "failed", detail, mend: line };
  }
}

async function checkModel(config: LoadedConfig["config"], signal: AbortSignal): Promise<Check> {
  const name = "model";
  if (config.OPENAI_MODEL === undefined) return suggestModel(name, signal);
  const { openLanguageModel } = await import("./compose-models.ts");
  return check(
    name,
    async () => {
      const model = openLanguageModel(config);
      if (model === undefined) throw new Error("OPENAI_MODEL is not set");
      let reply = "";
      for await (const event of model.stream({
        messages: [{ role: "user", content: "Reply with the word: ready" }],
        // Room for a model that thinks first.
        maxOutputTokens: 1500,
        signal,
      })) {
        if (event.kind === "text") reply += event.text;
      }
      if (reply.trim() === "") throw new Error("the endpoint answered with an empty text");
      return `${model.name} at ${config.OPENAI_BASE_URL} answers`;
    },
    "check OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL",
  );
}

/** Without a model: whether one is there already, on this machine. */
async function suggestModel(name: string, signal: AbortSignal): Promise<Check> {
  const { findLocalServers } = await import("./models/find-local-servers.ts");
  const [server] = await findLocalServers(undefined, signal);
  const none = "none: answers are quoted sentences (OPENAI_MODEL adds one)";
  if (server === undefined) return { name, status: "off", detail: none };
  return {
    name,
    status: "off",
    detail: [
      `${none}; ${server.name} runs on this machine. To use it:`,
      `OPENAI_BASE_URL=${server.baseUrl}`,
      `OPENAI_MODEL=${server.models[0] ?? ""}`,
    ].join("\n"),
  };
}

/** How well the checker judges the bundled pairs: tried when it is not known yet. */
async function checkChecker(
  config: LoadedConfig["config"],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (config.OPENAI_MODEL === undefined) return [];
  const [{ openChecker, openLanguageModel }, { openTrustRecord }, trust] = await Promise.all([
    import("./compose-models.ts"),
    import("./trust-record.ts"),
    import("./verification/checker-trust.ts"),
  ]);
  const result = await check(
    "checker",
    async () => {
      const model = openLanguageModel(config);
      if (model === undefined) throw new Error("OPENAI_MODEL is not set");
      const checker = openChecker(config, model);
      const record = openTrustRecord(config.DATA_DIR);
      const known = record.standing(checker);
      const standing = known ?? (await trust.tryChecker(checker, { signal }));
      if (known === undefined) record.keep(checker, standing);
      const outcome = trust.isTrustworthy(standing)
        ? "answers are shown in the model's words"
        : `needed are ${trust.LEAST_REFUSED} and ${trust.LEAST_ACCEPTED}: answers are shown as the passages the model chose (OPENAI_CHECKER_MODEL may name a better checker)`;
      return `${checker.name} ${trust.standingText(standing)}; ${outcome}`;
    },
    "mend the model first",
  );
  return [result];
}

async function checkEmbedding(config: LoadedConfig["config"], signal: AbortSignal): Promise<Check> {
  const name = "embeddings";
  if (config.OPENAI_EMBEDDING_MODEL === undefined) {
    return { name, status: "off", detail: "none: search uses text and the corpus' own embedding" };
  }
  const { openEmbeddingModel } = await import("./compose-models.ts");
  return check(
    name,
    async () => {
      const model = openEmbeddingModel(config);
      if (model === undefined) throw new Error("OPENAI_EMBEDDING_MODEL is not set");
      const [vector] = await model.embed(["ready"], signal);
      return `${model.name}: ${vector?.length ?? 0} dimensions`;
    },
    "check OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_EMBEDDING_MODEL",
  );
}
