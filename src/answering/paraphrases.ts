/**
 * What a claim may say in other words than its quote. Verification is closed-world: a word of a claim that is not
 * in its quotes fails it, unless this file allows the change. Three allowances, all general English:
 *
 * - `FREE`: words that carry the sentence and not its content; never looked at.
 * - `SOFT`: general nouns, adjectives and adverbs; a claim may have a few that its quotes lack.
 * - `SAME`: groups whose members stand for each other ("terminated", "cut off", "interrupted").
 *
 * Everything else is strict, so names of mechanisms ("checkpoint", "resume", "reschedule") need no list of their
 * own: they are refused because nothing here allows them. Groups hold dictionary forms; `stem` is applied on use.
 */

const words = (text: string) => text.trim().split(/\s+/u);

/** Function words, and verbs and fillers that any explanation has. */
export const FREE: ReadonlySet<string> = new Set(
  words(`
  a an the this that these those such it its they them their theirs he she his her we us our you your yours i me my one ones
  who whom whose which what whatever whichever where why how
  and or but nor so yet as than then thus hence therefore however also too still just even either both
  if when whenever while whereas because since although though unless until once whether
  of in on at by for with without within to from into onto over under between among through during against about
  across along around per via upon out off up down back away towards toward
  be is are was were been being am do does did done doing have has had having
  will would shall should can could may might must need ought
  not no never none nothing neither cannot ratherthan
  there here thereby therein itself themselves himself yourself
  like respectively e.g i.e etc eg ie namely please
  mean means meant happen happens occur occurs say says said tell tells explain explains describe describes
  use uses used using way ways case cases means thing things something anything someone anyone
  more most less least fewer each every only just solely exclusively
  very quite rather really simply basically essentially actually typically usually normally generally often sometimes
  note example instance
  `),
);

