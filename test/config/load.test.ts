import { describe, expect, it } from "vitest";
import { describeSettings, settingsTable } from "../../src/config/describe.ts";
import { ConfigError, loadConfig } from "../../src/config/load.ts";
import { SETTINGS } from "../../src/config/schema.ts";

function problemsOf(work: () => unknown): Readonly<Record<string, string>> {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.facts;
    throw error;
  }
  return {};
}

describe("loadConfig", () => {
  it("needs no setting at all", () => {
    const { config, origins } = loadConfig({}, undefined);

    expect(config.DATA_DIR).toBe("data");
    expect(config.OPENAI_MODEL).toBeUndefined();
    expect(config.INGEST_SOURCES).toEqual(["prefect"]);
    expect(origins.DATA_DIR).toBe("default");
    expect(origins).not.toHaveProperty("OPENAI_MODEL");
  });

  it("prefers the environment to .env and .env to the default", () => {
    const { config, origins } = loadConfig(
      { DATA_DIR: "from-environment" },
      "DATA_DIR=from-file\nLOG_LEVEL=debug\n",
    );

    expect([config.DATA_DIR, origins.DATA_DIR]).toEqual(["from-environment", "environment"]);
    expect([config.LOG_LEVEL, origins.LOG_LEVEL]).toEqual(["debug", ".env"]);
  });

  it("reads prices by model, and refuses what is no price", () => {
    const { config } = loadConfig({ MODEL_PRICES: "small=0.15/0.6, org/large:70b=2/8" }, undefined);
    const problems = problemsOf(() => loadConfig({ MODEL_PRICES: "small=0.15" }, undefined));

    expect([...config.MODEL_PRICES]).toEqual([
      ["small", { input: 0.15, output: 0.6 }],
      ["org/large:70b", { input: 2, output: 8 }],
    ]);
    expect(problems["MODEL_PRICES"]).toContain("MODEL=INPUT/OUTPUT");
  });

  it("takes an empty value for none", () => {
    const { config } = loadConfig({ OPENAI_MODEL: "", DATA_DIR: "" }, undefined);

    expect(config.OPENAI_MODEL).toBeUndefined();
    expect(config.DATA_DIR).toBe("data");
  });

  it("names every problem at once, with where the value came from", () => {
    const problems = problemsOf(() =>
      loadConfig({ MODEL_DEADLINE_MS: "soon", QDRANT_URL: "nowhere" }, "LOG_LEVEL=loud\n"),
    );

    expect(Object.keys(problems).sort()).toEqual(["LOG_LEVEL", "MODEL_DEADLINE_MS", "QDRANT_URL"]);
    expect(problems["LOG_LEVEL"]).toContain(".env");
    expect(problems["MODEL_DEADLINE_MS"]).toContain("the environment");
  });

  it("never repeats a secret in an error", () => {
    const problems = problemsOf(() => loadConfig({ SLACK_BOT_TOKEN: "hunter2" }, undefined));

    expect(problems["SLACK_BOT_TOKEN"]).toBeDefined();
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it("sends the Slack token nowhere but to Slack or to this machine", () => {
    expect(
      problemsOf(() => loadConfig({ SLACK_API_URL: "https://evil.example/api" }, undefined)),
    ).toHaveProperty("SLACK_API_URL");
    expect(
      loadConfig({ SLACK_API_URL: "http://127.0.0.1:4000/api" }, undefined).config.SLACK_API_URL,
    ).toBe("http://127.0.0.1:4000/api/");
  });
});

describe("QDRANT_URL", () => {
  it("takes the address of one server, or of the nodes of a cluster", () => {
    const one = loadConfig({ QDRANT_URL: "http://one:6333/" }, undefined).config.QDRANT_URL;
    const two = loadConfig({ QDRANT_URL: "http://one:6333, https://two/q" }, undefined).config;

    expect(one).toEqual(["http://one:6333"]);
    expect(two.QDRANT_URL).toEqual(["http://one:6333", "https://two/q"]);
    expect(
      problemsOf(() => loadConfig({ QDRANT_URL: "http://one, two" }, undefined)),
    ).toHaveProperty("QDRANT_URL");
  });
});

describe("describeSettings", () => {
  it("has every setting once, with a meaning", () => {
    const rows = describeSettings();

    expect(rows.map(({ name }) => name)).toEqual(Object.keys(SETTINGS));
    expect(rows.filter(({ meaning }) => meaning.trim() === "")).toEqual([]);
  });

  it("gives a table with a row a setting", () => {
    expect(settingsTable().split("\n")).toHaveLength(Object.keys(SETTINGS).length + 2);
  });
});
