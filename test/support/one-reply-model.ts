/** A language model that gives one reply to whatever it is asked. */
import type { LanguageModel, ModelRequest, TokenUsage } from "../../src/models/language-model.ts";

/** An error is thrown; without a reply it waits until its signal is aborted. */
export function oneReplyModel(
  reply: string | Error | undefined,
  usage: TokenUsage = { input: 1, output: 1 },
): { readonly model: LanguageModel; readonly requests: readonly ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const model: LanguageModel = {
    name: "scripted",
    async *stream(request) {
      requests.push(request);
      if (reply instanceof Error) throw reply;
      if (reply === undefined) {
        await new Promise((_, reject) => {
          request.signal?.addEventListener("abort", () => reject(new Error("aborted")));
        });
        return;
      }
      yield { kind: "text", text: reply.slice(0, 8) };
      yield { kind: "text", text: reply.slice(8) };
      yield { kind: "end", usage, truncated: false };
    },
  };
  return { model, requests };
}
