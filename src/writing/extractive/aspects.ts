/**
 * What a passage speaks about, by its wording: how something is noticed, which state is recorded, what happens by
 * itself, what is lost, what to do, what a thing is, which setting it has. Cues of operating software in general; a
 * passage may have several, and the first of the skeleton wins.
 */
import type { Aspect } from "../../documents/answer.ts";

const CUES: Readonly<Partial<Record<Aspect, RegExp>>> = {
  detection:
    /\b(?:detect\w*|notic(?:e|es|ed)|heartbeats?|health ?checks?|observ(?:e|es|er|ing)|monitor(?:s|ed|ing)?|watch(?:es|ing)?|poll(?:s|ed|ing)?|probes?|considered (?:offline|unhealthy|late|dead)|unresponsive|missed|(?:are|is) checked|verif(?:y|ies)|identif(?:y|ies))\b/iu,
  state:
    /\b(?:marked (?:as|with)?|transition\w*|(?:enters?|entered|moves?|moved|goes|placed|put|set|stays?|remains?|appear) (?:in|into|to|as)?\b.{0,30}\b(?:states?|status)|(?:a|the|final|terminal) (?:\w+ )?states?)\b|\b(?:Crashed|CRASHED|Failed|FAILED|Late|LATE|Pending|PENDING|Cancelled|CANCELLED|Cancelling|CANCELLING|Paused|PAUSED|Suspended|TimedOut|AwaitingRetry|AwaitingConcurrencySlot)\b/u,
  automatic:
    /\b(?:automatic(?:ally)?|by (?:default|itself)|on (?:its|their) own|retr(?:y|ies|ied)|re-?schedul\w*|restart\w*|recover\w*|resum\w*|re-?submit\w*|released?|falls? back|cleaned up|safety net|the server (?:will|then)|is then)\b/iu,
  loss: /\b(?:los[est]\w*|lost|not (?:be )?(?:kept|saved|persisted|stored|available|recovered|retried|enforced|guaranteed)|cannot (?:access|be|interrupt)|discard\w*|dropped|from the beginning|orphan\w*|re-?execut\w*|duplicat\w*|no (?:longer|reference))\b/iu,
  action:
    /^(?:["“(]?(?:set|use|run|increase|raise|decrease|lower|reduce|check|ensure|verify|add|configure|create|restart|make sure|consider|enable|disable|pass|install|upgrade|update|grant|delete|remove|provide|specify|call|define|start|stop|apply|choose|switch|review|inspect|look|try|move|point|replace|wrap|guard|deploy|avoid|never|always|do not|don't)\b)|\b(?:you (?:can|should|must|need to|may|have to|could)|we (?:recommend|suggest)|(?:is|are) recommended|recommended to|to (?:fix|prevent|avoid|resolve|recover|mitigate|change|increase|override|opt out|disable|enable))\b/iu,
  setting:
    /\b[A-Z][A-Z0-9]*_[A-Z0-9_]{3,}\b|\b(?:defaults? to|default:|by default|the default (?:is|value))\b/u,
  definition:
    /^(?:["“(]?(?:an?|the|each|every)?\s?[\w\s()/'’-]{2,60}?\b(?:is|are|refers? to|means?|represents?|describes?|stands? for|defines?) (?:an?|the|any|what|how|when|one|not|used|that)\b)/iu,
};

/** What tells that a text speaks of an aspect; undefined for those that have no cue. */
export function cueOfAspect(aspect: Aspect): RegExp | undefined {
  return CUES[aspect];
}

/** The parts of an answer about a failure, in its order. */
export const SKELETON: readonly Aspect[] = ["detection", "state", "automatic", "loss", "action"];

/** Every aspect whose cues the text has, the failure skeleton first. */
export function aspectsOf(text: string): readonly Aspect[] {
  const found: Aspect[] = [];
  for (const aspect of [...SKELETON, "definition", "setting"] satisfies Aspect[]) {
    if (CUES[aspect]?.test(text) === true) found.push(aspect);
  }
  return found;
}

const ORDER =
  /^(?:["“(]?(?:to (?:fix|prevent|avoid|resolve|recover|mitigate)\b[^,]*, )?(?:set|use|run|increase|raise|decrease|lower|reduce|check|ensure|verify|add|configure|create|restart|make sure|consider|enable|disable|pass|install|upgrade|update|grant|delete|remove|provide|specify|call|define|start|stop|apply|choose|switch|review|inspect|look|try|move|point|replace|wrap|guard|deploy|avoid|always|do not|don't)\b)|^(?:you|we) (?:can|should|must|need to|have to|recommend|suggest)\b/iu;

/** True when the text begins as an order or advice to the reader. */
export function tellsWhatToDo(text: string): boolean {
  return ORDER.test(text);
}

/** What a section is about by its heading, where that is one of the failure skeleton's parts. */
const HEADING_CUES: readonly (readonly [Aspect, RegExp])[] = [
  [
    "detection",
    /\b(?:notic\w+|detect\w*|monitor\w*|health ?checks?|heartbeats?|find(?:s|ing)? out|observ\w+)\b/iu,
  ],
  ["loss", /\b(?:los[st]\w*|lose|what is kept|data loss|what survives)\b/iu],
  ["automatic", /\b(?:by itself|on its own|automatic\w*|recover\w*)\b/iu],
  [
    "action",
    /\b(?:what to do|fix\w*|troubleshoot\w*|resolv\w+|prevent\w*|mitigat\w+|workarounds?|remed\w+|debug\w*)\b/iu,
  ],
  ["state", /\b(?:states?|status|recorded)\b/iu],
];

/** The part of the failure skeleton that a heading announces; undefined when it announces none. */
export function aspectOfHeading(heading: string): Aspect | undefined {
  return HEADING_CUES.find(([, cue]) => cue.test(heading))?.[0];
}

/** Place of an aspect in an answer: what has no heading comes before what has one, the skeleton in its order. */
export function aspectOrder(aspect: Aspect): number {
  const order: readonly Aspect[] = ["definition", "other", "step", "setting", ...SKELETON];
  return order.indexOf(aspect);
}
