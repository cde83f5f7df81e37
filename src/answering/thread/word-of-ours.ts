/**
 * A word that we used and somebody asks about. One of four is true, and the answer says which: the documentation
 * explains or uses it; it has the idea under another name; it has the word only in another sense; it does not have it,
 * and then what our statement stood on is quoted. Everything quoted is searched for again: text of ours is no source.
 */
import type { Chunk } from "../../documents/chunk.ts";
import type { Conversation, StatementId } from "../../conversation/conversation.ts";
import { isFixed } from "../../conversation/conversation.ts";
import { asWritten, statementsIn, type Statement } from "../../conversation/statements.ts";
import { countWords } from "../../documents/text.ts";
import type { Retrieval } from "../../retrieval/retriever.ts";
import { coverageOf, draftOfPassage, overlaps, wantedFrom } from "./nearest-passages.ts";
import { rootsOf } from "../../documents/roots.ts";
import {
  MOST_WORDS,
  nearestOf,
  SPEAKS_OF_IT,
  standsBehind,
  type WordSearch,
} from "./nearest-idea.ts";
import { textOfBlock, type Block } from "../../passages/block.ts";
import {
  definitionOf,
  holds,
  type Definition,
  isName,
  judgeSense,
  patternOf,
  readHits,
  type WordHit,
  type WordSense,
} from "./word-sense.ts";
import { neverSaid, passedOn, type ThreadAnswer, type ThreadRemark } from "./thread-reply.ts";
import type { Draft } from "../../writing/writer.ts";

export type WordRequest = WordSearch & {
  /** Statements of ours that used it; [] when the asker says so and we did not. */
  readonly claimIds: readonly StatementId[];
  readonly conversation: Conversation;
};

/** Chunks with the word that are looked at. */
const MAX_HITS = 40;
/** The same in the section that explains the word. */
const BESIDE_IT = 0.15;

export async function answerWord(request: WordRequest): Promise<ThreadAnswer> {
  const { conversation } = request;
  const all = statementsIn(conversation);
  const used = request.claimIds.flatMap((id) => all.find((statement) => statement.id === id) ?? []);
  const [statement] = used;
  const ours = asWritten(statement?.text ?? "", request.word);
  const isSame = ours?.toLowerCase() === request.word.toLowerCase();
  const written =
    ours !== undefined && isSame && !opensSentence(ours, statement?.text ?? "")
      ? ours
      : request.word;
  const { word, about, context, sense, shown, found } = await bestForm(request, written, statement);
  const remarks: ThreadRemark[] = statement === undefined ? [neverSaid(word, conversation)] : [];

  if (sense === "documented" || sense === "used") {
    if (found !== undefined) {
      const definition = found.passage;
      const standing =
        standingOf(request, written, used, definition) ??
        nearestToFixed(used[0], request.conversation, { definition, shown, about, context });
      const values = {
        word: written,
        use: found.explains ? "explained" : "used",
        section: placeOf(definition),
        ...(standing === undefined
          ? {}
          : { ours: isFixedStatement(used[0], request.conversation) ? "near" : "yes" }),
      };
      return {
        handled: true,
        remarks: [...remarks, { kind: "word-documented", values }],
        drafts: [draftOfDefinition(definition), ...(standing === undefined ? [] : [standing])],
        chunks: chunksOf([definition], [], used, conversation),
      };
    }
  }
  return notDocumented({ ...request, word }, { used, about, context, sense, shown, remarks });
}

/** "Persisted results are ...": the capital is the sentence's, not the word's. */
function opensSentence(written: string, text: string): boolean {
  const at = text.indexOf(written);
  return isName(written) && (at === 0 || /[.!?:]\s+$/.test(text.slice(0, at)));
}

type Judged = LookUp & ReturnType<typeof judgeSense> & { readonly found: Definition | undefined };

