/** What a question asks for, as blocks are scored by it. Pure. */
import { z } from "zod";
import type { QueryTerm } from "../../documents/evidence.ts";
import { rootOf, rootsOf } from "../../documents/roots.ts";
import type { WritingTask } from "../writer.ts";
import type { Wanted } from "../../passages/score.ts";
import { cueOfAspect } from "./aspects.ts";
import { askedText, spoken } from "./asked.ts";
import cues from "./cues.json" with { type: "json" };
import type { QuestionReading } from "./question-shape.ts";

const Cues = z.strictObject({
  /** Kinds of trouble in many words, as parts of a pattern: what one page calls a crash, another calls an eviction. */
  trouble: z.record(z.string(), z.array(z.string())),
});

let known: readonly RegExp[] | undefined;

function troubleCues(): readonly RegExp[] {
  known ??= Object.values(Cues.parse(cues).trouble).map(
    (words) => new RegExp(String.raw`\b(?:${words.join("|")})\b`, "iu"),
  );
  return known;
}

/** "3.4.2", "v2.1"; not the end of an address or of a longer number. */
const VERSION = /(?<![\w.:/])v?(\d{1,4}(?:\.\d{1,4}){1,3})(?![\w.]*\d)/giu;

/**
 * What the question asks for, by the words it was searched with. Of a follow-up, `message` is what was typed: its own
 * words are asked, those that the thread brought into the question are told. What is pasted is asked about too.
 */
export function wantedOf(
  question: string,
  reading: QuestionReading,
  terms: readonly QueryTerm[],
  { message, pasted }: Pick<Partial<WritingTask>, "message" | "pasted"> = {},
): Wanted {
  const excluded = new Set(reading.sides.length > 0 ? [] : rootsOf(reading.excluded.join(" ")));
  const weights = new Map<string, number>();
  const all = new Map<string, number>();
  for (const { token, weight, idf, documentFrequency } of [...terms, ...(pasted?.terms ?? [])]) {
    const root = rootOf(token);
    all.set(root, Math.max(all.get(root) ?? 0, weight * idf));
    // What no page has cannot tell blocks apart; what it is not about would tell the wrong ones.
    if (documentFrequency === 0 || excluded.has(root)) continue;
    weights.set(root, Math.max(weights.get(root) ?? 0, weight * idf));
  }
  const inQuestion = new Set(rootsOf(`${spoken(question)}\n${pasted?.text ?? ""}`));
  const inMessage = new Set(rootsOf(message ?? "").filter((root) => weights.has(root)));
  const asking = askedText(question);
  const inAsking = (
    inMessage.size > 0 ? inMessage : new Set(rootsOf(asking === "" ? question : asking))
  ).union(new Set(rootsOf(pasted?.text ?? "")));
  const searched = (text: string) => rootsOf(text).filter((root) => weights.has(root));
  const isTold = (root: string) => inQuestion.has(root) && !inAsking.has(root);
  const asksFor = (ask: QuestionReading["asks"][number]) => reading.asks.includes(ask);
  return {
    text: `${message ?? question}\n${pasted?.text ?? ""}`,
    asked: new Map(
      [...weights].filter(
        ([root]) => !isTold(root) && (inQuestion.has(root) || inAsking.has(root)),
      ),
    ),
    told: new Map([...weights].filter(([root]) => isTold(root))),
    searched: all,
    pairs: [question, ...(pasted?.text.split("\n") ?? [])].flatMap((line) =>
      neighbours(searched(line)),
    ),
    excluded,
    subjects: [...reading.sides, reading.subject].map(searched).filter(({ length }) => length > 0),
    sides: reading.sides.map(searched).filter(({ length }) => length > 0),
    defines: reading.shape === "definition",
    listing:
      asksFor("how") || asksFor("example") || asksFor("command") || reading.shape === "steps",
    number: asksFor("number"),
    list: asksFor("list"),
    setting: asksFor("setting-name") || reading.shape === "setting",
    troubles: troubleCues().filter((cue) => cue.test(question) || cue.test(pasted?.text ?? "")),
    parts: reading.aspects.flatMap((aspect) => cueOfAspect(aspect) ?? []),
    versions: [...question.matchAll(VERSION)].map(([, version = ""]) => version),
  };
}

function neighbours(searched: readonly string[]): readonly (readonly [string, string])[] {
  return searched.slice(1).flatMap((root, index) => {
    const before = searched[index];
    return before === undefined || before === root ? [] : [[before, root] as const];
  });
}