/** Common words whose absence from a quote is a matter of style, up to a share of the claim. */
export const SOFT: ReadonlySet<string> = new Set(
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
  attempt meaning cause causes caused due after before
  longer anymore ever far near well better
  incoming outgoing
  decide determine response reply set exist exists ensure ensures handle handles manage manages responsible rely relies refer refers
  lead leads suffer experience face encounter affect affected affects keyword feature capability purposes approach method
  manner fashion eventually ultimately subsequently currently originally actually simultaneously specifically
  similarly accordingly consequently otherwise optionally normally commonly basis fact idea concept notion kind context
  area aspect level degree range extent majority rest remainder
  entity object item element content contents entry entries resource resources component components thing
  system systems application applications tool tools platform
  underlying respective built-in standard ordinary regular special basic core key major minor
  safe safely dangerous risky good bad better worse best worst careful carefully
  today nowadays recently lately past future
  tell show see look count counts
  compete concern concerns cover covers deal deals differ differs expect expects face faces focus imply implies intend intends
  matter matters mention mentions offer offers prefer prefers seem seems suit suits suppose understand worry act acts play plays
  role roles serve serves treat treats turn turns bring brings aim aims
  night day today moment whatever run runs
  `),
);

/** Members of a group stand for each other. A word may be in several groups. */
const GROUPS: readonly string[] = [
  // Coming to an end.
  "terminate interrupt kill stop abort halt cutoff end shutdown",
  "exit quit terminate end stop finish",
  "die disappear vanish gone lose terminate kill crash",
  "finish complete end conclude over done",
  "lose discard disappear vanish gone drop",
  "expire elapse out end over pass",
  // Going on.
  "keep retain stay remain preserve hold survive leave maintain",
  "continue proceed going carry remain keep",
  "start begin launch initiate",
  "run execute perform",
  "wait await",
  "retry retried again reattempt attempt try",
  "attempt try",
  "repeat again",
  // Making and changing.
  "create make generate produce build add",
  "remove delete erase drop clear",
  "change modify alter edit adjust update override customize set control configure",
  "set configure specify define pass give provide assign supply turn enable add choose",
  "override replace supersede precedence win overrule",
  "precedence win priority prevail",
  "save store persist write keep",
  "storage store",
  "reuse use again",
  "skip omit bypass ignore",
  "combine join merge",
  "connect reach contact communicate",
  "unreachable unavailable down reach",
  "offline down",
  "raise increase lift higher",
  "lower decrease reduce",
  "move transition enter switch become go change",
  "mark record report set place put register note show treat consider count classify transition enter become end move state regard",
  "state status",
  "record log store save write",
  "show display appear list view visible indicate",
  "send emit transmit deliver go push publish post",
  "get receive obtain fetch read take retrieve",
  "accept take support allow receive expect",
  "return give",
  "raise throw",
  "error exception",
  "fail failure unsuccessful",
  "succeed success successful successfully",
  "check validate verify test inspect",
  "detect notice discover identify recognize find spot",
  "watch monitor observe track",
  "trigger cause start fire launch invoke",
  "invoke call run execute trigger",
  "fire trigger activate",
  "match same equal identical correspond",
  "release free",
  "allocate reserve occupy take hold",
  "share common same",
  "allow let enable permit possible able",
  "prevent avoid stop block disallow forbid",
  "need require necessary must demand depend",
  "want wish",
  "install add",
  "deploy redeploy",
  "rerun again",
  "arrive receive come",
  "miss lack absent",
  "rollback roll undo revert",
  "inherit take come",
  "belong part",
  "exceed over beyond above more",
  "limit bound cap maximum max restrict most",
  "interval every frequency period",
  "delay wait pause",
  "duration length long time",
  "default unless",
  "size large big",
  "number count amount many total",
  "version release",
  "address url endpoint",
  "command run",
  "setting option parameter configuration",
  "parameter argument input",
  "argument option flag parameter",
  "config configuration configure",
  "environment env",
  "variable var",
  "job work",
  "machine host computer",
  "database db",
  "kubernetes k8s",
  "repository repo",
  "authenticate login log authentication auth",
  "credential credentials secret",
  "permission role access",
  "function method callable",
  "code script program",
  "file document",
  "folder directory",
  "image images",
  "message notification alert",
  "notify alert inform message",
  "schedule scheduled plan",
  "concurrent simultaneous parallel same concurrency once simultaneously concurrently",
  "immediate immediately instantly instant once",
  "automatic automatically itself own",
  "manual manually hand yourself",
  "permanent permanently",
  "temporary temporarily short",
  "brief short briefly",
  "local locally",
  "remote remotely",
  "whole entire all full",
  "single one individual",
  "own separate individual",
  "intend mean design suit suitable meant",
  "missing absent lack",
  "ahead advance future",
  "once after when",
  "early before",
  "late after",
  "first initial initially",
  "total sum",
  "hosted host",
  "without lack no",
  "parent calling",
  "child nested subflow sub",
  "nested within inside",
  "group collection set",
  "represent stand",
  "contain hold include have comprise consist",
  "describe define specify",
  "fast quick quickly",
  "cost expensive",
  "help assist support",
  "prefer recommend should",
  "recommend suggest advise should",
  "unique distinct",
  "listen poll wait",
  "poll check ask query look",
  "pick pull fetch take",
  "submit send dispatch",
  "protect guard secure",
  "retention history keep",
  "memory in-memory ram",
  "handler hook callback",
  "giveup abandon stop",
  "leave cause make",
  "have provide offer include ship come",
  "re again",
  "think believe assume consider regard deem",
  "truncate cut shorten trim",
  "past older beyond exceed further over after",
  "beyond further past more",
  "replace instead substitute",
  "visible see view show",
  "kept keep store stored",
  "longer more greater above over exceed",
  "greater above more over higher exceed larger",
  "fewer less below under lower smaller",
  "orphan zombie abandoned",
  "crash crashed die",
  "restart reboot",
  "rebuild recreate",
  "recreate create again",
  "resume continue",
  "pick select choose",
  "name call label",
  "identify name id",
  "id identifier",
  "attach add associate assign link",
  "associate link connect relate belong",
  "detach separate disconnect",
  "lock hold acquire",
  "acquire obtain get take",
  "enforce apply",
  "apply effect",
  "affect influence change impact",
  "depend rely require",
  "lead cause result",
  "surface show raise report",
  "propagate pass forward spread",
  "pass forward hand",
  "reject refuse deny decline",
  "accept allow admit",
  "exclude omit skip leave",
  "contain include hold",
  "overwrite replace override",
  "duplicate copy twice",
  "copy clone replicate",
  "load read fetch",
  "download fetch pull",
  "upload send push",
  "compute calculate evaluate",
  "evaluate compute calculate check",
  "convert transform turn translate",
  "split divide separate",
  "distribute spread",
  "merge combine join",
  "order sequence",
  "simple plain easy",
  "complex complicated",
  "cheap inexpensive",
  "secure safe",
  "private hidden secret",
  "public open",
  "empty blank",
  "invalid wrong incorrect",
  "valid correct",
  "enable activate on turn",
  "disable deactivate off turn",
  "active enabled running online",
  "inactive disabled",
  "usual normal common default",
  "rare seldom",
  "often frequently",
  "frequent often regular periodic",
  "periodically regular interval every",
  "several multiple many",
  "few some",
  "begin start first",
  "end finish last",
  "user person member people",
  "team group",
  "owner creator",
  "administrator admin",
  "developer engineer",
  "laptop machine computer",
  "instance copy",
  "node machine",
  "cluster group",
  "capacity slot space room",
  "slot capacity",
  "memory ram",
  "disk storage",
  "request call",
  "call request",
  "query request search",
  "response answer reply",
  "answer respond reply response",
  "respond answer reply",
  "problem issue error trouble",
  "issue problem",
  "bug error defect",
  "warning alert",
  "guarantee ensure promise",
  "ensure make guarantee",
  "attempt effort try",
  "gap interval pause delay",
  "spacing interval",
  "backoff delay",
  "lifetime duration ttl",
  "window period interval time",
  "deadline timeout limit",
  "timeout limit",
  "timed timeout",
  "threshold limit",
  "ceiling limit maximum",
  "quota limit",
  "grace termination",
  "signal sigterm",
  "inspect view look examine check",
  "investigate inspect debug examine",
  "fix repair resolve mend",
  "resolve fix settle",
  "recover restore",
  "restore recover bring",
  "backup copy",
  "migrate move upgrade",
  "upgrade update",
  "update upgrade refresh",
  "refresh update renew",
  "renew refresh extend",
  "extend lengthen prolong",
  "shorten reduce",
  "grow increase expand",
  "shrink decrease reduce",
  "scale grow",
  "route direct send",
  "target destination",
  "source origin",
  "inside within in",
  "outside beyond external",
  "external outside",
  "internal inside",
  "before prior",
  "prior previous earlier before",
  "later afterwards after",
  "while during",
  "independent separate own",
  "separately own individual independent",
  "separate own independent individual different",
  "shared common",
  "explicit explicitly",
  "implicit implicitly",
  "directly direct straight",
];

/** Pairs that say the opposite: a claim may use one for the other when exactly one of the two texts negates it. */
const OPPOSITES: readonly (readonly [string, string])[] = [
  ["keep", "lose"],
  ["keep", "remove"],
  ["keep", "delete"],
  ["keep", "discard"],
  ["continue", "stop"],
  ["going", "stop"],
  ["going", "interrupt"],
  ["continue", "interrupt"],
  ["start", "stop"],
  ["succeed", "fail"],
  ["success", "fail"],
  ["enable", "disable"],
  ["allow", "prevent"],
  ["include", "exclude"],
  ["include", "omit"],
  ["online", "offline"],
  ["available", "unavailable"],
  ["reach", "unreachable"],
  ["possible", "impossible"],
  ["always", "never"],
  ["require", "optional"],
  ["need", "optional"],
  ["accept", "reject"],
  ["accept", "refuse"],
  ["present", "absent"],
  ["present", "missing"],
  ["persist", "lose"],
  ["survive", "lose"],
  ["remember", "forget"],
  ["affect", "unaffected"],
  ["change", "unchanged"],
  ["change", "stay"],
  ["change", "remain"],
];

/** Words for states of runs, workers and pods; as a state they stand for themselves only. */
export const STATES: ReadonlySet<string> = new Set(
  words(`
  scheduled pending running paused pausing suspended suspending completed failed crashed cancelled canceled cancelling canceling
  late retrying awaitingretry awaitingconcurrencyslot cached rolledback timedout ready not-ready queued skipped succeeded
  terminated evicted oomkilled success error up_for_retry upstream_failed removed deferred restarting aborted submitted active inactive
  imagepullbackoff crashloopbackoff
  `),
);

/** Kinds of parts that sentences set against each other: a statement about one is not a statement about another. */
export const CONTRASTS: readonly ReadonlySet<string>[] = [
  new Set(words("worker agent server client scheduler automation")),
  new Set(words("flow task subflow deployment")),
  new Set(words("pool queue")),
  new Set(words("hosted self-hosted cloud open-source oss enterprise")),
  new Set(words("free paid pro starter enterprise team hobby")),
  new Set(
    words("paused suspended running cancelled failed crashed completed pending scheduled late"),
  ),
  new Set(words("kubernetes ecs docker aws azure gcp vertex modal fargate")),
  new Set(words("parent child")),
  new Set(words("synchronous asynchronous sync async")),
  new Set(words("global task-level flow-level")),
  new Set(words("sqlite postgres postgresql mysql")),
  new Set(words("proactive reactive")),
];

/** Endings that English adds, taken off far enough for "cancellation" to meet "cancelled". */
export function stem(word: string): string {
  const lower = word.toLowerCase().replace(/['\u2019]s?$/u, "");
  const irregular = IRREGULAR.get(lower);
  if (irregular !== undefined) return irregular === lower ? lower : stem(irregular);
  if (lower.length <= 3 || !/^[a-z-]+$/.test(lower)) return lower;
  let root = lower;
  if (root.endsWith("ies") && root.length > 4) root = `${root.slice(0, -3)}y`;
  else if (/(?:sses|shes|ches|xes|zes)$/.test(root)) root = root.slice(0, -2);
  else if (root.endsWith("s") && !/(?:ss|us|is)$/.test(root)) root = root.slice(0, -1);

  const irregularSingular = IRREGULAR.get(root);
  if (irregularSingular !== undefined && irregularSingular !== root) return stem(irregularSingular);

  if (root.endsWith("ied") && root.length > 4) root = `${root.slice(0, -3)}y`;
  else root = strip(root, /(?:ed|ing)$/, 3);
  root = strip(root, /ly$/, 4);
  root = strip(root, /(?:ation|ate|at)$/, 4);
  root = strip(root, /(?<=[st])ion$/, 4);
  root = strip(root, /(?:ence|ance)$/, 5);
  root = strip(root, /ment$/, 4);
  root = strip(root, /able$/, 4);
  if (/([bdgmnprt])\1$/.test(root) || (root.endsWith("ll") && root.length > 5))
    root = root.slice(0, -1);
  return root.length > 3 ? root.replace(/e$/, "").replace(/y$/, "i") : root;
}

function strip(word: string, ending: RegExp, least: number): string {
  const rest = word.replace(ending, "");
  return rest.length >= least && /[aeiouy]/.test(rest) ? rest : word;
}

const IRREGULAR: ReadonlyMap<string, string> = new Map(
  words(`
  ran:run runs:run running:run lost:lose loses:lose loss:lose losing:lose kept:keep held:hold   went:go
  wrote:write written:write writing:write sent:send began:begin begun:begin beginning:begin died:die dies:die dying:die
  took:take taken:take gave:give given:give made:make got:get left:leave threw:throw thrown:throw won:win stuck:stick
  built:build chose:choose chosen:choose found:find saw:see seen:see shown:show read:read told:tell meant:mean spent:spend
  stood:stand understood:understand brought:bring caught:catch shut:shut hidden:hide broke:break broken:break
  suspension:suspend retention:retain retries:retry retried:retry retrying:retry children:child indices:index
  used:use using:use uses:use user:user users:user being:be gone:gone going:going note:note notes:note noted:note status:status process:process processes:process
  alias:alias canceled:cancel cancelled:cancel cancelling:cancel canceling:cancel cancellation:cancel
  timed:time timing:time pods:pod unavailable:unavailable available:available unreachable:unreachable
  failure:fail failures:fail failing:fail failed:fail successful:success successfully:success succeeded:succeed
  automatically:automatic lower:lower admins:admin
  overridden:override overrode:override overwritten:overwrite overwrote:overwrite undone:undo rerun:rerun became:become
  came:come grew:grow grown:grow knew:know known:know thought:think sought:seek taught:teach bound:bind lay:lie laid:lay led:lead
  met:meet paid:pay said:say set:set shrunk:shrink slept:sleep split:split spread:spread stuck:stick swapped:swap driven:drive
  drawn:draw drew:draw fell:fall fallen:fall forgot:forget forgotten:forget froze:freeze frozen:freeze heard:hear hit:hit hung:hang
  hanging:hang hangs:hang put:put quit:quit risen:rise rose:rise sold:sell spoken:speak stolen:steal woken:wake woke:wake worn:wear
  absence:absent fewer:few bigger:big larger:large smaller:small older:old newer:new higher:high longer:long shorter:short
  `).map((pair) => {
    const [from = "", to = ""] = pair.split(":");
    return [from, to] as const;
  }),
);

function stemsByGroup(): ReadonlyMap<string, ReadonlySet<string>> {
  const map = new Map<string, Set<string>>();
  for (const group of GROUPS) {
    const stems = words(group).map(stem);
    for (const each of stems) {
      const known = map.get(each) ?? new Set<string>();
      for (const other of stems) known.add(other);
      map.set(each, known);
    }
  }
  return map;
}

const SAME = stemsByGroup();

/** Endings, as `stem` leaves them, that make another kind of word of the same root: absence - absent, expire - expiry. */
const DERIVED = new Set(
  ",e,i,c,t,ci,al,iv,ion,it,iti,ur,anc,ant,enc,ent,enci,anci,ful,ness,abl,ibl".split(","),
);

/** Whether two stems are the same root with endings that do not name another thing (a scheduler is not a schedule). */
export function sameRoot(one: string, other: string): boolean {
  let common = 0;
  while (common < one.length && one[common] === other[common]) common += 1;
  return common >= 5 && DERIVED.has(one.slice(common)) && DERIVED.has(other.slice(common));
}

/** Stems that may stand for this one, itself included. */
export function sameAs(stemmed: string): ReadonlySet<string> {
  return SAME.get(stemmed) ?? new Set([stemmed]);
}

const OPPOSITE = new Map<string, Set<string>>();
for (const [one, other] of OPPOSITES) {
  for (const [from, to] of [
    [stem(one), stem(other)],
    [stem(other), stem(one)],
  ] as const) {
    OPPOSITE.set(from, (OPPOSITE.get(from) ?? new Set()).add(to));
  }
}

/** Stems that say the opposite of this one. */
export function oppositesOf(stemmed: string): ReadonlySet<string> {
  return OPPOSITE.get(stemmed) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();

const FREE_STEMS = new Set([...FREE].map(stem));
const SOFT_STEMS = new Set([...SOFT].map(stem));

/** How much a word's absence from the quotes weighs. */
export function tierOf(lower: string): "free" | "soft" | "strict" {
  if (FREE.has(lower)) return "free";
  const stemmed = stem(lower);
  if (FREE_STEMS.has(stemmed) && lower.length <= 5) return "free";
  return SOFT.has(lower) || SOFT_STEMS.has(stemmed) ? "soft" : "strict";
}
