/**
 * [pure] A question asked otherwise: as it was written, with the question before it, and by what was pasted. The resolved
 * question may be wrong; searched together they find what any of them finds.
 */
import { z } from "zod";
import type { Resolution, Wording } from "./conversation.ts";
import { contentStems } from "./language/words.ts";
import type { Past } from "./past.ts";
import { pointsAtPaste } from "./pasted.ts";
import type { Message } from "./read-message.ts";
import weights from "./wording-weights.json" with { type: "json" };

const Weighed = z.strictObject({
  weight: z.number().min(0),
  /** Content words that the message must have: fewer find anything that has them. */
  leastWords: z.int().min(0),
});
const Weights = z.strictObject({ withQuestionBefore: Weighed, asAsked: Weighed });
const { pasted, ...byUse } = z
  .strictObject({
    leaning: Weights,
    aboutOurs: Weights,
    standingAlone: Weights,
    pasted: z.strictObject({
      weight: z.number().min(0),
      /** The same where the typed words speak of it. */
      pointedAt: z.number().min(0),
      /** Content words up to which the typed words need the pasted ones to say anything. */
      alone: z.int().min(0),
    }),
  })
  .parse(weights);

/** From here on the message says itself that nothing before it is meant. */
const ANNOUNCED = 0.9;

/** How the kinds use what came before; undefined for those that are not searched for, or for nothing but themselves. */
function useOf({ kind, confidence }: Resolution): keyof typeof byUse | undefined {
  switch (kind) {
    case "pointer":
    case "ellipsis":
    case "correction":
      return "leaning";
    case "word":
    case "quote":
    case "doubt":
    case "from-thread":
      return "aboutOurs";
    case "new-topic":
      return confidence < ANNOUNCED ? "standingAlone" : undefined;
    case "first":
    case "small-talk":
    case "help":
      return undefined;
  }
}

/** The resolution with what else is searched for; what was pasted joins a question that says next to nothing without it. */
export function withWordings(
  resolution: Resolution,
  message: Message,
  last: Past | undefined,
): Resolution {
  const { kind } = resolution;
  if (kind === "small-talk" || kind === "help") return resolution;
  const words = contentStems(message.text).length;
  const told = message.pasted
    .filter((one) => one.kind !== "quote" && one.telling !== "")
    .map(({ telling }) => telling)
    .filter((telling) => !resolution.question.includes(telling.replaceAll(/\s+/g, " ")))
    .join("\n");
  const says = contentStems(resolution.question).length > pasted.alone;
  const question = told === "" || says ? resolution.question : `${resolution.question}\n${told}`;
  const searches: Wording[] = [];
  const add = (text: string, weight: number, from: Wording["from"]) => {
    const known = [question, ...searches.map((one) => one.text)];
    if (weight > 0 && !known.includes(text)) searches.push({ text, weight, from });
  };
  const use = useOf(resolution);
  if (last !== undefined && use !== undefined) {
    const { withQuestionBefore, asAsked } = byUse[use];
    if (words >= withQuestionBefore.leastWords) {
      const before = `${last.asked}\n${message.text}`;
      add(before, withQuestionBefore.weight, "with-question-before");
    }
    if (words >= asAsked.leastWords) add(message.text, asAsked.weight, "as-asked");
  }
  const weight = pointsAtPaste(message.text) ? pasted.pointedAt : pasted.weight;
  if (told !== "" && says) add(told, weight, "pasted");
  return {
    ...resolution,
    question,
    asks: message.asks,
    ...(searches.length === 0 ? {} : { searches }),
  };
}
