/**
 * What comes nearest to the idea of a word that the documentation does not have: how the pages on that idea open, what
 * happens instead of what the word promises, and what they say of the sentence it stood in.
 */
import { contentStems } from "../../conversation/language/words.ts";
import { asWritten } from "../../conversation/statements.ts";
import type { Chunk } from "../../documents/chunk.ts";
import type { Evidence } from "../../documents/evidence.ts";
import type { Retrieval, Retriever } from "../../retrieval/retriever.ts";
import type { Scope } from "../../store/chunk-index.ts";
import {
  coverageOf,
  nearestPassages,
  overlaps,
  wantedFrom,
  statementBlocks,
  type NearPassage,
  type Wanted,
} from "./nearest-passages.ts";
import { textOfBlock } from "../../passages/block.ts";
import { passedOn } from "./thread-reply.ts";
import { relatedClauses, relatedWords } from "./related-words.ts";
import { rootsOf } from "../../documents/roots.ts";

/** What every search for a word is made with. */
export type WordSearch = {
  readonly word: string;
  readonly retriever: Retriever;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
};

const QUOTED_PASSAGES = 5;
const OF_ONE_PAGE = 2;
/** How many of them are on the idea of the word; the rest on the other words of our statement. */
const IDEA_PASSAGES = 3;
/** A passage that begins with what a phrase begins with, within so many words, is about it. */
const OPENING = 4;
const ABOUT_IT = 0.3;
const DENIES = 0.15;
/** Chunks walked back to the opening of a page. */
const MOST_STEPS = 8;
/** Pages whose opening is quoted. */
const OPENINGS = 2;
const SAYS_WHAT_IT_IS =
  /^(?:(?:an?|the|each|every|any)\s+)?(?:[\w'’-]+\s+){1,4}(?:is|are|means?|refers? to|represents?|describes?|stores?|writes?|lets?|allows?)\s/i;
/** Share of our statement's weight that a passage beside them must hold. */
export const SPEAKS_OF_IT = 0.35;
/** A passage longer than this says too much beside it. */
export const MOST_WORDS = 60;
/** Of a statement with fewer words of its own nothing in particular speaks. */
const LEAST_SAID = 4;
/** How far the best page must be ahead of the next to be called the nearest. */
const CLEARLY = 1.2;

/** What a statement with an undocumented word stood for: the nearest that the documentation says. */
export async function standsBehind(
  request: WordSearch,
  context: { readonly statement: string },
  about: Retrieval,
): Promise<NearPassage[]> {
  const related = relatedWords(request.word);
  const options = { limit: QUOTED_PASSAGES, perPage: 2 };
  if (related.length === 0) {
    return nearestPassages(about.evidence, wantedFrom(about.terms), options);
  }
  const idea = await request.retriever.retrieve({
    question: `${related.join(", ")}. ${context.statement}`,
    ...passedOn(request),
  });
  const evidence = mergeEvidence(idea.evidence, about.evidence);
  const ofIdea = nearestPassages(evidence, wantedFrom(idea.terms), {
    limit: IDEA_PASSAGES,
    perPage: 2,
  });
  const openings = await openingsOf(ofIdea, request, wantedFrom(idea.terms));
  const said = new Set(rootsOf(context.statement));
  const ofOurs = new Map([...wantedFrom(about.terms)].filter(([root]) => said.has(root)));
  const ours = await request.retriever.retrieve({
    question: context.statement,
    ...passedOn(request),
  });
  const ofStatement =
    ofOurs.size < LEAST_SAID
      ? []
      : nearestPassages(mergeEvidence(ours.evidence, evidence), ofOurs, {
          limit: 1,
          minCoverage: SPEAKS_OF_IT,
        });
  const instead = await saysInstead(request, wantedFrom(about.terms));
  const chosen: NearPassage[] = [];
  for (const near of [...openings, ...instead, ...ofIdea, ...ofStatement]) {
    if (chosen.length === QUOTED_PASSAGES) break;
    const ofPage = chosen.filter(({ passage }) => passage.chunk.url === near.passage.chunk.url);
    if (ofPage.length === OF_ONE_PAGE) continue;
    if (!chosen.some(({ passage }) => overlaps(passage, near.passage))) chosen.push(near);
  }
  return chosen;
}

/** A passage that says what happens where the idea of the word would have something else happen. */
async function saysInstead(request: WordSearch, context: Wanted): Promise<NearPassage[]> {
  const clauses = relatedClauses(request.word);
  if (clauses.length === 0) return [];
  const { evidence } = await request.retriever.retrieve({
    question: clauses.join(", "),
    ...passedOn(request),
  });
  // "from the beginning" stands on few pages, and a search for its words finds many.
  const standing = await Promise.all(
    clauses.map((clause) =>
      request.retriever.findPhrase({
        phrase: clause.split(" ").slice(1).join(" "),
        context: clause,
        limit: 4,
        ...passedOn(request),
      }),
    ),
  );
  const asked = clauses.map((clause) => contentStems(clause));
  const chunks = [...standing.flat(), ...evidence.map(({ chunk }) => chunk)];
  const saying = chunks
    .flatMap((chunk) => statementBlocks(chunk))
    .map((passage) => ({ passage, text: textOfBlock(passage) }))
    .filter(({ passage: { standsAlone, words }, text }) => {
      if (!standsAlone || words > MOST_WORDS) return false;
      const held = new Set(contentStems(text));
      return asked.some((stems) => stems.every((word) => held.has(word)));
    })
    .map(({ passage, text }) => {
      const coverage = coverageOf(context, text);
      const opening = new Set(contentStems(text.split(/\s+/).slice(0, OPENING).join(" ")));
      const isAbout = asked.some(([first = ""]) => opening.has(first));
      // What does not happen sets the impression right.
      const denies = /\b(?:not|never|cannot|must)\b/i.test(text);
      const score = coverage + (isAbout ? ABOUT_IT : 0) + (denies ? DENIES : 0);
      return { passage, text, coverage, score };
    })
    .toSorted((left, right) => right.score - left.score)[0];
  return saying === undefined ? [] : [saying];
}

/** How the pages nearest to the idea open: there they say what the thing is that they are about. */
async function openingsOf(
  nearest: readonly NearPassage[],
  request: WordSearch,
  wanted: Wanted,
): Promise<NearPassage[]> {
  const pages = new Map(nearest.map(({ passage: { chunk } }) => [chunk.url, chunk]));
  const openings: NearPassage[] = [];
  for (const chunk of [...pages.values()].slice(0, OPENINGS)) {
    const openingChunk = await openingOf(chunk, request.retriever);
    const first =
      openingChunk === undefined
        ? []
        : [{ chunk: openingChunk, rank: 1, score: 0, why: "opening" }];
    const says = nearestPassages(first, wanted, { limit: 6, perPage: 6, minShare: 0 });
    const opening = says.find(({ text }) => SAYS_WHAT_IT_IS.test(text));
    if (opening !== undefined) openings.push(opening);
  }
  return openings;
}

/** The chunk that opens a page, when it is not far; pages say there what they are about. */
export async function openingOf(chunk: Chunk, retriever: Retriever): Promise<Chunk | undefined> {
  let current: Chunk | undefined = chunk;
  for (let steps = 0; current !== undefined && steps < MOST_STEPS; steps += 1) {
    if (current.position === 0) return current;
    const wanted: number = current.position - 1;
    current = (await retriever.neighbours(current)).find(({ position }) => position === wanted);
  }
  return current?.position === 0 ? current : undefined;
}

function mergeEvidence(first: readonly Evidence[], second: readonly Evidence[]): Evidence[] {
  const merged = new Map<string, Evidence>();
  for (const evidence of [...first, ...second]) {
    const known = merged.get(evidence.chunk.id);
    if (known === undefined || evidence.rank < known.rank) merged.set(evidence.chunk.id, evidence);
  }
  return [...merged.values()];
}

/**
 * What comes nearest to the idea of a word: one page when its title or words name the idea, or when it is clearly ahead,
 * else two; `name` is what they call it.
 */
export function nearestOf(
  word: string,
  quoted: readonly NearPassage[],
): { readonly name?: string; readonly nearest?: string } {
  if (quoted.length === 0) return {};
  const related = relatedWords(word);
  const titles = [
    ...new Set(quoted.slice(0, IDEA_PASSAGES).map(({ passage }) => passage.chunk.title)),
  ];
  for (const title of titles) {
    const inTitle = new Set(rootsOf(title));
    const named = related.filter((phrase) => {
      const roots = rootsOf(phrase);
      return roots.length > 1 && roots.every((root) => inTitle.has(root));
    });
    if (named.length === 0) continue;
    const texts = [title, ...quoted.map(({ text }) => text)];
    const [written] = texts.flatMap((text) =>
      named.flatMap((phrase) => asWritten(text, phrase) ?? []),
    );
    return { nearest: title, ...(written === undefined ? {} : { name: written.toLowerCase() }) };
  }
  const [first, second] = titles;
  const score = (title: string | undefined) =>
    Math.max(
      0,
      ...quoted.filter(({ passage }) => passage.chunk.title === title).map((near) => near.score),
    );
  const isAhead = score(first) >= CLEARLY * score(second);
  return { nearest: (isAhead ? titles.slice(0, 1) : titles.slice(0, 2)).join("; ") };
}
