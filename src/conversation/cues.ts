/**
 * What a message announces about itself: that it thanks, asks for help, asks about a word, takes something back,
 * doubts, changes the subject or comes back to one. Each reader takes the message without chatter in front
 * (`stripChatter`) and gives undefined when it announces nothing of the kind. They know the plain forms; what else people
 * write is weighed (`kinds/`).
 */
import { z } from "zod";
import { ordinalOf } from "./anaphora.ts";
import phrases from "./lists/phrases.json" with { type: "json" };
import { stripChatter } from "./read-message.ts";

const Phrases = z.string().transform((text): ReadonlySet<string> => new Set(text.split("|")));
const { help: HELP, smallTalk: SMALL_TALK } = z
  .strictObject({ help: Phrases, smallTalk: Phrases })
  .parse(phrases);

/** Small letters, without punctuation and a "please". */
function plainly(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}' ]/gu, "")
    .replace(/ (?:please|then|exactly|anyway|btw)$/, "")
    .trim();
}

/** "I have some questions about X": nothing is asked yet. */
const OPENING =
  /^(?:i(?:'d| have|'ve)?|we have|got|can i|may i)\b[\w' ]{0,30}\b(?:questions?|something)(?: (?:about|on|regarding|for) [\w .'-]{1,40})?[\s.!?:]*$/i;

/** Greeting, thanks, a nod, an opening, or a word about the bot itself: nothing to look up. */
export function isSmallTalk(text: string): boolean {
  const rest = stripChatter(text);
  return !/[\p{L}\p{N}]/u.test(rest) || SMALL_TALK.has(plainly(rest)) || OPENING.test(rest);
}

export function isHelp(text: string): boolean {
  return HELP.has(plainly(stripChatter(text)));
}

export type WordQuestion = {
  readonly term: string;
  /** True when the message says that the word is ours ("what do you mean by"). */
  readonly attributed: boolean;
  /** What is asked beyond the word; "" when nothing is. */
  readonly rest: string;
};

const LEAD = "(?:(?:and|but|so|also|then|just|wait|sorry)[ ,]+)*";
const TERM = '["\'`]*(?<term>[^?!.;:,"`]{1,60}?)["\'`]*';
const TAIL =
  "(?:,? (?:exactly|actually|again|anyway|here|there|then|really|though|please|supposed to (?:be|mean)|in (?:this|that|your) \\w+|by the way|btw))*";
