/**
 * Whoever asks what happens when a pod, a machine or a process dies asks five things at once: how it is noticed,
 * which state is recorded, what happens by itself, what is lost, what to do. Documentation answers them on five
 * pages, and hardly one of those is about pods. So each part is asked for on its own, as a *probe*, and the answer
 * is made of what the question finds and what the probes find. Pure: the searching is done by the caller.
 */
import { z } from "zod";
import { Aspect } from "../../documents/answer.ts";
import type { ChunkId } from "../../documents/chunk.ts";
import type { ProductWords } from "../../documents/product-words.ts";
import type { Evidence } from "../../documents/evidence.ts";
import type { Block } from "../../passages/block.ts";
import { candidatesOf } from "../../passages/score.ts";
import { answeringWeights } from "../../passages/weights.ts";
import { isInfrastructureLoss } from "../../retrieval/implied-words.ts";
import { queryWords } from "../../retrieval/query.ts";
import type { Retrieval } from "../../retrieval/retriever.ts";
import { askedText } from "./asked.ts";
import { aspectOfHeading, aspectsOf, SKELETON } from "./aspects.ts";
import { meets, ranked, type ScoredBlock } from "./choose-blocks.ts";
import parts from "./failure-parts.json" with { type: "json" };
import { rootsOf } from "../../documents/roots.ts";
import { readQuestion } from "./question-shape.ts";
import { wantedOf } from "./wanted.ts";

export type Probe = {
  readonly aspect: Aspect;
  readonly question: string;
};

/** Where a product's source has words of its own: its probes take the place of the usual ones, its features stand beside them. */
export type FailureWords = Pick<ProductWords, "probes" | "features">;

const FailureParts = z.strictObject({
  /** What is asked for each part, in words that hold for any orchestrator. */
  probes: z.array(z.strictObject({ aspect: Aspect, question: z.string() })),
  /** Features of an orchestrator: a question that names one is about that feature, whatever died. */
  features: z.array(z.string()),
});

let known: z.infer<typeof FailureParts> | undefined;

function failureParts(): z.infer<typeof FailureParts> {
  known ??= FailureParts.parse(parts);
  return known;
}

/** What a question asks for beside the story: then its own passages are the answer, and no probe is sent. */
const NARROW_ASKS = new Set(["setting-name", "number", "example", "command", "difference", "list"]);

/**
 * The probes that a question calls for, the parts it asks for first; none when it is about something else, or about
 * one feature under such a failure. A story of a dead pod may end in a question for something else ("who
 * removes the containers?"), so what counts is what the message asks, not what it tells.
 */
export function probesFor(question: string, words?: FailureWords): readonly Probe[] {
  const reading = readQuestion(question);
  const tokens = queryWords(question).map(({ token }) => token);
  if (reading.shape !== "failure" || !isInfrastructureLoss(tokens)) return [];
  if (reading.asks.some((ask) => NARROW_ASKS.has(ask)) || reading.identifiers.length > 0) return [];
  const usual = failureParts();
  const probes = words === undefined || words.probes.length === 0 ? usual.probes : words.probes;
  const features = [...usual.features, ...(words?.features ?? [])];
  const asked = askedText(question);
  const named = asked === "" ? tokens : queryWords(asked).map(({ token }) => token);
  if (named.some((token) => features.includes(token))) return [];
  const wanted = readQuestion(asked).aspects;
  const isAsked = ({ aspect }: Probe) => wanted.includes(aspect);
  // A sentence that only says what died is told to hear what that means.
  const onlyTells = asked === "" && !/[.!?;]\s+\S/u.test(question);
  if (!reading.open && !onlyTells && !probes.some(isAsked)) return [];
  return [...probes.filter(isAsked), ...probes.filter((probe) => !isAsked(probe))];
}

/** Of the question's own evidence, this much comes before what the probes found. */
const OWN_FIRST = 4;
const OF_EACH_PROBE = 2;

/** The question's best evidence, then the best of each probe, then the rest; each chunk once, ranks counted anew. */
export function withParts(
  own: readonly Evidence[],
  found: readonly Pick<Retrieval, "evidence">[],
): readonly Evidence[] {
  const all = new Map<ChunkId, Evidence>();
  const add = (items: readonly Evidence[]) => {
    for (const item of items) if (!all.has(item.chunk.id)) all.set(item.chunk.id, item);
  };
  add(own.slice(0, OWN_FIRST));
  for (const { evidence } of found) add(evidence.slice(0, OF_EACH_PROBE));
  add(own);
  return [...all.values()].map((item, index) => ({ ...item, rank: index + 1 }));
}

/** A block shown for one part of a failure answer. */
export type PartBlock = { readonly aspect: Aspect; readonly block: Block };

