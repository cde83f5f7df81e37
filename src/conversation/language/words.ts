/** Words of a message: where they stand, their stem, and which of them carry no content. */

export type Word = {
  /** As written. */
  readonly text: string;
  /** Lower case, apostrophes straight. */
  readonly lower: string;
  /** UTF-16 units into the text it was read from, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** True when punctuation that ends a clause stands between this word and the one before it. */
  readonly opensClause: boolean;
};

/** Identifiers, versions and paths stay whole: `persist_result`, `3.6.22`, `flow-run`, `/api/health`. */
const WORD = /[\p{L}\p{N}_@$/](?:[\p{L}\p{N}_@$/]|[.'’:+=-](?=[\p{L}\p{N}_/]))*/gu;
const CLAUSE_END = /[.,;:!?()[\]{}\n|–—]|\s-+\s/u;

export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    const start = match.index;
    const opensClause = words.length === 0 || CLAUSE_END.test(text.slice(end, start));
    end = start + match[0].length;
    const lower = match[0].toLowerCase().replaceAll("’", "'");
    words.push({ text: match[0], lower, start, end, opensClause });
  }
  return words;
}

/** Texts or words whose reading is remembered: some threads' worth of statements. */
const MOST_REMEMBERED = 20_000;

/** A reader of texts that reads each once: what was said in a thread is looked at again for every message in it. */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = read(text);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(text, found);
    return found;
  };
}

/** Plural, past and progressive endings taken off: "retries" and "retried" meet "retry". Lower case in, lower case out. */
export const stem = remembering(readStem);

function readStem(word: string): string {
  if (word.length < 4 || /[^a-z]/.test(word)) return word;
  if (/(?:ss|us|is)$/.test(word)) return word;
  let base = word;
  if (base.endsWith("ies") && base.length > 4) return `${base.slice(0, -3)}y`;
  if (/(?:xes|ches|shes|sses|zes)$/.test(base)) base = base.slice(0, -2);
  else if (base.endsWith("s")) base = base.slice(0, -1);
  if (base.endsWith("ied") && base.length > 4) return `${base.slice(0, -3)}y`;
  const cut = /^(.*[aeiouy].*?)(?:ing|ed)$/.exec(base)?.[1];
  if (cut !== undefined && cut.length >= 3) {
    base = /([bdgkmnprt])\1$/.test(cut) ? cut.slice(0, -1) : cut;
  }
  return base.endsWith("e") && base.length > 4 ? base.slice(0, -1) : base;
}

function setOf(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.trim().split(/\s+/)));
}

export const DETERMINERS = setOf(
  "a an the my our your his her their its this that these those some any each every another no only one two three four five both all other",
);

export const PREPOSITIONS = setOf(
  "about above across after against along among around as at before behind below between by during except for from in including inside into like near of off on onto out outside over per since than through throughout to toward towards under until till up upon via with within without using w/ w/o",
);

export const AUXILIARIES = setOf(
  "am is are was were be been being do does did have has had can could will would shall should may might must isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't cannot couldn't won't wouldn't shouldn't mustn't dont doesnt didnt cant wont isnt arent gonna gotta",
);

export const PRONOUNS = setOf(
  "i we you he she it they me us him them myself itself themselves yourself mine ours yours hers theirs someone somebody anyone anybody everyone nobody something anything everything nothing one ones who whom whose which what i'm i've i'd i'll we're we've we'd we'll you're you've you'd it's its they're they've im ive",
);

/** Neither content nor structure that the rules look at. */
const FILLERS = setOf(
  "and or but nor so then than if else when whenever while because cause though tho although unless where wherever why how whether yet not very really just quite rather too also as well even still already again ever never always often sometimes maybe perhaps please pls plz ok okay well now here there such own same few more most much many less least enough soon later once twice instead however otherwise btw hey hi hello oh ah hm hmm um eh lol thanks thx ty yes yeah yep no nope nah sorry actually basically simply exactly anyway right fine good great nice cool perfect real quick quickly e.g i.e etc vs versus what's whats that's thats there's who's how's here's let's lets u r w n long back together apart ahead",
);

