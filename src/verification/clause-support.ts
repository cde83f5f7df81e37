/**
 * What clauses of a claim say against clauses of its quotes that have the same words: the opposite, the other way
 * round, on another condition. The measure of "the same words" comes in as a function. Pure.
 */
import type { Word } from "./claim-words.ts";
import { readJoints, type Clause, type Joint } from "./clauses.ts";
import { areOpposite } from "./paraphrases.ts";

export type Likeness = (claim: Word, quote: Word) => boolean;

export type ClauseProblem = {
  readonly problem: "negation" | "condition" | "subject" | "modality";
  readonly detail: string;
};

type Alignment = {
  /** Share of the claim's words that the other clause has, the same or turned into the opposite. */
  readonly share: number;
  /** Whether an odd number of them is turned. */
  readonly turned: boolean;
};

function align(claim: Clause, quote: readonly Word[], like: Likeness): Alignment {
  const left = new Set(quote);
  let same = 0;
  let turned = 0;
  const take = (test: (other: Word) => boolean) => {
    for (const other of left) {
      if (!test(other)) continue;
      left.delete(other);
      return true;
    }
    return false;
  };
  const opposite = (word: Word) => (other: Word) => areOpposite(word.stem, other.stem);
  const rest = claim.content.filter((word) => {
    const found = take((other) => other.stem === word.stem || other.lower === word.lower);
    if (found) same += 1;
    return !found;
  });
  for (const word of rest) {
    if (take((other) => like(word, other) && !opposite(word)(other))) same += 1;
    else if (take(opposite(word))) turned += 1;
  }
  return {
    share: claim.content.length === 0 ? 0 : (same + turned) / claim.content.length,
    turned: turned % 2 === 1,
  };
}

/** Less of a claim's clause in a clause of the quote is no alignment. */
const LEAST_SHARE = 0.4;
const LEAST_CROSSED = 0.6;
/** From here on two clauses certainly speak of the same. */
const SURE_SHARE = 0.75;
/** By how much the crossed reading must be better than the straight one. */
const CROSSED_BY = 0.5;

const LEAST_FOUND = 3;
const LEAST_OUTSIDE = 2;
const ANAPHORS =
  /^(?:it|its|they|them|their|this|that|these|those|such|ones?|both|latter|former|itself|which|who|others?|same)$/;

const shown = (clause: Clause) => clause.words.map(({ raw }) => raw).join(" ");

