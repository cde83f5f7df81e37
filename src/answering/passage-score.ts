/**
 * How well a passage answers a question, as a handful of measurable features and one weighted sum. The features
 * speak of any documentation; the weights were fitted once on development questions (README of this folder).
 */
import type { Evidence, QueryTerm } from "../documents/evidence.ts";
import { aspectsOf } from "./aspects.ts";
import { passagesOf, type Passage } from "./passages.ts";
import type { QuestionReading } from "./question-shape.ts";
import { PASSAGE_WEIGHTS } from "./passage-weights.ts";
import { rootOf, rootsOf } from "./roots.ts";

/** What is the same for all passages of one question. */
export type ScoringContext = {
  readonly reading: QuestionReading;
  /** Weight times idf of each token of the question. */
  readonly terms: ReadonlyMap<string, number>;
  readonly totalWeight: number;
  /** Score of the best evidence. */
  readonly topScore: number;
  /** Tokens of the two sides of a comparison. */
  readonly sides: readonly (readonly string[])[];
};

export function scoringContext(
  reading: QuestionReading,
  terms: readonly QueryTerm[],
  evidence: readonly Evidence[],
): ScoringContext {
  const weights = new Map<string, number>();
  for (const { token, weight, idf, documentFrequency } of terms) {
    // What no page has cannot tell passages apart.
    if (documentFrequency === 0) continue;
    const root = rootOf(token);
    weights.set(root, Math.max(weights.get(root) ?? 0, weight * idf));
  }
  let total = 0;
  for (const weight of weights.values()) total += weight;
  return {
    reading,
    terms: weights,
    totalWeight: Math.max(total, 1e-9),
    topScore: Math.max(evidence[0]?.score ?? 0, 1e-9),
    sides: reading.sides.map((side) =>
      rootsOf(side)
        .filter((root) => weights.has(root)),
    ),
  };
}

/** Share of the question's weight that the tokens hold. */
export function coverage(context: ScoringContext, tokens: Iterable<string>): number {
  let sum = 0;
  for (const token of new Set(tokens)) sum += context.terms.get(token) ?? 0;
  return sum / context.totalWeight;
}

/** Trouble in other words: what one page calls a crash, another calls an eviction. */
const TROUBLE: readonly RegExp[] = [
  /\b(?:crash\w*|die[sd]?|dead|kill\w*|evict\w*|oom\w*|out of memory|sig(?:term|kill|int)|reclaim\w*|preempt\w*|terminat\w*|interrupt\w*|lost|disappear\w*|stopp(?:ed|ing)|infrastructure (?:issue|failure|error)s?|zombie|unresponsive|unhealthy|offline|unavailable)\b/iu,
  /\b(?:stuck|hang\w*|hung|fr[eo]+z\w*|deadlock\w*|block(?:s|ed|ing)|never|wait\w*|late|pending|unresponsive|not (?:been )?(?:picked|poll\w*|start\w*))\b/iu,
  /\b(?:error|exception|fail\w*|denied|forbidden|unauthori[sz]ed|permission\w*|invalid|refus\w*|reject\w*|cannot|unable|unreachable|connection|timeout|timed out|4\d\d|5\d\d)\b/iu,
  /\b(?:duplicat\w*|twice|again|re-?run\w*|re-?execut\w*|retr\w+|re-?start\w*|from the beginning|resum\w*|persist\w*)\b/iu,
];

/** Sends the reader elsewhere, or talks about the page. */
const CHATTER =
  /^(?:see|for (?:more|further|additional)|learn (?:more|how)|read (?:more|the|about)|refer to|check out|visit|click|join|welcome|in this|this (?:guide|page|tutorial|section|example|document)|we(?:'ll|'re| will| are going)|let'?s|now(?:,| that)|you(?:'ll| will) (?:need|learn|see)|congratulations|great|feel free|if you (?:have|want to learn)|source code|bases?:|returns?:|raises?:|args?:)\b|\bmore (?:information|details|examples)\b|^.{0,40}\b(?:guide|docs|documentation)\b.{0,12}$|github\.com|@\w+ in #\d+|https?:\/\/\S+$/iu;

