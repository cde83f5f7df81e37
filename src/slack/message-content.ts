/**
 * What a message of Slack says beside its text: forwarded messages, alerts and forms, whose words stand in `attachments` or
 * `blocks`, and the files that hang on it. Everything is read as data, and bounded.
 */
import { z } from "zod";

/** Characters of all that a message carries beside its text. */
const CARRIED_LIMIT = 8000;
const MOST_ATTACHMENTS = 10;
const MOST_FILES = 10;
/** How deep blocks are looked into; Slack's own go five deep. */
const DEPTH = 10;

/** A file that hangs on a message, as much of it as is needed to read it. */
export type AttachedFile = {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  /** Bytes, as Slack says. */
  readonly size: number;
  /** Where it is fetched with the bot's token; undefined for a file that is kept elsewhere. */
  readonly url: string | undefined;
};

const Attachment = z.object({
  text: z.string().nullish(),
  pretext: z.string().nullish(),
  title: z.string().nullish(),
  fallback: z.string().nullish(),
  from_url: z.string().nullish(),
  is_share: z.boolean().nullish(),
  is_msg_unfurl: z.boolean().nullish(),
  fields: z
    .array(z.object({ title: z.string().nullish(), value: z.string().nullish() }))
    .nullish()
    .catch(undefined),
  blocks: z.array(z.unknown()).nullish().catch(undefined),
  message_blocks: z
    .array(z.object({ message: z.object({ blocks: z.array(z.unknown()).optional() }).optional() }))
    .nullish()
    .catch(undefined),
});

// What is odd about a file is that it cannot be read; that it is there is said all the same.
const maybeText = z.string().nullish().catch(undefined);
const File = z.object({
  id: z.string().catch("?"),
  name: maybeText,
  title: maybeText,
  mimetype: maybeText,
  size: z.number().nullish().catch(undefined),
  is_external: z.boolean().nullish().catch(undefined),
  url_private: maybeText,
  url_private_download: maybeText,
});

/**
 * The message's text in Slack's markup: its own, else that of its blocks, then what was forwarded with it or stands in an
 * alert's attachments. Previews of links are left out. "" when there are no words at all.
 */
export function writtenText(message: {
  readonly text?: string | null | undefined;
  readonly blocks?: unknown;
  readonly attachments?: unknown;
}): string {
  const own = (message.text ?? "").trim();
  const said = own === "" ? blocksText(message.blocks) : own;
  const carried = list(message.attachments)
    .slice(0, MOST_ATTACHMENTS)
    .map(attachmentText)
    .filter((text) => text !== "" && text !== said);
  return [said, carried.join("\n\n").slice(0, CARRIED_LIMIT)]
    .filter((text) => text !== "")
    .join("\n\n");
}

function attachmentText(value: unknown): string {
  const parsed = Attachment.safeParse(value);
  if (!parsed.success) return "";
  const { text, pretext, title, fallback, from_url: link, fields, blocks } = parsed.data;
  const forwarded = parsed.data.is_share === true || parsed.data.is_msg_unfurl === true;
  // What has an address and was not forwarded is the preview of a link.
  if (!forwarded && link !== undefined && link !== null) return "";
  const rows = (fields ?? []).map((field) =>
    [field.title, field.value].filter((part) => (part ?? "") !== "").join(": "),
  );
  const inner = [
    blocksText(blocks),
    ...(parsed.data.message_blocks ?? []).map(({ message }) => blocksText(message?.blocks)),
  ];
  const lines = [pretext, title, text, ...rows];
  const written = lines.filter((line) => (line ?? "").trim() !== "");
  if (written.length > 0) return written.join("\n").trim();
  return inner.find((one) => one !== "") ?? (fallback ?? "").trim();
}

/** The words of blocks, a line for each part that stands on its own. */
export function blocksText(blocks: unknown): string {
  return list(blocks)
    .map((block) => textOf(block, 0).trim())
    .filter((text) => text !== "")
    .join("\n")
    .slice(0, CARRIED_LIMIT);
}

/** Parts whose children stand below each other. */
const STACKED = new Set(["rich_text", "rich_text_list", "section", "context", "input"]);

function textOf(value: unknown, depth: number): string {
  if (depth > DEPTH) return "";
  if (Array.isArray(value)) return value.map((one: unknown) => textOf(one, depth + 1)).join("");
  if (typeof value !== "object" || value === null) return "";
  const {
    type,
    text,
    url,
    user_id: user,
    elements,
    fields,
    label,
  } = value as Readonly<Record<string, unknown>>;
  if (type === "user" && typeof user === "string") return `<@${user}>`;
  if (type === "button" || type === "image" || type === "feedback_buttons") return "";
  if (typeof text === "string") return text;
  if (type === "link" && typeof url === "string") return url;
  const parts = [label, text, ...list(fields), ...list(elements)].map((one) =>
    textOf(one, depth + 1),
  );
  const kept = parts.filter((part) => part !== "");
  return kept.join(typeof type === "string" && STACKED.has(type) ? "\n" : "");
}

/** The files of a message; what is malformed is left out. */
export function attachedFiles(files: unknown): readonly AttachedFile[] {
  return list(files)
    .slice(0, MOST_FILES)
    .flatMap((value) => {
      const parsed = File.safeParse(value);
      if (!parsed.success) return [];
      const file = parsed.data;
      const url = file.url_private_download ?? file.url_private ?? undefined;
      return [
        {
          id: file.id,
          name: (file.name ?? file.title ?? "a file").slice(0, 100),
          mimetype: file.mimetype ?? "",
          size: file.size ?? 0,
          url: file.is_external === true ? undefined : url,
        },
      ];
    });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
