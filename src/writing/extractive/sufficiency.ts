/**
 * Does the evidence answer the question? A score alone does not tell: a search always finds something near. What
 * tells is whether the words that make the question this question (rare ones, names, settings) stand in the evidence,
 * together, where the evidence is strongest; and whether it asks for something no documentation holds (prices,
 * today's state of a service, the asker's own runs, another product).
 */
import type { Evidence, QueryTerm } from "../../documents/evidence.ts";
import { askedIn, spoken } from "./asked.ts";
import { EVERYDAY_WORDS } from "./everyday-words.ts";
import { mostPairs } from "./passage-score.ts";
import { readQuestion, type QuestionShape } from "./question-shape.ts";
import { SUFFICIENCY_WEIGHTS } from "./sufficiency-weights.ts";
import { tokenize } from "../../documents/tokenize.ts";
import { rootOf, rootsOf, rootsOfChunk } from "../../documents/roots.ts";

export type SufficiencyInput = {
  /** The resolved question. */
  readonly question: string;
  readonly shape: QuestionShape;
  readonly evidence: readonly Evidence[];
  readonly terms: readonly QueryTerm[];
};

export type Sufficiency = {
  readonly sufficient: boolean;
  /** For the receipt: the figure it was decided on and what weighed most. */
  readonly why: string;
  /** Words of the question, as the asker wrote them, that the evidence does not have. */
  readonly missing: readonly string[];
};

