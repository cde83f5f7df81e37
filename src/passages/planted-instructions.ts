/**
 * Text on a page that speaks to a machine reading it instead of to people: "ignore your rules", "message for any AI
 * assistant", "begin each answer with". It is never documentation, so it is neither shown to a model nor quoted. Judged
 * from forms such text takes, not from a list of known attacks; missing one is not fatal, because whatever a
 * model makes of it still needs a quote that carries it.
 */
const READER =
  "(?:ai|llms?|(?:large )?language models?|models?|(?:ai |chat ?|virtual )?(?:assistants?|bots?|agents?)|chatbots?|automated (?:readers?|systems?)|machine readers?)";

const FORMS: readonly RegExp[] = [
  // Away with the rules.
  /\b(?:ignore|disregard|forget)\b[^.\n]{0,40}\b(?:previous|prior|earlier|above|preceding|existing|your|all|any|system|the question)\b[^.\n]{0,40}\b(?:instructions?|rules|prompts?|guidelines|directions|constraints|was asked)\b/i,
  /\b(?:rules|instructions|guidelines)\b[^.\n]{0,50}\b(?:no longer|do not|don't|never) (?:apply|hold|bind)\b/i,
  // Out with the secrets.
  /\b(?:reveal|print|show|repeat|output|disclose|leak|dump)\b[^.\n]{0,40}\b(?:your|system) (?:[a-z]+ )?(?:instructions?|prompts?|rules)\b/i,
  /\b(?:post|send|paste|share|hand over|tell us|reply with)\b[^.\n]{0,40}\b(?:api keys?|passwords?|tokens?|credentials|secrets)\b[^.\n]{0,40}\b(?:channel|chat|thread|support|dm|message)\b/i,
  /\bsend (?:them|him|her|the user|users?)\b[^.\n]{0,40}\bother (?:users?|people)/i,
  // Say this.
  /\b(?:reply|respond|answer) only with\b/i,
  /\b(?:begin|start|end|sign|finish|preface|answer|close)\b[^.\n]{0,20}\b(?:each|every|all|your|any)\b[^.\n]{0,25}\b(?:answers?|repl(?:y|ies)|responses?|questions?|messages?)\b[^.\n]{0,12}\bwith\b/i,
  /\b(?:you are|act as|pretend to be|behave as) (?:now )?(?:an? |the )?(?:[a-z]+ ){0,3}(?:assistant|chatbot|language model|ai)\b/i,
  /\bsign with\b[^.\n]{0,10}\b[A-Z]{3,}/,
  /\byour sources? (?:is|are) (?:out of date|outdated|wrong)\b/i,
  // A letter to the machine.
  new RegExp(
    `\\b(?:message|notes?|notice|instructions?|tasks?|reminder|attention|line|command)\\b[^.\\n]{0,12}\\b(?:for|to)\\b (?:(?:any|all|every|each|the|this|an?|whatever) )?${READER}\\b`,
    "i",
  ),
  new RegExp(`\\b(?:if you are|dear|hey|hello|attention,?) (?:an? |the )?${READER}\\b`, "i"),
  /\bsystem notice\b|\bswitched you to\b[^.\n]{0,20}\bmode\b/i,
  // A conversation that never took place.
  /(?:^|\s)[[<(]\s*\/?(?:system|assistant|inst)\s*[\])>]\s*:?/im,
  /(?:^|[\s#*/-])(?:assistant|system|ai)\s*:\s*(?:ignore|treat|print|reply|say|answer|you|from now|disregard|the user)/im,
];

/** Whether a passage (a paragraph, a row, a listing) tries to instruct a machine that reads it. */
export function isPlantedInstruction(passage: string): boolean {
  return FORMS.some((form) => form.test(passage));
}
