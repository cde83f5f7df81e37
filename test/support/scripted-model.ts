/** A language model that answers each prompt of the bot by a script, as an endpoint would stream it. */
import type { LanguageModel, ModelRequest } from "../../src/models/language-model.ts";

export type Script = {
  /** Replies to the answer prompt, one a call; the last is repeated. An error is thrown, undefined waits for the signal. */
  readonly answers: readonly (string | Error | undefined | AsyncIterable<string>)[];
  /** The reply to a check of these sentences (as in the prompt, "(P1; look: ...) text"); "ok" for each by default. */
  readonly check?: (
    sentences: readonly string[],
    request: ModelRequest,
  ) => string | Error | Promise<string>;
  readonly search?: string;
  readonly truncated?: boolean;
};

export type PromptKind = "answer" | "check" | "search";

export function scriptedModel(script: Script): {
  readonly model: LanguageModel;
  readonly requests: readonly {
    readonly kind: PromptKind;
    readonly text: string;
    readonly maxOutputTokens: number;
  }[];
} {
  const requests: { kind: PromptKind; text: string; maxOutputTokens: number }[] = [];
  let answers = 0;
  const model: LanguageModel = {
    name: "scripted",
    async *stream(request) {
      const text = request.messages.map(({ content }) => content).join("\n");
      const kind = text.startsWith("You check sentences")
        ? "check"
        : text.startsWith("You help to search")
          ? "search"
          : "answer";
      requests.push({ kind, text, maxOutputTokens: request.maxOutputTokens });
      const said = (): string | Error | undefined | AsyncIterable<string> | Promise<string> => {
        if (kind === "search") return JSON.stringify({ search: script.search ?? "" });
        if (kind === "check") {
          const block = /<sentences>\n([\s\S]*)\n<\/sentences>/u.exec(text)?.[1] ?? "";
          const sentences = block
            .split("\n")
            .flatMap((line) => /^\d+: (.*)$/u.exec(line)?.[1] ?? []);
          return (
            script.check?.(sentences, request) ??
            sentences.map((_, at) => `${at + 1}: ok`).join("\n")
          );
        }
        answers += 1;
        return script.answers[Math.min(answers, script.answers.length) - 1];
      };
      const reply = await said();
      if (reply instanceof Error) throw reply;
      if (reply === undefined) {
        await new Promise((_, reject) => {
          request.signal?.addEventListener("abort", () => reject(request.signal?.reason as Error));
        });
        return;
      }
      if (typeof reply === "string") {
        for (let at = 0; at < reply.length; at += 7) {
          yield { kind: "text", text: reply.slice(at, at + 7) };
        }
      } else {
        for await (const piece of reply) yield { kind: "text", text: piece };
      }
      yield {
        kind: "end",
        usage: { input: 100, output: 10 },
        truncated: kind === "answer" && script.truncated === true,
      };
    },
  };
  return { model, requests };
}
