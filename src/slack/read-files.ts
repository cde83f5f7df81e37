/**
 * Reads the text files and snippets that hang on a question, their secrets masked; what cannot be read is named, so that it can
 * be said.
 */
import type { Logger } from "../observability/logger.ts";
import { describeError } from "../platform/errors.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import type { AttachedFile } from "./message-content.ts";

/** Bytes of one file that are read; a longer one is not text that somebody pasted. */
export const FILE_BYTES = 200_000;
const MOST_READ = 3;
const TIMEOUT_MS = 10_000;

/** Kinds of files that are text, beside `text/...`. */
const TEXTS =
  /^(?:text\/|application\/(?:json|x-?yaml|yaml|xml|toml|x-sh|x-python|javascript|sql)\b)/;
const TEXT_NAMES =
  /\.(?:txt|log|md|rst|json|ya?ml|toml|ini|cfg|conf|env|py|sh|sql|tf|xml|csv|out|err)$/i;

export type FileContents = {
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  /** Names of files that were not read. */
  readonly unread: readonly string[];
};

export interface FileReader {
  read(files: readonly AttachedFile[], signal: AbortSignal): Promise<FileContents>;
}

/** `token` is sent to Slack's own hosts only, or to the host of `apiUrl` in tests. */
export function createFileReader(parts: {
  readonly token: string;
  readonly apiUrl: string;
  readonly logger: Logger;
}): FileReader {
  const { token, apiUrl, logger } = parts;

  async function textOf(file: AttachedFile, signal: AbortSignal): Promise<string | undefined> {
    if (!isText(file) || file.size > FILE_BYTES || file.url === undefined) return undefined;
    if (!isSlacks(file.url, apiUrl)) return undefined;
    const response = await fetch(file.url, {
      headers: { authorization: `Bearer ${token}` },
      // Without the scope `files:read` Slack leads to its page for signing in.
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const isPage = response.headers.get("content-type")?.startsWith("text/html") === true;
    if (!response.ok || isPage) {
      await response.body?.cancel();
      return undefined;
    }
    const bytes = await atMost(response, FILE_BYTES);
    if (bytes === undefined) return undefined;
    const text = new TextDecoder("utf-8").decode(bytes);
    // Bytes that are no text in spite of their name.
    if (text.includes("\0")) return undefined;
    // Whole, before a question's length cuts it: half a secret is not recognised. 200 KB take some 70 ms.
    return maskSecrets(text.trim()).text;
  }

  return {
    async read(files, signal) {
      const texts: { name: string; text: string }[] = [];
      const unread: string[] = [];
      for (const file of files) {
        const text =
          texts.length >= MOST_READ
            ? undefined
            : await textOf(file, signal).catch((error: unknown) => {
                signal.throwIfAborted();
                logger.info("slack.file-not-read", { file: file.id, error: describeError(error) });
                return undefined;
              });
        if (text === undefined || text === "") unread.push(file.name);
        else texts.push({ name: file.name, text });
      }
      return { texts, unread };
    },
  };
}

function isText({ mimetype, name }: AttachedFile): boolean {
  return (
    TEXTS.test(mimetype) || (TEXT_NAMES.test(name) && !/^(?:image|video|audio)\//.test(mimetype))
  );
}

/** True for an address of Slack's files, over https; or, in tests, of the machine that plays Slack. */
function isSlacks(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  const api = new URL(apiUrl);
  if (api.hostname !== "slack.com") return origin === api.origin;
  return (
    protocol === "https:" && (hostname === "files.slack.com" || hostname === "slack-files.com")
  );
}

/** The body, or undefined when it is longer than `limit` bytes, whatever its headers say. */
async function atMost(response: Response, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop ends the download.
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
