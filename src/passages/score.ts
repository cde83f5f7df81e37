/**
 * How likely a block is to answer a question: a few measured features and one weighted sum. What is asked is passed
 * in; the features speak of any documentation, the weights (`weights.json`) are fitted on questions whose answers are
 * known.
 */
import type { Chunk } from "../documents/chunk.ts";
import type { Evidence } from "../documents/evidence.ts";
import { rootsIn, rootsOf, rootsOfChunk } from "../documents/roots.ts";
import type { Span } from "../documents/text.ts";
import type { WordVectors } from "../documents/word-vectors.ts";
import { Likeness } from "./likeness.ts";
import { blocksOf, isAside, type Block } from "./block.ts";

/** What a question asks for, in roots of words. */
export type Wanted = {
  /** What was typed, a follow-up as it stands, and what was pasted beside it. */
  readonly text: string;
  /** Roots of the sentences that ask, and what each weighs: its rarity in the documentation. */
  readonly asked: ReadonlyMap<string, number>;
  /** Roots of what is only told around them. */
  readonly told: ReadonlyMap<string, number>;
  /** Roots of all words that were searched for, those that no page has included. */
  readonly searched: ReadonlyMap<string, number>;
  /** Neighbouring words of the question. */
  readonly pairs: readonly (readonly [string, string])[];
  /** Roots of what the question says it is not about. */
  readonly excluded: ReadonlySet<string>;
  /** What a definition is asked of, and the sides of a comparison, each as its roots. */
  readonly subjects: readonly (readonly string[])[];
  /** The sides of a comparison, each as its roots. */
  readonly sides: readonly (readonly string[])[];
  readonly defines: boolean;
  readonly listing: boolean;
  readonly number: boolean;
  /** Several things are asked for: an order, the kinds of something. */
  readonly list: boolean;
  readonly setting: boolean;
  /** What tells that a text speaks of the same trouble as the question. */
  readonly troubles: readonly RegExp[];
  /** What tells that a text speaks of a part of a failure that is asked for. */
  readonly parts: readonly RegExp[];
  /** Versions that the question names: "3.4.2". */
  readonly versions: readonly string[];
};

export const FEATURES = [
  "asked", // share of what is asked that the block says, relative to the block that says most
  "above", // share of what is asked that the block, its headings and its title say
  "told", // share of what is told that the block, its headings and its title say
  "pairs", // neighbouring words of the question stand near each other
  "phrased", // share of the question that how people ask for its section says, relative to the best
  "phrased-rank", // 1 / (rank + 1) in the list by how people ask for sections
  "phrase", // how near the question comes to one of those phrasings
  "place", // how near it comes to how people ask for just these passages
  "like", // is about the same, by what the search has learned of words
  "like-best", // the same, relative to the block that is most so
  "place-best", // no other passages are asked for in words as near
  "score", // score of its evidence, relative to the best
  "text-rank", // 1 / (rank + 1) in the list by words
  "page-rank", // 1 / (rank + 1) of its page
  "length", // logarithm of its words
  "lines", // lines of its listings
  "listing-else", // a listing, when none is asked for
  "list",
  "number", // a number, when one is asked for
  "trouble", // speaks of the same kind of trouble as the question
  "part", // speaks of what part of a failure is asked for
  "setting", // reference of settings, when a setting is asked for
  "subject", // begins with the thing asked about
  "defines", // "X is ...", of the very thing asked about
  "opening", // opens the page that is called what is to be defined, and that nowhere says "X is ..."
  "heading", // share of the innermost heading's words that the question has
  "note", // stands in a note, a tip or a warning
  "version", // speaks of a range of versions that has the question's
] as const;

export type Feature = (typeof FEATURES)[number];

export type Candidate = {
  readonly block: Block;
  readonly evidence: Evidence;
  /** Roots of its words, in order. */
  readonly roots: readonly string[];
  readonly held: ReadonlySet<string>;
  /** Each about 0 to 1. */
  readonly features: Readonly<Record<Feature, number>>;
};

/** Chunks that are read for blocks. */
export const READ_CHUNKS = 12;

/** A section that only sends the reader elsewhere. */
const LINK_LIST =
  /^(?:further reading|see also|next steps?|related (?:topics|pages|content|resources|documentation|docs|guides|reading|links|examples)|learn more|resources|references)$/iu;

