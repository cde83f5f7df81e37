/** Labelled talk as examples for the kinds of follow-ups: each turn in its thread, with the labels as history. */
import { z } from "zod";
import {
  type Conversation,
  RESOLUTION_KINDS,
  type ResolutionKind,
  type Turn,
} from "../../src/conversation/conversation.ts";
import { kindFeatures } from "../../src/conversation/kinds/kind-features.ts";
import { WEIGHED_KINDS } from "../../src/conversation/kinds/kind-scores.ts";
import { contentStems } from "../../src/conversation/language/words.ts";
import { readPast } from "../../src/conversation/past.ts";
import { readMessage } from "../../src/conversation/read-message.ts";
import type { FollowUp } from "../../src/conversation/resolve-follow-up.ts";
import { statementsIn } from "../../src/conversation/statements.ts";
import { UsageError } from "../../src/platform/errors.ts";
import type { LabelledExample } from "./softmax.ts";

/** The part of a file of labelled conversations that the fit needs. */
const LabelledTurn = z.object({
  user: z.string(),
  others: z.array(z.object({ author: z.string(), text: z.string() })).optional(),
  kind: z.enum(RESOLUTION_KINDS).optional(),
  answer: z.union([z.array(z.string()), z.object({ text: z.string().optional() })]).optional(),
});
const LabelledConversation = z.object({ id: z.string(), turns: z.array(LabelledTurn).min(1) });

export type KindExample = LabelledExample & {
  readonly set: string;
  readonly conversation: string;
  readonly kind: ResolutionKind;
  /** The message in its thread, as it is resolved. */
  readonly followUp: FollowUp;
};

/**
 * Every turn after the first whose kind is weighed, and the first question of each conversation asked at the end of
 * another: there it is a new topic, however much it looks like talk about what was said.
 */
export function kindExamples(lines: string, set: string): KindExample[] {
  const conversations = lines
    .trim()
    .split("\n")
    .map((line, at) => {
      const read = LabelledConversation.safeParse(parsed(line));
      if (!read.success) {
        throw new UsageError(`${set}, line ${at + 1}: not a labelled conversation.`);
      }
      return read.data;
    });
  return conversations.flatMap(({ id, turns }, at) => {
    const opening = conversations[(at + 1) % conversations.length]?.turns[0];
    const isQuestion = opening !== undefined && contentStems(opening.user).length > 1;
    const moved = { user: opening?.user ?? "", kind: "new-topic" as const };
    return [
      ...examplesOf({ id, turns }, set),
      ...(isQuestion ? examplesOf({ id, turns: [...turns, moved] }, set).slice(-1) : []),
    ];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function examplesOf(
  { id, turns }: z.infer<typeof LabelledConversation>,
  set: string,
): KindExample[] {
  const examples: KindExample[] = [];
  let before: Turn[] = [];
  for (const [at, turn] of turns.entries()) {
    const conversation: Conversation = { id, turns: before, others: turn.others ?? [] };
    const label = WEIGHED_KINDS.findIndex((kind) => kind === turn.kind);
    if (at > 0 && turn.kind !== undefined && label !== -1) {
      const message = readMessage(turn.user);
      const statements = statementsIn(conversation);
      const features = kindFeatures({
        message,
        past: readPast(conversation),
        statements,
        hasOthers: conversation.others.length > 0,
      });
      examples.push({
        features,
        label,
        set,
        conversation: `${set} ${id}`,
        kind: turn.kind,
        followUp: { text: turn.user, conversation },
      });
    }
    before = [...before, turnOf(turn, String(at))];
  }
  return examples;
}

function turnOf({ user, kind, answer }: z.infer<typeof LabelledTurn>, key: string): Turn {
  const fixed = answer !== undefined && !Array.isArray(answer) ? answer.text : undefined;
  const texts = Array.isArray(answer) ? answer : [];
  return {
    key,
    author: "someone",
    question: user,
    resolution: {
      kind: kind ?? "first",
      question: user,
      claimIds: [],
      words: [],
      confidence: 1,
      by: "rules",
    },
    answer:
      fixed === undefined
        ? {
            id: key,
            kind: texts.length === 0 ? "not-found" : "answered",
            claims: texts.map((text, place) => ({
              id: `c${place + 1}`,
              text,
              aspect: "other",
              quotes: [],
              conditions: [],
            })),
            remarks: [],
            citations: [],
            closest: [],
            missing: [],
            terms: [],
            writer: "extractive",
          }
        : { text: fixed },
    evidence: [],
    state: "posted",
    askedAt: "2026-01-01T00:00:00.000Z",
  };
}
