/**
 * Whoever asks what happens when a pod, a machine or a process dies asks five things at once: how it is noticed,
 * which state is recorded, what happens by itself, what is lost, what to do. Documentation answers them on five
 * pages, and hardly one of those is about pods. So each part is asked for on its own, as a *probe*, and the answer
 * is made of what the question finds and what the probes find. Pure: the searching is done by the caller.
 */
import type { Aspect } from "../../documents/answer.ts";
import type { Chunk, ChunkId } from "../../documents/chunk.ts";
import type { Evidence } from "../../documents/evidence.ts";
import { isInfrastructureLoss } from "../../retrieval/implied-words.ts";
import { queryWords } from "../../retrieval/query.ts";
import type { Retrieval } from "../../retrieval/retriever.ts";
import { askedText } from "./asked.ts";
import { aspectOrder, aspectsOf } from "./aspects.ts";
import { writeDrafts, type WritingLimits } from "./extractive-writer.ts";
import { readQuestion } from "./question-shape.ts";
import { rootsOf } from "../../documents/roots.ts";
import type { Draft } from "../writer.ts";

export type Probe = {
  readonly aspect: Aspect;
  readonly question: string;
};

/** In words that hold for any orchestrator. */
const PROBES: readonly Probe[] = [
  {
    aspect: "detection",
    question:
      "how is a crashed, dead or unresponsive run detected when its infrastructure fails suddenly (heartbeats, zombie)?",
  },
  {
    aspect: "state",
    question: "which state does a run get when its infrastructure crashes or is evicted?",
  },
  {
    aspect: "automatic",
    question:
      "is a crashed run restarted or rescheduled automatically when its infrastructure is evicted?",
  },
  {
    aspect: "automatic",
    question:
      "are evicted flow runs left to the retry of the infrastructure (pod, job, container, backoffLimit)?",
  },
  {
    aspect: "loss",
    question:
      "are persisted results of finished tasks reused when a run is retried in a new pod or container?",
  },
  { aspect: "action", question: "how do I retry a flow run manually from the UI or the CLI?" },
];

/** What a question asks for beside the story: then its own passages are the answer, and no probe is sent. */
const NARROW_ASKS = new Set(["setting-name", "number", "example", "command", "difference", "list"]);

/** Features of an orchestrator: a question that names one is about that feature, whatever died. */
const FEATURES: ReadonlySet<string> = new Set(
  `concurrency slot limit lease queue hook on_failure on_crashed notification notify alert ping slack email automation
   trigger heartbeat detection detect observer schedule cron log server database db postgres postgre redi api webhook
   event cache caching persistence transaction rollback subflow artifact block secret variable retry retries timeout
   sla helm backofflimit sigterm permission setting checkpoint`.split(/\s+/u),
);

/** Passages of the question itself, where probes fill in the rest. */
export const MAIN_LIMITS: WritingLimits = {
  maxPassages: 2,
  maxSections: 2,
  maxWords: 80,
  minShare: 0.4,
};
const PROBE_LIMITS: WritingLimits = {
  maxPassages: 3,
  maxSections: 3,
  maxWords: 90,
  minShare: 0.3,
};
/** What a person reads in a chat. */
const MOST_WORDS = 190;
/** Share of the shorter draft's words that the other has, from which both say the same. */
const SAME = 0.6;

/**
 * The probes that a question calls for, the parts it asks for first; none when it is about something else, or about
 * one feature under such a failure. A story of a dead pod may end in a question for something else ("who
 * removes the containers?"), so what counts is what the message asks, not what it tells.
 */
export function probesFor(question: string): readonly Probe[] {
  const reading = readQuestion(question);
  const tokens = queryWords(question).map(({ token }) => token);
  if (reading.shape !== "failure" || !isInfrastructureLoss(tokens)) return [];
  if (reading.asks.some((ask) => NARROW_ASKS.has(ask)) || reading.identifiers.length > 0) return [];
  const asked = askedText(question);
  const named = asked === "" ? tokens : queryWords(asked).map(({ token }) => token);
  if (named.some((token) => FEATURES.has(token))) return [];
  const parts = readQuestion(asked).aspects;
  const isAsked = ({ aspect }: Probe) => parts.includes(aspect);
  // A sentence that only says what died is told to hear what that means.
  const onlyTells = asked === "" && !/[.!?;]\s+\S/u.test(question);
  if (!reading.open && !onlyTells && !PROBES.some(isAsked)) return [];
  return [...PROBES.filter(isAsked), ...PROBES.filter((probe) => !isAsked(probe))];
}

