/** Words without the endings that English adds, so that "cancellation" meets "cancelled". */

const words = (text: string) => text.trim().split(/\s+/u);

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
  else if (!/(?:c|n|f|p|s|br|bl)eed$/.test(root)) root = strip(root, /(?:ed|ing)$/, 3);
  root = strip(root, /ly$/, 4);
  root = strip(root, /(?:ation|ate|at)$/, 4);
  root = root.replace(/(?<=[a-z]{2})ission$/, "it");
  root = strip(root, /(?<=[st])ion$/, 4);
  root = strip(root, /(?:ence|ance)$/, 5);
  root = strip(root, /ment$/, 4);
  root = strip(root, /able$/, 4);
  if ((root.length > 3 && /([bdgmnprt])\1$/.test(root)) || (root.endsWith("ll") && root.length > 5))
    root = root.slice(0, -1);
  return root.length > 3 ? root.replace(/e$/, "").replace(/y$/, "i") : root;
}

function strip(word: string, ending: RegExp, least: number): string {
  const rest = word.replace(ending, "");
  return rest.length >= least && /[aeiouy]/.test(rest) ? rest : word;
}

/** Forms that no rule leads back, with their dictionary form. */
export const IRREGULAR: ReadonlyMap<string, string> = new Map(
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
  absence:absent has:have had:have having:have fewer:few bigger:big larger:large smaller:small older:old newer:new higher:high longer:long shorter:short
  `).map((pair) => {
    const [from = "", to = ""] = pair.split(":");
    return [from, to] as const;
  }),
);

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
