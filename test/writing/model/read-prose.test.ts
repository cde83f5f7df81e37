import { describe, expect, it } from "vitest";
import { createProseReader, type ProseEvent } from "../../../src/writing/model/read-prose.ts";

/** What a reply comes to, however it is cut into pieces. */
function read(reply: string, options: { readonly brokeOff?: boolean } = {}): ProseEvent[] {
  const results = [1, 3, 17, reply.length].map((length) => {
    const reader = createProseReader();
    const events: ProseEvent[] = [];
    for (let at = 0; at < reply.length; at += length) {
      events.push(...reader.push(reply.slice(at, at + length)));
    }
    return [...events, ...reader.end(options)];
  });
  for (const result of results.slice(1)) expect(result).toEqual(results[0]);
  return results[0] ?? [];
}

const sentence = (text: string, numbers: number[] = [], facts: number[] = []) => ({
  kind: "sentence",
  text,
  numbers,
  facts,
});

describe("createProseReader", () => {
  it("reads sentences with the numbers behind them", () => {
    expect(
      read("No, it is not started again [3]. The worker waits, e.g. for 5 minutes [4, 7]."),
    ).toEqual([
      sentence("No, it is not started again.", [3]),
      sentence("The worker waits, e.g. for 5 minutes.", [4, 7]),
    ]);
  });

  it.each([
    ["Runs wait. [3] They stay. [4]", [[3], [4]]],
    ["Runs wait.[3][7] They stay [4].", [[3, 7], [4]]],
    ["Runs wait (3). They stay (4).", [[3], [4]]],
    ["Runs wait [3-5]. They stay [^4].", [[3, 4, 5], [4]]],
    ["Runs wait【3】. They stay [passage 4].", [[3], [4]]],
    ["Runs wait [3] for long. They stay [4] and [5].", [[3], [4, 5]]],
  ])("takes numbers in other forms: %s", (reply, numbers) => {
    const events = read(reply);

    expect(events.map((event) => event.kind === "sentence" && event.numbers)).toEqual(numbers);
    expect(
      events.every((event) => event.kind === "sentence" && !/[[\]【】]|\(\d/.test(event.text)),
    ).toBe(true);
  });

  it("tells numbers of facts from those of passages", () => {
    expect(read("That was my own word [F1, 3].")).toEqual([
      sentence("That was my own word.", [3], [1]),
    ]);
  });

  it("leaves brackets inside code and numbers in the middle of a sentence alone", () => {
    expect(read("Use `results[0]` and retry (3) times in all [2].")).toEqual([
      sentence("Use `results[0]` and retry (3) times in all.", [2]),
    ]);
  });

  it("knows a passage that is wanted whole", () => {
    expect(read("Set it like this [2]:\n\n[[7]]\n")).toEqual([
      sentence("Set it like this:", [2]),
      { kind: "whole", numbers: [7] },
    ]);
  });

  it("reads items of lists and leaves headings, rules and thinking out", () => {
    const reply =
      "<think>The user wants [1]. Hm.</think>\n## Answer\n\n**Short:**\n- First step [1].\n2. Second step [2].\n---\n";

    expect(read(reply)).toEqual([sentence("First step.", [1]), sentence("Second step.", [2])]);
  });

  it("takes what stands before a lone closing tag for thinking", () => {
    expect(read("hm, no stop here</think>Yes, it does [1].")).toEqual([
      sentence("Yes, it does.", [1]),
    ]);
  });

  it("gives a listing of the model's own as one", () => {
    expect(
      read("Do this [1]:\n```python\n@flow(retries=3)\ndef f(): ...\n```\nThen run it [2]."),
    ).toEqual([
      sentence("Do this:", [1]),
      { kind: "listing", text: "@flow(retries=3)\ndef f(): ..." },
      sentence("Then run it.", [2]),
    ]);
  });

  it("reads sentences of scripts without blanks and of other languages", () => {
    expect(read("フローは再起動されません [3]。ワーカーは待機します [4]。")).toEqual([
      sentence("フローは再起動されません。", [3]),
      sentence("ワーカーは待機します。", [4]),
    ]);
    expect(
      read("Nein, das passiert nicht von selbst [3]. Der Worker wartet z.B. auf Slots [4].")[0],
    ).toEqual(sentence("Nein, das passiert nicht von selbst.", [3]));
  });

  it("leaves emphasis out, outside of code", () => {
    expect(read("It is **not** started, `a**b()` [1].")).toEqual([
      sentence("It is not started, `a**b()`.", [1]),
    ]);
  });

  it("hears what is missing and that nothing was found", () => {
    expect(read("Yes [1].\nMISSING: the price of it")).toEqual([
      sentence("Yes.", [1]),
      { kind: "missing", text: "the price of it" },
    ]);
    expect(read("NOT FOUND")).toEqual([{ kind: "not-found" }]);
    expect(read("Yes [1].\nMISSING: none")).toEqual([sentence("Yes.", [1])]);
  });

  it("drops the words around an attribution", () => {
    expect(read("According to [3], flows are retried.")).toEqual([
      sentence("Flows are retried.", [3]),
    ]);
  });

  it("leaves out the sentence at which a reply broke off", () => {
    expect(read("Runs wait [3]. They stay in a", { brokeOff: true })).toEqual([
      sentence("Runs wait.", [3]),
    ]);
    expect(read("Runs wait [3].", { brokeOff: true })).toEqual([sentence("Runs wait.", [3])]);
  });

  it("gives a sentence as soon as the next one has begun", () => {
    const reader = createProseReader();

    expect(reader.push("Runs wait. ")).toEqual([]);
    expect(reader.push("[3]")).toEqual([]);
    expect(reader.push(" They st")).toEqual([sentence("Runs wait.", [3])]);
  });

  it.each([
    '{"claims": [{"text": "Runs wait.", "quotes": [{"source": 3, "text": "x"}]}], "missing": ["the price"]}',
    '```json\n{"claims": [{"statement": "Runs wait.", "passages": [3]}], "missing": ["the price"]}\n```',
    '{"answer": "Runs wait [3].", "missing": ["the price"]}',
  ])("reads a structured reply: %s", (reply) => {
    expect(read(reply)).toEqual([
      sentence("Runs wait.", [3]),
      { kind: "missing", text: "the price" },
    ]);
  });

  it.each([
    ["marks", "[1]a ".repeat(12_000)],
    ["open brackets", "[".repeat(60_000)],
    ["blanks", `a${" ".repeat(59_000)}b`],
    ["nested objects", '{"a":'.repeat(12_000)],
    ["closed objects", `${'{"a":'.repeat(6000)}1${"}".repeat(6000)}`],
    ["stops", ". ".repeat(30_000)],
    ["tags", "<think>".repeat(8000)],
    ["fences", "```\n".repeat(15_000)],
    ["backticks", "`".repeat(60_000)],
  ])("takes time in proportion to the length of hostile replies: %s", (_name, reply) => {
    const startedAt = performance.now();
    const reader = createProseReader();
    for (let at = 0; at < reply.length; at += 40) reader.push(reply.slice(at, at + 40));
    reader.end();

    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});