/** Every block of the best evidence that can be read alone, with its features, in rank order of the evidence. */
export function candidatesOf(
  wanted: Wanted,
  evidence: readonly Evidence[],
  vectors?: WordVectors,
): readonly Candidate[] {
  const read = [
    ...evidence.slice(0, READ_CHUNKS),
    // The page that is called what was asked about says what it is, wherever the search put it.
    ...evidence.slice(READ_CHUNKS).filter(({ chunk }) => isCalled(chunk, wanted)),
  ];
  const pages = [...new Set(read.map(({ chunk }) => chunk.url))];
  const raw = read.flatMap((item) => withRoots(item, wanted));
  const asked = shareOf(wanted.asked);
  const told = shareOf(wanted.told);
  const defining = raw.map(({ block: { chunk, core } }) => definition(textIn(chunk, core), wanted));
  /** Pages that say somewhere what it is. */
  const defined = new Set(
    raw.flatMap(({ block }, at) => (defining[at] === 1 ? [block.chunk.url] : [])),
  );
  const isOfQuestion = (root: string) => wanted.asked.has(root) || wanted.told.has(root);
  const says = raw.map(({ held }) => asked((root) => held.has(root)));
  const most = Math.max(1e-9, ...says);
  const topScore = Math.max(evidence[0]?.score ?? 0, 1e-9);
  const phrasedBy = phrasings(
    wanted,
    read.map(({ chunk }) => chunk),
  );
  const phrased = raw.map(({ block }) => phrasedBy(block));
  const mostPhrased = Math.max(1e-9, ...phrased.map(({ share }) => share));
  const likeness = vectors === undefined ? undefined : new Likeness(vectors, wanted.text);
  const like = raw.map(({ block: { chunk, headings, spans } }) =>
    Math.max(0, likeness?.of(chunk, headings, spans) ?? 0),
  );
  const mostLike = Math.max(1e-9, ...like);
  const mostPlaced = Math.max(1e-9, ...phrased.map(({ placed }) => placed));
  return raw.map(({ block, evidence: item, roots, held, above }, at) => {
    const isListing = block.lines > 0;
    const core = textIn(block.chunk, block.core);
    const innermost = new Set(rootsOf(block.headings.at(-1) ?? block.chunk.title));
    return {
      block,
      evidence: item,
      roots,
      held,
      features: {
        asked: (says[at] ?? 0) / most,
        above: asked((root) => held.has(root) || above.has(root)),
        told: told((root) => held.has(root) || above.has(root)),
        pairs: nearPairs(roots, wanted.pairs),
        phrased: (phrased[at]?.share ?? 0) / mostPhrased,
        "phrased-rank": 1 / (placeIn("sections", item) + 1),
        phrase: phrased[at]?.nearest ?? 0,
        place: phrased[at]?.placed ?? 0,
        like: like[at] ?? 0,
        "like-best": (like[at] ?? 0) / mostLike,
        "place-best": (phrased[at]?.placed ?? 0) / mostPlaced,
        score: item.score / topScore,
        "text-rank": 1 / (placeIn("text", item) + 1),
        "page-rank": 1 / (pages.indexOf(block.chunk.url) + 2),
        length: Math.log(4 + block.words) / 5,
        lines: block.lines / 25,
        "listing-else": flag(isListing && !wanted.listing),
        list: flag(block.kind === "list"),
        number: flag(wanted.number && /\d/u.test(core)),
        trouble: flag(wanted.troubles.some((cue) => cue.test(core))),
        part: flag(wanted.parts.some((cue) => cue.test(core))),
        setting: flag(wanted.setting && block.chunk.pageType === "settings-reference"),
        subject: flag(wanted.subjects.some((subject) => within(subject, roots.slice(0, 7)))),
        defines: defining[at] ?? 0,
        opening: flag(opens(block, wanted) && !defined.has(block.chunk.url)),
        heading: shareIn(innermost, isOfQuestion),
        note: flag(block.isNote),
        version: meetsVersion(core, wanted.versions),
      },
    };
  });
}

type Phrased = {
  /** Share of the question's words that the phrasings of a section have together. */
  readonly share: number;
  /** How near the nearest phrasing comes to the question: 0 nothing in common, 1 all words of both (Dice). */
  readonly nearest: number;
  /** The same for phrasings of these passages alone, by how much of them a place and the block share. */
  readonly placed: number;
};

type PhrasedSection = Omit<Phrased, "placed"> & {
  readonly places: readonly { readonly span: Span; readonly nearness: number }[];
};

/** How much of a place's nearness is what its phrasings have together, beside what the nearest of them has. */
const TOGETHER = 0.4;

/**
 * How near a question comes to the ways in which people ask for a block and its section; each section of `chunks` is read
 * once. A word of the question weighs by its rarity in the documentation and among these phrasings.
 */