/** Verbs, in their base form; inflections are found by their stem. */
const VERBS = setOf(
  "accept access add affect allow apply appear ask assign avoid become begin behave believe belong bind blow break bring build buy call care carry catch cause change check choose clean clear close come complain complete compute confirm connect consider contain continue control convert copy cost cover crash create cut deal decide declare define delete depend deploy describe detect determine die differ disable disappear discover do drop emit enable encrypt end enforce ensure evict execute exist exit expect expire explain expose fail fall fetch fill find finish fire fit fix fly follow forget forgot get give go grant grow guess handle hang happen have hear help hit hold ignore implement import improve include increase inform install invoke keep kill know lack land last launch lead leave let lift listen live load look lose lost made make manage mark matter mean mention miss mount move name need notice notify occur offer open overwrite own pass pay perform persist pick plug point poll prefer prevent print process produce prove provide publish pull push put raise react read reboot rebuild receive recommend recover refer refresh register reject relate release reload remain remember remind remove rename renew repeat replace report require rerun reset resolve respond restart restore restrict resubmit return reuse revert roll rotate save say scale search see seem select send serve set share show shut sit skip solve sort spawn specify spin split stand stay stop store stuck submit suggest supply support suppose switch take talk tell terminate test think throw tie tolerate touch track transfer translate treat trust try tune turn understand undo uninstall update upgrade upload use validate verify view vanish visit wait wake walk want warn watch went work worry write wrote wrap got gave took ran saw said told found kept left knew thought went sent built ran began broke chose came died hung held",
);

/** Verb or noun: what stands before decides. */
const EITHER = setOf(
  "run retry pause schedule trigger limit cache log start stop change cancel block queue timeout test check build release update upgrade install resume delay restart load wait sleep plan answer question name process result return call use cost report support access backup crash signal watch hook lock lease resource set point work end filter match state group tag label display order request reply display scale deploy heartbeat import export poll push pull",
);

/** Nouns that name nothing by themselves. */
export const EMPTY_NOUNS = setOf(
  "thing things stuff way ways one ones case cases part parts bit lot kind kinds sort sorts type place places something anything question questions answer answers issue problem point points topic time times people person colleague colleagues folks guys team team's guy user users person mind idea example reason minute minutes min second seconds sec hour hours day days week month today yesterday tomorrow moment bot docs doc documentation page pages sentence word words message thread line",
);

const FUNCTION_WORDS: ReadonlySet<string> = new Set([
  ...DETERMINERS,
  ...PREPOSITIONS,
  ...AUXILIARIES,
  ...PRONOUNS,
  ...FILLERS,
]);
const VERB_STEMS = new Set([...VERBS].map(stem));
const EITHER_STEMS = new Set([...EITHER].map(stem));

export function isFunctionWord(lower: string): boolean {
  return FUNCTION_WORDS.has(lower);
}

export function isVerb(lower: string): boolean {
  return !isFunctionWord(lower) && VERB_STEMS.has(stem(lower)) && !isEither(lower);
}

export function isEither(lower: string): boolean {
  return EITHER_STEMS.has(stem(lower));
}

/** Says something about the subject matter: no function word, no empty noun. Verbs count. */
export function isContentWord(lower: string): boolean {
  return (
    !isFunctionWord(lower) && !EMPTY_NOUNS.has(lower) && (lower.length > 1 || /\d/.test(lower))
  );
}

/** Stems of the content words, in order, each once. */
export const contentStems = remembering((text: string): readonly string[] => {
  const stems = wordsOf(text)
    .filter(({ lower }) => isContentWord(lower))
    .map(({ lower }) => stem(lower));
  return [...new Set(stems)];
});

/** An identifier, a setting, an acronym or a path: what is typed, not spoken. */
export function isIdentifier(text: string): boolean {
  return (
    /[_$/=@]|[a-z][A-Z]|\d[.]\d/.test(text) ||
    /^[A-Z][A-Z0-9]+s?$/.test(text) ||
    /\w\.\w/.test(text)
  );
}