export const FEATURES = [
  "own", // coverage by the passage itself
  "own-rare", // the rarest term of the question is in it
  "with-headings", // coverage by passage, headings and title
  "headings", // coverage by the headings alone
  "chunk", // coverage by its chunk
  "score", // score of its evidence, relative to the best
  "rank", // 1 / (rank + 1)
  "first", // first block of its chunk
  "short", // fewer than 8 words
  "long", // words beyond 45, in tens
  "identifier", // has an identifier of the question
  "number", // a number, when one is asked for
  "name", // a setting or other name from code, when one is asked for
  "listing", // a listing, when how, an example or a command is asked for
  "listing-else", // a listing otherwise
  "row-or-entry",
  "list",
  "item",
  "aspect", // has an aspect that the question asks for
  "action", // says what to do, in an answer to a failure or how-to question
  "definition", // says what something is, when that is asked for
  "definition-first", // ... in the first block of its chunk
  "side", // names a side of the comparison
  "trouble", // shares a kind of trouble with the question
  "states", // a failure answer that names states
  "chatter",
  "leaning", // cannot be read alone
  "reference", // generated API or REST reference
  "release-notes",
  "settings-page", // settings reference, when a setting is asked for
  "condition", // says when it holds
  "central", // says what the best evidence says
  "pairs", // has neighbouring words of the question near each other
  "best-own", // coverage relative to the best passage
] as const;

const CONDITION =
  /\b(?:if|when|unless|only|must|requires?|until|since|before|after|by default|as of|at least|instead of)\b/iu;
const NAME = /\b(?:[A-Z][A-Z0-9]*_[A-Z0-9_]{3,}|[a-z]+(?:_[a-z0-9]+)+)\b|(?:^|\s)--[a-z]/u;

/** Chunks that are read for passages: beyond them the development questions had hardly a gold quote. */
const READ_CHUNKS = 12;

export type CandidatePassage = {
  readonly passage: Passage;
  readonly evidence: Evidence;
  readonly roots: readonly string[];
  /** In the order of `FEATURES`; each about 0 to 1. */
  readonly features: readonly number[];
};


/** Every passage of the best evidence with its features. */
export function candidatesOf(
  question: string,
  reading: QuestionReading,
  terms: readonly QueryTerm[],
  evidence: readonly Evidence[],
): readonly CandidatePassage[] {
  const context = scoringContext(reading, terms, evidence);
  const pairs = neighbours(question, context);
  const raw = evidence.slice(0, READ_CHUNKS).flatMap((item) => {
    const { chunk } = item;
    const heading = new Set(rootsOf([chunk.title, ...chunk.headingPath].join(" ")));
    const chunkCoverage = coverage(context, [...rootsOf(chunk.text), ...heading]);
    return passagesOf(chunk).map((passage) => ({
      passage,
      evidence: item,
      heading,
      chunkCoverage,
      roots: rootsOf(passage.quotes.map(({ start, end }) => chunk.text.slice(start, end)).join(" ")),
    }));
  });
  const centrality = centralities(
    raw.map((item) => ({ roots: item.roots, rank: item.evidence.rank })),
  );
  const covered = raw.map((item) => coverage(context, item.roots));
  const best = Math.max(1e-9, ...covered);
  return raw.map((item, index) => ({
    passage: item.passage,
    evidence: item.evidence,
    roots: item.roots,
    features: [
      ...ownFeatures(item, context, question),
      centrality[index] ?? 0,
      nearPairs(item.roots, pairs),
      (covered[index] ?? 0) / best,
    ],
  }));
}

/** Neighbouring words of the question that the index knows. */
function neighbours(
  question: string,
  context: ScoringContext,
): readonly (readonly [string, string])[] {
  const known = rootsOf(question).filter((root) => context.terms.has(root));
  return known.slice(1).flatMap((root, index) => {
    const before = known[index];
    return before === undefined || before === root ? [] : [[before, root] as const];
  });
}

function nearPairs(held: readonly string[], pairs: readonly (readonly [string, string])[]): number {
  if (pairs.length === 0) return 0;
  const places = new Map<string, number[]>();
  for (const [place, root] of held.entries()) {
    const list = places.get(root);
    if (list === undefined) places.set(root, [place]);
    else list.push(place);
  }
  let near = 0;
  for (const [left, right] of pairs) {
    const lefts = places.get(left) ?? [];
    const rights = places.get(right) ?? [];
    if (lefts.some((from) => rights.some((to) => Math.abs(from - to) <= 3))) near += 1;
  }
  return near / pairs.length;
}

