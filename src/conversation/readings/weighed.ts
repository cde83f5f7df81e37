/** A message without a cue, taken for what it most likely is by what was learned from labelled talk. */
import type { Resolution, ResolutionKind } from "../conversation.ts";
import { asksToChoose, correctionIn, readWordQuestion } from "../cues.ts";
import { fragmentKind, isSurelyCutShort } from "../fragments.ts";
import { kindFeatures } from "../kinds/kind-features.ts";
import { type KindWeights, rankKinds, type WeighedKind } from "../kinds/kind-scores.ts";
import { contentStems } from "../language/words.ts";
import { correctedBy } from "./correction.ts";
import { doubted } from "./doubt.ts";
import { cutShort, pointing } from "./going-on.ts";
import { quoteMeant } from "./quote.ts";
import { recalled } from "./recall.ts";
import { ASKS, make } from "./resolution.ts";
import type { Talk } from "./talk.ts";
import { wordMeant } from "./word.ts";

/** From which probability on a kind is taken: most where a mistake leaves a question without an answer. */
const LEAST_PROBABILITY: Readonly<Record<WeighedKind, number>> = {
  "small-talk": 0.5,
  help: 0.5,
  word: 0.45,
  quote: 0.4,
  doubt: 0.4,
  correction: 0.4,
  "from-thread": 0.4,
  pointer: 0.2,
  ellipsis: 0.2,
  "new-topic": 0.2,
};
/** Content words of a doubt that no cue announces. */
const MOST_OF_DOUBT = 4;
const LEANS: ReadonlySet<ResolutionKind> = new Set(["pointer", "ellipsis"]);
const SAID_BY_US = /\b(?:you|your)\b/i;

/**
 * No cue said what the message is: `ruled` takes it for one that points, is cut short or stands alone. All kinds are
 * weighed by what was learned from labelled talk, and the likeliest that can be made of the message is taken.
 */
export function weighed(talk: Talk, ruled: Resolution, weights: KindWeights): Resolution {
  if (talk.others.length > 0 && ruled.kind === "pointer") return ruled;
  if (isSurelyCutShort(talk.body, fragmentKind(talk.body, talk.last))) return ruled;
  // What a word means that we did not use is a question of its own.
  if (ruled.kind === "new-topic" && readWordQuestion(talk.body) !== undefined) return ruled;
  const ranked = rankKinds(
    kindFeatures({
      message: talk.message,
      past: talk.past,
      statements: talk.statements,
      hasOthers: talk.others.length > 0,
    }),
    weights,
  );
  for (const { kind, probability } of ranked) {
    // Between pointing and leaving out the rules know best: they saw the pointing word.
    if (kind === ruled.kind || (LEANS.has(kind) && LEANS.has(ruled.kind))) return ruled;
    if (probability < LEAST_PROBABILITY[kind]) continue;
    const read = readAs(talk, kind);
    if (read !== undefined) return { ...read, confidence: Math.min(read.confidence, probability) };
  }
  return ruled;
}

/** The message taken for one of a kind, without a cue for it; undefined when nothing can be made of that. */
function readAs(talk: Talk, kind: WeighedKind): Resolution | undefined {
  const body = talk.body;
  switch (kind) {
    case "new-topic":
      return make(kind, talk.asSearched(body), 1);
    case "pointer":
      return talk.isElsewhere() ? undefined : pointing(body, talk.past);
    case "ellipsis":
      return talk.isElsewhere() ? undefined : cutShort(talk, body);
    case "small-talk":
      return ASKS.test(body) ? undefined : make(kind, talk.message.text, 1);
    case "help":
      return make(kind, talk.message.text, 1);
    case "doubt":
      // Without a cue only a message that has nothing to search for is taken for a doubt.
      if (contentStems(body).length > MOST_OF_DOUBT) return undefined;
      return doubted(talk, ASKS.test(body) || contentStems(body).length < 2 ? "" : body);
    case "correction":
      return correctedBy(talk, correctionIn(body));
    case "from-thread":
      return recalled(
        talk,
        asksToChoose(body) && !SAID_BY_US.test(body)
          ? { kind: "choose" }
          : { kind: "repeat", item: undefined, about: "" },
      );
    case "word":
      return wordMeant(talk, body);
    case "quote":
      return quoteMeant(talk);
  }
}
