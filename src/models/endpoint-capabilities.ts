/**
 * What an OpenAI-compatible endpoint can do, found out by asking: the fullest request first, and when it is refused,
 * the part that the refusal names is left out from then on. Pure; the adapter remembers the outcome.
 */
import type { ModelMessage, ModelRequest } from "./language-model.ts";

export type Capabilities = {
  readonly format: "json_schema" | "json_object" | "none";
  readonly tokenLimit: "max_completion_tokens" | "max_tokens" | "none";
  readonly temperature: boolean;
  readonly systemRole: boolean;
  readonly streamUsage: boolean;
};

/** OpenAI and Azure refuse `max_tokens` for newer models; other servers know it longest. */
export function firstGuess(host: string): Capabilities {
  const newer = /(?:^|\.)(?:openai\.com|azure\.com)$/.test(host);
  return {
    format: "json_schema",
    tokenLimit: newer ? "max_completion_tokens" : "max_tokens",
    temperature: true,
    systemRole: true,
    streamUsage: true,
  };
}

function withoutFormat(known: Capabilities): Capabilities | undefined {
  if (known.format === "none") return undefined;
  return { ...known, format: known.format === "json_schema" ? "json_object" : "none" };
}

/** What may be left out, with what names it in a refusal; the rarest first. */
const OPTIONS: readonly (readonly [RegExp, (known: Capabilities) => Capabilities | undefined])[] = [
  [
    /stream_options|include_usage/i,
    (known) => (known.streamUsage ? { ...known, streamUsage: false } : undefined),
  ],
  [/response_format|json_schema|json_object|structured|grammar|guided/i, withoutFormat],
  [/temperature/i, (known) => (known.temperature ? { ...known, temperature: false } : undefined)],
  [/\bsystem\b/i, (known) => (known.systemRole ? { ...known, systemRole: false } : undefined)],
];

/**
 * What to try after a refusal with this message; undefined when nothing is left to leave out, or when the refusal is
 * about something else (length, content).
 */
export function afterRefusal(known: Capabilities, message: string): Capabilities | undefined {
  if (isTooLong(message) || /content[_ ](?:management |policy )?filter/i.test(message))
    return undefined;
  if (/max_completion_tokens|max_tokens|max_new_tokens/i.test(message)) {
    const wantsNewer =
      /max_tokens.{0,60}(?:not supported|unsupported|use.{0,20}max_completion_tokens)/is;
    if (known.tokenLimit === "max_completion_tokens") return { ...known, tokenLimit: "max_tokens" };
    if (known.tokenLimit === "max_tokens")
      return { ...known, tokenLimit: wantsNewer.test(message) ? "max_completion_tokens" : "none" };
  }
  const named = OPTIONS.filter(([names]) => names.test(message));
  // A refusal that names nothing: one part after another is left out.
  for (const [, without] of [...named, ...OPTIONS]) {
    const less = without(known);
    if (less !== undefined) return less;
  }
  return undefined;
}

/** Whether a refusal is about something this file could leave out. */
export function namesCapability(message: string): boolean {
  return /max_(?:completion_|new_)?tokens|stream_options|temperature|response_format|json_schema|json_object|grammar|guided|\bsystem role\b|\brole\b.*\bsystem\b/i.test(
    message,
  );
}

/** The prompt does not fit the model. */
export function isTooLong(message: string): boolean {
  return /context[_ ](?:length|window|size)|maximum context|too many tokens|prompt is too long|exceeds? the (?:available |maximum )?context|n_ctx/i.test(
    message,
  );
}

function withoutSystem(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const rest = messages.filter(({ role }) => role !== "system");
  const [first, ...others] = rest;
  if (system.length === 0) return messages;
  if (first?.role !== "user") return [{ role: "user", content: system.join("\n\n") }, ...rest];
  return [{ role: "user", content: [...system, first.content].join("\n\n") }, ...others];
}

/** The body of a streamed Chat Completions request, within what the endpoint can do. */
export function chatBody(model: string, request: ModelRequest, known: Capabilities) {
  const { schema } = request;
  return {
    model,
    stream: true as const,
    messages: (known.systemRole ? request.messages : withoutSystem(request.messages)).map(
      ({ role, content }) => ({ role, content }),
    ),
    ...(known.temperature ? { temperature: 0 } : {}),
    ...(known.streamUsage ? { stream_options: { include_usage: true } } : {}),
    ...(known.tokenLimit === "none" ? {} : { [known.tokenLimit]: request.maxOutputTokens }),
    ...(schema === undefined || known.format === "none"
      ? {}
      : {
          response_format:
            known.format === "json_object"
              ? { type: "json_object" as const }
              : {
                  type: "json_schema" as const,
                  json_schema: { name: schema.name, strict: true, schema: schema.schema },
                },
        }),
  };
}
