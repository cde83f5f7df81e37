/**
 * Prompts as files: front matter that names and versions them and declares their inputs, then a section for each
 * message. Filling one in is pure; reading the file is the caller's. Values are data: they are inserted once and
 * never read as a template.
 */
import { z } from "zod";
import { AppError } from "../platform/errors.ts";
import type { ModelMessage } from "./language-model.ts";

/** A prompt file that cannot be used, or values that do not fit it. */
export class PromptError extends AppError {}

const FrontMatter = z.strictObject({
  name: z.string().regex(/^[a-z][a-z-]*$/),
  version: z.coerce.number().int().min(1),
  inputs: z.string().transform((value) =>
    value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ),
});

export type PromptTemplate = {
  readonly name: string;
  readonly version: number;
  readonly inputs: readonly string[];
  readonly messages: readonly { readonly role: ModelMessage["role"]; readonly content: string }[];
};

const PLACEHOLDER = /\{\{\s*([a-z][A-Za-z]*)\s*\}\}/g;

/** Reads a prompt file. Throws `PromptError` that says what is wrong with it and names `file`. */
export function parsePrompt(text: string, file: string): PromptTemplate {
  const wrong = (problem: string) =>
    new PromptError("prompt", `The prompt ${file} cannot be used.`, { facts: { problem } });
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text);
  if (match === null) throw wrong('it does not begin with front matter between "---" lines');
  const entries = (match[1] ?? "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const colon = line.indexOf(":");
      if (colon === -1) throw wrong(`front matter line without a colon: ${line}`);
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
    });
  const front = FrontMatter.safeParse(Object.fromEntries(entries));
  if (!front.success) throw wrong(z.prettifyError(front.error));

  const messages = (match[2] ?? "")
    .split(/^# (?=(?:system|user|assistant)[^\S\n]*$)/m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      return {
        role: section.slice(0, end).trim() as ModelMessage["role"], // Only these three split a section.
        content: section.slice(end).trim(),
      };
    });
  if (messages.at(-1)?.role !== "user") throw wrong('its last section is not "# user"');

  const used = new Set(
    messages.flatMap(({ content }) =>
      [...content.matchAll(PLACEHOLDER)].map((each) => each[1] ?? ""),
    ),
  );
  for (const name of used) {
    if (!front.data.inputs.includes(name))
      throw wrong(`it uses {{${name}}}, which is not in inputs`);
  }
  for (const name of front.data.inputs) {
    if (!used.has(name)) throw wrong(`it declares the input ${name} and never uses it`);
  }
  return { ...front.data, messages };
}

/** The messages with every input filled in. Throws `PromptError` when a value is missing or one too many. */
export function renderPrompt(
  template: PromptTemplate,
  values: Readonly<Record<string, string>>,
): readonly ModelMessage[] {
  const missing = template.inputs.filter((name) => values[name] === undefined);
  const unknown = Object.keys(values).filter((name) => !template.inputs.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    throw new PromptError(
      "prompt",
      `The prompt ${template.name} was given other inputs than it declares.`,
      {
        facts: { missing: missing.join(", "), unknown: unknown.join(", ") },
      },
    );
  }
  return template.messages.map(({ role, content }) => ({
    role,
    content: content.replaceAll(PLACEHOLDER, (_all, name: string) => values[name] ?? ""),
  }));
}

/**
 * `text` for a place between tags of a prompt: what reads like one of these tags, opening or closing, is made
 * harmless with a zero-width space, which `foldText` ignores when a quotation is looked up.
 */
export function escapeTags(text: string, tags: readonly string[]): string {
  if (tags.length === 0) return text;
  return text.replaceAll(new RegExp(`<(?=\\s*/?\\s*(?:${tags.join("|")})\\b)`, "gi"), "<\u200B");
}

/** A value for an attribute of a tag: one line, no quotes or angle brackets, at most 200 characters. */
export function attribute(text: string): string {
  return text
    .replaceAll(/[\s"<>]+/gu, " ")
    .trim()
    .slice(0, 200);
}

/** Tokens of a text, estimated high enough for prose and code: three and a half characters each. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.5);
}