const STOP = "(?:\\s*[?!.;:,]+\\s*|\\s*$)";
const OURS =
  /\b(?:you(?:'ve| have)? (?:mean|meant|said|say|used|use|wrote|write|mention(?:ed)?|call(?:ed)?|refer(?:red)?)|your (?:\w+ )?(?:answer|reply|message|sentence|list))\b/i;

const WORD_QUESTIONS: readonly RegExp[] = [
  `what(?:'s| is| was| does| did)? (?:do |did )?(?:you )?(?:mean|meant|refer to|call)(?: here| there)?(?: by| with| when you (?:say|said|write|wrote)|,)?(?: the)?(?: word| term)? (?!by\\b|with\\b)${TERM}`,
  `what(?:'s| is| was) (?:meant by|the (?:meaning|definition) of)(?: the)?(?: word| term)? ${TERM}`,
  `what (?:exactly )?(?:does|do|did) (?:the (?:word|term) )?${TERM} (?:mean|stand for|refer to|do)`,
  `(?:what's|what is|what are|what was|what were|who is)(?: (?:this|that|the word|the term))? ${TERM}(?: (?:used |good |there )?for)?`,
  `(?:(?:can|could|would) you )?(?:please )?(?:define|explain|clarify)(?: (?:me|us|to me))?(?: what)?(?: the (?:word|term))? ${TERM}(?: (?:is|are|means?))?`,
  `(?:i (?:don't|do not|didn't) (?:know|get|understand)|(?:i(?:'ve| have)? )?never heard (?:of|about)|not sure|no idea)(?: what)?(?: you mean by)? ${TERM}(?: (?:part|bit|thing|is|are|means?))*`,
  `which ${TERM} (?:do|did) you (?:mean|refer to)`,
  `${TERM} (?:meaning|means(?: what)?|definition)`,
  `${TERM}\\s*=+\\s*`,
].map((source) => new RegExp(`^${LEAD}${source}${TAIL}${STOP}`, "i"));

const ARTICLE = /^(?:(?:a|an|the|this|that|these|those|your|my|any|some)\s+)+/i;
const THING = /\s+(?:thing|stuff|part|bit|word|term)$/i;

/** "what is X", "what do you mean by X", "X meaning?": a short term, its article and "thing" taken off. */
export function readWordQuestion(text: string): WordQuestion | undefined {
  for (const pattern of WORD_QUESTIONS) {
    const match = pattern.exec(text);
    const term = cleanTerm(match?.groups?.["term"] ?? "");
    if (match === null || !fitsTerm(term)) continue;
    const rest = text.slice(match[0].length).trim();
    return { term, attributed: OURS.test(match[0]), rest };
  }
  return undefined;
}

/** `"lease"?`, `checkpoint?`: nothing but the word. */
export function readBareWord(text: string): string | undefined {
  const match = /^["'`]?([^?!.,;:"`]{2,40}?)["'`]?\s*\?+\s*$/.exec(text);
  const term = cleanTerm(match?.[1] ?? "");
  return fitsTerm(term) ? term : undefined;
}

function cleanTerm(raw: string): string {
  return raw
    .trim()
    .replaceAll(/^["'`]+|["'`]+$/g, "")
    .replace(ARTICLE, "")
    .replace(THING, "")
    .trim();
}

const NOT_IN_TERM =
  /\b(?:i|we|you|it|they|he|she|me|us|them|this|that|these|those|ones?|there|here|what|which|who|how|why|when|where|if|is|are|was|were|do|does|did|can|could|will|would|should|happens?|to|best|better|right|wrong|else|next|difference|point)\b/i;

function fitsTerm(term: string): boolean {
  return /[\p{L}\p{N}]/u.test(term) && term.split(/\s+/).length <= 4 && !NOT_IN_TERM.test(term);
}

export type Correction = {
  /** What holds instead, in the asker's words; "" when only something was taken back. */
  readonly instead: string;
  /** What it replaces, when the message names it. */
  readonly of: string;
  /** A further question in the same message. */
  readonly rest: string;
  /** True when the message says outright that it corrects ("I meant"). */
  readonly explicit: boolean;
};

const TAKES_BACK =
  /^(?:(?:(?:no)+|no+|nope|sorry|oops|wait|actually|ah+|oh+|hm+|correction|typo|my (?:bad|mistake)|i mean|well|but|and)(?:[\s,.:;!–—-]+|$))*/i;
/** "I meant", "I was asking about"; "meant". */
const MEANT =
  /^(?:(?:i|we)(?:'m| am|'re| are)? )?(?:actually |really )?(?:meant|mean|was asking|am asking|was talking|am talking|asking about|talking about|wanted to (?:ask|say)|should(?:'ve| have|ve) (?:said|mentioned)|forgot to (?:say|mention))(?: (?:of|about|for|to ask|to say|that))*[\s,:;–—-]+/i;
const REGRETS = /\b(?:sorry|oops|actually|correction|typo|my (?:bad|mistake))\b/i;
/** "we're on ECS", "it's an interval one": how things are, said after a regret. */
const SETUP = /^(?:we|i|it|this|they)(?:'re|'m|'s|re|s| are| am| is| have| run| use)\b/i;
const WAS = /^(?:(?:should be|is|it'?s|make that)\s+)/i;
/** "it's not a pod, it's a node", "not flows, tasks". */
const NOT_BUT =
  /^(?:(?:it|that|we|they)(?:'s|'re| is| are| was)? )?not (?:an? |the )?(?<of>[^,;.?!]{1,40})(?:[,;]\s*| )(?:but |rather )?(?:(?:it|that|we|they)(?:'s|'re| is| are| was)? )?(?<instead>[^.?!]+)$/i;
const INSTEAD_OF =
  /^(?<instead>[^,.;?!]+?),?\s+(?:instead of|rather than|and not|but not|not)\s+(?<of>[^,.;?!]+)$/i;
/** Words of a correction that says what it replaces. */
const MOST_OF_PAIR = 8;
/** "*tag": how people mend a word in a chat. */
const STARRED = /^\*+\s?(?<instead>[^*\n]{1,60})$/;

/** "no, I meant tags", "sorry, tasks not flows", "*tag". */
export function readCorrection(text: string): Correction | undefined {
  const starred = STARRED.exec(text)?.groups?.["instead"];
  if (starred !== undefined) return { instead: starred.trim(), of: "", rest: "", explicit: true };
  const lead = TAKES_BACK.exec(text)?.[0] ?? "";
  const body = text.slice(lead.length);
  const meant = MEANT.exec(body)?.[0];
  if (meant !== undefined) return splitCorrection(body.slice(meant.length), true);
  const isShort = body !== "" && !/\?/.test(body) && body.split(/\s+/).length <= MOST_OF_PAIR;
  const pair = /,/.test(body) || lead !== "" ? pairIn(body.replace(/[.!\s]+$/, "")) : undefined;
  const isSetup = REGRETS.test(lead) && SETUP.test(body);
  if ((isShort && (pair !== undefined || /\bi mean\b/i.test(lead))) || isSetup) {
    return splitCorrection(body, true);
  }
  return undefined;
}

/** A message known to be a correction, whatever it is made of. */
export function correctionIn(text: string): Correction {
  const lead = TAKES_BACK.exec(text)?.[0] ?? "";
  return readCorrection(text) ?? splitCorrection(text.slice(lead.length), false);
}

function pairIn(text: string): { readonly instead: string; readonly of: string } | undefined {
  const groups = (NOT_BUT.exec(text) ?? INSTEAD_OF.exec(text))?.groups;
  const { instead = "", of = "" } = groups ?? {};
  // "wait, that's not right".
  const isVerdict =
    /^(?:right|true|correct|sure|working|so|it|that|clear|really|yet|what|how|helpful)\b/i;
  return groups === undefined || isVerdict.test(of) ? undefined : { instead, of };
}

function splitCorrection(payload: string, explicit: boolean): Correction {
  const [first = "", ...others] = payload.split(
    /(?<=[.!?;])\s+|\s+[–—-]+\s+|,?\s+so\s+(?=\S+.*\?)/,
  );
  const said = first
    .replace(/,?\s*(?:my (?:bad|mistake)|sorry|oops|typo)\b[\s.!]*$/i, "")
    .replace(/[.!?;:,\s]+$/, "")
    .trim();
  const { instead, of } = pairIn(said) ?? { instead: said, of: "" };
  return {
    instead: instead.trim().replace(WAS, ""),
    of: of.trim(),
    rest: others.join(" ").trim(),
    explicit,
  };
}

export type Doubt = {
  /** What the asker holds instead; "" for a plain "are you sure?". */
  readonly assertion: string;
};

const DOUBTS: readonly RegExp[] = [
  /^(?:are )?(?:you )?(?:really |quite )?(?:sure|certain|serious)\b(?: about \w+)?/i,
  /^(?:really|seriously)(?=[\s?!.,]*$|[?!.,]+ )/i,
  /^(?:i think )?(?:that|this|it|your answer)(?:'s| is| was| sounds| seems| looks| can't be| doesn't (?:sound|seem|look)|s)? (?:not |really |just |still |simply )*(?:wrong|right|incorrect|correct|false|true|outdated|odd|strange)\b/i,
  /^(?:is|was) (?:that|this|it|your answer) (?:really |still |actually |even )*(?:true|right|correct|so|the case|accurate)\b/i,
  /\bwhere (?:it|the docs?|that) says?\b(?: (?:that|this|so))?/i,
  /^where (?:do|does|did|is|are) (?:you|it|they|the docs?|that|this) (?:get|got|read|find|found|see|say|said|documented|written|stated)\b(?: (?:that|this|it))?/i,
  /^(?:any |the |your |a |got (?:a |any )|what(?:'s| is) (?:the |your )|(?:show|give) me (?:a |the |your )?)?(?:sources?|proof|evidence|references?|citations?|quotes?|links?)(?: (?:for|of|to) (?:that|this|it))?(?=\s*[?!.]*$)/i,
  /^(?:can|could) you (?:please )?(?:double[- ]?check|verify|confirm)(?: (?:that|this|it|again))*/i,
  /^(?:no+|nope)(?=,? (?:it|they|that|this) \w+)/i,
  /^(?:i|we) (?:thought|assumed)\b/i,
  /^(?:the docs?|my (?!experience)\w+) (?:says?|said|claims?)\b/i,
  /^not (?:helpful|working|true|right)\b/i,
];
const HESITATES = /^(?:(?:but|and|so|wait|hm+|um|no+|nope|sorry)[\s,]+)*/i;

/** "are you sure?", "that's wrong, it restarts by itself", "where does it say that?". */
export function readDoubt(text: string): Doubt | undefined {
  const body = text.replace(HESITATES, "");
  const [found] = DOUBTS.flatMap((pattern) => {
    const match = pattern.exec(body) ?? pattern.exec(text);
    return match === null ? [] : [match];
  });
  if (found === undefined) return undefined;
  const rest = found.input
    .slice(found[0].length)
    .replace(/^[\s,.:;!?–—-]+/, "")
    .replace(/^(?:because|since|as|but|and|that)\s+/i, "")
    .replace(/^(?:that|this|it|so|please|though|tho|then)?[\s?.!,]*$/i, "");
  return { assertion: rest.trim() };
}

/** "is that true?", "is he right?": about what was said last in the thread, whoever said it. */
export function asksIfTrue(text: string): boolean {
  return /^(?:(?:and|but|so|hm+|wait)[\s,]+)*(?:is|was|are) (?:that|this|it|he|she|they|what \S+ \w+)(?: (?:really|actually|still|even))* (?:true|right|correct|so|the case|accurate)\b/i.test(
    text,
  );
}

export type Shift = {
  /** The message without the announcement. */
  readonly rest: string;
  /** False for "btw" and "also", which announce little. */
  readonly strong: boolean;
};

const STRONG_SHIFT =
  /^(?:(?:and|but|ok|so|now|also|then|wait|sorry|a|an|one|totally|completely)[\s,]+)*(?:(?:different|unrelated|separate|new|another|other|next|off[- ]topic)(?: (?:thing|question|topic|issue|subject|q|one))(?: (?:though|here|now))?|something (?:else|different|unrelated)|(?:let's )?(?:chang(?:e|ing)|switch(?:ing)?)(?: the)? (?:topic|subject)|unrelated|off[- ]topic|moving on|(?:forget|drop|skip) (?:it|that|this))(?:\s*[,:;.!–—-]+\s*|\s+(?=\S)|$)/i;
const WEAK_SHIFT =
  /^(?:(?:and|but|ok|so|oh)[\s,]+)*(?:btw|by the way|one more(?: thing| question)?|quick (?:one|question)|just curious|out of curiosity|also|plus|side (?:note|question))(?:\s*[,:;.!–—-]+\s*|\s+(?=\S)|$)/i;

/** "different thing: ...", "unrelated - ...", "btw ...". */
export function readShift(text: string): Shift | undefined {
  const strong = STRONG_SHIFT.exec(text);
  const found = strong ?? WEAK_SHIFT.exec(text);
  if (found === null) return undefined;
  return { rest: text.slice(found[0].length), strong: strong !== null };
}

export type Return = {
  /** 1 for the first topic; -1 for the one before the present; undefined when the words say which. */
  readonly ordinal: number | undefined;
  /** Words that name the topic; "" when an ordinal does. */
  readonly topic: string;
  /** What is asked. */
  readonly rest: string;
};

const BACK =
  /^(?:(?:ok|and|so|but|now|anyway)[\s,]+)*(?:(?<back>(?:.{0,20}\b)?back to|return(?:ing)? to)|regarding|about|as for|on|re:?) (?<what>(?:my|the|your|our|that|this) (?:very )?(?:(?<ordinal>first|1st|second|2nd|third|3rd|last|previous|earlier|original|other) ?)?(?<topic>[^,:;.?!–—]{0,60}?)|[^,:;.?!–—]{1,60}?)(?:\s*[,:;.!?–—]+\s*|\s+-+\s+|$)/i;
const OF_TALK = /\b(?:thing|question|one|topic|point|answer|problem|issue|part|again)\b/gi;

/** "back to the first thing, ...", "about my earlier question: ...", "back to retries: ...". */
export function readReturn(text: string): Return | undefined {
  const match = BACK.exec(text);
  if (match === null) return undefined;
  const { back, what = "", topic = what, ordinal } = match.groups ?? {};
  // "about tasks?" is a fragment of the last question, "about the first one" a return.
  if (back === undefined && (ordinal === undefined || topic.search(OF_TALK) === -1)) {
    return undefined;
  }
  return {
    ordinal:
      ordinal === undefined
        ? undefined
        : /^original$/i.test(ordinal)
          ? 1
          : (ordinalOf(ordinal) ?? -1),
    topic: topic.replaceAll(OF_TALK, "").trim(),
    rest: text.slice(match[0].length).trim(),
  };
}

export type Recall =
  /** Say again what was said: all of it, or the item with this number (-1: the last). */
  | { readonly kind: "repeat"; readonly item: number | undefined; readonly about: string }
  /** Choose among what was listed. */
  | { readonly kind: "choose" };

const ORDINAL = /\b(?:the |your )(?<ordinal>first|1st|second|2nd|third|3rd|fourth|4th|last)\b/i;
const REPEATS =
  /^(?:(?:and|so|but|sorry)[\s,]+)*(?:(?:what|which) (?:was|were|is|are)\b.{0,60}\bagain\s*\?*$|(?:(?:can|could|would) you )?(?:please )?(?:repeat|recap|restate|list|summari[sz]e|sum (?:it|that|this|up)|tl;?dr|in short|remind me)\b(?!.{40}))/i;
const CHOOSES =
  /(?<!\b(?:tell|know|see|find out) )\b(?:which|what|any|none)(?: ones?| options?)?(?:'s| is| are)? (?:of|among|from) (?:those|these|them|the (?:two|three|four|options|ones)|your \w+)\b|^(?:and |so |ok )*which (?:ones?|options?|ways?)\b(?! (?:or|and)\b)/i;

/** "what was the first one again?", "list them again", "which of those need no restart?". */
export function readRecall(text: string): Recall | undefined {
  if (REPEATS.test(text)) {
    const about = /\b(?:about|on|regarding) (?<about>[^?.!,]{2,60}?)(?: again)?[\s?.!]*$/i;
    return {
      kind: "repeat",
      item: ordinalOf(ORDINAL.exec(text)?.groups?.["ordinal"]),
      about: about.exec(text)?.groups?.["about"] ?? "",
    };
  }
  return CHOOSES.test(text) ? { kind: "choose" } : undefined;
}

/** "pros and cons of each?", "which would you pick": among what was listed. */
export function asksToChoose(text: string): boolean {
  return (
    readRecall(text)?.kind === "choose" ||
    /\b(?:which|pros|cons|better|best|prefer|pick|compare|faster|easier|simpler|cheaper|safer)\b/i.test(
      text,
    )
  );
}

const SAID =
  /\b(?:you)(?:'ve| have| just| also| earlier| first)* (?:said|say|wrote|write|mentioned|told (?:me|us)|stated|claimed)\b|\bin your (?:answer|reply|message)\b|\b(?:here|in this|this sentence|this)\s*:/i;

/** True when the message says that what it quotes is ours. */
export function claimsToQuoteUs(text: string): boolean {
  return SAID.test(text) || OURS.test(text);
}
