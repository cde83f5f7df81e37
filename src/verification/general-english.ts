/**
 * Words that say nothing of their own about a product, and expressions of several words that stand for one. A word of
 * a claim that is in none of these lists and not in its quotes fails the claim.
 */
import { once } from "../platform/once.ts";
import { IRREGULAR } from "./stem.ts";

const words = (text: string) => text.trim().split(/\s+/u);

/** Function words, and verbs and fillers that any explanation has. */
const free = once(
  (): ReadonlySet<string> =>
    new Set(
      words(`
  a an the this that these those such it its they them their theirs he she his her we us our you your yours i me my one ones
  who whom whose which what whatever whichever where why how
  and or but nor so yet as than then thus hence therefore however also too still just even either both
  if when whenever while whereas because since although though unless until once whether
  of in on at by for with without within to from into onto over under between among through during against about
  across along around per via upon out off up back away towards toward
  be is are was were been being am do does did done doing have has had having
  will would shall should can could may might must need ought
  not no never none nothing neither cannot ratherthan
  there here thereby therein itself themselves himself yourself
  like respectively e.g i.e etc eg ie namely please
  mean means meant happen happens occur occurs say says said tell tells explain explains describe describes
  use uses used using way ways case cases means thing things something anything someone anyone
  more most less least fewer each every any all both only just solely exclusively
  very quite rather really simply basically essentially actually typically usually normally generally often sometimes
  note example instance
  `),
    ),
);

/**
 * Expressions of several words, and the one word they are read as: in claims and quotes alike, before anything is compared.
 * A pattern may use "~" for the endings of a verb: "carr~ out".
 */
