/**
 * What the bot itself adds before something can be shown: from the evidence to the first claim offline; and with a scripted
 * model, from the end of its first sentence to that sentence shown and from the end of its writing to the complete answer,
 * each without the one check that is due. The second sentence waits for the first to be shown.
 * Milliseconds, median and 95 %, over the single-turn questions of the cases.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseCases } from "../../../eval/case.ts";
import { createApplication } from "../../../src/answering/answer-question.ts";
import { createExtractiveWriter } from "../../../src/writing/extractive/extractive-writer.ts";
import { createProseWriter } from "../../../src/writing/model/model-writer.ts";
import type { ModelParts } from "../../../src/answering/parts.ts";
import { createChecker } from "../../../src/verification/checker.ts";
import { readPrompt } from "../../../src/compose-models.ts";
import { openConversationStore } from "../../../src/conversation/stored-conversations.ts";
import type { LanguageModel } from "../../../src/models/language-model.ts";
import type { Logger } from "../../../src/observability/logger.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createRetriever } from "../../../src/retrieval/retrieve.ts";
import type { Retriever } from "../../../src/retrieval/retriever.ts";
import { openIndex } from "../../../src/store/open-index.ts";

const HELP = `Usage: node test/bench/answering/first-claim.ts --index FOLDER --cases FILE [--cases FILE ...]

  --index FOLDER  the index folder (DATA_DIR/index)
`;
/** How long the model holds back its second claim when the first is not shown. */
const PATIENCE_MS = 300;
/** How long a check takes, and what lies between two sentences. */
const CHECK_MS = 100;
const SENTENCE_MS = 40;
const PIECE = 24;

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Says the first sentences of the evidence as they are and finds all of them carried; told when the first has been shown. */
class ScriptedModel implements LanguageModel {
  readonly name = "scripted";
  firstClaimAt: number | undefined;
  writtenAt: number | undefined;
  #shown = Promise.withResolvers<void>();
  wasShownInTime = false;

  show(): void {
    this.#shown.resolve();
  }

  reset(): void {
    this.firstClaimAt = undefined;
    this.writtenAt = undefined;
    this.wasShownInTime = false;
    this.#shown = Promise.withResolvers();
  }

  async *stream({ messages }: Parameters<LanguageModel["stream"]>[0]) {
    const prompt = messages.map(({ content }) => content).join("\n");
    if (prompt.startsWith("You check sentences")) {
      await waited(CHECK_MS);
      yield* pieces(Array.from({ length: 9 }, (_, at) => `${at + 1}: ok`).join("\n"));
    } else yield* this.#answer(prompt);
    yield { kind: "end", usage: { input: 1, output: 1 }, truncated: false } as const;
  }

  async *#answer(prompt: string) {
    const sentences = [...prompt.matchAll(/^\[(\d+)\] (\p{Lu}.{30,240})[.]$/gmu)].slice(0, 6);
    for (const [at, [, number = "", text = ""]] of sentences.entries()) {
      yield* pieces(`${text} [${number}]. `);
      if (at > 0) {
        await waited(SENTENCE_MS);
        continue;
      }
      // A sentence is complete when the next one has begun.
      this.firstClaimAt = performance.now();
      yield* pieces("It ");
      const shown = this.#shown.promise.then(() => true);
      this.wasShownInTime = await Promise.race([shown, waited(PATIENCE_MS)]);
    }
    this.writtenAt = performance.now();
  }
}

function* pieces(text: string) {
  for (let at = 0; at < text.length; at += PIECE) {
    yield { kind: "text", text: text.slice(at, at + PIECE) } as const;
  }
}

function waited(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ms);
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function line(name: string, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  return `${name.padEnd(56)} median ${at(0.5)}   95 % ${at(0.95)}   (${values.length} questions)`;
}

const { values } = parseArgs({
  options: { index: { type: "string" }, cases: { type: "string", multiple: true } },
});
if (values.index === undefined || values.cases === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  const questions = values.cases.flatMap((file) =>
    parseCases(readFileSync(file, "utf8"), file).flatMap(({ turns }) =>
      turns.length === 1 && turns[0] !== undefined ? [turns[0].user] : [],
    ),
  );
  await using index = await openIndex({ folder: values.index });
  const plain = createRetriever({ index, clock: systemClock });
  let found = 0;
  const retriever: Retriever = {
    ...plain,
    async retrieve(request) {
      const retrieval = await plain.retrieve(request);
      found = performance.now();
      return retrieval;
    },
  };
  const model = new ScriptedModel();
  const prompt = readPrompt("answer.md");
  const application = (parts?: ModelParts) =>
    createApplication({
      retriever,
      store: openConversationStore({ path: ":memory:" }),
      extractiveWriter: createExtractiveWriter(),
      ...(parts === undefined ? {} : { model: parts }),
      resolve: async ({ text }) => ({
        kind: "first",
        question: text,
        claimIds: [],
        words: [],
        confidence: 1,
        by: "rules",
      }),
      clock: systemClock,
      logger: silent,
      newId: () => "answer",
    });

  for (const kind of ["warming up", "offline", "scripted model"] as const) {
    const parts: ModelParts = {
      writer: createProseWriter({ model, prompt, tokenBudget: 24_000 }),
      checker: createChecker({ model, prompt: readPrompt("check.md") }),
      isTrusted: () => true,
      deadlineMs: 10_000,
    };
    await using asked = application(kind === "scripted model" ? parts : undefined);
    const waits: number[] = [];
    const ends: number[] = [];
    let streamed = 0;
    for (const [at, question] of questions.entries()) {
      model.reset();
      const key = `${at}`;
      let first: number | undefined;
      for await (const event of asked.ask({
        key,
        conversationId: key,
        author: "U1",
        text: question,
      })) {
        if (event.kind !== "claim" || first !== undefined) continue;
        first = performance.now();
        model.show();
        const due = kind === "offline" ? found : (model.firstClaimAt ?? first) + CHECK_MS;
        waits.push(first - due);
      }
      if (first !== undefined && model.writtenAt !== undefined)
        ends.push(performance.now() - model.writtenAt - CHECK_MS);
      if (model.wasShownInTime) streamed += 1;
    }
    if (kind === "warming up") continue;
    if (kind === "offline") print(line("offline: evidence to first claim, ms", waits));
    else {
      print(line("model: its first sentence and a check to it shown, ms", waits));
      print(line("model: its writing and a check to the answer, ms", ends));
      print(
        `shown before the model went on to its second sentence: ${streamed} of ${waits.length}`,
      );
    }
  }
}
