/**
 * The case format: one JSON object a line, one *case* an object. A case is a question or a conversation with the
 * places that support the right answer (*gold*), what the answer must say (*facts*) and must not (*forbidden*).
 */
import { z } from "zod";
import { RESOLUTION_KINDS, type ResolutionKind } from "../src/conversation/conversation.ts";
import { AppError } from "../src/platform/errors.ts";

/** A place in the documentation that supports the answer. */
export const Gold = z.object({
  /** Path of the page below its host: "/v3/concepts/flows". An address with a host is accepted too. */
  path: z.string().trim().min(1),
  /** Anchor of the innermost heading above the quote; "" above the first heading. */
  anchor: z.string().default(""),
  /** Words of the page, markup gone; "" when the place is known by its anchor only. */
  quote: z.string().default(""),
});
export type Gold = Readonly<z.infer<typeof Gold>>;

const texts = z.array(z.string().trim().min(1));

export const CaseTurn = z.object({
  user: z.string().min(1),
  gold: z.array(Gold).optional(),
  facts: texts.optional(),
  /** What "it" or a quoted word of the question stands for, or that the topic is new. */
  refers_to: z.string().optional(),
  /** A fixed earlier answer of the bot: takes the place of its answer to the turn before. */
  assistant_previous: z.string().min(1).optional(),
  /** Only where the turn is not of the case's kind: "smalltalk", "unanswerable". */
  kind: z.string().min(1).optional(),
  answerable: z.boolean().optional(),
  /** The kinds of resolution that are right for this turn. */
  resolution: z
    .union([z.enum(RESOLUTION_KINDS), z.array(z.enum(RESOLUTION_KINDS)).min(1)])
    .optional(),
});
export type CaseTurn = Readonly<z.infer<typeof CaseTurn>>;

export const EvalCase = z
  .object({
    id: z.string().trim().min(1),
    kind: z.string().trim().min(1),
    style: z.string().trim().min(1).default("plain"),
    turns: z.array(CaseTurn).min(1),
    gold: z.array(Gold).default([]),
    facts: texts.default([]),
    forbidden: texts.default([]),
    answerable: z.boolean().default(true),
    notes: z.string().default(""),
  })
  .refine((one) => one.turns[0]?.assistant_previous === undefined, {
    message: "the first turn has nothing before it that could be replaced",
    path: ["turns", 0, "assistant_previous"],
  });
export type EvalCase = Readonly<z.infer<typeof EvalCase>>;

/** A cases file that cannot be used; `facts` holds one entry a wrong line. */
export class CaseFileError extends AppError {}

/**
 * The cases of a file's text, in order. Empty lines are allowed.
 * Throws one `CaseFileError` that lists every malformed line and every repeated id with its line number.
 */
export function parseCases(text: string, name = "the cases file"): readonly EvalCase[] {
  const problems: Record<string, string> = {};
  const cases: EvalCase[] = [];
  const lineOf = new Map<string, number>();
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const number = index + 1;
    const parsed = parseCase(line);
    if (typeof parsed === "string") {
      problems[`line ${number}`] = parsed;
      continue;
    }
    const earlier = lineOf.get(parsed.id);
    if (earlier === undefined) {
      lineOf.set(parsed.id, number);
      cases.push(parsed);
    } else {
      problems[`line ${number}`] = `id "${parsed.id}" stands on line ${earlier} already`;
    }
  }
  if (Object.keys(problems).length > 0) {
    const count = Object.keys(problems).length;
    throw new CaseFileError(
      "cases",
      `${name}: ${count} ${count === 1 ? "line" : "lines"} cannot be used.`,
      { facts: problems, hint: "Mend them; nothing was run." },
    );
  }
  if (cases.length === 0) {
    throw new CaseFileError("cases", `${name} holds no case.`, {
      hint: "A case is one JSON object on one line.",
    });
  }
  return cases;
}

function parseCase(line: string): EvalCase | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const result = EvalCase.safeParse(value);
  if (result.success) return result.data;
  return result.error.issues
    .map((issue) => `${issue.path.length === 0 ? "" : `${issue.path.join(".")}: `}${issue.message}`)
    .join("; ");
}

/** What one turn asks for once the rules of the format are applied; a single question takes the case's own fields. */
export type Expectation = {
  readonly turn: number;
  readonly kind: string;
  readonly user: string;
  readonly gold: readonly Gold[];
  readonly facts: readonly string[];
  readonly forbidden: readonly string[];
  readonly answerable: boolean;
  readonly smallTalk: boolean;
  /** Undefined where the case does not say. */
  readonly resolution: readonly ResolutionKind[] | undefined;
};

/** One expectation a turn. In a conversation `gold` and `facts` hold for their own turn, `forbidden` for every turn. */
export function expectations(one: EvalCase): readonly Expectation[] {
  const last = one.turns.length - 1;
  return one.turns.map((turn, index) => {
    const kind = turn.kind ?? one.kind;
    return {
      turn: index,
      kind,
      user: turn.user,
      gold: turn.gold ?? (index === last ? one.gold : []),
      facts: turn.facts ?? (index === last ? one.facts : []),
      forbidden: one.forbidden,
      answerable: turn.answerable ?? (index === last ? one.answerable : true),
      smallTalk: kind === "smalltalk",
      resolution: turn.resolution === undefined ? undefined : [turn.resolution].flat(),
    };
  });
}

/** Cases whose kind or id is in `only` (separated by commas); all of them without it. */
export function selectCases(
  cases: readonly EvalCase[],
  only: string | undefined,
): readonly EvalCase[] {
  if (only === undefined) return cases;
  const wanted = new Set(only.split(",").map((part) => part.trim()));
  return cases.filter((one) => wanted.has(one.kind) || wanted.has(one.id));
}
