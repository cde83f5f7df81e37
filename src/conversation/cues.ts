/**
 * What a message announces about itself: that it thanks, asks for help, asks about a word, takes something back,
 * doubts, changes the subject or comes back to one. Each reader takes the message without chatter in front
 * (`stripChatter`) and gives undefined when it announces nothing of the kind.
 */
import { stripChatter } from "./read-message.ts";

const SMALL_TALK =
  /^(?:(?:and )?(?:who|what) (?:are|r) (?:you|u)(?:,? (?:btw|by the way|anyway|exactly|really))?(?:,? (?:a |an )?(?:bot|human|person|robot|ai|real)(?: or (?:a |an )?\w+)?)?|(?:sorry,? |oops,? |whoops,? )*(?:wrong (?:thread|channel|chat|window|person)|(?:that|this) was (?:meant )?for (?:another|someone|somebody)\b.{0,20})|are (?:you|u) (?:a |an )?(?:bot|human|real|ai|alive|there)|how are (?:you|u)(?: doing)?(?: today)?|how(?:'s| is) it going|what(?:'s| is) your name|what(?:'s| is) up|you there|tell me a joke|i love you|have a (?:nice|good|great) (?:day|one|weekend|evening))\b[\s?!.]*$/i;

/** "I have some questions about X": nothing is asked yet. */
const OPENING =
  /^(?:i(?:'ve| have|'d like to ask| want to ask| would like to ask)?(?: got| had)?|we have|got|just|can i ask(?: you)?|may i ask(?: you)?|mind if i ask(?: you)?)\s+(?:(?:some|a few|a couple of|a|an|several|one|two|three|more|quick|general|other|short|basic|random|you)\s+){0,4}(?:questions?|something)(?:\s+(?:about|on|regarding|for|concerning|around)\s+(?:[\w.'-]+\s*){1,5})?[\s.!?:]*$/i;

/** Greeting, thanks, a nod, an opening, or a word about the bot itself: nothing to look up. */
export function isSmallTalk(text: string): boolean {
  const rest = stripChatter(text);
  return !/[\p{L}\p{N}]/u.test(rest) || SMALL_TALK.test(rest) || OPENING.test(rest);
}

const HELP =
  /^(?:\/?help(?: me)?|usage|commands|(?:can|could) you help(?: me)?(?: out)?|i need (?:some )?help|what (?:can|do|could) (?:you|u|this bot|the bot) (?:do|help(?: me)? with|answer|know)|what (?:else |all )?(?:can|should|may|could) (?:i|we) ask(?: you)?|(?:what|which) (?:topics|subjects|products|things|else) (?:do|can|could) (?:you|u) (?:know|cover|answer|help(?: me)? with|do)(?: about)?|what are you (?:even |actually )?good (?:for|at)|how (?:do|can|should) (?:i|we) (?:use|talk to|work with) (?:you|this bot|the bot|this thing)(?: in \S+(?: \S+)?)?|how (?:do|does) (?:you|this bot|the bot) work|what are (?:you|your) (?:for|commands|capabilities|features|able to do))(?: (?:for (?:me|us)|here|exactly|then|anyway|please))*[\s?!.]*$/i;

export function isHelp(text: string): boolean {
  return HELP.test(stripChatter(text));
}

export type WordQuestion = {
  readonly term: string;
  /** True when the message says that the word is ours ("what do you mean by"). */
  readonly attributed: boolean;
  /** What is asked beyond the word; "" when nothing is. */
  readonly rest: string;
};

const LEAD = "(?:and |but |so |also |then |wait,? |sorry,? |hm+,? |just |ok,? )*";
const TERM = '["\'`]*(?<term>[^?!.;:,"`]{1,60}?)["\'`]*';
const TAIL =
  "(?:,? (?:exactly|precisely|actually|again|anyway|even|here|there|then|really|though|tho|please|pls|supposed to (?:be|mean)|in (?:this|that|your) (?:context|case|answer|sentence|first answer|last answer|message)|in here|in there|by the way|btw))*";
const STOP = "(?:\\s*[?!.;:,]+\\s*|\\s*$)";
const OURS =
  /\b(?:you(?:'ve| have)? (?:mean|meant|said|say|saying|used|use|wrote|write|mention(?:ed)?|call(?:ed)?|refer(?:red)?)|your (?:first |last |previous |earlier )?(?:answer|reply|message|sentence|list))\b/i;

const WORD_QUESTIONS: readonly RegExp[] = [
  String.raw`^${LEAD}(?:what's|what is|what are) ${TERM} (?:used |good |there )?for${TAIL}${STOP}`,
  String.raw`^${LEAD}what (?:do|would|should|could|can) (?:i|we|you|one) (?:ever |even |actually )?(?:need|use|want) ${TERM} for${TAIL}${STOP}`,
  String.raw`^${LEAD}what(?:'s| is| was| does| did|s)? (?:do |did )?(?:you |u )?(?:mean|meant|refer to|referring to)(?: here| there)? (?:by|with|when you (?:say|said|write|wrote))(?: the)?(?: (?:word|term|phrase|part about))? ${TERM}${TAIL}${STOP}`,
  String.raw`^${LEAD}what (?:do|did) (?:you|u) mean,? (?!by\b|with\b|when\b)(?:the )?${TERM}${TAIL}${STOP}`,
  String.raw`^${LEAD}what (?:do |did )you (?:call|understand by) ${TERM}${TAIL}${STOP}`,
  String.raw`^${LEAD}(?:what's|what is|whats|what are|what're|what was|what were) (?:meant by|the meaning of|a definition of|the definition of)(?: the)?(?: (?:word|term))? ${TERM}${TAIL}${STOP}`,
  String.raw`^${LEAD}what (?:does|do|did|would) (?:the (?:word|term) )?${TERM} (?:mean|stand for|refer to)${TAIL}${STOP}`,
  String.raw`^${LEAD}(?:what's|what is|whats|what are|what're|wtf is|what the hell is|what was|what were|who is)(?: (?:this|that|these|those|the word|the term))? ${TERM}${TAIL}${STOP}`,
  String.raw`^${LEAD}(?:define|explain|clarify|elaborate on|(?:can|could|would) you (?:please )?(?:define|explain|clarify|elaborate on))(?: (?:me|us|to me))?(?: what)?(?: (?:this|that|the word|the term))? ${TERM}(?: (?:is|are|means?))?${TAIL}${STOP}`,
  String.raw`^${LEAD}(?:i (?:don't|do not|dont|didn't) (?:know|get|understand|follow)|i(?:'ve| have)? never heard of|not sure|no idea|unclear|confused (?:by|about))(?: what)?(?: you mean by)?(?: (?:this|that|a|an|the|the word|the term|your))? ${TERM}(?: (?:part|bit|thing|is|are|means?|was))*${TAIL}${STOP}`,
  String.raw`^${LEAD}(?:which|what kind of|what sort of|what) ${TERM} (?:do|did|are) you (?:mean|meant|refer(?:ring)? to|talk(?:ing)? about)${TAIL}${STOP}`,
  String.raw`^${LEAD}what (?:exactly|precisely|actually) (?:does|do|is|are) (?:the (?:word|term) )?${TERM}(?: (?:mean|stand for|refer to|do))?${TAIL}${STOP}`,
  String.raw`^${LEAD}what (?:does|do) (?:the |a |an )?${TERM} do${TAIL}${STOP}`,
  String.raw`^${LEAD}(?:i(?:'ve| have)? )?never heard (?:of|about) ${TERM}(?: before)?${TAIL}${STOP}`,
  String.raw`^${LEAD}${TERM}\s*=+\s*\?+\s*$`,
  String.raw`^${LEAD}${TERM} (?:is|are|was)(?: (?:what|how)\b[^?]{0,30})?\s*(?:\.{2,}|…)?\s*\?*\s*$`,
  String.raw`^${LEAD}by ${TERM},? (?:do |did )?you mean\b[^?]*${STOP}`,
  String.raw`^${LEAD}${TERM} (?:meaning|means(?: what)?|definition|how|as in)${TAIL}${STOP}`,
  String.raw`^${LEAD}${TERM},? (?:as in|meaning|in the sense of|you mean|i\.e\.|=+) [^?]{2,60}\?+\s*$`,
  String.raw`^${LEAD}${TERM}\s*\?+\s+(?:is (?:that|this|it) (?:a|an|the|your|some|even)\b|what(?:'s| is| does) (?:that|this|it)\b|never heard\b|huh\b)[^?]{0,60}[?.!]*\s*$`,
].map((source) => new RegExp(source, "i"));

const ARTICLE = /^(?:(?:a|an|the|this|that|these|those|your|my|any|some)\s+)+/i;
const THING = /\s+(?:thing|stuff|thingy|business|part|bit|word|term)$/i;

/** "what is X", "what do you mean by X", "X meaning?": a short term, its article and "thing" taken off. */
export function readWordQuestion(text: string): WordQuestion | undefined {
  for (const pattern of WORD_QUESTIONS) {
    const match = pattern.exec(text);
    const raw = match?.groups?.["term"];
    if (match === null || raw === undefined) continue;
    const term = cleanTerm(raw);
    if (!fitsTerm(term)) continue;
    return {
      term,
      attributed: OURS.test(match[0]),
      rest: text.slice(match[0].length).trim(),
    };
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
  /\b(?:i|we|you|it|they|he|she|me|us|them|this|that|these|those|one|ones|there|here|what|which|who|how|why|when|where|if|is|are|was|were|do|does|did|can|could|will|would|should|happens?|to|best|better|right|wrong|else|next|difference|point)\b/i;

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
  /^(?:(?:no+|nope|nah|sorry|oops|whoops|wait|actually|ah+|oh+|hm+|correction|typo|edit|my (?:bad|mistake|fault)|i mean|well|right|but|and|to be clear|let me rephrase|rephrase|i misspoke|misspoke|i was unclear|i should be clearer)(?:[\s,.:;!–—-]+|$))*/i;
const MEANT =
  /\b(?:i|we)(?:'m| am|'re| are)? (?:actually |really |rather |of course )?(?:meant|mean|meaning|was asking|were asking|asking|was talking|were talking|talking|was thinking|wanted to (?:ask|say|know)|should(?:'ve| have|ve) (?:said|mentioned|asked|written|added)|forgot to (?:say|mention|add)|intended|was referring to|refer(?:red)? to|referring to)(?: (?:of|about|for|to ask|to say|it for|that|how|it))*[\s,:;–—-]*/i;
const WAS =
  /^(?:(?:should be|was supposed to be|that'?s supposed to be|is|it'?s|make that|read|let'?s say)\s+)/i;
const INSTEAD_OF =
  /^(?<instead>.+?),?\s+(?:instead of|rather than|in place of|and not|but not|not)\s+(?<of>[^,.;?!]+?)(?=[,.;?!]|$)/i;
const NOT_BUT =
  /^not\s+(?<of>[^,.;?!]+?)(?:\s*,\s*(?:but\s+)?|\s+but\s+|\s*[;–—-]\s*)(?<instead>[^.;?!]+)/i;
const SETUP =
  /^(?:we|i|it|there|this|the [\w-]+|our [\w-]+|my [\w-]+)(?:'re|'m|'s|'ve| are| am| is| have| has| run| runs| use| uses| only| don't| do not| dont)\b/i;
const NO_SETUP =
  /^(?:no|without) [\w-]+(?: [\w-]+)?(?: here| for us| on our side)?,? ?(?:it'?s|we|only|just)\b/i;
const REGRET =
  /(?:sorry|oops|whoops|my bad|my mistake|my fault|typo|correction|i misspoke|actually)/i;

/** Words behind "I mean" that say what was meant rather than a thing of their own. */
const MOST_OF_MEANT = 5;
/** "it's not a pod, it's a node". */
const DENIED =
  /^(?:it's|it is|its|that's|this is|they're|we're|i'm|it was)(?: (?:actually|really))? not (?:an? |the )?(?<of>[^,;]{1,40})[,;]\s*(?:but |rather )?(?:(?:it's|it is|its|that's|they're|we're|i'm|it was) )?(?<instead>.+)$/i;

/** "*tag": how people mend a word in a chat. */
const STARRED = /^\*+\s?(?<instead>[^*\n]{1,60})$/;

/** "no, I meant tags", "sorry, should've said: it's our own server", "actually we're on 3, not 2". */
export function readCorrection(text: string): Correction | undefined {
  const starred = STARRED.exec(text)?.groups?.["instead"];
  if (starred !== undefined) return { instead: starred.trim(), of: "", rest: "", explicit: true };
  const lead = TAKES_BACK.exec(text)?.[0] ?? "";
  const body = text.slice(lead.length);
  const meant = MEANT.exec(body);
  const regret =
    REGRET.test(lead) || /(?:my bad|my mistake|sorry|typo)[\s.!]*$/i.test(firstSentence(body));
  const asks = /\b(?:are|were|do|did|what|if|whether)\s*$/i.test(body.slice(0, meant?.index ?? 0));
  if (
    meant !== null &&
    !asks &&
    meant.index <= 12 &&
    !/^(?:to|i)\b/i.test(body.slice(meant[0].length))
  ) {
    return splitCorrection(body.slice(meant.index + meant[0].length), true);
  }
  const short =
    /^(?:should(?:'ve| have|ve)? (?:said|mentioned)|forgot to (?:say|mention|add)|meant(?: to say)?|mean)[\s,:;–—-]*/i.exec(
      body,
    );
  if (short !== null) return splitCorrection(body.slice(short[0].length), true);
  const pair = INSTEAD_OF.exec(firstSentence(body))?.groups;
  const isShort = body !== "" && body.split(/\s+/).length <= MOST_OF_MEANT && !/\?/.test(body);
  if (/\bi mean\b/i.test(lead) && (pair !== undefined || isShort)) {
    return splitCorrection(body, true);
  }
  // "wait it's tasks not runs", but "wait, that's not right".
  if (
    /\b(?:wait|oops|sorry|actually|correction)\b/i.test(lead) &&
    pair !== undefined &&
    body.split(/\s+/).length <= 8 &&
    !/\?|^(?:right|true|correct|sure|working|so|it|that|clear|possible)\b/i.test(pair["of"] ?? "")
  ) {
    return splitCorrection(body, true);
  }
  if (
    NOT_BUT.test(body) &&
    (lead !== "" || body.split(/\s+/).length <= 6) &&
    !/^not (?:sure|really|yet|quite|helpful|useful|working|true|right|good|ok|what|how|possible)\b/i.test(
      body,
    )
  ) {
    return splitCorrection(body, true);
  }
  if (regret && (SETUP.test(body) || NO_SETUP.test(body) || INSTEAD_OF.test(firstSentence(body)))) {
    return splitCorrection(body, true);
  }
  return undefined;
}

/** A message known to be a correction, whatever it is made of. */
export function correctionIn(text: string): Correction {
  const read = readCorrection(text);
  if (read !== undefined) return read;
  const lead = TAKES_BACK.exec(text)?.[0] ?? "";
  return splitCorrection(text.slice(lead.length), false);
}

function firstSentence(text: string): string {
  return /^.*?(?:[.!?](?=\s|$)|$)/.exec(text)?.[0] ?? text;
}

function splitCorrection(payload: string, explicit: boolean): Correction {
  const [first = "", ...others] = payload.split(
    /(?<=[.!?;])\s+|\s+[–—-]+\s+|,?\s+so\s+(?=\S+.*\?)/,
  );
  const rest = others.join(" ").trim();
  const said = first
    .replace(/,?\s*(?:my (?:bad|mistake|fault)|sorry|oops|typo)\b[\s.!]*$/i, "")
    .replace(/[.!?;:,\s]+$/, "")
    .trim();
  const pair =
    DENIED.exec(said)?.groups ?? NOT_BUT.exec(said)?.groups ?? INSTEAD_OF.exec(said)?.groups;
  const instead = (pair?.["instead"] ?? said).trim().replace(WAS, "");
  return { instead: dropNegated(instead), of: (pair?.["of"] ?? "").trim(), rest, explicit };
}

/** "no cloud here, it's our own server": what is not the case is left out where something is. */
function dropNegated(text: string): string {
  const parts = text.split(/\s*,\s*/);
  const positive = parts.filter((part) => !/^(?:no|not|without|never)\b/i.test(part));
  return positive.length > 0 ? positive.join(", ") : text;
}

/** "thats", "dont", "isnt": the apostrophe that a phone left out. */
function withApostrophes(text: string): string {
  return text
    .replaceAll(/\b(that|what|it|there|who|where|how|here)s\b(?= )/gi, (_, word: string) =>
      word.toLowerCase() === "it" ? "its" : `${word}'s`,
    )
    .replaceAll(/\b(do|does|did|is|are|was|were|has|have|would|could|should|ca|wo)nt\b/gi, "$1n't")
    .replaceAll(
      /\b(you|they|we)re\b(?= (?:wrong|right|sure|mistaken|lying|guessing|making))/gi,
      "$1're",
    );
}

export type Doubt = {
  /** What the asker holds instead; "" for a plain "are you sure?". */
  readonly assertion: string;
};

const DOUBTS: readonly RegExp[] = [
  /^(?:but |and |so |wait,? |hm+,? |um,? )*(?:are|r) (?:you|u) (?:really |absolutely |100% |very |quite |totally |still )*(?:sure|certain|positive|serious|kidding|joking)\b/,
  /^(?:but )?(?:you )?sure(?: about (?:that|this|it))?\s*\?/,
  /^(?:no+,? |nope,? |nah,? |but |hm+,? |sorry,? |um,? |i think |i'm afraid |wait,? )*(?:that|this|it|which|your (?:answer|statement|claim)|what you (?:said|say|wrote))(?:'s| is| was| isn't| is not|'s not| isnt| sounds| seems| looks| reads| can't be| cannot be| can not be| doesn't (?:sound|seem|look)| does not (?:sound|seem|look)) (?:just |simply |plain |still |not |totally |completely |really |actually |surely |clearly |a bit |very )*(?:wrong|right|incorrect|correct|false|true|untrue|inaccurate|outdated|nonsense|bs|bullshit|off|odd|weird|strange|suspicious|fishy|a mistake|an error|misleading|contradictory|impossible|made up|how it works|how that works|what i (?:see|saw|read|heard)|what (?:the )?docs say|what happens|what happened|my experience|the case)\b/,
  /^(?:is|was) (?:that|this|it|your answer) (?:really |still |actually |even |definitely )*(?:true|right|correct|so|the case|accurate|up to date|documented)\b/,
  /[,;] (?:is|was) (?:that|this|it) (?:really |still |actually |even )*(?:true|right|correct|accurate)\b/,
  /(?:^|[.,?!] )(?:i'm |i am )?(?:pretty|quite|fairly|rather|almost|absolutely) (?:sure|certain)\b/,
  /^(?:really|seriously|for real|srsly|says who|orly|no way)[\s?!.,]*(?:$|(?=i\b|it\b|that\b))/,
  /^(?:really|seriously|srsly|wait|what)\s*[?!.,]+\s*(?=(?:only |just |all )?[\w.]+(?: \w+)?\s*\?+\s*$)/,
  /^(?:no+|nope|nah|but),? (?:in practice |actually |here )?(?:we|i)(?:'ve| have| just| once| always| also)* (?:saw|seen|see|had|observed|noticed|experienced|watched)\b/,
  /^(?:can |could |would )?(?:you |u )?(?:please |pls |plz )*(?:paste|quote|cite|show|copy|give|post|send)(?: me| us)?(?: here)? (?:the |your |an? |that )?(?:exact |original |actual |relevant )*(?:sentence|passage|line|paragraph|wording|quote|docs? (?:page|section|link))s?\b/,
  /^(?:but )?(?:the|your|that|this) (?:link|url|source|reference|citation|page)s?\b.{0,40}\b(?:dead|broken|wrong|404|gone|outdated|missing|empty|(?:does|do)(?:n't| not) (?:work|open|exist|load|say)|not (?:working|found|there))\b/,
  /^(?:but |hm+,? |well,? )?(?:i )?(?:really |honestly |kind of )?(?:doubt|don't (?:believe|buy|trust|think)|do not (?:believe|buy|trust|think)|dont (?:believe|buy|think)|can't believe|cannot believe|highly doubt)\b/,
  /\bwhere (?:do|does|did|is|are|have) (?:you|u|it|they|the docs?|that|this) (?:get|got|read|find|found|see|seen|say|says|said|documented|written|stated|come from|have that from)\b/,
  /\bwhere (?:it|they|the docs?|that|this) (?:says?|states?|is (?:documented|written|stated)|comes from)\b/,
  /^(?:any |the |your |a |got (?:a |any )?|do you have (?:a |any )?|can (?:i|you) (?:see|show(?: me)?|give(?: me)?|have) (?:a |the |your )?|what(?:'s| is| are) (?:the |your )?|show me (?:a |the |your )?|give me (?:a |the |your )?|link to (?:a |the |your )?)?(?:sources?|proof|evidence|references?|citations?|quotes?|link)(?: (?:for|of|on|behind) (?:that|this|it|which|the claim))?(?: please| pls)?\s*[?!.]*$/,
  /^(?:can|could|would|will) (?:you|u) (?:please )?(?:double[- ]?check|verify|confirm|check|prove|back (?:that|this|it) up)(?: (?:that|this|it|again))*\b/,
  /^(?:but |hm+,? |no,? |well,? |that )*(?:contradicts|this contradicts|the docs? (?:say|says|said)|i (?:read|heard)|my (?:colleague|coworker|team|boss|friend) (?:says?|said|claims?|told)|a (?:colleague|coworker|friend) (?:says?|said|claims?|told)|someone (?:says?|said|told)|chatgpt says|elsewhere it says|(?:on|in) the (?:page|docs) it says|that's not what)\b/,
  /^(?:but |hm+,? |well,? |wait,? )*(?:i|we) (?:thought|always thought|assumed|was told|were told|was under the impression|remember(?:ed)?)\b/,
  /^(?:no+|nope|nah),? (?:it|they|that|this|the \w+)(?:'s|'re)? (?:does|doesn't|does not|do|don't|is|isn't|are|aren't|will|won't|can|can't|has|hasn't|did|didn't|must|restarts?|retr(?:y|ies)|works?|runs?|needs?|keeps?|starts?|resumes?|not)\b/,
  /^(?:no+,? |nope,? |sorry,? |hm+,? |unfortunately,? )*(?:that |this |it )?(?:didn't|doesn't|did not|does not|won't) (?:help|work|change (?:anything|a thing)|fix|solve|make (?:a|any) difference)\b/,
];

/** "are you sure?", "that's wrong, it restarts by itself", "where does it say that?". */
export function readDoubt(said: string): Doubt | undefined {
  const text = withApostrophes(said);
  const lower = text.toLowerCase();
  for (const pattern of DOUBTS) {
    const match = pattern.exec(lower);
    if (match === null) continue;
    const tail = text
      .slice(match.index + match[0].length)
      .replace(
        /^(?:\s*(?:about (?:that|this|it)|at all|of (?:that|this|it))\b)?[\s,.:;!?–—-]*/i,
        "",
      )
      .replace(/^(?:because|since|as|but|and|that)\s+/i, "")
      .replace(/^(?:that|this|it|so|please|pls|though|tho|then)?[\s?.!,]*$/i, "")
      .trim();
    // A statement opened by "it", "the docs say", "I thought" is an assertion as a whole.
    const whole =
      /^(?:no|nope|nah|but|hm|well|wait|i|we|my|a|it|that|this|they|the|someone)\b/.test(match[0]);
    const opens =
      /(?:thought|assumed|told|impression|remember(?:ed)?|says?|said|read|heard|claims?|believe|think)$/.test(
        match[0],
      );
    if (opens) return { assertion: tail };
    return {
      assertion:
        whole &&
        /^(?:no|nope|nah)\b.*\b(?:it|they|the)\b/.test(match[0]) &&
        !/wrong|right|true|correct|false/.test(match[0])
          ? text.replace(/^(?:no+|nope|nah),?\s*/i, "")
          : tail,
    };
  }
  return undefined;
}

/** "is that true?", "is he right?": about what was said last in the thread, whoever said it. */
export function asksIfTrue(text: string): boolean {
  return /^(?:(?:and|but|so|hm+|wait)[\s,]+)*(?:is|was|are) (?:that|this|it|he|she|they|what \S+ (?:says?|said|wrote))(?: (?:really|actually|still|even))* (?:true|right|correct|so|the case|accurate)\b/i.test(
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
  /^(?:(?:and |but |ok |so |now |also |then |wait,? |sorry,? )*(?:(?:(?:a |an |one |now )?(?:totally |completely |entirely |slightly |somewhat )?(?:different|unrelated|separate|new|another|other|next|off[- ]topic) (?:thing|question|topic|issue|matter|subject|q|one|problem|note)(?: (?:real quick|though|for you|altogether|entirely|here|now|please|if i may))*)|something (?:else|different|unrelated)(?: (?:entirely|altogether|completely))?|(?:(?:let me |let's |to |i'd like to |i want to )?(?:chang(?:e|ing)|switch(?:ing)?)(?: the)?(?: (?:topics?|subjects?|gears))|change of (?:topic|subject))|on (?:a different|another|an unrelated|a separate) (?:note|topic|subject|matter)|unrelated(?:ly)?|off[- ]topic|(?:(?:and|now) )?(?:for )?something completely different|next(?: up)?|moving on|(?:forget|drop|scratch|skip) (?:it|that|this|about (?:it|that))(?: then)?(?=\s*[.,!;:–—-]|$)|separately|totally different|new (?:question|topic)))(?:\s*(?:real quick|quickly|but|though|tho))*\s*(?:[,:;.!–—-]+|\s(?=\S)|$)\s*/i;
const WEAK_SHIFT =
  /^(?:(?:and |but |ok |so |oh )*(?:btw|by the way|while (?:we're|i'm|you're) (?:at it|here)|one more(?: thing| question)?|another one|quick(?: one| question| q)|just curious|out of curiosity|also|additionally|plus|side (?:note|question)|(?:(?:i )?(?:also )?(?:have|had|got) )?(?:a |another |one more )(?:quick |short )?question))\s*(?:[,:;.!–—-]+|\s(?=\S)|$)\s*/i;

/** "different thing: ...", "unrelated - ...", "btw ...". */
export function readShift(text: string): Shift | undefined {
  const strong = STRONG_SHIFT.exec(text);
  if (strong !== null) return { rest: text.slice(strong[0].length), strong: true };
  const weak = WEAK_SHIFT.exec(text);
  if (weak !== null) return { rest: text.slice(weak[0].length), strong: false };
  return undefined;
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
  /^(?:(?:ok|and|so|but|now|anyway|anyways|then|alright)[\s,]+)*(?:(?:(?:let's |let me |can we |could we |to |i'd like to |i want to )?(?:go(?:ing)? |come |coming |get(?:ting)? |circl(?:e|ing) |jump(?:ing)? )?back to|return(?:ing)? to|revisit(?:ing)?|regarding|concerning|about|as for|as to|on|re:?|for) (?<what>(?:my |the |your |our |that |this )?(?:very )?(?<ordinal>first|1st|second|2nd|third|3rd|fourth|4th|last|previous|earlier|original|initial|other|former|prior|one before)?[^,:;.?!–—]{0,60}?))(?:\s*[,:;.!?–—]+\s*|\s+-+\s+|$)/i;
const EARLIER =
  /^(?:(?:ok|and|so|but|now|anyway|then)[\s,]+)*(?:earlier|before|at the (?:start|beginning)|in (?:your|the|my) (?<ordinal>first|1st|second|2nd|third|3rd|previous|earlier|original) (?:answer|message|question|reply)),? (?:you|i|we) (?:said|asked|talked|mentioned|wrote|discussed)(?: about| that)?[\s,:]*(?<what>[^,:;.?!–—]{0,80})(?:\s*[,:;.!?–—]+\s*|$)/i;

const ORDINALS: Readonly<Record<string, number>> = {
  first: 1,
  "1st": 1,
  original: 1,
  initial: 1,
  second: 2,
  "2nd": 2,
  third: 3,
  "3rd": 3,
  fourth: 4,
  "4th": 4,
  last: -1,
  previous: -1,
  earlier: -1,
  other: -1,
  former: -1,
  prior: -1,
  "one before": -1,
};

/** "back to the first thing, ...", "as for my earlier question: ...", "back to retries: ...". */
export function readReturn(text: string): Return | undefined {
  const match = BACK.exec(text) ?? EARLIER.exec(text);
  if (match === null) return undefined;
  const what = (match.groups?.["what"] ?? "").trim();
  const said = match.groups?.["ordinal"]?.toLowerCase();
  const ordinal = said === undefined ? undefined : ORDINALS[said];
  const strong =
    /\bback to\b|\breturn(?:ing)? to\b|\brevisit/i.test(match[0]) ||
    /^(?:the|that|my|your) .*\bagain$/i.test(what) ||
    EARLIER.test(text);
  const names = what
    .replace(/^(?:my|the|your|our|that|this)\s+/i, "")
    .replace(
      /^(?:very\s+)?(?:first|1st|second|2nd|third|3rd|fourth|4th|last|previous|earlier|original|initial|other|former|prior|one before)\b/i,
      "",
    )
    .replace(
      /\b(?:thing|question|one|topic|point|answer|problem|issue|part|bit|stuff|subject|matter|story|though|again|then|you (?:said|mentioned)|i (?:asked|had))\b/gi,
      "",
    )
    .trim();
  // "on ECS?" and "for tasks?" are fragments of the last question, "about the first one" is a return.
  const speaksOfTalk = /\b(?:thing|question|topic|point|answer|problem|issue|one)\b/i.test(what);
  if (!strong && !(ordinal !== undefined && speaksOfTalk)) return undefined;
  return { ordinal, topic: names, rest: text.slice(match[0].length).trim() };
}

export type Recall =
  /** Say again what was said: all of it, or the item with this number (-1: the last). */
  | { readonly kind: "repeat"; readonly item: number | undefined; readonly about: string }
  /** Choose among what was listed. */
  | { readonly kind: "choose" };

const ITEM =
  /\b(?:the |your )?(?<ordinal>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last)\b(?: (?:one|option|thing|point|item|step|way|suggestion|alternative|\w+))?(?: (?:that |which )?(?:you|u) (?:named|mentioned|said|listed|gave|suggested|had|wrote|described))?/i;
const REPEATS: readonly RegExp[] = [
  /^(?:(?:and|so|but|sorry|wait)[\s,]+)*(?:what|which|where|when|how (?:many|much|long|often))\b.{0,60}\bagain\s*\?*$/i,
  /^(?:can|could|would|will) (?:you|u) (?:please )?(?:repeat|recap|restate|summari[sz]e|sum (?:it|that|this) up)\b/i,
  /^(?:please )?(?:repeat|recap|restate|summari[sz]e|tl;?dr|in short|in one (?:line|sentence)|short version|summary|sum (?:it|that|this) up|remind me)\b(?!.{40})/i,
];
const CHOOSE =
  /\b(?:which|what|any|none|how many|who)(?: (?:one|ones|option|options|two|three))?(?:'s| is| are)? (?:of|among|out of|from) (?:those|these|them|the (?:two|three|four|five|six|options|ones|above|list)|your (?:options|list|suggestions|\w+))\b/i;
const SUPERLATIVE =
  /^(?:and |so |ok |but )*(?:which (?:ones?|options?|ways?)\b(?! (?:or|and)\b)|what (?:one|option|way) (?:is|would be|do you|should))/i;

/** "how do I run it again": what is to happen once more, not to be said once more. */
const ANEW =
  /\b(?:runs?|running|rerun|start(?:s|ed)?|starting|execut\w+|happen\w*|try|tries|retr\w+|picked up|schedul\w+|fires?|fired|trigger\w*|deploy\w*|connect\w*|restart\w*|resum\w+|begins?|works?|comes?|called|use[ds]?|enabled?|creat\w+|poll\w*|sent|sends?)\b(?: [\w-]+){0,4} again\b/i;

/** "what was the first one again?", "list them again", "which of those need no restart?". */
export function readRecall(text: string): Recall | undefined {
  if (REPEATS.some((pattern) => pattern.test(text)) && !ANEW.test(text)) {
    const said = ITEM.exec(text)?.groups?.["ordinal"]?.toLowerCase();
    const about = /\b(?:about|on|regarding) (?<about>[^?.!,]{2,60}?)(?: again)?[\s?.!]*$/i.exec(
      text,
    )?.groups?.["about"];
    return { kind: "repeat", item: itemNumber(said), about: about ?? "" };
  }
  const choosing = CHOOSE.exec(text);
  const asksHow =
    choosing !== null &&
    /\b(?:tell|know|see|find out|figure out|decide|check|determine)\s*$/i.test(
      text.slice(0, choosing.index),
    );
  if ((choosing !== null && !asksHow) || SUPERLATIVE.test(text)) return { kind: "choose" };
  return undefined;
}

/** "pros and cons of each?", "which would you pick": among what was listed. */
export function asksToChoose(text: string): boolean {
  return (
    readRecall(text)?.kind === "choose" ||
    /\b(?:which|pros|cons|benefits?|advantages?|downsides?|better|best|prefer|pick|compare|faster|easier|simpler|cheaper|safer)\b/i.test(
      text,
    )
  );
}

const ITEMS: Readonly<Record<string, number>> = {
  first: 1,
  "1st": 1,
  second: 2,
  "2nd": 2,
  third: 3,
  "3rd": 3,
  fourth: 4,
  "4th": 4,
  fifth: 5,
  "5th": 5,
  last: -1,
};

export function itemNumber(ordinal: string | undefined): number | undefined {
  return ordinal === undefined ? undefined : ITEMS[ordinal.toLowerCase()];
}

const SAID =
  /\b(?:you|u)(?:'ve| have| just| also| even| earlier| previously| first| then)* (?:said|say|wrote|write|mentioned|mention|told (?:me|us)|stated|claimed|answered|posted|named)(?: (?:earlier|before|above|that|there|here|me|us))*[\s,:]*|\b(?:your (?:answer|reply|message|sentence|statement) (?:says?|said|was|reads?|states?)|in your (?:answer|reply|message)|you quote[d]?|quote)[\s,:]*|\b(?:here|in this|this sentence|this part|this bit|this)\s*:\s*/i;

export type Attribution = {
  /** What follows "you said", up to the end of its sentence. */
  readonly said: string;
  /** What stands after that. */
  readonly rest: string;
};

/** "you said X. how ..." without quotation marks. */
export function readAttribution(text: string): Attribution | undefined {
  const match = SAID.exec(text);
  if (match === null) return undefined;
  const after = text.slice(match.index + match[0].length);
  const end =
    /[.!?](?=\s|$)|[;\n]|\s[–—-]+\s|,\s+(?=(?:how|why|what|when|where|which|who|is|are|does|do|can|will|but)\b)/i.exec(
      after,
    );
  const said = end === null ? after : after.slice(0, end.index);
  const rest = end === null ? "" : after.slice(end.index + end[0].length);
  const before = text.slice(0, match.index);
  return { said: said.trim(), rest: `${before} ${rest}`.trim() };
}

/** True when the message says that what it quotes is ours. */
export function claimsToQuoteUs(text: string): boolean {
  return SAID.test(text) || OURS.test(text);
}
