/**
 * What a question asks for, so that its answer gets the form that suits it. Failure questions get the skeleton
 * (detection, state, what happens by itself, loss, action); others a definition, steps, or a setting.
 * Everything here is judged from the wording: cues of English and of operating software, no list of questions.
 */
import type { Aspect } from "../../documents/answer.ts";

export type QuestionShape = "failure" | "definition" | "steps" | "setting" | "other";

/** What kind of thing the answer must hold, beside its shape. A question may ask for several. */
export type Ask =
  | "how"
  | "number"
  | "setting-name"
  | "yes-no"
  | "why"
  | "example"
  | "command"
  | "difference"
  | "list"
  | "place";

export type QuestionReading = {
  readonly shape: QuestionShape;
  readonly asks: readonly Ask[];
  /** The parts of the failure skeleton it asks for, in the skeleton's order; empty: no part in particular. */
  readonly aspects: readonly Aspect[];
  /** "What happens if ...?": asks for the whole of it. */
  readonly open: boolean;
  /** The two or more things to tell apart ("paused", "suspended"); empty unless it asks for a difference. */
  readonly sides: readonly string[];
  /** What "What is X?", "What does X mean?" ask about ("zombie flow run"); "" otherwise. */
  readonly subject: string;
  /** What it says it is not about: "(not the task)". */
  readonly excluded: readonly string[];
  /** Names from code in the question: settings, functions, files, states in capitals. */
  readonly identifiers: readonly string[];
  /** Its words, in lower case. */
  readonly words: ReadonlySet<string>;
};

type Cue = readonly [pattern: RegExp, weight: number];