function phrasings({ searched }: Wanted, chunks: readonly Chunk[]): (block: Block) => Phrased {
  const read = chunks.map(({ sectionPhrasings = [] }) =>
    sectionPhrasings.map(({ anchor, asked, span }) => ({
      anchor,
      span,
      phrases: asked.map((phrase) => new Set(rootsOf(phrase).filter((root) => root.length > 2))),
    })),
  );
  const rarity = rarityIn(read.flat().map(({ phrases }) => phrases));
  const share = shareOf(
    new Map([...searched].map(([root, weight]) => [root, Math.sqrt(weight * rarity(root))])),
  );
  const known = new Map<Chunk, Map<string, PhrasedSection>>();
  for (const [at, chunk] of chunks.entries()) {
    const sections = Map.groupBy(read[at] ?? [], ({ anchor }) => anchor);
    const nearnessOf = (phrase: ReadonlySet<string>) => {
      const held = share((root) => phrase.has(root));
      const precision = shareIn(phrase, (root) => searched.has(root));
      return held === 0 ? 0 : (2 * held * precision) / (held + precision);
    };
    known.set(
      chunk,
      new Map(
        [...sections].map(([anchor, asked]) => {
          const each = asked.map(({ span, phrases }) => {
            const nearest = Math.max(0, ...phrases.map(nearnessOf));
            const together = share((root) => phrases.some((phrase) => phrase.has(root)));
            return { span, nearness: (1 - TOGETHER) * nearest + TOGETHER * together };
          });
          const all = asked.flatMap(({ phrases }) => phrases);
          const section = {
            share: share((root) => all.some((phrase) => phrase.has(root))),
            nearest: Math.max(0, ...each.map(({ nearness }) => nearness)),
            places: each.flatMap(({ span, nearness }) =>
              span === undefined ? [] : [{ span, nearness }],
            ),
          };
          return [anchor, section] as const;
        }),
      ),
    );
  }
  return ({ chunk, anchor, spans }) => {
    const { share: held, nearest, places } = known.get(chunk)?.get(anchor) ?? UNPHRASED;
    const placed = places.map(({ span, nearness }) => nearness * overlap(spans, span));
    return { share: held, nearest, placed: Math.max(0, ...placed) };
  };
}

const UNPHRASED: PhrasedSection = { share: 0, nearest: 0, places: [] };

/** Inverse document frequency of a root among places, each all of its phrasings. */
function rarityIn(places: readonly (readonly ReadonlySet<string>[])[]): (root: string) => number {
  const counts = new Map<string, number>();
  for (const phrases of places) {
    for (const root of new Set(phrases.flatMap((phrase) => [...phrase]))) {
      counts.set(root, (counts.get(root) ?? 0) + 1);
    }
  }
  return (root) => Math.log((places.length + 1) / ((counts.get(root) ?? 0) + 0.5));
}

/** Characters that a block and a place share, of all that either has: 0 to 1 (Jaccard). */
function overlap(spans: readonly Span[], place: Span): number {
  let shared = 0;
  let own = 0;
  for (const { start, end } of spans) {
    shared += Math.max(0, Math.min(end, place.end) - Math.max(start, place.start));
    own += end - start;
  }
  return shared / Math.max(1, own + place.end - place.start - shared);
}

/** How much more likely than others a block is to be what is looked for; comparable within one question only. */
export function scoreOf(
  features: Readonly<Record<Feature, number>>,
  weights: Readonly<Record<string, number>>,
): number {
  let sum = 0;
  for (const feature of FEATURES) sum += (weights[feature] ?? 0) * features[feature];
  return sum;
}

type Raw = Pick<Candidate, "block" | "evidence" | "roots" | "held"> & {
  /** Roots of title and headings. */
  readonly above: ReadonlySet<string>;
};

function withRoots(item: Evidence, wanted: Wanted): readonly Raw[] {
  const words = rootsOfChunk(item.chunk);
  let headings: readonly string[] | undefined;
  let above: ReadonlySet<string> = new Set();
  return blocksOf(item.chunk).flatMap((block) => {
    if (!block.standsAlone || leadsElsewhere(block)) return [];
    if (block.headings !== headings) {
      headings = block.headings;
      above = new Set(rootsOf([item.chunk.title, ...headings].join(" ")));
    }
    const roots = block.spans.flatMap((span) => rootsIn(words, span));
    if (roots.slice(0, 3).some((root) => wanted.excluded.has(root))) return [];
    return [{ block, evidence: item, roots, held: new Set(roots), above }];
  });
}

function textIn({ text }: Chunk, { start, end }: Span): string {
  return text.slice(start, end);
}

/** Opens the page that is called what is to be defined. */
function opens({ chunk, opens: opensSection }: Block, wanted: Wanted): boolean {
  return wanted.defines && opensSection && chunk.position === 0 && isCalled(chunk, wanted);
}

