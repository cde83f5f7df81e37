/** Looks for model servers that people run on their own machine. */
import { request } from "undici";
import { z } from "zod";

export type LocalServer = {
  readonly name: string;
  /** With the version path, as OPENAI_BASE_URL wants it. */
  readonly baseUrl: string;
  readonly models: readonly string[];
};

/** Where they listen when nobody has set it otherwise. */
const USUAL: readonly (readonly [name: string, port: number])[] = [
  ["Ollama", 11_434],
  ["LM Studio", 1234],
  ["llama.cpp", 8080],
  ["vLLM", 8000],
];
const TIMEOUT_MS = 700;
const MAX_BYTES = 1024 * 1024;
const MOST_MODELS = 20;

const Models = z.object({ data: z.array(z.object({ id: z.string().min(1).max(200) })) });

/** Servers on loopback that list models, asked side by side; one that does not answer at once is not there. */
export async function findLocalServers(
  places: readonly (readonly [name: string, port: number])[] = USUAL,
  signal?: AbortSignal,
): Promise<readonly LocalServer[]> {
  const found = await Promise.all(
    places.map(async ([name, port]) => {
      const baseUrl = `http://127.0.0.1:${port}/v1`;
      const models = await modelsAt(`${baseUrl}/models`, signal);
      // A server that downloads models on demand lists embedding models too.
      const writing = models.filter((id) => !/embed|rerank|whisper|clip/i.test(id));
      return writing.length === 0 ? [] : [{ name, baseUrl, models: writing.slice(0, MOST_MODELS) }];
    }),
  );
  return found.flat();
}

async function modelsAt(url: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { statusCode, body } = await request(url, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    let text = "";
    for await (const piece of body) {
      text += String(piece);
      if (text.length > MAX_BYTES) return [];
    }
    if (statusCode !== 200) return [];
    return Models.parse(JSON.parse(text)).data.map(({ id }) => id);
  } catch {
    // Nothing listens there, or something else does.
    return [];
  }
}
