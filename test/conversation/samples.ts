/** Small values for the tests of conversations. */
import type { Answer } from "../../src/documents/answer.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import type { ConversationStore } from "../../src/conversation/conversation-store.ts";
import type {
  Conversation,
  FixedAnswer,
  Resolution,
  ResolutionKind,
  Turn,
} from "../../src/conversation/conversation.ts";

export function aChunk(text: string, over: Partial<Chunk> = {}): Chunk {
  const blocks = text.split("\n\n").reduce<Chunk["blocks"][number][]>((spans, part) => {
    const start = spans.length === 0 ? 0 : (spans.at(-1)?.end ?? 0) + 2;
    return [...spans, { kind: "paragraph", start, end: start + part.length }];
  }, []);
  return {
    id: `chunk:${text.slice(0, 24)}`,
    url: "https://docs.example.com/page",
    anchor: "section",
    title: "Page",
    headingPath: ["Section"],
    text,
    blocks,
    product: "prefect",
    version: "3",
    pageType: "guide",
    facts: [],
    crawledAt: "2026-11-01T00:00:00.000Z",
    position: 0,
    ...over,
  };
}

export function aResolution(kind: ResolutionKind, question: string): Resolution {
  return { kind, question, claimIds: [], words: [], confidence: 0.9, by: "rules" };
}

/** An answer with one claim a text; with `chunks`, the claim of the same place quotes the whole of its chunk. */
export function anAnswer(texts: readonly string[], chunks: readonly Chunk[] = []): Answer {
  return {
    id: "answer",
    kind: texts.length === 0 ? "not-found" : "answered",
    claims: texts.map((text, index) => {
      const chunk = chunks[index];
      return {
        id: `c${index + 1}`,
        text,
        aspect: "other",
        quotes: [
          {
            citation: index + 1,
            chunkId: chunk?.id ?? "chunk",
            text: chunk?.text ?? text,
            start: 0,
            end: (chunk?.text ?? text).length,
          },
        ],
        conditions: [],
      };
    }),
    remarks: [],
    citations: [],
    closest: [],
    missing: [],
    terms: [],
    writer: "extractive",
  };
}

export type Said = {
  readonly question: string;
  /** Claims, a text without a record, or nothing found. */
  readonly answer: readonly string[] | string;
  readonly resolution?: Resolution;
  readonly evidence?: readonly Chunk[];
  readonly author?: string;
};

export function aTurn(key: string, said: Said): Turn {
  const answer: Answer | FixedAnswer =
    typeof said.answer === "string"
      ? { text: said.answer }
      : anAnswer(said.answer, said.evidence ?? []);
  return {
    key,
    author: said.author ?? "U1",
    question: said.question,
    resolution: said.resolution,
    answer,
    evidence: said.evidence ?? [],
    state: "posted",
    askedAt: "2026-11-24T09:00:00.000Z",
  };
}

/** Turns with the keys T1, T2, ... */
export function aConversation(
  said: readonly Said[],
  others: Conversation["others"] = [],
): Conversation {
  return { id: "thread", turns: said.map((one, index) => aTurn(`T${index + 1}`, one)), others };
}

/** Asks a turn of the thread "thread". */
export function askTurn(
  store: ConversationStore,
  key: string,
  over: Record<string, string> = {},
): Promise<boolean> {
  return store.ask({
    conversationId: "thread",
    key,
    author: "U1",
    question: `question ${key}`,
    askedAt: "2026-11-24T09:00:00.000Z",
    ...over,
  });
}

/** Answers a turn with one claim that quotes one chunk. */
export async function answerTurn(
  store: ConversationStore,
  key: string,
  text = `answer ${key}`,
): Promise<void> {
  const chunk = aChunk(`${text}, says the page.`);
  await store.answer(key, {
    resolution: aResolution("first", `question ${key}`),
    answer: anAnswer([text], [chunk]),
    evidence: [chunk],
    receipt: { text },
  });
}