const FAILURE: readonly Cue[] = [
  [/\bwhat (?:happens|happened|will happen|would happen)\b|\bwhat if\b/iu, 2],
  [/\bTraceback\b|\b\w+(?:Error|Exception)\b|\bERROR\b|\bFATAL\b/u, 3],
  [/\b(?:4\d\d|5\d\d)\b(?= [A-Z]|s\b|\b.*\b(?:error|response|answer|calls?|logs?))/u, 1.5],
  [
    /\b(?:crash\w*|die[sd]?|dying|dead|kill(?:ed|s|ing)?|evict\w*|oom\w*|sigterm|sigkill|reclaim\w*|preempt\w*|reboot\w*|terminat(?:ed|es))\b/iu,
    1.5,
  ],
  [
    /\b(?:stuck|hang(?:s|ing)?|hung|fr[eo]+zes?|frozen|unresponsive|zombies?|unreachable|unhealthy|outage|blip|went down|goes down|is down|was down|crashloops?\w*|spams?)\b/iu,
    1.5,
  ],
  [
    /\b(?:fail(?:s|ed|ing|ure|ures)?|error(?:s|ed)?|exceptions?|broken?|bug|lost?|lose[s]?|gone|aborts?|aborted|rejected|refused|denied|ignored|ignores|throws?|threw|complains?)\b/iu,
    1,
  ],
  [
    /\b(?:never|nothing|no longer|stopped|does ?n[o']?t|did ?n[o']?t|is ?n[o']?t|are ?n[o']?t|wo ?n[o']?t|ca ?n[o']?t|has ?n[o']?t|have ?n[o']?t)\b/iu,
    0.7,
  ],
  [
    /\b(?:still|anyway|again and again|keeps? (?:\w+ing|\w+n?ing)|suddenly|all at once|for no reason|twice|duplicates?|2nd time|3x|every few|redid|reruns? everything)\b/iu,
    0.7,
  ],
  [
    /\b(?:is that expected|expected\?|what gives|why (?:would|is|does|did|are)|where do i even look|now what|shouldn'?t)\b/iu,
    1,
  ],
  [
    /\b(?:and now|but now|ends? up|used to|supposed to|(?:i |we )?thought (?:the|it|that)|right away|for hours|hours later|since (?:this|yesterday|last)|any ?more)\b/iu,
    0.8,
  ],
];

const DEFINITION: readonly Cue[] = [
  [
    /^\W*(?:\w+ ){0,3}?what(?:'s|’s|s| is| are| exactly is| exactly are| does| do)\b(?!.*\b(?:happen|default|limit|command|the fix|wrong|maximum|minimum|max|min|size|port|timeout|interval)\b)/iu,
    1.5,
  ],
  [
    /\b(?:difference|differ(?:s|ent)? from|distinguish|versus|vs\.?|compared? (?:to|with)|rather than|instead of using)\b/iu,
    2.5,
  ],
  [/\bwhat (?:does|do) .{1,60} mean\b|\bmeaning of\b|\bdefin(?:e|ition)\b|\bexplain\b/iu, 3],
  [
    /\bwhen (?:should|do|would) (?:i|we|one|you) (?:want|use|choose|pick|prefer)\b|\bwhy (?:use|bother|do i need|would (?:i|we) use|have)\b|\bwhat .{1,30} for\?/iu,
    2,
  ],
  [/\bwhich (?:states?|values?|types?|kinds?|parts?|task runner)\b/iu, 1.2],
];

const STEPS: readonly Cue[] = [
  [
    /\bhow (?:do|can|could|would|should|to|does one|might)\b(?! (?:it|they|this|that|i|we|you|one) (?:know|notice|find out|tell|detect|see))/iu,
    2,
  ],
  [
    /\b(?:want|need|trying|like|have) (?:to|a way|just|exponential|\w+ in the)\b|\b(?:way|possible) to\b/iu,
    1,
  ],
  [/\b(?:can|could|may) (?:i|we|you|one|a|an|the)\b/iu, 0.7],
  [
    /\b(?:set up|configure|create|start|install|deploy|enable|switch (?:on|off)|turn (?:on|off)|write|migrate|move|pass|share|skip|schedule|pause|trigger|kick off|test|mount|connect)\b/iu,
    0.5,
  ],
  [/\b(?:example|snippet|commands?|step by step|tutorial|from the terminal|cli)\b/iu, 1],
];

const SETTING: readonly Cue[] = [
  [
    /\b(?:which|what|the|an?) (?:\w+ )?(?:setting|settings|env(?:ironment)? ?var(?:iable)?s?|option|flag|parameter|key|variable)\b/iu,
    2,
  ],
  [/\bdefaults?\b|\bby default\b/iu, 1.5],
  [/\bhow (?:long|often|large|big|many|much|far|soon|fast|quickly)\b|\bafter how\b/iu, 1.8],
  [
    /\b(?:max(?:imum)?|min(?:imum)?|upper|lower) (?:\w+ )?(?:size|length|number|value|limit|time)?\b/iu,
    1.8,
  ],
  [
    /\bprecedence\b|\bin which order\b|\bwhere (?:are|is|does) .{1,60} (?:written|stored|kept|saved|live)\b/iu,
    2,
  ],
  [/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/u, 0.8],
];

const ASKS: readonly (readonly [Ask, RegExp])[] = [
  [
    "difference",
    /\b(?:differences?|differ|distinguish|versus|vs\.?|compared? (?:to|with)|rather than)\b/iu,
  ],
  [
    "number",
    /\bhow (?:long|often|large|big|many|much|far|soon|fast|quickly)\b|\bafter how\b|\bdefaults?\b|\b(?:max(?:imum)?|min(?:imum)?|limit)\b.{0,20}\?|\bwhat(?:'s|s| is) the (?:max|min|limit|default)|\bwhich port\b|\bport\?/iu,
  ],
  [
    "setting-name",
    /\b(?:which|what|an?|the|any|opt-out) (?:\w+ ){0,2}?(?:setting|settings|env(?:ironment)? ?var(?:iable)?s?|option|flag|parameter|keyword|key|variable)\b|\bwhat do (?:i|we) set\b/iu,
  ],
  [
    "why",
    /\bwhy\b|\bhow come\b|\bwhat gives\b|\bbug\?|\bexpected\?|\bis (?:that|this) expected\b/iu,
  ],
  ["command", /\b(?:commands?|cli|terminal|shell|one-?liner|flags?)\b/iu],
  [
    "example",
    /\b(?:examples?|snippet|sample|syntax|template)\b|\bshow me\b|\b(?:yaml|code|script) (?:for|to)\b/iu,
  ],
  [
    "how",
    /\bhow (?:do|can|could|would|should|to|might)\b|\b(?:want|need) (?:to|a|exponential|just)\b|\bway to\b|\bwhat (?:do|can|should) (?:i|we)\b|\bwhat now\b|\bnow what\b|\bfix\b/iu,
  ],
  ["place", /\bwhere\b/iu],
  [
    "list",
    /\b(?:which|what) (?:roles|permissions|states|values|job variables|variables|types|kinds|options|steps|ways|fields|arguments|placeholders|parameters|settings)\b|\bin which order\b|\bwhat are\b/iu,
  ],
  [
    "yes-no",
    /(?:^|[.,!?]\s*|\b(?:and|but|so|or) )(?:is|are|do|does|did|can|could|will|would|should|has|have|may|must)(?: ?n[o']?t)?\b[^.?!]{0,400}\?/iu,
  ],
];

const ASPECT_CUES: readonly (readonly [Aspect, RegExp])[] = [
  [
    "detection",
    /\b(?:detect\w*|notic\w+|find(?:s)? out|know(?:s)?|how (?:quickly|fast|soon|long)|heartbeats?|checking|tell(?:s)? that|see that|until it)\b/iu,
  ],
  [
    "state",
    /\b(?:which|what) (?:state|status)\b|\b(?:marked|shown?|says?|goes|ends? up|turns?|stays?|sits|become\w*|state of)\b/iu,
  ],
  [
    "automatic",
    /\b(?:by itself|on its own|automatic\w*|start\w* (?:it )?again|restart\w*|re-?runs?|run (?:it |that )?again|retr(?:y|ies|ied)|resume\w*|pick(?:s|ed)? up|reschedul\w*|come back|recover\w*|clear on)\b/iu,
  ],
  [
    "loss",
    /\b(?:los[et]s?|lost|gone|dropped|drop|redo|redid|everything reruns|from scratch|missing|orphan\w*|survive\w*)\b/iu,
  ],
  [
    "action",
    /\b(?:what (?:do|can|should) (?:i|we)|now what|how (?:do|can|to|should)|help|fix|opt[- ]?out|avoid|prevent|stop (?:it|this|that)|can we|can i|where do i|make (?:it|that)|force|the way around|workaround|should i|on the .{1,20} side)\b/iu,
  ],
];

const IDENTIFIER =
  /(?<![\w/])@?(?:[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)+|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+|(?:[A-Z][a-z0-9]+){2,}|--[a-z][\w-]+|[A-Z]{2,}[A-Z0-9_]{2,})(?!\w)/gu;

function weigh(text: string, cues: readonly Cue[]): number {
  let sum = 0;
  for (const [pattern, weight] of cues) if (pattern.test(text)) sum += weight;
  return sum;
}

/** What `A` and `B` are in "difference between A and B", "A vs B", "A or B, which ...". */
function sidesOf(question: string): readonly string[] {
  const listed = question.match(
    /\b(?:difference|differ\w*|distinguish)\b[^?]{0,200}?\bbetween (.{1,200}?)(?:[?.]|$)/iu,
  )?.[1];
  if (listed !== undefined) {
    return listed
      .split(/,\s*(?:and\s+)?|\s+and\s+/u)
      .map((side) => side.trim())
      .filter(Boolean);
  }
  if (/\bvs\.?\b|\bversus\b/iu.test(question)) {
    return (question.split(/[?.!](?:\s|$)|,\s(?=why|which|what|when|how)/u)[0] ?? "")
      .split(/\s*(?:\bvs\b\.?|\bversus\b|\bor\b|,)\s*/iu)
      .map((side) => side.replace(/^.*:\s*/u, "").trim())
      .filter(Boolean)
      .slice(0, 4);
  }
  const differs = question.match(/\bdoes (.{2,40}?) differ from (.{2,40}?)(?: in\b|[?.]|$)/iu);
  if (differs !== null) return [differs[1] ?? "", differs[2] ?? ""].filter(Boolean);
  const rather = question.match(
    /\b(?:use|choose|pick|prefer) (.{2,40}?) (?:rather than|instead of|or) (.{2,40}?)(?:[?.]|$)/iu,
  );
  return rather === null ? [] : [rather[1] ?? "", rather[2] ?? ""].filter(Boolean);
}

/** What a question for a meaning is about. */
function subjectOf(question: string): string {
  const found = question.match(
    /\bwhat(?:'s|’s|s| exactly)?(?: exactly)? (?:is|are|does|do|was)?\s*(?:this |these |an? |the )?["'“‘`]?(.{2,60}?)["'”’`]?(?: mean\b| stand for\b| do\b| for\?|,| and (?:what|which|how|why|when)|\?|\.\s|$)/iu,
  )?.[1];
  if (found === undefined || /\b(?:difference|happens?)\b/iu.test(found)) return "";
  return found.replace(/^(?:exactly )?(?:is|are) /iu, "").trim();
}

const EXCLUDED =
  /\(not (?:(?:the|an?|my|our|just|only) )*([\p{L}][\p{L}\p{N} _-]{1,30})\)|,? not (?:the|an?|my|our) ([\p{L}][\p{L}\p{N}_-]{1,30})|\b(?:instead of|rather than) (?:the|an?|my|our) ([\p{L}][\p{L}\p{N}_-]{1,30})/giu;

/** Names from code in a text, each once: dotted, snake case, camel case, flags, all capitals. */
export function identifiersIn(text: string): readonly string[] {
  return [...new Set(text.replaceAll(/https?:\/\/\S+/gu, " ").match(IDENTIFIER) ?? [])];
}

const BEGINS_WITH_HOW =
  /^\W*(?:(?:hey|hi|hello|so|ok|and|quick question|question)\b\W*)*how (?:do|can|could|would|should|to)\b(?! (?:it|they|this|that|you|one) (?:know|notice|find out|tell|detect|see))/iu;

/** Reads a question that stands alone. Never fails; what it cannot tell is `other`, with no asks. */
export function readQuestion(question: string): QuestionReading {
  const text = question.trim();
  // "How do I retry only on an error 429?" asks for steps, whatever trouble it speaks of.
  const failure = weigh(text, FAILURE) - (BEGINS_WITH_HOW.test(text) ? 1.5 : 0);
  const definition = weigh(text, DEFINITION);
  const steps = weigh(text, STEPS);
  const setting = weigh(text, SETTING);
  const best = Math.max(failure, definition, steps, setting);
  let shape: QuestionShape = "other";
  if (best >= 0.7) {
    if (definition === best && definition > failure - 0.5) shape = "definition";
    else if (setting === best && setting > steps - 0.5) shape = "setting";
    else if (failure === best) shape = "failure";
    else shape = "steps";
  }
  return {
    shape,
    asks: ASKS.filter(([, pattern]) => pattern.test(text)).map(([ask]) => ask),
    aspects: ASPECT_CUES.filter(([, pattern]) => pattern.test(text)).map(([aspect]) => aspect),
    open: /\bwhat (?:happens|will happen|would happen|happened|if)\b/iu.test(text),
    sides: sidesOf(text),
    subject: shape === "definition" ? subjectOf(text) : "",
    excluded: [...text.matchAll(EXCLUDED)].flatMap((match) => match.slice(1).filter(Boolean)),
    identifiers: identifiersIn(text),
    words: new Set(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu)),
  };
}

/** The form that suits the answer to a question that stands alone. */
export function questionShape(question: string): QuestionShape {
  return readQuestion(question).shape;
}
