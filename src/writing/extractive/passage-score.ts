/**
 * How well a passage answers a question, as a handful of measurable features and one weighted sum. The features
 * speak of any documentation; the weights were fitted once on development questions (README of this folder).
 */
import type { Chunk } from "../../documents/chunk.ts";
import type { Evidence, QueryTerm } from "../../documents/evidence.ts";
import type { Span } from "../../documents/text.ts";
import { aspectsOf } from "./aspects.ts";
import { PASSAGE_WEIGHTS } from "./passage-weights.ts";
import { passagesOf, type Passage } from "./passages.ts";
import type { Ask, QuestionReading } from "./question-shape.ts";
import { rootOf, rootsIn, rootsOf, rootsOfChunk } from "../../documents/roots.ts";

export const FEATURES = [
  "with-headings", // idf share of the question in the passage, its headings and title
  "best-own", // idf share of the question in the passage, relative to the best passage
  "pairs", // neighbouring words of the question stand near each other
  "score", // score of its evidence, relative to the best
  "rank", // 1 / (rank + 1) of its evidence
  "text-rank", // ... in the list by words
  "corpus-rank", // ... in the list by the company of words
  "pairs-rank", // ... in the list by neighbouring words
  "page-rank", // 1 / (rank + 1) of its page
  "page-held", // how much of the evidence is of its page
  "page-coverage", // idf share of the question in the evidence of its page together
  "central", // says what the best evidence says
  "opens", // first block of its section
  "short", // fewer than 8 words
  "number", // a number, when one is asked for
  "listing-else", // a listing, when nothing asks for one
  "list",
  "item",
  "aspect", // has an aspect that the question asks for
  "states", // names a state, in an answer about a failure
  "trouble", // speaks of the same kind of trouble as the question
  "death", // speaks of infrastructure that dies, when that is the question
  "raised", // speaks of an error of the code only, when infrastructure that dies is the question
  "definition", // says what something is, when that is asked for
  "defines", // "X is ...", of the very thing a definition is asked of
  "subject", // begins with what a definition is asked of
  "named", // its page is called what a definition is asked of
  "named-intro", // ... and it stands before the page's first heading
  "side", // names a side of the comparison
  "after-error", // stands after a listing that shows what the asker pasted
  "leaning", // cannot be read alone
  "reference", // generated API or REST reference
  "release-notes",
  "settings-page", // settings reference, when a setting is asked for
] as const;

export type Feature = (typeof FEATURES)[number];

export type CandidatePassage = {
  readonly passage: Passage;
  readonly evidence: Evidence;
  /** Roots of its words, in order. */
  readonly roots: readonly string[];
  readonly held: ReadonlySet<string>;
  /** Sends the reader elsewhere, or begins with what the question is not about: no answer is made of it. */
  readonly aside: boolean;
  /** Each about 0 to 1. */
  readonly features: Readonly<Record<Feature, number>>;
};

/** Trouble in other words: what one page calls a crash, another calls an eviction. */
const TROUBLE: readonly RegExp[] = [
  /\b(?:crash\w*|die[sd]?|dead|kill\w*|evict\w*|oom\w*|out of memory|sig(?:term|kill|int)|reclaim\w*|preempt\w*|terminat\w*|interrupt\w*|lost|disappear\w*|stopp(?:ed|ing)|infrastructure (?:issue|failure|error)s?|zombie|unresponsive|unhealthy|offline|unavailable)\b/iu,
  /\b(?:stuck|hang\w*|hung|fr[eo]+z\w*|deadlock\w*|block(?:s|ed|ing)|never|wait\w*|late|pending|unresponsive|not (?:been )?(?:picked|poll\w*|start\w*))\b/iu,
  /\b(?:error|exception|fail\w*|denied|forbidden|unauthori[sz]ed|permission\w*|invalid|refus\w*|reject\w*|cannot|unable|unreachable|connection|timeout|timed out|4\d\d|5\d\d)\b/iu,
  /\b(?:duplicat\w*|twice|again|re-?run\w*|re-?execut\w*|retr\w+|re-?start\w*|from the beginning|resum\w*|persist\w*)\b/iu,
];

/** What code runs on, and what it is to lose it: an orchestrator tells that apart from an error of the code. */
const INFRASTRUCTURE =
  /\b(?:pods?|nodes?|machines?|vms?|containers?|hosts?|instances?|box|servers?|process(?:es)?|workers?|spot|clusters?|k8s|kubernetes|fargate|ecs|infra(?:structure)?|laptops?|power)\b/iu;
