/** An answer that a person gave to the same question: theirs whole, labelled, and nothing of ours beside it. */
import type { Chunk } from "../../documents/chunk.ts";
import { isFixed } from "../../conversation/conversation.ts";
import { describeError } from "../../platform/errors.ts";
import type { ReviewedAnswer } from "../../state/reviewed-answers.ts";
import { type Asked, type Attempt, NOTHING, passedOn } from "../attempt.ts";
import { createClaimDesk } from "../claim-desk.ts";
import { createReviewedMatcher, type ReviewedMatcher } from "./match-reviewed.ts";

/** Questions about what was said in the thread are for the thread. */
const ABOUT_THE_THREAD = new Set(["word", "quote", "doubt", "from-thread"]);

/** Made once for each state of the store. */
const matchers = new WeakMap<readonly ReviewedAnswer[], ReviewedMatcher>();

/** Undefined when nobody answered this question; a store that fails is logged and answers nothing. */
export async function fromReviewed(asked: Asked): Promise<Attempt | undefined> {
  const { parts, resolution, before, log } = asked;
  if (parts.reviewed === undefined || ABOUT_THE_THREAD.has(resolution.kind)) return undefined;
  const answers = await parts.reviewed.list().catch((error: unknown) => {
    parts.logger.error("reviewed-answers-failed", { reason: describeError(error) });
    return [];
  });
  if (answers.length === 0) return undefined;
  const matcher = matchers.get(answers) ?? createReviewedMatcher(answers);
  matchers.set(answers, matcher);
  const match = matcher.find(resolution.question, passedOn(asked).scope?.product);
  if (match === undefined) return undefined;
  const { answer, wording } = match;
  // Whoever asks on is not told the same once more: the documentation is searched.
  const asksOn = resolution.kind !== "first" && resolution.kind !== "new-topic";
  if (asksOn && wasGiven(answer, before.turns)) return undefined;

  log.note(`answered by the reviewed answer ${answer.id}, for "${wording}"`);
  const chunks = new Map<string, Chunk>(answer.quotes.map(({ chunk }) => [chunk.id, chunk]));
  const desk = createClaimDesk(chunks);
  // Not shown before the answer is whole: their words never stand without their label.
  desk.show({
    text: answer.text,
    words: "reviewed",
    aspect: "other",
    quotes: answer.quotes.map(({ text, start, end, chunk }) => ({
      chunkId: chunk.id,
      text,
      start,
      end,
    })),
  });
  return {
    ...NOTHING,
    end: "answered",
    writer: "reviewed",
    desk,
    remarks: [
      {
        kind: "reviewed",
        values: { author: answer.author, date: answer.writtenAt, id: answer.id },
      },
    ],
    evidence: [...chunks.values()].map((chunk, index) => ({
      chunk,
      rank: index + 1,
      score: 0,
      why: "quoted by a reviewed answer",
    })),
  };
}

function wasGiven({ id }: ReviewedAnswer, turns: Asked["before"]["turns"]): boolean {
  return turns.some(
    ({ answer }) =>
      answer !== undefined &&
      !isFixed(answer) &&
      answer.remarks.some(({ kind, values }) => kind === "reviewed" && values["id"] === id),
  );
}