/** How much a text defines what is to be defined: 0 to 1. */
function definition(core: string, { defines, subjects }: Wanted): number {
  return defines ? Math.max(0, ...subjects.map((subject) => definesIt(core, subject))) : 0;
}

function leadsElsewhere({ chunk, core, headings }: Block): boolean {
  return LINK_LIST.test(headings.at(-1) ?? "") || isAside(chunk.text.slice(core.start, core.end));
}

/** Whether what is asked about is what the chunk's page is called. */
function isCalled({ title }: Chunk, { subjects }: Wanted): boolean {
  const called = rootsOf(title);
  return subjects.some((subject) => within(subject, called) && within(called, subject));
}

function shareOf(weights: ReadonlyMap<string, number>): (has: (root: string) => boolean) => number {
  let total = 0;
  for (const weight of weights.values()) total += weight;
  return (has) => {
    let sum = 0;
    for (const [root, weight] of weights) if (has(root)) sum += weight;
    return total === 0 ? 0 : sum / total;
  };
}

function shareIn(roots: ReadonlySet<string>, has: (root: string) => boolean): number {
  let count = 0;
  for (const root of roots) if (has(root)) count += 1;
  return roots.size === 0 ? 0 : count / roots.size;
}

function flag(condition: boolean): number {
  return condition ? 1 : 0;
}

const PLACES = { text: /\btext (\d+)/u, sections: /\bsections (\d+)/u } as const;

/** Place in a list of the search, which `why` names: "text 3, corpus 1". */
function placeIn(list: keyof typeof PLACES, { why }: Evidence): number {
  const place = PLACES[list].exec(why)?.[1];
  return place === undefined ? 100 : Number(place);
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
    if (isNear(places.get(left) ?? [], places.get(right) ?? [])) near += 1;
  }
  return near / pairs.length;
}

/** Whether one of the first places is within three words of one of the second; both ascend. */
function isNear(left: readonly number[], right: readonly number[]): boolean {
  let at = 0;
  for (const place of left) {
    while (at < right.length && (right[at] ?? 0) < place - 3) at += 1;
    if (at < right.length && (right[at] ?? 0) <= place + 3) return true;
  }
  return false;
}

const VERSION = String.raw`(?<![\d.])v?(\d{1,5}(?:\.\d{1,5}){1,3})`;
const BELOW = new RegExp(
  String.raw`(?:older than|before|prior to|below|earlier than|until|up to|<=?)\s+(?:version\s+)?${VERSION}`,
  "giu",
);
const FROM = new RegExp(
  String.raw`(?:since|from|newer than|at least|as of|starting (?:with|in)|introduced in|added in|>=?)\s+(?:version\s+)?${VERSION}|${VERSION}\s+(?:and|or) (?:later|newer|above|higher)`,
  "giu",
);

/** 1 when the text speaks of a version of the question, or of a range that has it; 0 otherwise. */
function meetsVersion(text: string, versions: readonly string[]): number {
  if (versions.length === 0 || !/\d\.\d/u.test(text)) return 0;
  const limits = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? "");
  const below = limits(BELOW);
  const from = limits(FROM);
  const isMet = versions.some(
    (version) =>
      below.some((limit) => compareVersions(version, limit) < 0) ||
      from.some((limit) => compareVersions(version, limit) >= 0) ||
      new RegExp(
        String.raw`(?<![\d.])${version.replaceAll(".", "\\.")}(?![\d.]{0,20}\d)`,
        "u",
      ).test(text),
  );
  return flag(isMet);
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split("."), right.split(".")];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = Number(a[at] ?? 0) - Number(b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const DEFINING =
  /^(?:in \w+(?: \d)?, )?(?:an?|the|each|every)?\s*((?:[\p{L}\p{N}_.'’()-]+\s+){1,6}?)(?:\w+ly )?(?:is|are|represents?|refers? to|means?|describes?|defines?|provides?|allows?|enables?|lets?|controls?|consists? of|specif(?:y|ies)|determines?|tells?|names?)\b|^([\p{L}\p{N}_ -]{3,40}): \p{Lu}/iu;

/** What "X run is ..." counts for where X was asked about. */
const DEFINES_MORE = 0.3;

/** "X is ...": 1 where the subject of the sentence is what was asked about, less where it has a word more. */
function definesIt(core: string, subject: readonly string[]): number {
  const match = DEFINING.exec(core);
  const own = rootsOf(match?.[1] ?? match?.[2] ?? "");
  if (own.length > subject.length + 1 || !within(subject, own)) return 0;
  return own.length <= subject.length ? 1 : DEFINES_MORE;
}

function within(wanted: readonly string[], held: readonly string[]): boolean {
  return wanted.every((root) => held.includes(root));
}