const DYING =
  /\b(?:die[sd]?|dying|dead|kill\w*|evict\w*|oom\w*|out of memory|sig(?:term|kill|int)|reclaim\w*|preempt\w*|crash\w*|terminat\w*|fail(?:s|ed|ing|ure)?|restart\w*|reboot\w*|shut ?down|shuts? (?:it )?down|goes? (?:down|away|bye)|went (?:down|away)|disappear\w*|vanish\w*|gone|lost|lose[s]?|stopp(?:s|ed)|exit(?:s|ed)|unreachable|unresponsive|disconnect\w*)\b/iu;
const DEATH =
  /\b(?:crash\w*|infrastructure|evict\w*|out of memory|oom\w*|sig(?:term|kill)|interrupted by|zombies?|heartbeats?|unresponsive|offline|preempt\w*|killed|terminat\w*|restart\w*)\b/iu;
const RAISED =
  /\b(?:exceptions?|raise[sd]?|your code|code issue|errors? (?:in|during)|returns? (?:a )?(?:state|value))\b/iu;

/** Sends the reader elsewhere, or talks about the page. */
const LINK_LIST =
  /^(?:further reading|see also|next steps?|related (?:topics|pages|content|resources|documentation|docs|guides|reading|links|examples)|learn more|resources|references)$/iu;
const CHATTER =
  /^(?:see|for (?:more|further|additional)|learn (?:more|how|about|what|to)|read (?:more|the|about)|refer to|check out|visit|click|join|welcome|in this|this (?:guide|page|tutorial|section|example|document)|we(?:'ll|'re| will| are going)|let'?s|now(?:,| that)|you(?:'ll| will) (?:need|learn|see)|congratulations|great|feel free|if you (?:have|want to learn)|source code|bases?:|returns?:|raises?:|args?:)\b|\bmore (?:information|details|examples)\b|^.{0,40}\b(?:guide|docs|documentation)\b.{0,12}$|@\w+ in #\d+|\?\W*$/iu;

/** Chunks that are read for passages: beyond them the development questions had hardly a gold quote. */
export const READ_CHUNKS = 12;

/** What is the same for all passages of one question. */
type Context = {
  readonly reading: QuestionReading;
  /** Roots of what the question says it is not about. */
  readonly excluded: ReadonlySet<string>;
  /** Weight times idf of each root of the question that some page has. */
  readonly terms: ReadonlyMap<string, number>;
  readonly totalWeight: number;
  readonly topScore: number;
  /** Roots of the sides of a comparison, and of what a definition is asked of. */
  readonly sides: readonly (readonly string[])[];
  readonly subjects: readonly (readonly string[])[];
  readonly pairs: readonly (readonly [string, string])[];
  readonly troubles: readonly RegExp[];
  /** Roots of what the asker pasted: a log, an error. */
  readonly pasted: ReadonlySet<string>;
  readonly asksOfDeath: boolean;
  readonly wantsListing: boolean;
  readonly wantsNumber: boolean;
  readonly wantsName: boolean;
};

type Raw = Omit<CandidatePassage, "features" | "aside"> & {
  readonly heading: ReadonlySet<string>;
  readonly page: { readonly rank: number; readonly share: number; readonly coverage: number };
  readonly afterError: boolean;
  readonly named: boolean;
};

/** Every passage of the best evidence with its features, in rank order of the evidence. */
export function candidatesOf(
  question: string,
  reading: QuestionReading,
  terms: readonly QueryTerm[],
  evidence: readonly Evidence[],
): readonly CandidatePassage[] {
  const context = contextOf(question, reading, terms, evidence);
  const isNamed = ({ chunk }: Evidence) => isCalled(chunk, context);
  const read = [
    ...evidence.slice(0, READ_CHUNKS),
    // The page that is called what was asked about says what it is, wherever the search put it.
    ...evidence.slice(READ_CHUNKS).filter(isNamed),
  ];
  const raw = read.flatMap((item) => passagesWithRoots(item, read, context));
  const centrality = centralities(raw);
  const covered = raw.map(({ held }) => coverage(context, (root) => held.has(root)));
  const best = Math.max(1e-9, ...covered);
  const both = raw.map(({ held, heading }) =>
    coverage(context, (root) => held.has(root) || heading.has(root)),
  );
  return raw.map((item, index) => ({
    passage: item.passage,
    evidence: item.evidence,
    roots: item.roots,
    held: item.held,
    aside:
      item.roots.slice(0, 3).some((root) => context.excluded.has(root)) || isChatter(item.passage),
    features: featuresOf(item, context, {
      central: centrality[index] ?? 0,
      own: (covered[index] ?? 0) / best,
      both: both[index] ?? 0,
    }),
  }));
}

