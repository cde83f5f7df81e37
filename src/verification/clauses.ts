/**
 * A text as clauses and what joins them: which happens first, which is the reason, on which condition. Two texts may
 * have the same words and still say opposite things; what differs then is here. Pure.
 */
import type { Reading, Word } from "./claim-words.ts";

export type Clause = {
  /** The word that opens it: "if", "unless", "because", "without"; undefined for a main clause. */
  readonly opener: string | undefined;
  /** "only" or "even" before the opener. */
  readonly focus: "only" | "even" | undefined;
  /** Without function words. */
  readonly content: readonly Word[];
  readonly words: readonly Word[];
  readonly sentence: number;
  /** Number of contrasts ("; but whereas") before it: clauses of one segment speak of one thing. */
  readonly segment: number;
  /** Whether it denies what its words say. */
  readonly denied: boolean;
  /** A relative clause behind it denies what it affirms, or the other way round. */
  readonly mixed?: boolean;
  /** Whether it denies by "stop": "stops polling". */
  readonly stops: boolean;
};

export type Joint = {
  readonly kind: "order" | "reason" | "condition" | "concession" | "purpose";
  /** What comes first, what is the reason, the condition. */
  readonly from: Clause;
  /** What comes after, what follows, what is conditioned. */
  readonly to: Clause;
  readonly only: boolean;
};

const DENIALS = /^(?:not|no|never|none|nothing|nobody|neither|nor|cannot|unable|nowhere|hardly)$/;
/** After "and" they open a predicate of its own: "must have a name and may carry a payload". */
const MODALS = /^(?:can|could|may|might|must|should|will|would)$/;
const DENYING_OPENERS = new Set([
  "unless",
  "without",
  "ratherthan",
  "except",
  "excluding",
  "unlike",
]);
const OPENERS = new Set(
  "but while whereas because since so therefore thus hence unless until if when whenever once after before although though that which who where without ratherthan then otherwise regardless whether except excluding unlike why how".split(
    " ",
  ),
);
const RELATIVE = new Set(["that", "which", "who", "where"]);
/** After "only", a preposition states a condition: "only with a key". */
const PREPOSITIONS = new Set("with for in on by from to during within inside over".split(" "));

export function readClauses(reading: Reading): readonly Clause[] {
  const clauses: Clause[] = [];
  let words: Word[] = [];
  const close = () => {
    if (words.length === 0) return;
    const [first] = words;
    if (first === undefined) return;
    const before = clauses.at(-1);
    const joined = before !== undefined && before.sentence === first.sentence;
    const focusWord = joined ? before.words.at(-1)?.lower : undefined;
    const lead = /^(?:only|even)$/.test(first.lower) ? words[1] : first;
    const isOpener = (word: Word | undefined) => word !== undefined && OPENERS.has(word.lower);
    const focus = [first.lower, focusWord].find((word) => word === "only" || word === "even");
    const opener =
      !joined && first.lower === "to"
        ? "to"
        : isOpener(lead) && lead !== undefined
          ? lead.lower
          : focus === "only" && PREPOSITIONS.has(first.lower)
            ? "if"
            : undefined;
    const neither = words.some(({ lower }) => lower === "neither");
    const denials = words.filter(
      ({ lower }) => DENIALS.test(lower) && !(neither && lower === "nor"),
    ).length;
    const stopped = words.some(
      ({ lower }, at) =>
        /^(?:stop|cease)/.test(lower) && words[at + 1]?.lower.endsWith("ing") === true,
    );
    const kept = words.some(
      ({ lower }, at) =>
        /^(?:keep|prevent|stop|block)(?:s|ed|ing|ping|ped)?$/.test(lower) &&
        words
          .slice(at + 1)
          .some(
            (word, after, all) =>
              word.lower === "from" && all[after + 1]?.lower.endsWith("ing") === true,
          ),
    );
    const avoided =
      words.some(({ lower }) => /^(?:avoid|prevent)(?:s|ed|ing)?$/.test(lower)) && !kept;
    const denied =
      (denials +
        (avoided ? 1 : 0) +
        (stopped ? 1 : 0) +
        (kept ? 1 : 0) +
        (opener !== undefined && DENYING_OPENERS.has(opener) ? 1 : 0)) %
        2 ===
      1;
    clauses.push({
      opener,
      focus: opener === undefined || (focus !== "only" && focus !== "even") ? undefined : focus,
      content: words.filter(
        ({ tier, lower, stem }) =>
          tier !== "free" && !OPENERS.has(lower) && !(stopped && stem === "stop"),
      ),
      words,
      sentence: first.sentence,
      segment: first.segment,
      denied,
      stops: stopped,
    });
    words = [];
  };
  for (const [at, word] of reading.words.entries()) {
    const last = words.at(-1);
    const apart =
      last !== undefined &&
      (last.clause !== word.clause ||
        /^(?:without|except|excluding|unlike)$/.test(word.lower) ||
        word.lower === "ratherthan" ||
        /^(?:so|therefore|thus|hence|whether|why|how)$/.test(word.lower) ||
        // "creates up to 100 runs and never looks further"
        (last.lower === "and" &&
          (MODALS.test(word.lower) ||
            /^(?:stops|stopped|ceases?)$/.test(word.lower) ||
            DENIALS.test(word.lower) ||
            DENIALS.test(reading.words[at + 1]?.lower ?? ""))) ||
        (last.lower === "only" && PREPOSITIONS.has(word.lower)));
    // "except those that ...": the exception stands in the relative clause.
    const empty = OPENERS.has(words[0]?.lower ?? "") && words.every(({ tier }) => tier === "free");
    if (apart && !(empty && RELATIVE.has(word.lower))) close();
    words.push(word);
  }
  close();
  return merge(clauses);
}