const PHRASES: readonly (readonly [string, string])[] = [
  // Verbs with a particle.
  ["cut~ off", "cutoff"],
  ["shut~ (?:it |them )?down", "shutdown"],
  ["(?:rolls?|rolled|rolling) back", "rollback"],
  ["g(?:ives?|ave|iving) up", "giveup"],
  ["(?:keeps?|kept|keeping) (?:on )?going", "continue"],
  ["(?:keeps?|kept|keeping) (?:on )?(?=running|executing)", "continue "],
  ["(?:keeps?|kept|keeping) (?=\\p{L}+ing\\b)", "still "],
  ["(?:goes|go|going|went|carry|carries|carried|carrying) on", "continue"],
  ["(?:carry|carries|carried|carrying) out", "perform"],
  ["(?:sign|log)~ (?:in|into|on)(?: to)?", "login"],
  ["(?:sign|log)~ (?:out|off)", "logout"],
  ["(?:turn|switch)~ (it |them |this )?on", "enable $1"],
  ["(?:turn|switch)~ (it |them |this )?off", "disable $1"],
  ["(?:is|are|be|was|were|being) on", "is enabled"],
  ["(?:is|are|be|was|were|being) disabled", "is not enabled"],
  ["set~ up", "configure"],
  ["pick~ (?:it |them )?up", "pickup"],
  ["kick~ off", "start"],
  ["(?:gives?|gave|given|giving) back", "release"],
  ["(?:gets?|got|getting) rid of", "remove"],
  ["(?:comes?|came|coming) up", "start"],
  ["(?:goes|go|going|went|comes?|coming) down", "stop"],
  ["(?:goes|go|going|went) away", "disappear"],
  ["(?:runs?|ran|running) out of", "exhaust"],
  ["(?:runs?|ran) out", "expire"],
  ["(?:times?|timed|timing) out", "timeout"],
  ["(?:hands?|handed|handing|passe?s?|passed|passing) (?:it |them )?(?:over|on|off)", "pass"],
  ["(?:takes?|taking|took|taken|comes?|coming|came) (?:effect|into effect|into force)", "apply"],
  ["(?:takes?|taking|took|taken|ha(?:s|ve)) (?:precedence|priority)(?: over)?", "override"],
  ["(?:wins?|won|winning) over", "override"],
  ["(?:takes?|taking|took|taken) place", "happen"],
  ["(?:takes?|taking|took|taken) (?:the place|the role) of", "replace"],
  ["(?:makes?|making|made) use of", "use"],
  ["(?:makes?|making|made) sure", "ensure"],
  ["(?:picks?|picked|picking) out", "choose"],
  ["(?:waits?|waiting) for", "await"],
  ["(?:looks?|looked|looking) (?:for|up)", "search"],
  ["(?:falls?|fell|falling) back (?:to|on)", "fallback"],
  ["(?:tries|try|tried|trying) (?:it )?again", "retry"],
  ["(?:runs?|ran|running|executed?|executes|executing) (?:it )?again", "rerun"],
  ["(?:starts?|started|starting) (?:it )?(?:again|over)", "restart"],
  [
    "(?:starts?|started|begins?|runs?) (?:over )?from (?:the )?(?:beginning|start|scratch)",
    "start-over",
  ],
  ["(?:writes?|written|wrote) (?:it |them )?down", "record"],
  ["(?:ends?|ended|ending|winds?|wound) up(?: in)?", "end"],
  ["(?:kicks?|kicked) in", "start"],
  ["(?:takes?|taking|took|taken) care of|(?:deals?|dealt|dealing) with", "handle"],
  ["(?:figures?|figured) out|(?:finds?|found|finding) out", "find"],
  ["(?:results?|resulted|resulting) in|(?:leads?|led|leading) to", "cause"],
  ["(?:turns?|turned|turning) into", "become"],
  ["(?:gets?|got|getting) back", "receive"],
  ["(?:holds?|held|holding) on to", "keep"],
  ["(?:lets?|letting) go of", "release"],
  ["(?:sets?|setting) aside", "reserve"],
  ["(?:puts?|putting) off", "delay"],
  ["(?:comes?|came|coming) with", "include"],
  ["(?:is|are) in charge of", "manage"],
  ["(?:sticks?|stuck|sticking) to", "follow"],
  ["(?:goes|go|going|went) (?:over|beyond)", "exceed"],
  ["(?:carry|carries|carried) over", "keep"],
  ["(?:takes?|taking|took|taken) over", "inherit"],
  ["(?:stands?|stood) for", "represent"],
  ["(?:gets?|getting|got) (?=\\p{L}+ed\\b)", "is "],
  ["off", "not enabled"],
  ["self-?host(?:s|ing)?", "self-hosted"],
  ["command[- ]line|cli", "command"],
  // Adverbials.
  ["down to", "to"],
  ["at the same time|in parallel|side by side", "concurrently"],
  ["one (?:after|by) (?:the other|another|one)|in (?:turn|sequence)", "sequentially"],
  ["by hand", "manually"],
  ["in progress|under way|underway|in flight", "executing"],
  ["as soon as", "once"],
  ["(?:every|each) time", "whenever"],
  ["in order to", "to"],
  ["in case|provided(?: that)?|as long as|on condition that", "if"],
  ["in advance|ahead of time", "beforehand"],
  ["up to date", "current"],
  ["out of date", "outdated"],
  ["due to|owing to", "because"],
  ["except (?:for|when|if)|with the exception of", "unless"],
  ["(?:rather than|instead of)", "ratherthan"],
  ["no longer", "not"],
  ["for (?:ever|good)", "forever"],
  ["whether or not|no matter (?:if|whether|what|how)|regardless of (?:whether|if)", "regardless"],
  ["in the (?:meantime|meanwhile)", "meanwhile"],
  ["of (?:its|their) own", "separate"],
  ["such as", "like"],
  ["as well(?: as)?", "and"],
  ["at (?:the )?(?:beginning|start) of", "when-starts"],
  ["(?:is|are) able to", "can"],
  ["(?:it is|it's) (?:not possible|impossible) to", "cannot"],
  ["(?:is|are|it's) not able to", "cannot"],
  ["more than one", "multiple"],
];

/** Endings of a verb, before a particle. */
const VERB_ENDING = "(?:s|ed|ting|ning|ing|es)?";
const phrasePatterns = once(() =>
  PHRASES.map(
    ([pattern, word]) =>
      [new RegExp(`\\b(?:${pattern.replaceAll("~", VERB_ENDING)})\\b`, "giu"), word] as const,
  ),
);

