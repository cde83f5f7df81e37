/**
 * One question over one response, as server-sent events:
 *
 * - `turn` { thread, key, markup }: the question as it stands in the thread, its answer still to come
 * - `step` { text }: what is being done
 * - `claims` { markup }: what stands there so far
 * - `done` { markup, told }: the whole turn, in place of everything before; `told` is for screen readers
 * - `failed` { message }
 *
 * A browser that goes away aborts the question.
 */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Application, Question, Step } from "../answering/application.ts";
import type { Citation, Claim } from "../documents/answer.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import { AppError, describeError } from "../platform/errors.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { drawClaims, drawPendingTurn, drawTurn, spokenSummary } from "./draw-turn.ts";

/** A line that nobody shows, so that nothing between here and the browser takes the silence for an end. */
const KEEP_ALIVE_MS = 15_000;

export async function streamAnswer(
  parts: { readonly application: Application; readonly clock: Clock; readonly logger: Logger },
  question: Omit<Question, "signal">,
  response: ServerResponse,
): Promise<void> {
  const { application, clock, logger } = parts;
  const gone = new AbortController();
  const onClose = () => gone.abort(new AppError("gone", "The browser went away."));
  response.on("close", onClose);
  const keepAlive = setInterval(() => response.write(": still here\n\n"), KEEP_ALIVE_MS);
  const send = async (event: string, data: unknown) => {
    if (response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) return;
    // Rejects when the browser goes away while it does not read.
    await once(response, "drain", { signal: gone.signal });
  };
  const pending = {
    key: question.key,
    author: question.author,
    // As it is stored.
    question: maskSecrets(question.text).text.trim(),
    answer: undefined,
    askedAt: new Date(clock.now()).toISOString(),
  };
  try {
    await send("turn", {
      thread: question.conversationId,
      key: question.key,
      html: drawPendingTurn(pending).toString(),
    });
    const claims: Claim[] = [];
    const citations: Citation[] = [];
    for await (const event of application.ask({ ...question, signal: gone.signal })) {
      switch (event.kind) {
        case "step":
          await send("step", { text: STEPS[event.step] });
          break;
        case "claim":
          claims.push(event.claim);
          citations.push(...event.citations);
          await send("claims", { html: drawClaims(claims, citations) });
          break;
        case "done": {
          const turn = { ...pending, answer: event.answer };
          await send("done", {
            html: drawTurn({
              turn,
              thread: question.conversationId,
              receipt: event.receipt,
              now: clock.now(),
              votable: true,
            }).toString(),
            told: spokenSummary(turn),
          });
          await application.posted(question.key, { surface: "web" });
          break;
        }
      }
    }
  } catch (error) {
    if (gone.signal.aborted) return;
    logger.error("web-answer-failed", { reason: describeError(error) });
    await send("failed", {
      message: "Sorry, I could not finish this answer. The server's log says why.",
    }).catch(() => undefined);
  } finally {
    clearInterval(keepAlive);
    response.off("close", onClose);
    response.end();
  }
}

const STEPS = {
  resolving: "Reading the thread…",
  searching: "Searching the documentation…",
  writing: "Writing from what it found…",
  checking: "Checking every quote…",
  "searching-again": "Searching once more…",
} as const satisfies Record<Step, string>;