/** The word as it was written, or the form of it that the documentation explains. */
async function bestForm(
  request: WordRequest,
  written: string,
  statement: Statement | undefined,
): Promise<Judged> {
  const judge = async (form: string): Promise<Judged> => {
    const looked = await lookUp(request, form, statement);
    const judged = judgeSense(form, looked.hits);
    return { ...looked, ...judged, found: definitionOf(form, judged.shown) };
  };
  const asWeWroteIt = await judge(written);
  // "What is Lease?": the capital was the asker's.
  if (asWeWroteIt.hits.length === 0 && isName(written)) return judge(written.toLowerCase());
  if (asWeWroteIt.found?.explains === true) return asWeWroteIt;
  for (const form of baseForms(written)) {
    const base = await judge(form);
    if (base.found?.explains === true && base.sense !== "another-sense") return base;
  }
  return asWeWroteIt;
}

/** "staged" is explained where "stage" is. */
function baseForms(word: string): string[] {
  const cut = /^(\p{Ll}{3,})(?:ed|ing)$/u.exec(word)?.[1];
  return cut === undefined ? [] : [`${cut}e`, cut];
}

type LookUp = {
  readonly word: string;
  readonly context: Context;
  /** What is found for our statement without the word. */
  readonly about: Retrieval;
  readonly hits: readonly WordHit[];
};

async function lookUp(
  request: WordRequest,
  word: string,
  statement: Statement | undefined,
): Promise<LookUp> {
  const { retriever, conversation } = request;
  const context = contextOf(word, statement, conversation);
  const about = await retriever.retrieve({ question: context.text, ...passedOn(request) });
  const find = (text: string) =>
    retriever.findPhrase({ phrase: word, context: text, limit: MAX_HITS, ...passedOn(request) });
  const found = await find(context.text);
  const asked = await retriever.retrieve({ question: `What is ${word}?`, ...passedOn(request) });
  const holding = [...asked.evidence.map(({ chunk }) => chunk), ...found].filter((chunk) =>
    holds(chunk, word),
  );
  const chunks = new Map(holding.map((chunk) => [chunk.id, chunk]));
  const hits = readHits(word, [...chunks.values()], about, context.text === word);
  return { word, context, about, hits };
}

/** A row of a table by its name and the cell that explains it; the row itself is the quote. */
function draftOfDefinition(definition: Block): Draft {
  const { chunk, core } = definition;
  const row = chunk.text.slice(core.start, core.end);
  const [name = "", ...cells] = row.split(" | ");
  const explaining = cells.toSorted((left, right) => countWords(right) - countWords(left))[0];
  // A "No" that is left out would be missed: such a row is shown as it stands.
  const denies = cells.some((cell) => /^(?:no|none|never)$/i.test(cell.trim()));
  if (definition.kind !== "row" || explaining === undefined || denies) {
    return draftOfPassage(definition, "definition");
  }
  return {
    text: `${name}: ${explaining}`,
    aspect: "definition",
    quotes: [{ chunkId: chunk.id, text: row }],
  };
}

/** The sentence of ours that used the word, by the passage it stands on; undefined when that is the definition itself. */
function standingOf(
  request: WordRequest,
  word: string,
  used: readonly Statement[],
  definition: Block,
): Draft | undefined {
  const [statement] = used;
  if (statement === undefined) return undefined;
  const [kept] = plainly(keptClaims([statement], request.conversation));
  if (kept === undefined) return undefined;
  const isSame = kept.quotes.every(({ text }) => textOfBlock(definition).includes(text));
  return isSame ? undefined : kept;
}

function isFixedStatement(statement: Statement | undefined, { turns }: Conversation): boolean {
  const answer = turns.find(({ key }) => key === statement?.turnKey)?.answer;
  return answer !== undefined && isFixed(answer);
}

