/**
 * Where sentences of a model become claims. Each is looked at by code, then by the checker if its word is taken; what is
 * carried is shown in the model's words, what could not be checked as the passages it stands on, the rest not at all.
 */
import type { Remark } from "../documents/answer.ts";
import { standing } from "../documents/sentences.ts";
import { foldText } from "../documents/text.ts";
import { pageWords } from "../passages/whole.ts";
import type { Passage } from "../passages/passage.ts";
import type { CheckQueue } from "../verification/check-queue.ts";
import { checkSentence } from "../verification/check-sentence.ts";
import { quoteOf } from "../verification/quoted-places.ts";
import type { VerifiedClaim } from "../verification/verify-claim.ts";
import type { WrittenSentence } from "../writing/model/model-writer.ts";
import type { AnswerEvent } from "./application.ts";
import type { ClaimDesk } from "./claim-desk.ts";
import type { CorrectedClaim } from "./receipt.ts";

/** What became of a sentence. */
export type SettledSentence =
  | {
      readonly kind: "carried";
      readonly words: "writer" | "corrected";
      readonly text: string;
      readonly sentence: WrittenSentence;
      /** Whether it was looked at with its neighbours, so that nothing in it dangles. */
      readonly wasRead: boolean;
    }
  | { readonly kind: "unchecked"; readonly why: string; readonly sentence: WrittenSentence }
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly detail: string;
      readonly sentence: WrittenSentence;
    };

export type ProseDeskOptions = {
  readonly desk: ClaimDesk;
  /** Undefined when no checker's word is taken. */
  readonly checks: CheckQueue | undefined;
  /** The message and the resolved question. */
  readonly asked: readonly string[];
};

export interface ProseDesk {
  /** Looks at a sentence; several may be under way. Never throws. */
  settle(sentence: WrittenSentence): Promise<SettledSentence>;
  /** Shows what may be shown, in the order of the reply. */
  accept(settled: SettledSentence): readonly AnswerEvent[];
  /** Shows passages as what they are. */
  showPassages(passages: readonly Passage[]): readonly AnswerEvent[];
  /** Sentences about the conversation, checked against its facts. */
  readonly remarks: readonly Remark[];
  /** Facts that those sentences state. */
  readonly told: ReadonlySet<string>;
  readonly corrected: readonly CorrectedClaim[];
  /** Whether passages were shown because nothing could be checked. */
  readonly hasUnchecked: () => boolean;
}

export function createProseDesk({ desk, checks, asked }: ProseDeskOptions): ProseDesk {
  const remarks: Remark[] = [];
  const told = new Set<string>();
  const corrected: CorrectedClaim[] = [];
  /** Sentences shown, with their passages. */
  const said = new Set<string>();
  /** Passages shown as what they are. */
  const shown = new Set<Passage>();
  let hasUnchecked = false;
  /** What the sentences so far stand on. */
  const before = new Set<Passage>();
  /** Whether the sentence before this one is not there to lean on. */
  let isGap = false;

  const settle = async (sentence: WrittenSentence): Promise<SettledSentence> => {
    const { passages, facts } = sentence;
    const context = { asked, before: [...before] };
    for (const passage of passages) before.add(passage);
    const looked = checkSentence(sentence.text, passages, facts, context);
    if (looked.kind === "refused") return { ...looked, sentence };
    const { text, flags, isNearCopy } = looked;
    const carried = { kind: "carried", words: "writer", text, sentence, wasRead: true } as const;
    if (checks === undefined) {
      return isNearCopy
        ? { ...carried, wasRead: false }
        : { kind: "unchecked", why: "no checker", sentence };
    }
    const verdict = await checks.check({ text, passages, facts, flags });
    switch (verdict.kind) {
      case "ok":
        return carried;
      case "no":
        return { kind: "refused", reason: "not-carried", detail: verdict.why, sentence };
      case "unread":
        return isNearCopy
          ? { ...carried, wasRead: false }
          : { kind: "unchecked", why: verdict.why, sentence };
      case "fix": {
        const again = checkSentence(withoutMarks(verdict.text), passages, facts, context);
        if (again.kind === "refused") return { ...again, sentence };
        return { ...carried, words: "corrected", text: again.text };
      }
    }
  };

  const showPassages = (passages: readonly Passage[]): readonly AnswerEvent[] => {
    const fresh = passages.filter((passage) => !shown.has(passage));
    if (fresh.length === 0) return [];
    for (const passage of fresh) shown.add(passage);
    return [desk.show(claimOf(pageWords(fresh), "page", fresh))];
  };

  const claimOf = (
    text: string,
    words: VerifiedClaim["words"],
    passages: readonly Passage[],
  ): VerifiedClaim => {
    return { text, words, aspect: "other", quotes: passages.map(quoteOf) };
  };

  const accept = (settled: SettledSentence): readonly AnswerEvent[] => {
    const { passages, facts } = settled.sentence;
    const afterGap = isGap;
    isGap = settled.kind !== "carried";
    switch (settled.kind) {
      case "refused": {
        const { reason, detail, sentence } = settled;
        desk.drop({ text: sentence.text, reason, detail });
        return [];
      }
      case "unchecked":
        hasUnchecked ||= passages.length > 0;
        desk.drop({ text: settled.sentence.text, reason: "not-checked", detail: settled.why });
        return showPassages(passages);
      case "carried": {
        const { text, words } = settled;
        const key = `${foldText(text).text} ${passages.map(({ chunk, start }) => `${chunk.id}:${start}`).join(" ")}`;
        if (said.has(key)) {
          desk.drop({ text, reason: "said-already", detail: "" });
          return [];
        }
        said.add(key);
        if (words === "corrected") corrected.push({ text: settled.sentence.text, as: text });
        if (passages.length === 0) {
          remarks.push({ kind: "about-this-thread", values: { text } });
          for (const fact of facts) told.add(fact);
          return [];
        }
        for (const fact of facts) told.add(fact);
        // "It then waits" after a sentence that is not there.
        if (afterGap && words === "writer" && standing(text) === "needs-before") {
          desk.drop({ text, reason: "dangling", detail: "" });
          return showPassages(passages);
        }
        return [desk.show(claimOf(text, words, passages))];
      }
    }
  };

  return {
    settle,
    accept,
    showPassages,
    remarks,
    told,
    corrected,
    hasUnchecked: () => hasUnchecked,
  };
}

/** A checker may repeat the numbers it was shown. */
function withoutMarks(text: string): string {
  return text
    .replaceAll(/ ?[[(](?:P|F)?\d{1,3}(?:, ?(?:P|F)?\d{1,3}){0,8}[\])]/gu, "")
    .replaceAll(/ {2,}/gu, " ")
    .trim();
}
