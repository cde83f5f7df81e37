/** Which part of a message asks, and which tells: people put a story before their question. Pure. */
import { splitSentences } from "../../documents/sentences.ts";
import type { Span } from "../../documents/text.ts";

/** The question as spoken: pasted logs and code are not what it is about. */
export function spoken(question: string): string {
  const text = question.replaceAll(/```[\s\S]*?(?:```|$)/gu, " ").trim();
  return text.length >= 12 ? text : question;
}

const ASKING =
  /^(?:(?:so|and|but|hey|hi|hello|quick question),? )*(?:how|what|which|where|when (?:will|do|does|did|is|are|should|can)|why|who|whose|can|could|does|do|did|is|are|was|will|would|should|may|has|have)\b|\?$/iu;

/** ", how do I ...": where a sentence stops telling and asks. "If ..., what ..." asks from its beginning. */
const TURN_TO_ASKING =
  /^(?!\W*(?:if|when|while|after|before|in|on|for|with|without|using|given|assuming)\b)(?:\S+\s+){2,}?\S+[,;:.!–-]\s+(?=(?:so |and |but |then )?(?:how|what|which|where|why|who|can|could|does|do|did|is|are|should|will|would)\b)/iu;

/** The sentences of a question that ask, as against those that tell; of one that first tells, the rest. */
export function askedIn(question: string): readonly Span[] {
  const text = spoken(question);
  return splitSentences(text).flatMap(({ start, end }) => {
    const told = TURN_TO_ASKING.exec(text.slice(start, end))?.[0].length ?? 0;
    if (told > 0) return [{ start: start + told, end }];
    return ASKING.test(text.slice(start, end)) ? [{ start, end }] : [];
  });
}

/** The words that `askedIn` finds, as one text; "" when a message only tells. */
export function askedText(question: string): string {
  const text = spoken(question);
  return askedIn(question)
    .map(({ start, end }) => text.slice(start, end))
    .join(" ");
}
