/** Checks settings, index, model and Slack, one after the other, and says how to mend each. */
import { existsSync, statfsSync, statSync } from "node:fs";
import path from "node:path";
import type { LoadedConfig } from "./config/load.ts";
import { openConfiguredIndex } from "./configured-index.ts";
import { AppError, describeError } from "./platform/errors.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";
import { STATE_FILE } from "./state/schema.ts";
import { adviceForEmbedded } from "./store/embedded-limit.ts";
import type { Check } from "./terminal/doctor.ts";

/** Below this much free space questions may soon not be stored. */
const LEAST_FREE_BYTES = 100_000_000;

export type DiagnoseOptions = {
  /** Wait for a mention in Slack, because events cannot be read back. */
  readonly wait: boolean;
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
      detail:
        set.length === 0
          ? "all defaults"
          : set.map(([name, origin]) => `${name} (${origin})`).join(", "),
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
        return advice === undefined ? line : `${line}\n${advice}`;
      },
      "npm run ingest",
    ),
    await check("store", async () => describeStore(config.DATA_DIR), undefined),
    await checkModel(config, options.signal),
    ...(await checkChecker(config, options.signal)),
    await checkEmbedding(config, options.signal),
  );
  const { checkSlack } = await import("./slack/doctor.ts");
  checks.push(
    ...(await checkSlack(config, {
      ...options,
      onWaiting() {
        process.stderr.write("Mention the bot in a channel it is in; waiting up to 60 s.\n");
      },
    })),
  );
  return checks;
}

/** What is stored of people, and whether the disk has room for a copy of it. */
function describeStore(dataFolder: string): string {
  const file = path.join(dataFolder, STATE_FILE);
  const bytes = existsSync(file) ? statSync(file).size : 0;
  const { bavail, bsize } = statfsSync(dataFolder);
  const free = bavail * bsize;
  const inMb = (amount: number) => `${Math.ceil(amount / 1_000_000)} MB`;
  if (free < Math.max(bytes, LEAST_FREE_BYTES)) {
    throw new AppError("disk", "The disk of the data folder is nearly full.", {
      facts: { "the store": inMb(bytes), free: inMb(free) },
      hint: "Make room, or keep less: CONVERSATION_RETENTION_DAYS.",
    });
  }
  return bytes === 0
    ? `nothing stored yet, ${inMb(free)} free`
    : `${inMb(bytes)}, ${inMb(free)} free (npm run backup copies it)`;
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