/** Cosine between each passage and what the passages say together, the best evidence counting most. */
function centralities(
  passages: readonly { readonly roots: readonly string[]; readonly rank: number }[],
): number[] {
  const frequency = new Map<string, number>();
  const sets = passages.map((passage) => new Set(passage.roots));
  for (const set of sets)
    for (const root of set) frequency.set(root, (frequency.get(root) ?? 0) + 1);
  const weightOf = (root: string) => Math.log(1 + passages.length / (frequency.get(root) ?? 1));
  const centroid = new Map<string, number>();
  for (const [index, set] of sets.entries()) {
    const share = 1 / ((passages[index]?.rank ?? 1) + 1) / Math.sqrt(set.size + 1);
    for (const root of set) centroid.set(root, (centroid.get(root) ?? 0) + share * weightOf(root));
  }
  const length =
    Math.sqrt([...centroid.values()].reduce((sum, value) => sum + value * value, 0)) || 1;
  return sets.map((set) => {
    let dot = 0;
    let own = 0;
    for (const root of set) {
      const weight = weightOf(root);
      own += weight * weight;
      dot += weight * (centroid.get(root) ?? 0);
    }
    return dot / (length * Math.sqrt(own) || 1);
  });
}

function ownFeatures(
  item: {
    readonly passage: Passage;
    readonly evidence: Evidence;
    readonly heading: ReadonlySet<string>;
    readonly chunkCoverage: number;
    readonly roots: readonly string[];
  },
  context: ScoringContext,
  question: string,
): number[] {
  const { passage, evidence, heading, chunkCoverage } = item;
  const { reading } = context;
  const { chunk } = passage;
  const core = chunk.text.slice(passage.core.start, passage.core.end);
  const own = coverage(context, item.roots);
  const both = coverage(context, [...item.roots, ...heading]);
  const held = new Set(item.roots);
  let rarest = "";
  let most = 0;
  for (const [token, weight] of context.terms) {
    if (weight > most) [rarest, most] = [token, weight];
  }
  const aspects = aspectsOf(core);
  const failure = reading.shape === "failure";
  const asked = (ask: (typeof reading.asks)[number]) => reading.asks.includes(ask);
  const wantsListing =
    asked("how") || asked("example") || asked("command") || reading.shape === "steps";
  const wantsName = asked("setting-name") || reading.shape === "setting";
  const listing = passage.kind === "code";
  const defines = aspects.includes("definition");
  const flag = (condition: boolean) => (condition ? 1 : 0);
  return [
    own,
    flag(held.has(rarest)),
    both,
    coverage(context, heading),
    chunkCoverage,
    evidence.score / context.topScore,
    1 / (evidence.rank + 1),
    flag(passage.block === 0),
    flag(passage.words < 8),
    Math.min(2, Math.max(0, passage.words - 45) / 10 / 3),
    flag(reading.identifiers.some((name) => core.includes(name.replace(/^@/u, "")))),
    flag((asked("number") || reading.shape === "setting") && /\d/u.test(core)),
    flag(wantsName && NAME.test(core)),
    flag(listing && wantsListing),
    flag(listing && !wantsListing),
    flag(passage.kind === "row" || passage.kind === "entry"),
    flag(passage.kind === "list"),
    flag(passage.kind === "item"),
    flag(reading.aspects.some((aspect) => aspects.includes(aspect))),
    flag((failure || reading.shape === "steps" || asked("how")) && aspects.includes("action")),
    flag(reading.shape === "definition" && defines),
    flag(reading.shape === "definition" && defines && passage.block === 0),
    flag(context.sides.some((side) => side.length > 0 && side.every((token) => held.has(token)))),
    flag(TROUBLE.some((kind) => kind.test(question) && kind.test(core))),
    flag(failure && aspects.includes("state")),
    flag(CHATTER.test(core)),
    flag(!passage.standsAlone),
    flag(chunk.pageType === "api-reference" || chunk.pageType === "rest-reference"),
    flag(chunk.pageType === "release-notes"),
    flag(chunk.pageType === "settings-reference" && wantsName),
    flag(CONDITION.test(core)),
  ];
}

/** How likely it is that the passage is what the asker looks for, 0 to 1; comparable within one question. */
export function passageScore(candidate: CandidatePassage): number {
  let sum = PASSAGE_WEIGHTS.bias;
  for (const [index, feature] of FEATURES.entries()) {
    sum += (PASSAGE_WEIGHTS.weights[feature] ?? 0) * (candidate.features[index] ?? 0);
  }
  return 1 / (1 + Math.exp(-sum));
}