/** The best passage of what a probe found that speaks of its aspect; undefined when none does. */
export function draftForProbe(
  { aspect, question }: Probe,
  { evidence, terms }: Pick<Retrieval, "evidence" | "terms">,
): Draft | undefined {
  const drafts = writeDrafts({ question, evidence, terms }, PROBE_LIMITS);
  const found =
    drafts.find((draft) => draft.aspect === aspect) ??
    // Asked how to do it, a passage that does is a step.
    drafts.find((draft) => aspect === "action" && draft.aspect === "step") ??
    drafts.find(({ text }) => aspectsOf(text).includes(aspect));
  return found === undefined ? undefined : { ...found, aspect };
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

/** Parts of the skeleton on one page, from which that page was written for the question and is the answer. */
const PARTS_OF_A_PAGE = 3;

/** True when one page alone gives most of the skeleton: then nothing has to be gathered from elsewhere. */
export function isWholeAnswer(
  drafts: readonly Draft[],
  chunks: ReadonlyMap<ChunkId, Pick<Chunk, "url">>,
): boolean {
  const parts = new Map<string, Set<Aspect>>();
  for (const { aspect, quotes } of drafts) {
    const url = chunks.get(quotes[0]?.chunkId ?? "")?.url;
    if (url === undefined || !PROBES.some((probe) => probe.aspect === aspect)) continue;
    parts.set(url, (parts.get(url) ?? new Set()).add(aspect));
  }
  return [...parts.values()].some(({ size }) => size >= PARTS_OF_A_PAGE);
}

/** Parts found by probes from which they make an answer without the question's own passages. */
const ENOUGH_PARTS = 2;
/** Speaks of infrastructure that is lost, and not of code that fails. */
const OF_LOSS =
  /\b(?:crash\w*|evict\w*|infrastructure (?:issue|failure|problem|error)s?|out of memory|oom\w*|sig(?:term|kill)|heartbeats?|zombies?|unresponsive|kill(?:s|ed)|terminat\w*|interrupt\w*|preempt\w*|reclaim\w*|dies|dead|vanish\w*)\b/iu;

/**
 * One answer of the question's own drafts and those of the probes, in the skeleton's order. A part that the question
 * itself found is not asked for again, and of several probes for one part the first that finds something counts. Where the probes make an answer, drafts that speak of something else are left
 * out: people say "fails" of pods too, and documentation of code. Nothing is said twice, and the whole stays short.
 */
export function skeletonDrafts(
  main: readonly Draft[],
  probed: readonly { readonly aspect: Aspect; readonly draft: Draft | undefined }[],
): readonly Draft[] {
  const isEnough = probed.filter(({ draft }) => draft !== undefined).length >= ENOUGH_PARTS;
  const own = isEnough ? main.filter(({ text }) => OF_LOSS.test(text)) : main;
  const kept: Draft[] = [...own];
  let words = kept.reduce((sum, draft) => sum + countOf(draft), 0);
  for (const { aspect, draft } of probed) {
    if (draft === undefined || kept.some((other) => other.aspect === aspect)) continue;
    if (kept.some((other) => overlap(other, draft) >= SAME)) continue;
    if (words + countOf(draft) > MOST_WORDS) continue;
    kept.push(draft);
    words += countOf(draft);
  }
  return kept.toSorted((a, b) => aspectOrder(a.aspect) - aspectOrder(b.aspect));
}

/**
 * What an answer made with probes leaves open and a reader would fill in wrongly: without a word on it, "it is noticed
 * and marked as crashed" reads as if the run were then started again.
 */
export function missingParts(drafts: readonly Draft[]): readonly string[] {
  const tells = drafts.some(({ aspect }) => aspect === "automatic");
  return tells ? [] : ["whether it is started again by itself"];
}

function countOf(draft: Draft): number {
  return draft.text.split(/\s+/u).length;
}

function overlap(left: Draft, right: Draft): number {
  const [a, b] = [new Set(rootsOf(left.text)), new Set(rootsOf(right.text))];
  const shared = [...a].filter((root) => b.has(root)).length;
  return shared / Math.max(1, Math.min(a.size, b.size));
}