/** Words of one part. */
const PART_WORDS = 50;
/** Of what a probe found, so many blocks are near enough. */
const NEAR_PROBE = 6;

/** Words of the probe that a block has, from which it answers it and not only uses a word of it. */
const LEAST_SHARED = 3;

/** The best block of what a probe found that speaks of its part; undefined when none of the nearest does. */
export function blockForProbe(
  { aspect, question }: Probe,
  { evidence, terms, vectors }: Pick<Retrieval, "evidence" | "terms" | "vectors">,
): PartBlock | undefined {
  const wanted = wantedOf(question, readQuestion(question), terms);
  const found = ranked(candidatesOf(wanted, evidence, vectors), answeringWeights().blocks)
    .filter(({ block }) => block.words <= PART_WORDS && block.lines === 0)
    .slice(0, NEAR_PROBE)
    .find(
      ({ block, held }) =>
        aspectsOf(coreOf(block)).includes(aspect) &&
        [...wanted.asked.keys()].filter((root) => held.has(root)).length >= LEAST_SHARED,
    );
  return found === undefined ? undefined : { aspect, block: found.block };
}

/** Parts from which an answer is one with headings. */
export const ENOUGH_PARTS = 3;
/** What a person reads in a chat. */
const MOST_WORDS = 150;
/** Share of the shorter block's words that the other has, from which both say the same. */
const SAME = 0.6;
/** Speaks of infrastructure that is lost, and not of code that fails. */
const OF_LOSS =
  /\b(?:crash\w*|evict\w*|infrastructure (?:issue|failure|problem|error)s?|out of memory|oom\w*|sig(?:term|kill)|heartbeats?|zombies?|unresponsive|kill(?:s|ed)|terminat\w*|interrupt\w*|preempt\w*|reclaim\w*|dies|dead|vanish\w*)\b/iu;

/**
 * The parts of one page that was written to answer all of it: the best block under each heading that announces a part.
 * Empty when the page of the best block has fewer than three.
 */
export function partsOfOnePage(ordered: readonly ScoredBlock[]): readonly PartBlock[] {
  const url = ordered[0]?.block.chunk.url;
  const found: PartBlock[] = [];
  let words = 0;
  for (const aspect of SKELETON) {
    const best = ordered.find(
      ({ block }) =>
        block.chunk.url === url &&
        aspectOfHeading(block.headings.at(-1) ?? "") === aspect &&
        words + block.words <= MOST_WORDS &&
        !found.some((other) => meets(other.block, block)),
    );
    if (best === undefined) continue;
    found.push({ aspect, block: best.block });
    words += best.block.words;
  }
  return found.length >= ENOUGH_PARTS ? found : [];
}

/**
 * The question's own best block, where it speaks of lost infrastructure, then what the probes found, in the skeleton's
 * order: of several probes for one part the first that found something. Nothing is said twice, and the whole stays
 * short. Empty when fewer than three parts are really answered: then the question's own blocks are the answer.
 */
export function partsOfAnswer(
  own: ScoredBlock | undefined,
  probed: readonly (PartBlock | undefined)[],
): readonly PartBlock[] {
  const first =
    own !== undefined && own.block.words <= 2 * PART_WORDS && OF_LOSS.test(coreOf(own.block))
      ? [{ aspect: "other" as const, block: own.block }]
      : [];
  const kept: PartBlock[] = [...first];
  let words = kept.reduce((sum, { block }) => sum + block.words, 0);
  for (const part of probed) {
    if (part === undefined || kept.some(({ aspect }) => aspect === part.aspect)) continue;
    if (kept.some(({ block }) => saysTheSame(block, part.block))) continue;
    if (words + part.block.words > MOST_WORDS) continue;
    kept.push(part);
    words += part.block.words;
  }
  const order = (aspect: Aspect) => SKELETON.indexOf(aspect);
  return kept.length - first.length < ENOUGH_PARTS
    ? []
    : kept.toSorted((left, right) => order(left.aspect) - order(right.aspect));
}

/**
 * What an answer in parts leaves open and a reader would fill in wrongly: without a word on it, "it is noticed
 * and marked as crashed" reads as if the run were then started again.
 */
export function missingParts(shown: readonly PartBlock[]): readonly string[] {
  return shown.length === 0 || shown.some(({ aspect }) => aspect === "automatic")
    ? []
    : ["whether it is started again by itself"];
}

function coreOf({ chunk, core }: Block): string {
  return chunk.text.slice(core.start, core.end);
}

function saysTheSame(left: Block, right: Block): boolean {
  if (meets(left, right)) return true;
  const [a, b] = [new Set(rootsOf(coreOf(left))), new Set(rootsOf(coreOf(right)))];
  return a.intersection(b).size >= SAME * Math.max(1, Math.min(a.size, b.size));
}