/** Cause for effect, before for after, condition for consequence; and the condition turned into its opposite. */
export function checkJoints(
  claim: readonly Clause[],
  quotes: readonly Clause[],
  like: Likeness,
): ClauseProblem | undefined {
  const theirs = readJoints(quotes);
  for (const joint of readJoints(claim)) {
    const problem = checkJoint(joint, theirs, like);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The sides agree but for two things that changed places: "falls back to a if b is not set". */
function isExchanged(joint: Joint, other: Joint, like: Likeness): boolean {
  const onlyIn = (words: readonly Word[], here: Clause, there: Clause) =>
    words.some(
      (word) =>
        word.kind === "identifier" &&
        there.content.some((each) => like(word, each)) &&
        !here.content.some((each) => like(word, each)),
    );
  return (
    onlyIn(joint.from.content, other.from, other.to) &&
    onlyIn(joint.to.content, other.to, other.from)
  );
}

/** Whether a clause denies what another says; where both say "stop", stopping is no denial. */
function denies(clause: Clause, other: Clause): boolean {
  const both = clause.stops && other.words.some(({ stem }) => stem === "stop");
  return both ? !clause.denied : clause.denied;
}

/** Whether a condition needs all of something or any of it. */
function ranges({ words }: Clause): "all" | "any" | undefined {
  const all = words.some(({ lower }) => /^(?:all|every|each|both)$/.test(lower));
  const any = words.some(({ lower }) => /^(?:any|either|some)$/.test(lower));
  return all === any ? undefined : all ? "all" : "any";
}

/** "a run without a deployment": says which, not when. */
function isAttribute({ from, to }: Joint): boolean {
  return [from, to].some(({ opener }) => opener === "without" || opener === "except");
}

/** Orders and conditions are told in each other's words; reasons and purposes are not. */
function familyOf({ kind }: Joint): "reason" | "purpose" | "circumstance" {
  return kind === "reason" || kind === "purpose" ? kind : "circumstance";
}

/** "until a slot is free" also says on which condition: as long as none is. */
function isUntil({ from, to }: Joint): boolean {
  return [from, to].some(({ opener }) => opener === "until");
}

function checkJoint(
  joint: Joint,
  theirs: readonly Joint[],
  like: Likeness,
): ClauseProblem | undefined {
  const readings = theirs.map((other) => {
    const from = align(joint.from, other.from.content, like);
    const to = align(joint.to, other.to.content, like);
    const back = align(joint.from, other.to.content, like).share;
    const forth = align(joint.to, other.from.content, like).share;
    const comparable =
      familyOf(joint) === familyOf(other) &&
      Math.min(back, forth) >= LEAST_CROSSED &&
      ![joint, other].some(isAttribute) &&
      isUntil(joint) === isUntil(other);
    return { other, from, to, straight: from.share + to.share, crossed: back + forth, comparable };
  });
  const best = Math.max(0, ...readings.map(({ straight }) => straight));
  const crossed = readings.find(
    (each) => each.comparable && each.crossed - Math.max(best, each.straight) >= CROSSED_BY,
  );
  if (crossed !== undefined) {
    return {
      problem: "condition",
      detail: `${shown(joint.from)} / ${shown(joint.to)}: the other way round`,
    };
  }
  const exchanged =
    readings.length > 0 && readings.every(({ other }) => isExchanged(joint, other, like));
  if (exchanged) {
    return { problem: "condition", detail: `${shown(joint.from)} / ${shown(joint.to)}: exchanged` };
  }
  if (joint.kind !== "condition" && joint.kind !== "concession") return undefined;
  const near = readings.filter(
    ({ from, to }) => from.share >= LEAST_SHARE && to.share >= LEAST_SHARE,
  );
  if (near.length === 0) return undefined;
  const agrees = near.some(({ other, from, to }) => {
    if ((other.kind === "concession") !== (joint.kind === "concession")) return false;
    if (joint.kind === "concession") return true;
    if ([joint.from, joint.to, other.from, other.to].some(({ mixed }) => mixed === true))
      return true;
    if (ranges(joint.from) !== undefined && ranges(other.from) !== undefined) {
      if (ranges(joint.from) !== ranges(other.from)) return false;
    }
    if (failsInstead(joint.from, other.from) && !joint.to.denied && !other.to.denied) return true;
    const parity = [
      denies(joint.from, other.from),
      from.turned,
      denies(other.from, joint.from),
      denies(joint.to, other.to),
      to.turned,
      denies(other.to, joint.to),
    ].filter(Boolean).length;
    return parity % 2 === 0;
  });
  return agrees ? undefined : { problem: "condition", detail: shown(joint.from) };
}

/** What a clause says counts a little less when its subject stands in the statement before. */
const BY_REFERENCE = 0.1;

/** A subject stands in the first few words of its statement. */
const SUBJECT_WORDS = 3;

/** What a clause speaks of when it begins with "it" or "they": the words of the statement before. */
function subjectOf(clause: Clause, all: readonly Clause[]): readonly Word[] {
  const before = all[all.indexOf(clause) - 1];
  const refers = clause.words.slice(0, 3).some(({ lower }) => ANAPHORS.test(lower));
  if (!refers || before === undefined) return [];
  const first = all.find(
    ({ sentence, segment }) => sentence === before.sentence && segment === before.segment,
  );
  return (first?.content ?? []).filter(
    ({ neutral }, at) => neutral || (first?.denied === false && at < SUBJECT_WORDS),
  );
}

function alignSpoken(
  claim: Clause,
  quote: Clause,
  subject: readonly Word[],
  like: Likeness,
): Alignment {
  const own = align(claim, quote.content, like);
  if (subject.length === 0 || own.share === 0) return own;
  const both = align(claim, [...quote.content, ...subject], like);
  return both.share - BY_REFERENCE > own.share
    ? { share: both.share - BY_REFERENCE, turned: own.turned }
    : own;
}

/**
 * A clause that denies what the page says, or says what the page denies. `suspects` are words that already look
 * denied on one side only: their clause is compared with those that have the word.
 */
export function checkDenials(
  claim: readonly Clause[],
  quotes: readonly Clause[],
  like: Likeness,
  suspect?: Word,
): ClauseProblem | undefined {
  const joints = readJoints(claim);
  const opposed = new Map<Clause, number>();
  for (const [at, clause] of claim.entries()) {
    if (clause.content.length === 0 || isOpen(clause, claim[at + 1])) continue;
    // "must be on for it": otherwise it is not.
    const necessary =
      clause.words.some(({ lower }) => lower === "otherwise") && quotes.some(isNeed);
    if (necessary) continue;
    const excluded = clause.content[0];
    if (
      excluded !== undefined &&
      !clause.denied &&
      !isExclusion(clause) &&
      isExcluded(excluded, quotes)
    ) {
      return { problem: "negation", detail: excluded.raw };
    }
    const suspected = suspect !== undefined && !clause.denied && clause.words.includes(suspect);
    const itself = quotes.some(({ content }) => content.some(({ stem }) => stem === suspect?.stem));
    const meets = (word: Word, other: Word) =>
      itself ? word.stem === other.stem : like(word, other) || areOpposite(word.stem, other.stem);
    const readings = quotes
      .map((other) => ({ other, subject: subjectOf(other, quotes) }))
      .filter(
        ({ other, subject }) =>
          !suspected || [...other.content, ...subject].some((word) => meets(suspect, word)),
      )
      .map(({ other, subject }) => ({
        other,
        ...alignSpoken(clause, other, subject, like),
        denied: clause.denied ? denies(other, clause) : isDenied(clause, other, like),
      }));
    const best = Math.max(0, ...readings.map(({ share }) => share));
    if (best === 0) continue;
    const near = readings.filter(({ share }) => share >= best - 1e-9);
    const deniedWords = clause.content.filter(({ negated }) => negated);
    const agrees =
      near.some(
        ({ other, denied, turned }) =>
          (denies(clause, other) !== turned) === denied ||
          failsInstead(clause, other) ||
          // "until a slot is free" is "as long as no slot is free".
          other.opener === "until" ||
          clause.opener === "until",
      ) ||
      // What is denied may be a part: "no worker is needed" - "runs it without a worker".
      (clause.denied &&
        quotes.some(
          ({ denied, content }) =>
            denied && deniedWords.some((word) => content.some((other) => like(word, other))),
        ));
    // "only with a key" denies what has none.
    const restricted = near.some(({ other }) => isRestricted(other, quotes)) && claim.length > 1;
    const restricts = clause.words.some(({ lower }) => lower === "only");
    if (!agrees && !restricted && !restricts) opposed.set(clause, best);
  }
  for (const [clause, share] of opposed) {
    const suspected = suspect !== undefined && clause.words.includes(suspect);
    if (!suspected && (share < SURE_SHARE || clause.content.length < leastWords(clause, share)))
      continue;
    // "does not run unless it is set" says what "runs if it is set" says.
    const both = joints.some(
      ({ kind, from, to }) =>
        kind === "condition" &&
        (from === clause || to === clause) &&
        opposed.has(from) &&
        opposed.has(to),
    );
    if (!both) return { problem: "negation", detail: shown(clause) };
  }
  return undefined;
}

const isExclusion = ({ opener }: Clause) =>
  /^(?:unlike|ratherthan|except|excluding)$/.test(opener ?? "");

/** The page names it only to say that it is otherwise with it: "unlike tasks, flows can ...". */
function isExcluded(subject: Word, quotes: readonly Clause[]): boolean {
  const places = quotes.filter(({ content }) =>
    content.some((word) => word.stem === subject.stem && word.tier === "strict"),
  );
  return places.length > 0 && places.every(isExclusion);
}

/** One side denies, the other says that it fails: "cannot be created", "creating it fails". */
function failsInstead(clause: Clause, other: Clause): boolean {
  const fails = ({ words }: Clause) =>
    words.some(({ stem, kind }) => stem === "fail" && kind === "word");
  const [failing, denying] = fails(clause) ? [clause, other] : [other, clause];
  return (
    fails(failing) &&
    !fails(denying) &&
    !failing.denied &&
    denying.denied &&
    !denying.content.some(({ stem }) => areOpposite(stem, "fail"))
  );
}

/** "whether ..." leaves open what it speaks of; "runs that ..." says nothing before its relative clause is over. */
function isOpen(clause: Clause, next: Clause | undefined): boolean {
  const relative = /^(?:that|which|who|whose)$/.test(next?.opener ?? "");
  return (
    clause.words.some(({ lower }) => lower === "whether") ||
    (relative && !clause.denied && clause.content.length <= 2)
  );
}

function isNeed({ words }: Clause): boolean {
  return words.some(({ lower }) => /^(?:must|needs?|needed|requires?|required|only)$/.test(lower));
}

/** Fewer words meet by chance; what stands behind "instead of" is often one. */
function leastWords({ opener, stops }: Clause, share: number): number {
  if (share < 1) return 3;
  return opener === "ratherthan" || stops ? 1 : 2;
}

/** Whether a clause denies what the claim affirms, and not only says something of the same subject. */
function isDenied(claim: Clause, quote: Clause, like: Likeness): boolean {
  if (!denies(quote, claim)) return false;
  if (quote.opener === "unless") return claim.opener !== undefined;
  const deniedWords = quote.content.filter(({ negated }) => negated);
  return (
    deniedWords.length === 0 ||
    deniedWords.some((word) =>
      claim.content.some((other) => like(other, word) || areOpposite(other.stem, word.stem)),
    )
  );
}

function isRestricted(clause: Clause, all: readonly Clause[]): boolean {
  return (
    clause.words.some(({ lower }) => lower === "only") ||
    readJoints(all).some(({ only, from, to }) => only && (from === clause || to === clause))
  );
}

/** What the page says of one thing said of another: words of one clause that stand in statements of different subjects. */
export function checkAttribution(
  claim: readonly Clause[],
  quotes: readonly Clause[],
  like: Likeness,
): ClauseProblem | undefined {
  const statements = new Map<string, Word[]>();
  const key = ({ sentence, statement }: Word) => `${sentence} ${statement}`;
  for (const word of quotes.flatMap(({ words }) => words)) {
    const known = statements.get(key(word));
    if (known === undefined) statements.set(key(word), [word]);
    else known.push(word);
  }
  if (statements.size < 2) return undefined;
  const all = [...statements.values()];
  const parts = claim.flatMap(({ content }) => [
    ...Map.groupBy(content, ({ segment }) => segment).values(),
  ]);
  for (const content of parts) {
    const has = (words: readonly Word[], word: Word) =>
      words.some((other) =>
        word.tier === "strict" ? like(word, other) : word.stem === other.stem,
      );
    const found = content.filter((word) => all.some((words) => has(words, word)));
    const [best] = all.toSorted(
      (one, other) =>
        found.filter((word) => has(other, word)).length -
        found.filter((word) => has(one, word)).length,
    );
    if (best === undefined || found.length < LEAST_FOUND) continue;
    const outside = found.filter((word) => !has(best, word));
    if (outside.length === 0) continue;
    for (const other of all) {
      if (other === best) continue;
      const here = outside.filter((word) => has(other, word));
      if (here.length === 0) continue;
      const only = found.filter((word) => has(best, word) && !has(other, word));
      // "removes schedules but keeps history"
      const lead = content[0];
      const swapped =
        lead !== undefined &&
        here.includes(lead) &&
        (isContrast(best, other) || isAside(best, other)) &&
        leads(other, lead, like) &&
        !content.some((word) => word.stem === best.find(({ tier }) => tier !== "free")?.stem);
      const rival = only.some((word) => other.some((each) => areOpposite(word.stem, each.stem)));
      // Behind "whereas" nothing is left out that was said before it.
      const least = isContrast(best, other) ? 1 : LEAST_OUTSIDE;
      if (here.length < least && !rival && !swapped) continue;
      const refersBack = [best, other].some((words) => isAnaphoric(words, isContrast(best, other)));
      if (only.length > 0 && !refersBack) {
        return {
          problem: "subject",
          detail: `${here[0]?.raw ?? ""} is not said with ${only[0]?.raw ?? ""}`,
        };
      }
    }
  }
  return undefined;
}

/** Whether a statement speaks of something named before it; set against another by "whereas", it has a subject of its own. */
function isAnaphoric(statement: readonly Word[], contrasted: boolean): boolean {
  if (hasNoSubject(statement)) return true;
  return statement.some(({ lower, clause }, at) => {
    if (!ANAPHORS.test(lower) || (contrasted && /^(?:its|their)$/.test(lower))) return false;
    return clause === statement[0]?.clause || clause !== statement[at - 1]?.clause;
  });
}

/** "but cannot start anything": speaks of the subject before. */
function hasNoSubject(statement: readonly Word[]): boolean {
  return (
    /^(?:but|and|while|yet)$/.test(statement[0]?.lower ?? "") &&
    /^(?:can|could|cannot|not|do|does|did|is|are|was|were|will|would|may|might|must|should|has|have|never|only|also)$/.test(
      statement[1]?.lower ?? "",
    )
  );
}

/** Set against each other by "while" or "whereas". */
function isContrast(...statements: readonly (readonly Word[])[]): boolean {
  return statements.some((words) => /^(?:while|whereas)$/.test(words[0]?.lower ?? ""));
}

/** Side by side in one sentence without "and" or "but": parted by a semicolon. */
function isAside(one: readonly Word[], other: readonly Word[]): boolean {
  return (
    one[0]?.sentence === other[0]?.sentence &&
    ![one, other].some((words) => /^(?:and|but|or|so|then)$/.test(words[0]?.lower ?? ""))
  );
}

/** Whether a statement begins with this word: what it is about. */
function leads(statement: readonly Word[], word: Word, like: Likeness): boolean {
  const [first, second] = statement.filter(({ tier }) => tier !== "free");
  return [first, second].some((other) => other !== undefined && like(word, other));
}

const PREPOSITION = /^(?:in|on|at|from|for|with|within|via|of|per|during|under|by|as|towards?)$/;

/** "the value on a wins over the one on b": what stands behind a preposition tells the two apart. */
const OVERRIDE = "overrid";

type Roles = {
  readonly before: readonly Word[];
  readonly after: readonly Word[];
  readonly passive: boolean;
};

/** What stands before and after a word of a clause, without what a preposition governs; for a passive, turned round. */
function rolesAround(clause: Clause, at: number): Roles {
  const { words } = clause;
  const noun = (from: number, to: number) =>
    words.slice(from, to).filter((word, index) => {
      if (word.tier !== "strict" || PREPOSITION.test(word.lower)) return false;
      if (words[at]?.stem === OVERRIDE) return true;
      const before = words.slice(Math.max(0, from + index - 3), from + index);
      return !before.some(({ lower }) => PREPOSITION.test(lower));
    });
  const passive =
    /(?:ed|en|wn|un|ut|et|ept|ade|ent)$/.test(words[at]?.lower ?? "") &&
    words
      .slice(Math.max(0, at - 3), at)
      .some(({ lower }) => /^(?:is|are|be|was|were|been|being)$/.test(lower));
  const agentAt = words.findIndex(({ lower }, index) => index > at && lower === "by");
  const before = noun(0, at);
  const after = noun(at + 1, words.length);
  if (!passive) return { before, after, passive };
  return {
    before: agentAt === -1 ? [] : agentFrom(words.slice(agentAt + 1)),
    after: before,
    passive,
  };
}

/** Who does it, behind "by": up to the next preposition. */
function agentFrom(words: readonly Word[]): readonly Word[] {
  const end = words.findIndex(({ lower }) => PREPOSITION.test(lower));
  return words.slice(0, end === -1 ? words.length : end).filter(({ tier }) => tier === "strict");
}

/** May be what is done: no name, and no noun behind an article or a preposition. */
function isVerb({ words }: Clause, at: number): boolean {
  const word = words[at];
  if (word === undefined || word.tier === "free" || word.kind !== "word") return false;
  if (/['’]/u.test(word.raw)) return false;
  const before = words[at - 1]?.lower ?? "";
  return (
    !/^(?:an?|the|its|their|your|each|every|any|this|that|no|all)$/.test(before) &&
    !PREPOSITION.test(before)
  );
}

/** Who does it and who it is done to, exchanged. */
export function checkRoles(
  claim: readonly Clause[],
  quotes: readonly Clause[],
  like: Likeness,
): ClauseProblem | undefined {
  for (const clause of claim) {
    for (const [at, verb] of clause.words.entries()) {
      if (!isVerb(clause, at)) continue;
      const mine = rolesAround(clause, at);
      if (mine.before.length === 0 || mine.after.length === 0) continue;
      let straight = false;
      let swapped = false;
      for (const other of quotes) {
        for (const [place, word] of other.words.entries()) {
          if (word.stem !== verb.stem || !isVerb(other, place)) continue;
          const theirs = rolesAround(other, place);
          const meets = (ones: readonly Word[], others: readonly Word[]) =>
            ones.some((one) => others.some((each) => like(one, each)));
          // Both name who does it, and it is somebody else.
          const anotherAgent =
            mine.passive &&
            theirs.passive &&
            theirs.before.length > 0 &&
            meets(mine.after, theirs.after) &&
            !meets(mine.before, theirs.before);
          if (anotherAgent) swapped = true;
          else if (meets(mine.before, theirs.before) || meets(mine.after, theirs.after))
            straight = true;
          else if (meets(mine.before, theirs.after) && meets(mine.after, theirs.before))
            swapped = true;
        }
      }
      if (swapped && !straight)
        return { problem: "subject", detail: `${verb.raw}: the other way round` };
    }
  }
  return undefined;
}

const DUTY = /^(?:must|required|requires|require|needs?|needed|mandatory)$/;
const LEAVE = /^(?:may|can|could|might|optional|optionally)$/;

/** Duty said of what the page only allows, or leave where it says duty, clause by clause. */
export function checkModality(
  claim: readonly Clause[],
  quotes: readonly Clause[],
  like: Likeness,
): ClauseProblem | undefined {
  const says = (clause: Clause, kind: RegExp) => clause.words.some(({ lower }) => kind.test(lower));
  for (const clause of claim) {
    const duty = says(clause, DUTY) && !says(clause, LEAVE) && !clause.denied;
    const leave = says(clause, LEAVE) && !says(clause, DUTY) && !clause.denied;
    if (!duty && !leave) continue;
    const readings = quotes.map((other) => ({
      other,
      share: align(clause, other.content, like).share,
    }));
    const best = Math.max(0, ...readings.map(({ share }) => share));
    if (best < LEAST_SHARE) continue;
    const near = readings.filter(({ share }) => share >= best - 1e-9);
    const contrary = ({ other }: { readonly other: Clause }) =>
      duty
        ? says(other, LEAVE) && !says(other, DUTY) && !says(other, /^only$/) && !other.denied
        : says(other, /^(?:must|required|mandatory)$/) && !says(other, LEAVE) && !other.denied;
    if (near.every(contrary)) return { problem: "modality", detail: shown(clause) };
  }
  return undefined;
}