/** The largest share of the question's neighbouring words that stand near each other in one passage of the evidence. */
export function mostPairs(
  question: string,
  reading: QuestionReading,
  terms: readonly QueryTerm[],
  evidence: readonly Evidence[],
): number {
  const context = contextOf(question, reading, terms, evidence);
  let most = 0;
  for (const { chunk } of evidence) {
    for (const passage of passagesOf(chunk)) {
      most = Math.max(most, nearPairs(rootsSaid(passage, context), context.pairs));
    }
  }
  return most;
}

function contextOf(
  question: string,
  reading: QuestionReading,
  terms: readonly QueryTerm[],
  evidence: readonly Evidence[],
): Context {
  const weights = new Map<string, number>();
  const excluded = new Set(reading.sides.length > 0 ? [] : rootsOf(reading.excluded.join(" ")));
  for (const { token, weight, idf, documentFrequency } of terms) {
    const root = rootOf(token);
    // What no page has cannot tell passages apart; what it is not about would tell the wrong ones.
    if (documentFrequency === 0 || excluded.has(root)) continue;
    weights.set(root, Math.max(weights.get(root) ?? 0, weight * idf));
  }
  let total = 0;
  for (const weight of weights.values()) total += weight;
  const searched = (text: string) => rootsOf(text).filter((root) => weights.has(root));
  const named = (texts: readonly string[]) =>
    texts.map(searched).filter(({ length }) => length > 0);
  const asks = (ask: Ask) => reading.asks.includes(ask);
  return {
    reading,
    excluded,
    terms: weights,
    totalWeight: Math.max(total, 1e-9),
    topScore: Math.max(evidence[0]?.score ?? 0, 1e-9),
    sides: named(reading.sides),
    subjects: named([...reading.sides, reading.subject]),
    pairs: neighbours(searched(question)),
    troubles: TROUBLE.filter((kind) => kind.test(question)),
    pasted: new Set(searched(pastedIn(question))),
    asksOfDeath:
      reading.shape === "failure" && INFRASTRUCTURE.test(question) && DYING.test(question),
    wantsListing: asks("how") || asks("example") || asks("command") || reading.shape === "steps",
    wantsNumber: asks("number") || reading.shape === "setting",
    wantsName: asks("setting-name") || reading.shape === "setting",
  };
}

/** Whether a definition is asked of what the chunk's page is called after. */
function isCalled({ title }: Chunk, { reading, subjects }: Context): boolean {
  if (reading.shape !== "definition") return false;
  const called = rootsOf(title);
  return subjects.some((subject) => within(subject, called) && within(called, subject));
}

