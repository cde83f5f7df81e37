/**
 * A word that we used and somebody asks about. One of four is true, and the answer says which: the documentation
 * defines it; it has the idea under another name; it has the word only in another sense; it does not have it, and
 * then what our statement stood on is quoted. Everything quoted is searched for again: text of ours is no source.
 */
import type { Chunk } from "../documents/chunk.ts";
import type { Evidence } from "../documents/evidence.ts";
import type { Conversation, StatementId } from "../conversation/conversation.ts";
import { isFixed } from "../conversation/conversation.ts";
import { statementsIn, type Statement } from "../conversation/statements.ts";
import type { Retrieval, Retriever } from "../retrieval/retriever.ts";
import type { Scope } from "../store/chunk-index.ts";
import {
  draftOfPassage,
  nearestPassages,
  overlaps,
  wantedFrom,
  type NearPassage,
  type Wanted,
} from "./nearest-passages.ts";
import type { Passage } from "./passages.ts";
import { relatedWords } from "./related-words.ts";
import { rootsOf } from "./roots.ts";
import {
  definitionsOf,
  holds,
  isTitled,
  judgeSense,
  patternOf,
  readHits,
  REFERENCE,
} from "./word-sense.ts";
import type { ThreadAnswer, ThreadRemark } from "./thread-reply.ts";
import type { Draft } from "./writer.ts";

export type WordRequest = {
  readonly word: string;
  /** Statements of ours that used it; [] when the asker says so and we did not. */
  readonly claimIds: readonly StatementId[];
  readonly conversation: Conversation;
  readonly retriever: Retriever;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
};

