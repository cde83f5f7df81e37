/** [pure] Words of talk about talk, by what they do in it; what a message is about is none of them. */

const CLASSES: Readonly<Record<string, string>> = {
  THANKS:
    "thanks thank thx thnx ty tysm cheers appreciate appreciated ta bye cya goodbye weekend legend awesome hero best lifesaver kudos love merci gracias danke evening night goodnight",
  DONE: "solved fixed figured learned understood sorted resolved done",
  NEG: "not no nope nah never nothing none nowhere without isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't cannot couldn't won't wouldn't shouldn't neither",
  SORRY: "sorry oops whoops mistake typo misspoke forgot bad",
  YOU: "you your yours you're you've u",
  ME: "i we my our mine ours i'm i've i'd we're we've me us",
  SAY: "say said says saying mention mentioned wrote write written told tell tells call called claim claimed stated state answered talking talked",
  SURE: "sure certain positive serious seriously really honestly truly absolutely",
  TRUE: "true right wrong correct incorrect false accurate inaccurate nonsense convinced believe impossible contradict contradicts contradictory contradicting inconsistent opposite odd weird strange fishy suspicious misleading doubt buy bullshit skeptical trust guess",
  SOURCE:
    "docs doc documentation page pages link links source sources reference references proof prove evidence documented cite citation quote sentence passage",
  SOMEWHERE: "anywhere somewhere",
  EXPER:
    "see saw seen seeing tried tested try checked check observe observed noticed noticing shows showed read heard found",
  FAIL: "fails fail failed broken error blank empty throws threw still same change effect luck help helped helps work works worked working",
  MEAN: "mean means meaning meant define definition term word explain",
  AGAIN:
    "again repeat remind recap summary summarize summarise sum tldr tl short shorter takeaway bullets bullet once restate rephrase list boil simple plain english skimmed",
  CHOOSE:
    "which best better prefer recommend recommended pick pros cons pros/cons benefit easiest simplest safest fastest cheapest quicker faster easier worth",
  TOPIC:
    "unrelated different another next topic subject separate separately switching changing else completely totally matter",
  BACK: "back return returning earlier original originally previous",
  NOD: "ok okay nice great cool perfect alright fine good got gotcha yes yeah yep k hm hmm oh ah wow lol haha sweet",
  WH: "what how why when where who whose what's how's where's whom",
  DO: "do does did is are was were can could will would should has have",
  POINT: "it its that this those these them they one ones both there it's that's",
  ORDER: "first second third fourth last latter former 1st 2nd 3rd 4th",
  ITEM: "thing things option options point bit part suggestion way ways",
  ASK: "question questions asked asking ask answer answers issue problem",
};

const BY_WORD: ReadonlyMap<string, string> = new Map(
  Object.entries(CLASSES).flatMap(([name, words]) =>
    words.split(" ").map((word) => [word, name] as const),
  ),
);

/** The class of a word in lower case; undefined when it is none of talk. */
export function talkClassOf(lower: string): string | undefined {
  return BY_WORD.get(lower);
}