const PASTED = /```([\s\S]*?)(?:```|$)|`([^`]{12,})`|\b(\w*(?:Error|Exception)\b.*)/gu;

/** Listings and errors in a question, as against what the asker says about them. */
function pastedIn(question: string): string {
  return [...question.matchAll(PASTED)].map((match) => match.slice(1).join(" ")).join("\n");
}

/** The first listing of each part of a chunk that shows most of what the asker pasted, by its block. */
function errorListings(chunk: Chunk, context: Context): readonly number[] {
  if (context.pasted.size < 3) return [];
  const words = rootsOfChunk(chunk);
  return chunk.blocks.flatMap((block, index) => {
    if (block.kind === "heading" || block.end - block.start < 20) return [];
    const held = new Set(rootsIn(words, block));
    let shared = 0;
    for (const root of context.pasted) if (held.has(root)) shared += 1;
    return shared / context.pasted.size >= 0.5 ? [index] : [];
  });
}

/** Share of the question's weight whose roots are held. */
function coverage(context: Context, holds: (root: string) => boolean): number {
  let sum = 0;
  for (const [root, weight] of context.terms) if (holds(root)) sum += weight;
  return sum / context.totalWeight;
}

function passagesWithRoots(
  item: Evidence,
  read: readonly Evidence[],
  context: Context,
): readonly Raw[] {
  const { chunk } = item;
  const title = new Set(rootsOf([chunk.title, ...chunk.headingPath].join(" ")));
  const ofPage = read.filter((other) => other.chunk.url === chunk.url);
  const pages = [...new Set(read.map((other) => other.chunk.url))];
  const page = {
    rank: pages.indexOf(chunk.url) + 1,
    share: ofPage.length / 3,
    coverage: coverage(
      context,
      (root) => title.has(root) || ofPage.some((other) => rootsOfChunk(other.chunk).held.has(root)),
    ),
  };
  const errors = errorListings(chunk, context);
  const named = isCalled(chunk, context);
  let headings: readonly string[] = chunk.headingPath;
  let heading: ReadonlySet<string> = title;
  return passagesOf(chunk).map((passage) => {
    if (passage.headings !== headings) {
      headings = passage.headings;
      heading = new Set(rootsOf([chunk.title, ...headings].join(" ")));
    }
    const roots = rootsSaid(passage, context);
    const afterError = errors.some((at) => at < passage.block && passage.block <= at + 4);
    return {
      passage,
      evidence: item,
      heading,
      roots,
      held: new Set(roots),
      page,
      afterError,
      named,
    };
  });
}

/**
 * What of a quote speaks to the question. A listing is judged by the sentence that leads into it: its variables and
 * sample values share words with any question. Unless the question names something from code.
 */
function said(passage: Passage, span: Span, { reading }: Context): Span {
  if (passage.kind !== "code") return span;
  const listing = passage.chunk.text.slice(passage.core.start, passage.core.end);
  if (reading.identifiers.some((name) => listing.includes(name.replace(/^@/u, "")))) return span;
  return { start: span.start, end: Math.max(span.start, passage.core.start) };
}

function rootsSaid(passage: Passage, context: Context): readonly string[] {
  const words = rootsOfChunk(passage.chunk);
  return passage.quotes.flatMap((span) => rootsIn(words, said(passage, span, context)));
}

function neighbours(searched: readonly string[]): readonly (readonly [string, string])[] {
  return searched.slice(1).flatMap((root, index) => {
    const before = searched[index];
    return before === undefined || before === root ? [] : [[before, root] as const];
  });
}

/** Share of the pairs that stand within three words of each other. */
function nearPairs(
  roots: readonly string[],
  pairs: readonly (readonly [string, string])[],
): number {
  if (pairs.length === 0) return 0;
  const places = new Map<string, number[]>();
  for (const [place, root] of roots.entries()) {
    const list = places.get(root);
    if (list === undefined) places.set(root, [place]);
    else list.push(place);
  }
  let near = 0;
  for (const [left, right] of pairs) {
    const rights = places.get(right) ?? [];
    if (places.get(left)?.some((from) => rights.some((to) => Math.abs(from - to) <= 3))) near += 1;
  }
  return near / pairs.length;
}

/** Cosine between each passage and what the passages say together, the best evidence counting most. */
function centralities(passages: readonly Raw[]): readonly number[] {
  const frequency = new Map<string, number>();
  for (const { held } of passages) {
    for (const root of held) frequency.set(root, (frequency.get(root) ?? 0) + 1);
  }
  const weights = new Map<string, number>();
  for (const [root, count] of frequency) weights.set(root, Math.log(1 + passages.length / count));
  const weightOf = (root: string) => weights.get(root) ?? 0;
  const centroid = new Map<string, number>();
  for (const { held, evidence } of passages) {
    const share = 1 / (evidence.rank + 1) / Math.sqrt(held.size + 1);
    for (const root of held) {
      centroid.set(root, (centroid.get(root) ?? 0) + share * weightOf(root));
    }
  }
  const length = Math.sqrt([...centroid.values()].reduce((sum, value) => sum + value * value, 0));
  return passages.map(({ held }) => {
    let dot = 0;
    let own = 0;
    for (const root of held) {
      const weight = weightOf(root);
      own += weight * weight;
      dot += weight * (centroid.get(root) ?? 0);
    }
    return dot / (length * Math.sqrt(own) || 1);
  });
}

const LISTS = {
  text: /\btext (\d+)/u,
  corpus: /\bcorpus (\d+)/u,
  pairs: /\bpairs (\d+)/u,
} as const;

/** Place in one of the lists the evidence was found by, which `why` names: "text 3, corpus 1". */
function rankIn(evidence: Evidence, list: keyof typeof LISTS): number {
  const place = evidence.why.match(LISTS[list])?.[1];
  return place === undefined ? 100 : Number(place);
}

const DEFINING =
  /^(?:in \w+(?: \d)?, )?(?:an?|the|each|every|prefect'?s?)?\s*((?:[\p{L}\p{N}_.'’()-]+\s+){1,6}?)(?:\w+ly )?(?:is|are|represents?|refers? to|means?|describes?|defines?|provides?|allows?|enables?|lets?|controls?|consists? of|specif(?:y|ies)|determines?|tells?|names?)\b|^([\p{L}\p{N}_ -]{3,40}): \p{Lu}/iu;

/** What may stand before a name without making it another thing. */
const COMMON = new Set(rootsOf("prefect a an the each every this"));

/** "X is ...": the subject of the sentence is what was asked about, and little else. */
function definesIt(core: string, subject: readonly string[]): boolean {
  const match = DEFINING.exec(core);
  const named = rootsOf(match?.[1] ?? match?.[2] ?? "");
  const own = named.filter((root) => !COMMON.has(root));
  return own.length === subject.length && within(subject, own);
}

function isChatter({ chunk, core, headings }: Passage): boolean {
  return (
    LINK_LIST.test(headings.at(-1) ?? "") || CHATTER.test(chunk.text.slice(core.start, core.end))
  );
}

function within(wanted: readonly string[], held: readonly string[]): boolean {
  return wanted.every((root) => held.includes(root));
}

function featuresOf(
  item: Raw,
  context: Context,
  among: {
    readonly central: number;
    readonly own: number;
    readonly both: number;
  },
): Readonly<Record<Feature, number>> {
  const { passage, evidence, held, page } = item;
  const { reading } = context;
  const { pageType, text } = passage.chunk;
  const core = text.slice(passage.core.start, passage.core.end);
  const asksForAspects =
    reading.aspects.length > 0 || reading.shape === "failure" || reading.shape === "definition";
  const aspects = asksForAspects ? aspectsOf(core) : [];
  const flag = (condition: boolean) => (condition ? 1 : 0);
  return {
    "with-headings": among.both,
    "best-own": among.own,
    pairs: nearPairs(item.roots, context.pairs),
    score: evidence.score / context.topScore,
    rank: 1 / (evidence.rank + 1),
    "text-rank": 1 / (rankIn(evidence, "text") + 1),
    "corpus-rank": 1 / (rankIn(evidence, "corpus") + 1),
    "pairs-rank": 1 / (rankIn(evidence, "pairs") + 1),
    "page-rank": 1 / (page.rank + 1),
    "page-held": page.share,
    "page-coverage": page.coverage,
    central: among.central,
    opens: flag(passage.opens),
    short: flag(passage.words < 8),
    number: flag(context.wantsNumber && /\d/u.test(core)),
    "listing-else": flag(passage.kind === "code" && !context.wantsListing),
    list: flag(passage.kind === "list"),
    item: flag(passage.kind === "item"),
    aspect: flag(reading.aspects.some((aspect) => aspects.includes(aspect))),
    states: flag(reading.shape === "failure" && aspects.includes("state")),
    trouble: flag(context.troubles.some((kind) => kind.test(core))),
    death: flag(context.asksOfDeath && DEATH.test(core)),
    raised: flag(context.asksOfDeath && RAISED.test(core) && !DEATH.test(core)),
    definition: flag(reading.shape === "definition" && aspects.includes("definition")),
    defines: flag(context.subjects.some((subject) => definesIt(core, subject))),
    subject: flag(context.subjects.some((subject) => within(subject, item.roots.slice(0, 7)))),
    named: flag(item.named),
    "named-intro": flag(item.named && passage.headings.length === 0),
    side: flag(context.sides.some((side) => side.every((root) => held.has(root)))),
    "after-error": flag(item.afterError),
    leaning: flag(!passage.standsAlone),
    reference: flag(pageType === "api-reference" || pageType === "rest-reference"),
    "release-notes": flag(pageType === "release-notes"),
    "settings-page": flag(pageType === "settings-reference" && context.wantsName),
  };
}

/** How much more likely than others the passage is what the asker looks for; comparable within one question only. */
export function passageScore(features: Readonly<Record<Feature, number>>): number {
  let sum = 0;
  for (const feature of FEATURES)
    sum += (PASSAGE_WEIGHTS.weights[feature] ?? 0) * features[feature];
  return Math.exp(sum);
}