/** Orchestrators and their relatives; a question about one that is not indexed is not ours to answer. */
const OTHER_PRODUCT =
  /\b(?:airflow|dagster|luigi|kestra|flyte|kubeflow|metaflow|kedro|mage\.ai|n8n|nifi|oozie|azkaban|rundeck|autosys|control-m|step functions|argo ?(?:workflows?|cd|events)|windmill|hatchet|inngest|restate|camunda|zeebe|cadence|conductor oss|netflix conductor|digdag|taverna|snakemake|nextflow|cromwell|celery beat)\b|\btemporal(?:\.io|'s)?\s+(?:activit\w+|workflows?|workers?|cluster|server|cloud|sdk|namespace|signals?|schedules?|retr\w+)\b|\b(?:in|of|with|for|using|to|from) (?:Temporal|temporal\.io|Argo|argo)\b/iu;

/** Asked of a person, a shop or a status page, not of documentation. */
const OUT_OF_SCOPE: readonly (readonly [name: string, cue: RegExp, unlessDocumented?: true])[] = [
  [
    "price",
    /\b(?:price|prices|pricing|cost us|costs?\b.{0,40}\b(?:people|users?|seats?|euros?|dollars?|month|year|hour|us)|how much (?:does|do|is|would|will)\b.{0,40}\b(?:cost|charge)|how many (?:euros?|dollars?)|discount|invoice|refund|licen[cs]e fee|enterprise (?:cost|price|quote))\b|[€$£]\s?\d/iu,
    true,
  ],
  [
    "plan",
    /\b(?:how (?:many|much|long|large|big)|for how|(?:limit|maximum|max|quota|retention) (?:of|for|on))\b.{3,90}\b(?:plan|tier|subscription)\b/iu,
    true,
  ],
  [
    "contract",
    /\b(?:contract|guarantee[sd]? in|sla percentage|uptime (?:percentage|guarantee)|soc ?2|iso ?27001|hipaa|gdpr|dpa\b|pen(?:etration)?[ -]?test report|legal|lawsuit|terms of service|compliance (?:report|certificate))\b/iu,
    true,
  ],
  [
    "status",
    /\b(?:is|are|was) (?:the )?(?:prefect|cloud|your|status|site|website|hosted)\b.{0,40}\b(?:down|up|offline|broken|having (?:issues|an outage))\b.{0,12}\b(?:rn|right now|now|today|atm|currently|at the moment)\b|\b(?:current|ongoing) (?:outage|incident)s?\b/iu,
  ],
  [
    "future",
    /\bwhen (?:will|is|does) .{2,60}\b(?:be released|come out|coming out|ship|land|be available|due|launch)\b|\bwhen(?:'s|’s|s| is| will) .{1,40}\bout\b(?! of\b)|\broad ?map\b|\brelease date\b|\bplanned for\b|\b(?:any|an?|the) (?:date|eta)\b.{0,20}\b(?:yet|for)\b/iu,
  ],
  [
    "company",
    /\b(?:valuation|investors?|ceo|founders?|headquarters?|stock price|employees|how many people work (?:at|for)|hiring|job openings?|phone number|office hours of|who owns|acquired by|market share)\b/iu,
    true,
  ],
  [
    "own-data",
    /\b(?:which|how many|what|who|list|show me) (?:of (?:our|my)|(?:deployments?|runs?|flows?|workers?) (?:do|did|have) (?:we|i)\b|(?:our|my) \w+ (?:failed|ran|crashed|broke))|\bwho (?:deleted|cancell?ed|changed|deployed|started|paused) (?:our|my|the)\b|\b(?:last night|yesterday|this morning|today)'?s? (?:runs|failures)\b|\bhow many .{2,40} (?:do|did) (?:we|i) have\b/iu,
  ],
  [
    "measurement",
    /\bhow many .{2,50}\b(?:per|a) (?:second|minute|hour|day)\b.{0,60}\b(?:handle|process|support|sustain|manage|take)\b|\b(?:throughput|benchmark numbers?)\b.{0,40}\?/iu,
    true,
  ],
];

type Word = {
  /** As the asker wrote it. */
  readonly surface: string;
  readonly roots: readonly string[];
  /** Some page has it; a name from code counts as a whole. */
  readonly known: boolean;
  /** 0 to 1: its idf against the rarest of the question. */
  readonly rarity: number;
  /** Where it begins in the spoken question. */
  readonly at: number;
  /** In quotes: a name the asker gave, or words of a message. */
  readonly quoted: boolean;
};

const WORD = /[\p{L}\p{N}@][\p{L}\p{N}_.@'’-]*/gu;

const QUOTED =
  /(?<![\p{L}\p{N}])(?:"[^"\n]{1,80}"|'[^'\n]{1,80}'|“[^”\n]{1,80}”|‘[^’\n]{1,80}’|`[^`\n]{1,80}`)(?!\p{L})/gu;
const CODE_NAME = /[_.]\p{L}|\p{Ll}\p{Lu}|^--/u;

/** The words of the question that were searched for, with what the index knows of them. */
function wordsOf(question: string, terms: readonly QueryTerm[]): readonly Word[] {
  const quotes = [...spoken(question).matchAll(QUOTED)].map(
    ({ index, 0: text }) => [index, index + text.length] as const,
  );
  const byToken = new Map(terms.map((term) => [term.token, term]));
  const highest = Math.max(1e-9, ...terms.map(({ idf }) => idf));
  return [...spoken(question).matchAll(WORD)].flatMap((match) => {
    const surface = match[0].replace(/[.'’-]+$/u, "");
    const found = tokenize(surface).flatMap((token) => byToken.get(token) ?? []);
    if (found.length === 0) return [];
    // A name from code is known as a whole; of a dotted one each part, because anything can be called on anything.
    const names = CODE_NAME.test(surface)
      ? surface.split(".").flatMap((part) => byToken.get(tokenize(part)[0] ?? "") ?? [])
      : [];
    const judged = names.length > 0 ? names : found;
    return [
      {
        surface,
        roots: found.map(({ token }) => rootOf(token)),
        known:
          names.length > 0
            ? names.every(({ documentFrequency }) => documentFrequency > 0)
            : found.some(({ documentFrequency }) => documentFrequency > 0),
        rarity: Math.max(...judged.map(({ idf }) => idf)) / highest,
        at: match.index,
        quoted: quotes.some(([start, end]) => start <= match.index && match.index < end),
      },
    ];
  });
}

const PREFIX = /^(?:re|un|auto|pre|sub|multi|non|mis)-?(?=\p{L}{4})/u;

/** A word that could be the name of something, as against a word people talk with. */
function couldBeName({ surface }: Word): boolean {
  const word = surface.toLowerCase();
  if (/(?:error|exception)$/u.test(word)) return false;
  if (/\d/u.test(word) && !/^\p{L}{2,}\d{1,2}$/u.test(word)) return false;
  if (EVERYDAY_WORDS.has(word) || EVERYDAY_WORDS.has(word.replace(/(?:s|ed|ing|ly)$/u, "")))
    return false;
  return !/(?:ing|ly|ness|less|ful|ed|ously)$/u.test(word) || /^\p{Lu}/u.test(surface);
}

/** Whether a word looks like a slip of a known one: one letter changed, dropped, added or swapped, not the first. */
function isSlipOf(word: string, vocabulary: ReadonlySet<string>, fromLength: number): boolean {
  if (word.length < fromLength || !/^[a-z]+$/u.test(word)) return false;
  for (const other of vocabulary) {
    if (other[0] !== word[0] || Math.abs(other.length - word.length) > 1) continue;
    if (other.length >= 4 && withinOneEdit(word, other)) return true;
  }
  return false;
}

function withinOneEdit(left: string, right: string): boolean {
  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  let endLeft = left.length;
  let endRight = right.length;
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft -= 1;
    endRight -= 1;
  }
  const [a, b] = [left.slice(start, endLeft), right.slice(start, endRight)];
  return (
    a.length + b.length <= 1 ||
    (a.length === 1 && b.length === 1) ||
    (a.length === 2 && b === `${a[1]}${a[0]}`)
  );
}

/** What stands where a thing is named: after a preposition, or before a word for a kind of thing. */
const BEFORE_NAME =
  /(?:^|\b)(?:in|on|with|from|to|via|over|for|using|into|through|by|of|at|called|named|and|or|state|command|setting|apache|prefect)\s+(?:(?:a|an|the|our|my|private|apache|existing)\s+)?[`"'“]?$/iu;
const KIND_OF_THING =
  /^[`"'”]?\s*(?:workers?|work ?pools?|pools?|blocks?|integrations?|task ?runners?|operators?|sensors?|plugins?|sdk|clusters?|repos?(?:itor(?:y|ies))?|databases?|queues?|topics?|buckets?|packages?|pipelines?|syncs?|states?|settings?|commands?|login|sheets?|kernels?|artifacts?|librar(?:y|ies)|backend|dialect)\b/iu;

function namesSomething(question: string, word: Word): boolean {
  if (!couldBeName(word)) return false;
  const text = spoken(question);
  const before = text.slice(0, word.at);
  // After a number a capital is the name of a status ("422 Unprocessable Entity").
  const capital = /^\p{Lu}/u.test(word.surface) && /[\p{Ll},] $/u.test(before);
  return (
    capital ||
    BEFORE_NAME.test(before) ||
    KIND_OF_THING.test(text.slice(word.at + word.surface.length))
  );
}

/** "What is X?", "what does X do?", "X for?": the whole question is about one word. */
const ABOUT_ONE = /^\W*what(?:'s|’s|s)?\s+(?:is|are|does|do|exactly)\b/iu;

export const SUFFICIENCY_FEATURES = [
  "covered-best", // idf share of the question in its best chunk, headings included
  "covered-three", // ... in the best three chunks together
  "rarest-covered", // the rarest known word is in the best three chunks
  "rare-missing", // rare known words that the best three chunks lack, as a share of all words
  "unknown", // words that no page has, as a share of all words; slips of the pen not counted
  "unknown-word", // one of those could be a name
  "unknown-name", // one of those stands where a thing is named
  "unknown-identifier", // one of those is a name from code
  "name-missing", // a known name that the best three chunks lack
  "about-missing", // "what is X" where the rarest word is missing or unknown
  "heading", // share of the question in the headings of the best chunks
  "pairs", // neighbouring words of the question stand together in a passage
  "short", // hardly any words to go by
] as const;

type Feature = (typeof SUFFICIENCY_FEATURES)[number];

/** Chunks in whose passages neighbouring words are looked for. */
const PAIRS_FROM = 6;

function otherProduct(question: string, evidence: readonly Evidence[]): boolean {
  const products = new Set(evidence.map(({ chunk }) => chunk.product.toLowerCase()));
  const text = spoken(question);
  const named = text.match(OTHER_PRODUCT)?.[0].toLowerCase();
  if (named === undefined) return false;
  if ([...products].some((product) => product !== "" && named.includes(product))) return false;
  // "from Airflow to Prefect" is a question about a product of ours.
  return ![...products].some(
    (product) =>
      product !== "" && text.toLowerCase().includes(product.split(/[\s-]/u)[0] ?? product),
  );
}

/** The features of a question and its evidence, and the words found missing; pure and cheap (a few milliseconds). */
export function sufficiencyFeatures(input: SufficiencyInput): {
  readonly values: Readonly<Record<Feature, number>>;
  readonly missing: readonly string[];
  /** What of no documentation it asks for; a product that is not indexed. */
  readonly outside: string | undefined;
} {
  const { question, evidence, terms } = input;
  const words = wordsOf(question, terms);
  const best = evidence.slice(0, 8).map(({ chunk }) => {
    const heading = new Set(rootsOf([chunk.title, ...chunk.headingPath].join(" ")));
    return { heading, all: heading.union(rootsOfChunk(chunk).held) };
  });
  const vocabulary = new Set(
    evidence
      .slice(0, 8)
      .flatMap(
        ({ chunk }) => `${chunk.title} ${chunk.text}`.toLowerCase().match(/\p{Ll}{4,}/gu) ?? [],
      ),
  );
  const aboutOne = ABOUT_ONE.test(spoken(question)) && readQuestion(question).sides.length === 0;
  // "crashed" is known where "crashes" is.
  const said = new Set(best.flatMap(({ all }) => [...all]));
  const counted = words
    .map((word) =>
      word.known || CODE_NAME.test(word.surface)
        ? word
        : {
            ...word,
            known: word.roots.some((root) => said.has(root) || said.has(root.replace(PREFIX, ""))),
          },
    )
    .filter(
      (word) =>
        word.known ||
        !(
          (word.quoted && !aboutOne) ||
          isSlipOf(word.surface.toLowerCase(), vocabulary, 5) ||
          isSlipOf(word.surface.toLowerCase(), EVERYDAY_WORDS, 7)
        ),
    );
  const total = Math.max(
    1e-9,
    sum(counted.filter(({ known }) => known).map(({ rarity }) => rarity)),
  );
  const share = (has: (root: string) => boolean) =>
    sum(counted.filter((word) => word.known && word.roots.some(has)).map(({ rarity }) => rarity)) /
    total;
  const three = new Set(best.slice(0, 3).flatMap(({ all }) => [...all]));
  const asks = askedIn(question);
  // In a story, a name outside the question itself is scenery.
  const tells = input.shape === "failure" || asks.length > 0 || input.shape === "other";
  const scenery = ({ at }: Word) =>
    tells && !asks.some(({ start, end }) => start <= at && at < end);
  const unknown = counted.filter((word) => !word.known && !scenery(word));
  const known = counted.filter((word) => word.known);
  const rarest = known.reduce<Word | undefined>(
    (most, word) => (most === undefined || word.rarity > most.rarity ? word : most),
    undefined,
  );
  const rareMissing = known.filter(
    (word) => word.rarity > 0.5 && !scenery(word) && !word.roots.some((root) => three.has(root)),
  );
  const searched = new Set(terms.map(({ token }) => rootOf(token)));
  const scope = OUT_OF_SCOPE.find(([, cue, unlessDocumented]) => {
    if (unlessDocumented !== true) return cue.test(spoken(question));
    const asked = rootsOf(spoken(question).match(cue)?.[0] ?? "").filter((root) =>
      searched.has(root),
    );
    // Unless a page has just that: then it is documentation after all.
    return (
      asked.length > 0 && !best.slice(0, 3).some(({ all }) => asked.every((root) => all.has(root)))
    );
  })?.[0];
  const flag = (condition: boolean) => (condition ? 1 : 0);
  const names = unknown.filter((word) => namesSomething(question, word));
  const namesMissing = rareMissing.filter((word) => namesSomething(question, word));
  // Of known words only plain names are worth telling, and only when no evidence at all has them.
  const isNowhere = ({ surface, roots }: Word) =>
    (/^\p{Lu}/u.test(surface) || CODE_NAME.test(surface)) &&
    !evidence.some(({ chunk }) => roots.some((root) => rootsOfChunk(chunk).held.has(root)));
  const top = counted.reduce<Word | undefined>(
    (found, word) => (found === undefined || word.rarity > found.rarity ? word : found),
    undefined,
  );
  return {
    values: {
      "covered-best": Math.max(
        0,
        ...best.slice(0, 5).map(({ all }) => share((root) => all.has(root))),
      ),
      "covered-three": share((root) => three.has(root)),
      "rarest-covered": flag(rarest !== undefined && rarest.roots.some((root) => three.has(root))),
      "rare-missing": rareMissing.length / Math.max(3, counted.length),
      unknown: unknown.filter(couldBeName).length / Math.max(3, counted.length),
      "unknown-word": flag(unknown.some(couldBeName)),
      "unknown-name": flag(names.length > 0),
      "unknown-identifier": flag(unknown.some(({ surface }) => /[_.]\w|[a-z][A-Z]/u.test(surface))),
      "name-missing": flag(namesMissing.length > 0),
      "about-missing": flag(
        aboutOne && top !== undefined && (!top.known || !top.roots.some((root) => three.has(root))),
      ),
      heading: Math.max(
        0,
        ...best.slice(0, 3).map(({ heading }) => share((root) => heading.has(root))),
      ),
      pairs: mostPairs(question, readQuestion(question), terms, evidence.slice(0, PAIRS_FROM)),
      short: flag(counted.length < 3),
    },
    missing: unique(
      [...names, ...unknown.filter(couldBeName), ...namesMissing.filter(isNowhere)].map(
        ({ surface }) => surface,
      ),
    ).slice(0, 4),
    outside: otherProduct(question, evidence) ? "a product that is not indexed" : scope,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/**
 * Decides whether to answer. Not sufficient: say that the documentation is silent, and name the closest sections.
 * `missing` is also of use when it is sufficient: the words of the question that the answer cannot speak about.
 */
export function assessSufficiency(input: SufficiencyInput): Sufficiency {
  if (input.evidence.length === 0) {
    return { sufficient: false, why: "the search found nothing", missing: [] };
  }
  const { values, missing, outside } = sufficiencyFeatures(input);
  if (outside !== undefined) {
    return { sufficient: false, why: `asks for what these pages do not hold: ${outside}`, missing };
  }
  let logit = SUFFICIENCY_WEIGHTS.bias;
  const parts: [Feature, number][] = [];
  for (const feature of SUFFICIENCY_FEATURES) {
    const part = (SUFFICIENCY_WEIGHTS.weights[feature] ?? 0) * values[feature];
    parts.push([feature, part]);
    logit += part;
  }
  const probability = 1 / (1 + Math.exp(-logit));
  const sufficient = probability >= SUFFICIENCY_WEIGHTS.threshold;
  const against = parts
    .filter(([, part]) => part < -0.2)
    .sort(([, left], [, right]) => left - right)
    .slice(0, 3)
    .map(([feature, part]) => `${feature} ${part.toFixed(1)}`);
  const because = against.length === 0 ? "" : `; against: ${against.join(", ")}`;
  return { sufficient, why: `answerable ${probability.toFixed(2)}${because}`, missing };
}
