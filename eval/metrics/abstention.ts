/** Whether the bot answered or declined, and whether that was right. [pure] */
import type { AnswerKind } from "../../src/documents/answer.ts";

/** `neither`: small talk, help, or an index that does not answer. */
export type Response = "answered" | "declined" | "neither";

export function responseOf(kind: AnswerKind): Response {
  switch (kind) {
    case "answered":
    case "partial":
      return "answered";
    case "not-found":
    case "declined":
    // A question asked back gives no answer either.
    case "asked-back":
      return "declined";
    case "unavailable":
    case "small-talk":
    case "help":
      return "neither";
  }
}

/** 1 when a turn that has no answer was declined; undefined on answerable turns. Mean: abstention recall. */
export function abstentionRecall(response: Response, answerable: boolean): number | undefined {
  return answerable ? undefined : Number(response === "declined");
}

/** 1 when a declined turn had no answer; undefined on turns not declined. Mean: abstention precision. */
export function abstentionPrecision(response: Response, answerable: boolean): number | undefined {
  return response === "declined" ? Number(!answerable) : undefined;
}

/** 1 when an answerable turn was declined; undefined on others. Mean: false abstention, better when lower. */
export function falseAbstention(response: Response, answerable: boolean): number | undefined {
  return answerable ? Number(response === "declined") : undefined;
}