/** A comma within an enumeration opens no clause: "no logs, results or artifacts are kept". */
function merge(clauses: readonly Clause[]): readonly Clause[] {
  return clauses.filter(({ content, words }) => content.length > 0 || words.length > 2);
}

const KINDS: ReadonlyMap<string, { readonly kind: Joint["kind"]; readonly from: "main" | "sub" }> =
  new Map([
    ["before", { kind: "order", from: "main" }],
    ["until", { kind: "order", from: "main" }],
    ["then", { kind: "order", from: "main" }],
    ["after", { kind: "order", from: "sub" }],
    ["once", { kind: "order", from: "sub" }],
    ["because", { kind: "reason", from: "sub" }],
    ["since", { kind: "reason", from: "sub" }],
    ["so", { kind: "reason", from: "main" }],
    ["therefore", { kind: "reason", from: "main" }],
    ["thus", { kind: "reason", from: "main" }],
    ["hence", { kind: "reason", from: "main" }],
    ["to", { kind: "purpose", from: "main" }],
    ["if", { kind: "condition", from: "sub" }],
    ["when", { kind: "condition", from: "sub" }],
    ["whenever", { kind: "condition", from: "sub" }],
    ["unless", { kind: "condition", from: "sub" }],
    ["without", { kind: "condition", from: "sub" }],
    ["except", { kind: "condition", from: "sub" }],
    ["although", { kind: "concession", from: "sub" }],
    ["though", { kind: "concession", from: "sub" }],
    ["regardless", { kind: "concession", from: "sub" }],
    ["whether", { kind: "concession", from: "sub" }],
  ] as const);

/** What joins the clauses of a text, sentence by sentence. */
export function readJoints(clauses: readonly Clause[]): readonly Joint[] {
  const joints: Joint[] = [];
  for (const [at, clause] of clauses.entries()) {
    const known = clause.opener === undefined ? undefined : KINDS.get(clause.opener);
    if (known === undefined) continue;
    const inSentence = (other: Clause | undefined) => other?.sentence === clause.sentence;
    const before = clauses[at - 1];
    const leads =
      !inSentence(before) ||
      (before?.segment !== clause.segment && clause.opener !== "unless") ||
      /^(?:and|but|or)$/.test(before?.words.at(-1)?.lower ?? "");
    const isMain = (other: Clause) =>
      other.sentence === clause.sentence &&
      (other.opener === undefined ||
        (KINDS.get(other.opener)?.from !== "sub" &&
          other.opener !== "to" &&
          !RELATIVE.has(other.opener)));
    const main = leads
      ? (clauses.slice(at + 1).find(isMain) ?? (inSentence(before) ? before : undefined))
      : (clauses.slice(0, at).findLast(isMain) ?? before);
    if (main === undefined || main === clause) continue;
    const kind = clause.focus === "even" ? "concession" : known.kind;
    const whole = withRelatives(main, clauses);
    joints.push({
      kind,
      from: known.from === "sub" ? clause : whole,
      to: known.from === "sub" ? whole : clause,
      only: clause.focus === "only",
    });
  }
  return joints;
}

/** A clause together with the relative clauses behind it, which often hold its predicate: "runs that wait are late". */
function withRelatives(main: Clause, clauses: readonly Clause[]): Clause {
  const relatives: Clause[] = [];
  for (const clause of clauses.slice(clauses.indexOf(main) + 1)) {
    if (clause.sentence !== main.sentence || !RELATIVE.has(clause.opener ?? "")) break;
    relatives.push(clause);
  }
  if (relatives.length === 0) return main;
  return {
    ...main,
    content: [main, ...relatives].flatMap(({ content }) => content),
    words: [main, ...relatives].flatMap(({ words }) => words),
    mixed: relatives.some(({ denied }) => denied !== main.denied),
  };
}