/** Chunks with the word that are looked at. */
const MAX_HITS = 40;
const QUOTED_PASSAGES = 5;
/** How many of them are on the idea of the word; the rest on the other words of our statement. */
const IDEA_PASSAGES = 3;
/** Chunks walked back to the opening of a page. */
const MOST_STEPS = 8;
/** Pages whose opening is quoted. */
const OPENINGS = 2;
const SAYS_WHAT_IT_IS =
  /^(?:(?:an?|the|each|every|any)\s+)?(?:[\w'’-]+\s+){1,4}(?:is|are|means?|refers? to|represents?|describes?|stores?|writes?|lets?|allows?)\s/i;
/** Share of our statement's weight that a passage beside them must hold. */
const SPEAKS_OF_IT = 0.35;
export async function answerWord(request: WordRequest): Promise<ThreadAnswer> {
  const { word, conversation } = request;
  const wanted = new Set(request.claimIds);
  const all = statementsIn(conversation);
  const used = request.claimIds.flatMap((id) => all.find((statement) => statement.id === id) ?? []);
  const statement = used.find(({ id }) => wanted.has(id));
  const context = contextOf(word, statement, conversation);
  const passedOn = {
    ...(request.scope === undefined ? {} : { scope: request.scope }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };

  const about = await request.retriever.retrieve({ question: context.text, ...passedOn });
  const found = await request.retriever.findPhrase({
    phrase: word,
    context: context.text,
    limit: MAX_HITS,
    ...passedOn,
  });
  const asked = await request.retriever.retrieve({ question: `What is ${word}?`, ...passedOn });
  const holding = asked.evidence.map(({ chunk }) => chunk).filter((chunk) => holds(chunk, word));
  const opening = await titledOpening(word, [...holding, ...found], request.retriever);
  const chunks = new Map([...opening, ...found, ...holding].map((chunk) => [chunk.id, chunk]));
  const hits = readHits(word, [...chunks.values()], about, context.text === word);
  const { sense, shown } = judgeSense(word, hits);

  const remarks: ThreadRemark[] = [];
  if (statement === undefined) remarks.push({ kind: "never-said", values: { words: word } });

  if (sense === "documented") {
    const definitions = definitionsOf(word, shown);
    return {
      handled: definitions.length > 0 || remarks.length > 0,
      remarks,
      drafts: [
        ...definitions.map((passage) => draftOfPassage(passage, "definition")),
        // What we said with it, once: the rest is a scroll up.
        ...plainly(keptClaims(used, conversation)).slice(0, 1),
      ],
      chunks: chunksOf(definitions, [], used, conversation),
    };
  }

  const product = productName(about);
  const quoted = await standsBehind(request, context, about, passedOn);
  const mention =
    sense === "another-name" ? shown.flatMap(({ passages }) => passages)[0] : undefined;
  const passages = [
    ...quoted.map(({ passage }) => passage),
    ...(mention === undefined || quoted.some(({ passage }) => overlaps(passage, mention))
      ? []
      : [mention]),
  ];
  remarks.push({
    kind: "word-not-documented",
    values: { word, ...(product === "" ? {} : { product }) },
  });
  const other = sense === "another-sense" ? shown[0] : undefined;
  if (other !== undefined) {
    const section = sectionName(other.chunk);
    remarks.push({
      kind: "word-in-another-sense",
      values: { word, section },
      chunkId: other.chunk.id,
    });
  }
  if (statement !== undefined) {
    const backed = isBacked(statement, conversation);
    const titles = new Set(passages.slice(0, IDEA_PASSAGES).map(({ chunk }) => chunk.title));
    const sections = [...titles].slice(0, 2);
    remarks.push({
      kind: "own-wording",
      values: {
        word,
        ...(backed ? { statement: statement.text } : {}),
        ...(sections.length === 0 ? {} : { about: sections.join("; ") }),
      },
    });
    if (!backed) {
      remarks.push({ kind: "corrected", values: { statement: statement.text } });
    }
  }
  return {
    handled: true,
    remarks,
    drafts: [
      ...passages.map((passage) => draftOfPassage(passage, "other")),
      ...plainly(keptClaims(used, conversation)),
    ],
    chunks: chunksOf(passages, other === undefined ? [] : [other.chunk], used, conversation),
  };
}

type Context = {
  /** Our statement without the word, and the question it answered. */
  readonly text: string;
  readonly statement: string;
  readonly question: string;
};

function contextOf(
  word: string,
  statement: Statement | undefined,
  conversation: Conversation,
): Context {
  const turn = conversation.turns.find(({ key }) => key === statement?.turnKey);
  const question = turn?.resolution?.question ?? turn?.question ?? "";
  const bare = without(statement?.text ?? "", word);
  const text = `${bare} ${without(question, word)}`.trim();
  return { text: text === "" ? word : text, statement: bare, question };
}

/** `text` without the word, in any number; other words stay. */
function without(text: string, word: string): string {
  return text
    .replaceAll(patternOf(word, "giu"), " ")
    .replaceAll(/["“”]\s*["“”]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The opening of the page that has the word for its title. */
async function titledOpening(
  word: string,
  chunks: readonly Chunk[],
  retriever: Retriever,
): Promise<Chunk[]> {
  const titled = chunks
    .filter((chunk) => isTitled(chunk, word) && !REFERENCE.has(chunk.pageType))
    .toSorted((left, right) => left.position - right.position)[0];
  const opening = titled === undefined ? undefined : await openingOf(titled, retriever);
  return opening === undefined ? [] : [opening];
}

/** The chunk that opens a page, when it is not far; pages say there what they are about. */
async function openingOf(chunk: Chunk, retriever: Retriever): Promise<Chunk | undefined> {
  let current: Chunk | undefined = chunk;
  for (let steps = 0; current !== undefined && steps < MOST_STEPS; steps += 1) {
    if (current.position === 0) return current;
    const wanted: number = current.position - 1;
    current = (await retriever.neighbours(current)).find(({ position }) => position === wanted);
  }
  return current?.position === 0 ? current : undefined;
}

/** What a statement with an undocumented word stood for: the nearest that the documentation says. */
async function standsBehind(
  request: WordRequest,
  context: Context,
  about: Retrieval,
  passedOn: Pick<WordRequest, "scope" | "signal">,
): Promise<NearPassage[]> {
  const related = relatedWords(request.word);
  const options = { limit: QUOTED_PASSAGES, perPage: 2 };
  if (related.length === 0) {
    return nearestPassages(about.evidence, wantedFrom(about.terms), options);
  }
  const idea = await request.retriever.retrieve({
    question: `${related.join(", ")}. ${context.statement}`,
    ...passedOn,
  });
  const evidence = mergeEvidence(idea.evidence, about.evidence);
  const ofIdea = nearestPassages(evidence, wantedFrom(idea.terms), {
    limit: IDEA_PASSAGES,
    perPage: 2,
    phrases: related,
  });
  const openings = await openingsOf(ofIdea, request, wantedFrom(idea.terms));
  const said = new Set(rootsOf(context.statement));
  const ofOurs = new Map([...wantedFrom(about.terms)].filter(([root]) => said.has(root)));
  const ofStatement = nearestPassages(evidence, ofOurs, {
    limit: 1,
    minCoverage: SPEAKS_OF_IT,
  });
  const chosen: NearPassage[] = [];
  for (const near of [...openings, ...ofIdea, ...ofStatement]) {
    if (chosen.length === QUOTED_PASSAGES) break;
    if (!chosen.some(({ passage }) => overlaps(passage, near.passage))) chosen.push(near);
  }
  return chosen;
}

/** How the pages nearest to the idea open: there they say what the thing is that they are about. */
async function openingsOf(
  nearest: readonly NearPassage[],
  request: WordRequest,
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
    const opening = says.find(({ passage }) => SAYS_WHAT_IT_IS.test(passage.text));
    if (opening !== undefined) openings.push(opening);
  }
  return openings;
}

function mergeEvidence(first: readonly Evidence[], second: readonly Evidence[]): Evidence[] {
  const merged = new Map<string, Evidence>();
  for (const evidence of [...first, ...second]) {
    const known = merged.get(evidence.chunk.id);
    if (known === undefined || evidence.rank < known.rank) merged.set(evidence.chunk.id, evidence);
  }
  return [...merged.values()];
}

/** Claims of ours that carry quotes, proposed again with them. */
export function keptClaims(used: readonly Statement[], conversation: Conversation): Draft[] {
  return used.flatMap((statement) => {
    const turn = conversation.turns.find(({ key }) => key === statement.turnKey);
    if (turn?.answer === undefined || isFixed(turn.answer)) return [];
    const claim = turn.answer.claims.find(({ id }) => `${turn.key}#${id}` === statement.id);
    if (claim === undefined) return [];
    const quotes = claim.quotes.map(({ chunkId, text }) => ({ chunkId, text }));
    return [{ text: claim.text, aspect: claim.aspect, quotes }];
  });
}

/** An explanation of a word is no failure answer: its parts go without that answer's headings. */
function plainly(drafts: readonly Draft[]): Draft[] {
  return drafts.map((draft) => ({ ...draft, aspect: "other" }));
}

function isBacked(statement: Statement, conversation: Conversation): boolean {
  return keptClaims([statement], conversation).length > 0;
}

function chunksOf(
  passages: readonly Passage[],
  others: readonly Chunk[],
  used: readonly Statement[],
  conversation: Conversation,
): Chunk[] {
  const turns = new Set(used.map(({ turnKey }) => turnKey));
  const stored = conversation.turns
    .filter(({ key }) => turns.has(key))
    .flatMap(({ evidence }) => evidence);
  const chunks = new Map<string, Chunk>();
  for (const chunk of [...passages.map((passage) => passage.chunk), ...others, ...stored]) {
    if (!chunks.has(chunk.id)) chunks.set(chunk.id, chunk);
  }
  return [...chunks.values()];
}

/** "Results, Default persistence": title and innermost heading. */
export function sectionName(chunk: Chunk): string {
  const section = chunk.headingPath.at(-1) ?? "";
  return section === "" || section === chunk.title ? chunk.title : `${chunk.title}, ${section}`;
}

/** "Prefect 3" when the index is about one product; "" when it is about several. */
function productName({ version: { sources } }: Retrieval): string {
  const [only] = sources;
  if (only === undefined || sources.some(({ product }) => product !== only.product)) return "";
  const name = only.product.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  return `${name} ${only.version}`.trim();
}
