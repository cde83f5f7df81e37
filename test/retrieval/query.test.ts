import { describe, expect, it } from "vitest";
import { abbreviationsOf } from "../../src/retrieval/abbreviations.ts";
import { queryWords, readQuery } from "../../src/retrieval/query.ts";
import { readLines } from "../../src/retrieval/read-lines.ts";
import { inflections, nearSpellings } from "../../src/retrieval/word-forms.ts";
import { hashToken } from "../../src/documents/tokenize.ts";

describe("readLines", () => {
  it("keeps what a person wrote as it is", () => {
    expect(readLines("pod died\nnow what?")).toEqual([
      { text: "pod died", weight: 1 },
      { text: "now what?", weight: 1 },
    ]);
  });

  it("drops the frames of a stack trace and keeps the error", () => {
    const lines = readLines(
      [
        "why?",
        "Traceback (most recent call last):",
        '  File "/app/flow.py", line 3, in main',
        "    await run_everything()",
        "ValueError: no such block",
        "    at com.example.Main.run(Main.java:10)",
      ].join("\n"),
    );

    expect(lines.map(({ text }) => text)).toEqual(["why?", "ValueError: no such block"]);
  });

  it("weighs pasted log lines less than the question and the error, each once", () => {
    const log = Array.from(
      { length: 30 },
      (_, at) => `12:00:${10 + at} | INFO | worker - polling ${at}`,
    );
    const lines = readLines(
      ["any idea?", ...log, "12:01:00 | ERROR | worker - lease lost"].join("\n"),
    );

    expect(lines.map(({ weight }) => weight)).toEqual([1, 0.25, 1]);
  });
});

describe("queryWords", () => {
  it("leaves out question words unless there is nothing else", () => {
    expect(queryWords("how do I pause a flow?").map(({ token }) => token)).toEqual([
      "pause",
      "flow",
    ]);
    expect(queryWords("how come?").map(({ token }) => token)).toEqual(["how", "come"]);
  });

  it("leaves out what the question says it is not about", () => {
    expect(queryWords("does the flow retry, not the task?").map(({ token }) => token)).toEqual([
      "flow",
      "retry",
    ]);
  });

  it("is bounded", () => {
    const words = Array.from({ length: 5000 }, (_, at) => `word${at}`).join(" ");

    expect(queryWords(words)).toHaveLength(64);
  });
});

describe("readQuery", () => {
  const frequenciesOf =
    (known: Readonly<Record<string, number>>) => async (tokens: readonly string[]) =>
      tokens.map((token) => known[token] ?? 0);
  const formsOf = async (question: string, known: Readonly<Record<string, number>>) => {
    const { groups } = await readQuery(question, frequenciesOf(known));
    return groups.map(({ forms }) => new Map(forms.map(({ hash, search }) => [hash, search])));
  };

  it("adds forms that the documentation has, at less weight", async () => {
    const [evicted] = await formsOf("evicted", { evicted: 2, eviction: 5, evict: 1 });

    expect(evicted?.get(hashToken("evicted"))).toBe(1);
    expect(evicted?.get(hashToken("eviction"))).toBeCloseTo(0.4 / Math.sqrt(2));
    expect(evicted?.has(hashToken("evicting"))).toBe(false);
  });

  it("corrects a word only when the documentation does not have it", async () => {
    const [typo] = await formsOf("scheduel", { schedule: 40 });
    const [known] = await formsOf("scheduel", { scheduel: 1, schedule: 40 });

    expect(typo?.get(hashToken("schedule"))).toBe(0.7);
    expect(known?.has(hashToken("schedule"))).toBe(false);
  });

  it("writes out short forms", async () => {
    const [short] = await formsOf("k8s", { kubernete: 10 });

    expect(short?.get(hashToken("kubernete"))).toBe(0.5);
  });

  it("takes neighbouring words as pairs, question words apart", async () => {
    const pairsOf = async (question: string) =>
      (await readQuery(question, frequenciesOf({}))).pairs;

    expect(await pairsOf("work pool of a flow run")).toHaveLength(2);
    expect(await pairsOf("work of a pool")).toHaveLength(0);
  });

  it("hears a crash of the infrastructure in other words", async () => {
    const { implied } = await readQuery("what if the node dies", frequenciesOf({ node: 3 }));
    const { implied: none } = await readQuery("what if the task fails", frequenciesOf({}));

    expect(implied.map(([hash]) => hash)).toContain(hashToken("crashed"));
    expect(none).toEqual([]);
  });

  it("hears it in the words of the product, where its source has them", async () => {
    const { implied } = await readQuery("what if the node dies", frequenciesOf({}), [
      "Stranded jobs",
    ]);

    expect(implied.map(([hash]) => hash)).toEqual(["stranded", "job"].map(hashToken));
  });
});

describe("word forms", () => {
  it.each([
    ["crashed", "crash"],
    ["retrying", "retry"],
    ["dying", "die"],
    ["stopped", "stop"],
    ["eviction", "evict"],
    ["schedule", "scheduling"],
    ["deploy", "deployment"],
  ])("of %s include %s", (word, form) => {
    expect(inflections(word)).toContain(form);
  });

  it("are not guessed for names and short words", () => {
    expect(inflections("prefect_api_url")).toEqual([]);
    expect(inflections("run")).toEqual([]);
    expect(nearSpellings("pod")).toEqual([]);
    expect(nearSpellings("x".repeat(100))).toEqual([]);
  });

  it("know slips of the keyboard", () => {
    for (const slip of ["kuberntes", "kubbernetes", "kubernetas", "kuebrnetes"]) {
      expect(nearSpellings(slip)).toContain("kubernetes");
    }
  });

  it("lead from a short form to the long one and back, never to itself", () => {
    expect(abbreviationsOf("db")).toEqual(["database"]);
    expect(abbreviationsOf("database")).toEqual(["db"]);
    expect(abbreviationsOf("flow")).toEqual([]);
  });
});