/** For text of ours without a record: what the page that explains the word says nearest to it, with the word. */
function nearestToFixed(
  statement: Statement | undefined,
  conversation: Conversation,
  found: {
    readonly definition: Block;
    readonly shown: readonly WordHit[];
    readonly about: Retrieval;
    readonly context: Context;
  },
): Draft | undefined {
  const { definition, shown, about, context } = found;
  if (!isFixedStatement(statement, conversation)) return undefined;
  const said = new Set(rootsOf(context.statement));
  const ofOurs = new Map([...wantedFrom(about.terms)].filter(([root]) => said.has(root)));
  const open = shown
    .filter(({ chunk }) => chunk.url === definition.chunk.url)
    .flatMap(({ passages }) => passages)
    .filter(
      (passage) =>
        passage.standsAlone && passage.words <= MOST_WORDS && !overlaps(passage, definition),
    );
  const says = (passage: Block) => coverageOf(ofOurs, textOfBlock(passage));
  // A section goes on with what follows from the definition: there little is needed to be about the same.
  const beside = open.find(
    (passage) => passage.chunk.id === definition.chunk.id && says(passage) >= BESIDE_IT,
  );
  const nearest =
    beside ??
    open
      .filter((passage) => says(passage) >= SPEAKS_OF_IT)
      .toSorted((left, right) => says(right) - says(left))[0];
  return nearest === undefined ? undefined : draftOfPassage(nearest, "other");
}

/** What is said of a word that is not the documentation's, or is there only for something else. */
async function notDocumented(
  request: WordRequest,
  found: {
    readonly used: readonly Statement[];
    readonly about: Retrieval;
    readonly context: Context;
    readonly sense: WordSense;
    readonly shown: readonly WordHit[];
    readonly remarks: readonly ThreadRemark[];
  },
): Promise<ThreadAnswer> {
  const { word, conversation } = request;
  const { used, about, context, sense, shown } = found;
  const [statement] = used;
  const remarks = [...found.remarks];
  const product = productName(about);
  const quoted = await standsBehind(request, context, about);
  const passages = quoted.map(({ passage }) => passage);
  const nearest = nearestOf(word, quoted);
  remarks.push({
    kind: "word-not-documented",
    values: {
      word,
      ...(product === "" ? {} : { product }),
      ...(statement === undefined ? nearest : {}),
    },
  });
  const other = sense === "another-sense" ? shown[0] : undefined;
  if (other !== undefined) {
    const [passage] = other.passages;
    const section = passage === undefined ? sectionName(other.chunk) : placeOf(passage);
    remarks.push({
      kind: "word-in-another-sense",
      values: { word, section, ...(statement === undefined ? { said: "no" } : {}) },
      chunkId: other.chunk.id,
    });
  }
  if (statement !== undefined) {
    const backed = isBacked(statement, conversation);
    const { name, nearest: sections } = nearest;
    remarks.push({
      kind: "own-wording",
      values: {
        word,
        ...(backed ? { statement: statement.text } : {}),
        ...(name === undefined ? {} : { name }),
        ...(sections === undefined ? {} : { about: sections }),
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
      ...plainly(keptClaims(used, conversation)).slice(0, 1),
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

/** Claims of ours that carry quotes, proposed again with them. */
export function keptClaims(used: readonly Statement[], conversation: Conversation): Draft[] {
  return used.flatMap((statement) => {
    const turn = conversation.turns.find(({ key }) => key === statement.turnKey);
    if (turn?.answer === undefined || isFixed(turn.answer)) return [];
    const claim = turn.answer.claims.find(({ id }) => `${turn.key}#${id}` === statement.id);
    // A person's own words are not said again as ours.
    if (claim === undefined || claim.words === "reviewed") return [];
    const quotes = claim.quotes.map(({ chunkId, text, start, end }) => ({
      chunkId,
      text,
      start,
      end,
    }));
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
  passages: readonly Block[],
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

/** "Results › Default persistence": title and innermost heading. */
export function sectionName(chunk: Chunk): string {
  const section = chunk.headingPath.at(-1) ?? "";
  return section === "" || section === chunk.title ? chunk.title : `${chunk.title} › ${section}`;
}

/** Title and heading of the section a passage stands in. */
function placeOf({ chunk, headings }: Block): string {
  const section = headings.at(-1) ?? "";
  return section === "" || section === chunk.title ? chunk.title : `${chunk.title} › ${section}`;
}

/** "Prefect 3" when the index is about one product; "" when it is about several. */
function productName({ version: { sources } }: Retrieval): string {
  const [only] = sources;
  if (only === undefined || sources.some(({ product }) => product !== only.product)) return "";
  const name = only.product.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  return `${name} ${only.version}`.trim();
}