/** The text with each known expression as the one word it stands for; code spans keep theirs. */
export function foldPhrases(text: string): string {
  return text
    .split(/(`[^`]*`)/u)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : phrasePatterns().reduce((folded, [pattern, word]) => folded.replace(pattern, word), part),
    )
    .join("");
}

/** Common words whose absence from a quote is a matter of style, up to a share of the claim. */
const soft = once(
  (): ReadonlySet<string> =>
    new Set(
      words(`
  time times moment point period total overall number amount single several multiple many few some various whole entire
  own existing current currently new old previous previously earlier later next first last final initial same different other others
  another certain specific particular given individual separate additional extra further main common general simple easy
  long short large small high low big quick quickly brief briefly normal usual typical actual exact exactly direct directly full fully
  partial part parts piece pieces kind kinds type types sort form place side end reason effect purpose step steps detail details
  information data option options choice behavior behaviour situation scenario condition conditions feature support
  plus instead together alone already again soon now present possible likely available appropriate correct proper necessary
  important useful relevant related associated corresponding respective following above below
  come comes go goes get gets got make makes made take takes taken give gives given put find finds found see seen look know known
  work works want help let try include includes including involve contain contains consist based apply applies
  between itself whatever however member members user users person people someone team
  way side value values silently held hold holds
  meaning cause causes caused due after before
  longer anymore ever far near well better
  incoming outgoing
  decide determine response reply set exist exists ensure ensures handle handles manage manages responsible rely relies refer refers
  lead leads suffer experience face encounter affect affected affects keyword feature capability purposes approach method
  manner fashion eventually ultimately subsequently currently originally actually simultaneously specifically
  similarly accordingly consequently otherwise optionally normally commonly basis fact idea concept notion kind context
  area aspect level degree range extent majority rest remainder
  object item element content contents entry entries thing
  system application applications tool tools 
  underlying respective built-in standard ordinary regular special basic core key major minor
  safe safely dangerous risky good bad better worse best worst careful carefully
  today nowadays recently lately past future
  tell show see look count counts
  compete concern concerns cover covers deal deals differ differs expect expects face faces focus imply implies intend intends
  matter matters mention mentions offer offers prefer prefers seem seems suit suits suppose understand worry act acts play plays
  role roles serve serves treat treats turn turns bring brings aim aims
  night day today moment whatever 
  merely purely mostly mainly largely partly primarily chiefly notably namely especially particularly specifically generally broadly roughly nearly almost
  approximately precisely literally effectively practically virtually naturally obviously clearly apparently presumably evidently indeed certainly surely
  truly strictly formally technically conceptually internally externally logically physically smoothly properly correctly reliably safely securely
  explicitly implicitly conveniently easily readily gracefully intentionally deliberately accidentally unexpectedly suddenly gradually slowly
  necessarily inherently additionally furthermore moreover meanwhile besides beforehand overall altogether apart aside
  except excluding aside regardless despite notwithstanding unlike alike
  able unable capable possible feasible enough sufficient sufficiently suitable fit ready
  exclusive exclusively intended designed built meant purposely
  need needed needs matters place sense point word words term terms phrase sentence topic subject question
  situation circumstance circumstances case occasion chance opportunity risk danger benefit advantage disadvantage drawback downside upside tradeoff
  trade-off consequence outcome implication effect impact influence relation relationship difference
  similarity distinction contrast comparison aspect property attribute characteristic trait nature quality behavior mode
  activity work effort duty responsibility purpose goal aim objective intent intention
  reason cause basis ground explanation description definition guide guidance rule convention practice recommendation 
  limitation exception assumption expectation guarantee
  layout shape format pattern style layer top bottom front middle center core edge beginning start outset
  quantity portion share fraction proportion percentage bulk count handful couple pair variety set 
  alternative substitute counterpart equivalent analog analogue variant flavor
  manage maintain operate function behave appear look remain turn prove involve entail comprise constitute form represent
  denote signify indicate suggest imply specify express refer relate correspond belong pertain vary depend
  achieve accomplish attain reach realize fulfil fulfill satisfy meet serve address tackle deal facilitate simplify ease
  assist support back helps aid contribute participate engage
  consider regard view deem treat think believe assume suppose expect anticipate intend plan hope wish want like prefer
  recognize realize notice observe perceive learn understand know remember recall
  explain describe mention discuss cover outline summarize illustrate demonstrate clarify
  rely count bank lean trust
  live lives lived living last lasts lasted lasting
  useful helpful handy convenient practical beneficial valuable worthwhile worth ideal optimal reasonable sensible adequate acceptable
  essential crucial vital critical significant considerable substantial notable minor slight
  clear obvious evident apparent plain straightforward tricky difficult hard complex complicated
  typical normal ordinary regular usual common frequent rare unusual special particular
  genuine real true false proper right wrong
  previous former latter preceding subsequent upcoming forthcoming aforementioned said
  internal external inner outer
  fully wholly totally entirely partially
  anew afresh over
  e.g. i.e. via amid amidst upon onto
  lets letting permits thing stuff matter item
  successfully conclusion
  run runs attempt
  ability absolute absolutely abstract accidental accompany according accurate accurately acknowledge adjacent
  admittedly adopt advisable advise afford afterwards agree ahead allegedly alongside alternatively ambiguous ample
  anybody anyhow anyone anyway anywhere appeal appearance appeared appreciate approachable appropriately approve
  arbitrary arguably argue arise arisen arose arrival arrive artificial ashore asks assert assess assignable
  assistance associate assorted assurance assure attention attentive attract avenue avoidable aware awareness awkward
  backwards barely bear bears begin behalf behind belief beneath bet beware blame boost bother breadth
  breakdown brevity broad broaden burden busy calm care careless cares carries carry casual caution cautious 
  centre chosen claim clarity classic clean cleaner clearer clever closely closer closest coarse coincide collective
  comfort comfortable commence comparable comparatively compare compared compatible compel compelling compensate
  competent complement completeness compose comprehensive compromise conceive concentrate concerned concerning
  conclude concrete confidence confident conform confuse confused confusing confusion conscious consecutive
  considerably considerate consideration consistency consistent consistently conspicuous contend
  contrary convenience conventional conversely convey convince cooperate cope correctness costly counter course
  courtesy cousin crucially cumbersome curious custom customary date dear decidedly decision declare deep deeper
  deeply defeat definite definitely definitive delicate demand demanding dependable dependent depict depth derive
  deserve desirable desire desired destined detailed devote dictate differently difficulty diminish direction disagree
  disappoint discourage discouraged discretion discussion distinct distinctive distinguish diverse doubt
  dramatic dramatically drastic dubious duly eager earn easier easiest economical effective efficient
  efficiently effortless either elaborate elegant eligible elsewhere embrace emphasis emphasize employ employed
  encourage end-user endeavor enjoy enormous entitle entitled equally equip equipped essence establish estimate
  everybody everyday everyone evolve examine exceedingly excellent exceptional excess excessive excessively excuse
  exemplary exercise exhibit expense expensive expert explicit extensive extraordinary extreme extremely facet
  fail-safe fair fairly faith fall fallen falls familiar far-reaching favor favorable favour feel fell fine
  fine-grained firm firmly flaw flawless flexibility fold foremost formal fortunate forward foundation frame
  freely frequency friendly fruitful fun fundamental fundamentally furnish fuss gain gains gap gather gentle genuinely
  glance govern grace grade gradual great greatly grounds grow guess guided habit half halfway hand hands happen happy
  hardest harm harmful harmless heart heavily heavy heed height helpfully hence hesitate highlight hopefully huge
  humble hurdle ideally identical ignorant imaginable imagine immense imperative implicit importance importantly
  impractical impress impression improve improved improvement inability inadequate inadvertently incidentally inclined
  inconvenient incorporate increasingly incur indication indispensable individually inevitable inevitably informal
  informative inherent initially initiative inquire insight insist insofar instantly instruct insufficient intact
  integral intelligent intense intensive intentional interest interested interesting interim intermediate intricate
  intuitive invariably inviting irrelevant irrespective judgement just justified justify keen kindly knowledge lapse
  legitimate lengthy lesser lightweight likelihood likewise linger little locate logical longest longstanding loose
  loosely lot lots luck lucky mainstream maintainable maintenance manageable manifest massive meaningful
  meaningfully means medium mere merit mild mind mindful minimally minimize minority mistake mistaken
  mistakenly moderate modern modest modestly momentarily more-or-less motivation mutual mutually narrow natural neat
  necessitate necessity needless neglect negligible neither neutral nevertheless nice nonetheless noteworthy
  noticeable nuance numerous obey oblige obstacle occasional occasionally odd ongoing onward opinion opposed opposite
  optimum ordinarily organized orient originate ought outweigh overcome overly overview pace painful painless palpable
  paramount passage patient peculiar perfect perfectly perhaps permissible persuade phenomenon philosophy picture
  plausible pleasant plentiful popular positive positively possess possibility potential potentially precaution
  precede precise preferable preferably preference preliminary preparation prepare presence pressing pretty prevail
  prevalent primary principal principally principle probable probably productive profound prominent promptly prone
  propose prospective provisional proximity prudent purposeful pursue quicker quickest quiet quietly radical rapid
  rapidly rarely rather rational realistic reality realm reap reappear rear reasonably reassure recent
  reckon recognizable recommendable recommended regarded regarding regularly regulate reinforce relatively relevance
  reliability reliable reliant relieve reluctant remark remarkable remarkably remedy remind reminder resemble reside
  resort respect respected respectively restful rewarding rid rigid rise rises rising robust rough routine rudimentary
  safeguard safety sake satisfied scarce scarcely scope seamless seamlessly seek seemingly seldom self-explanatory
  sensitive seriously settle severe severely shall sharp sharply shift shortcoming shortcut shortly sight
  significance significantly silent similar simpler simplest simplicity simplified skill slightly smallest smart
  solely solid solution somehow somewhat sought spare specially spend spent spot stance stand
  standpoint stands steadily steady steep stem stems stick sticks straightforwardly strategic strategy strength stress
  striking strive strong stronger strongly stuck subjective subtle succinct sudden suffice suffices suggestion suited
  super superb superfluous superior supposed supposedly sure surprise surprising surprisingly surround surrounding
  susceptible sustainable swift swiftly tailored talk talks tedious tempt tend tendency tends tentative thanks theme
  theoretical theoretically thorough thoroughly thought threat threaten thrive throughout tie tied ties tiny tone
  touch touches tough toward traditional traditionally transparent transparently treatment tremendous trend trivial
  trouble troublesome truth tune twofold ultimate unambiguous unambiguously unaware uncommon undergo undertake
  undesirable undesired unexpected unfamiliar unfortunate unfortunately uniformly unimportant unintended
  unintentionally unlikely unnecessarily unnecessary unwanted up-front upfront urge urgent usable usage utilize utmost
  vague vain varied vast verge versatile vicinity viewpoint vivid voluntary vulnerable wake warning warrant wary
  wasteful weak weaken weakness wealth weigh weight well-defined whereby wherever whichever wide widely widespread
  willing wise withstand wonder workable worthy would-be wrongly
  optional optionally default defaults enable enabled enables
  stay stays stayed staying remain remains remained remaining
  version versions
  lie lies lay lying move moves moved moving hit hits hitting pick picks named called name
  `),
    ),
);

/** What a piece of code is called: a claim over code may say it, a page that shows the code need not. */
export const CODE_WORDS: ReadonlySet<string> = new Set(
  words(`
  code command option flag parameter argument keyword setting variable environment function method call decorator class object
  field property key value import module package python yaml toml json shell terminal file hook line syntax expression example
  `),
);

/** The dictionary form, near enough, without turning one word into another: "variable" is not "various". */
const inflections = (lower: string) => [
  lower,
  IRREGULAR.get(lower) ?? lower,
  lower.replace(/(?<=[^s])s$/u, ""),
  lower.replace(/ies$/u, "y"),
  lower.replace(/es$/u, ""),
  lower.replace(/(?:ed|ing)$/u, ""),
  lower.replace(/(?:ed|ing)$/u, "e"),
  lower.replace(/ied$/u, "y"),
  lower.replace(/(.)\1(?:ed|ing)$/u, "$1"),
];

/** How much a word's absence from the quotes weighs. */
export function tierOf(lower: string): "free" | "soft" | "strict" {
  if (free().has(lower)) return "free";
  // A thing, not a form of "set".
  if (/^settings?$/u.test(lower)) return "strict";
  const forms = inflections(lower);
  if (lower.length <= 6 && forms.some((form) => form.length > 1 && free().has(form))) return "free";
  return forms.some((form) => soft().has(form)) ? "soft" : "strict";
}
