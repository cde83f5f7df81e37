/**
 * What a message in a thread means, by rules: its kind, what of ours it refers to, and the question so that it stands
 * alone. Pure and fast; a model resolves what the rules leave open (`resolve-with-model.ts`).
 */
import { findAnaphors, type Anaphor } from "./anaphora.ts";
import { contextFor, resolvePointers, turnOfNoun } from "./antecedent.ts";
import { completeFragment, coreOfFragment, replaceNamed } from "./complete.ts";
import type { Conversation, Resolution, ResolutionKind, StatementId } from "./conversation.ts";
import {
  asksIfTrue,
  asksToChoose,
  claimsToQuoteUs,
  correctionIn,
  isHelp,
  isSmallTalk,
  itemNumber,
  readAttribution,
  readBareWord,
  readCorrection,
  readDoubt,
  readRecall,
  readReturn,
  readShift,
  readWordQuestion,
  type Correction,
  type Recall,
  type WordQuestion,
} from "./cues.ts";
import { fragmentKind } from "./fragments.ts";
import { kindFeatures, spokenOf } from "./kinds/kind-features.ts";
import { rankKinds, type KindWeights, type WeighedKind } from "./kinds/kind-scores.ts";
import { KIND_WEIGHTS } from "./kinds/kind-weights.ts";
import { talkClassOf } from "./kinds/talk-classes.ts";
import { contentStems, isContentWord, wordsOf } from "./language/words.ts";
import { nounPhrases } from "./language/noun-phrases.ts";
import { optionsOf, pickOption } from "./options.ts";
import { findTopic, mostAlike, readPast, type Past } from "./past.ts";
import {
  hasEmoji,
  isTerm,
  plainText,
  readMessage,
  stripChatter,
  type Message,
} from "./read-message.ts";
import {
  asWritten,
  longestSharedRun,
  matchQuote,
  mentions,
  mostAsWritten,
  proseOf,
  statementsIn,
  type Statement,
} from "./statements.ts";

export type FollowUp = {
  /** As it was written, Slack's markup included. */
  readonly text: string;
  readonly conversation: Conversation;
};

/** How sure a first message is that leans on something before it. */
const LOOKS_BACK = 0.6;
/** Words in a row that nobody shares with us by chance. */
const QUOTED_RUN = 6;
/** An option with more words is a statement, not a thing that could stand in a question. */
const MOST_IN_PLACE = 8;
/** Words of another person's message that are searched for. */
const OF_OTHERS = 25;
/** A statement named by its number comes before any that shares words. */
const PICKED = 100;
/** Content words that a doubt shares with the answer it means. */
const MOST_SHARED = 2;
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
const WHERE_WRITTEN = /\bwhere\b(?: \w+){0,3} written\b/i;
const ANSWER_NUMBERED =
  /\b(?<which>first|1st|second|2nd|third|3rd|last) (?:answer|reply|message|msg|response|post)\b|\b(?<start>at (?:the )?(?:very )?(?:start|begin(?:ning)?|first)|(?:to|from|in) the (?:start|beginning))\b/i;
const SAID_BY_US = /\b(?:you|your)\b/i;
const LEANS: ReadonlySet<ResolutionKind> = new Set(["pointer", "ellipsis"]);
const ASKS =
  /\?|^(?:(?:and|so|but|ok|then)[\s,]+)*(?:how|what|why|when|where|which|who|whose|is|are|was|were|do|does|did|can|could|should|will|would|has|have)\b/i;
const MOST_IN_TERM = 4;
/** Content words of a message that is about something else, and the share of them that was spoken of all the same. */
const LEAST_ELSEWHERE = 4;
const MOST_ELSEWHERE = 0.25;
/** Units of pasted text that are searched for. */
const MOST_PASTED = 300;
/** Words in a row that may be a quote when the message has the air of one. */
const LEAST_RUN = 3;
/** Turns back that a word or a quote of ours is looked for in. */
const MAX_STATEMENTS = 240;

/** `weights` tell kinds apart where no cue does; {} leaves it to the rules. */
export function resolveFollowUp(
  { text, conversation }: FollowUp,
  weights: KindWeights = KIND_WEIGHTS,
): Resolution {
  const message = readMessage(text);
  const body = stripChatter(message.body);
  if (message.text === "" && message.passages.length === 0) {
    return make(hasEmoji(text) ? "small-talk" : "help", "", 1);
  }
  if (isHelp(message.body)) return make("help", message.text, 0.95);
  if (message.passages.length === 0 && isSmallTalk(message.body)) {
    return make("small-talk", message.text, 0.95);
  }
  const reader = new FollowUpReader(message, body, conversation, weights);
  return reader.resolve();
}

function make(
  kind: ResolutionKind,
  question: string,
  confidence: number,
  refers: { readonly claimIds?: readonly StatementId[]; readonly words?: readonly string[] } = {},
): Resolution {
  return {
    kind,
    question: tidy(question),
    claimIds: [...new Set(refers.claimIds ?? [])],
    words: [...new Set(refers.words ?? [])],
    confidence,
    by: "rules",
  };
}

type SharedRun = NonNullable<ReturnType<typeof longestSharedRun>>;

class FollowUpReader {
  readonly #message: Message;
  readonly #body: string;
  readonly #past: readonly Past[];
  readonly #statements: readonly Statement[];
  readonly #others: Conversation["others"];
  readonly #weights: KindWeights;
  #run: { readonly found: SharedRun | undefined } | undefined;

  constructor(message: Message, body: string, conversation: Conversation, weights: KindWeights) {
    this.#weights = weights;
    this.#message = message;
    this.#body = body;
    this.#past = readPast(conversation);
    this.#statements = statementsIn(conversation).slice(0, MAX_STATEMENTS);
    this.#others = conversation.others;
  }

  resolve(): Resolution {
    const said = this.#quote() ?? this.#word(this.#body);
    if (said !== undefined) return said;
    if (this.#past.length === 0) return this.#first();
    const corrected = readCorrection(this.#body);
    if (corrected !== undefined) return this.#correction(corrected);
    return (
      this.#doubt() ??
      this.#return() ??
      this.#shift() ??
      this.#recall() ??
      this.#withPassages(this.#weighed(this.#goOn(this.#body, this.#past)))
    );
  }

  /** An error message or a line of a log that was pasted belongs to what is searched for. */
  #withPassages(resolution: Resolution): Resolution {
    if (!LEANS.has(resolution.kind)) return resolution;
    const pasted = this.#message.passages
      .filter(
        ({ text, by }) => by === "quoted" && !isTerm(text) && !resolution.question.includes(text),
      )
      .map(({ text }) => text.slice(0, MOST_PASTED));
    return pasted.length === 0
      ? resolution
      : { ...resolution, question: tidy([resolution.question, ...pasted].join(" ")) };
  }

  /**
   * No cue said what the message is: `ruled` takes it for one that points, is cut short or stands alone. All kinds are
   * weighed by what was learned from labelled talk, and the likeliest that can be made of the message is taken.
   */
  #weighed(ruled: Resolution): Resolution {
    if (this.#others.length > 0 && ruled.kind === "pointer") return ruled;
    // "it should though": a verb left out is seen as surely as any cue.
    if (fragmentKind(this.#body, this.#last) === "verb") return ruled;
    const ranked = rankKinds(
      kindFeatures({
        message: this.#message,
        past: this.#past,
        statements: this.#statements,
        hasOthers: this.#others.length > 0,
        run: this.#sharedRun()?.length ?? 0,
      }),
      this.#weights,
    );
    for (const { kind, probability } of ranked) {
      // Between pointing and leaving out the rules know best: they saw the pointing word.
      if (kind === ruled.kind || (LEANS.has(kind) && LEANS.has(ruled.kind))) return ruled;
      if (probability < LEAST_PROBABILITY[kind]) continue;
      const read = this.#readAs(kind);
      if (read !== undefined)
        return { ...read, confidence: Math.min(read.confidence, probability) };
    }
    return ruled;
  }

  /** The longest run of words that the message shares with a statement of ours; looked for once. */
  #sharedRun(): SharedRun | undefined {
    this.#run ??= { found: longestSharedRun(this.#message.text, this.#statements) };
    return this.#run.found;
  }

  /** The message taken for one of a kind, without a cue for it; undefined when nothing can be made of that. */
  #readAs(kind: WeighedKind): Resolution | undefined {
    const body = this.#body;
    switch (kind) {
      case "new-topic":
        return make(kind, this.#question(body), 1);
      case "pointer":
        return this.#isElsewhere() ? undefined : this.#pointing(body);
      case "ellipsis":
        return this.#isElsewhere() ? undefined : this.#cutShort(body);
      case "small-talk":
        return ASKS.test(body) ? undefined : make(kind, this.#message.text, 1);
      case "help":
        return make(kind, this.#message.text, 1);
      case "doubt":
        if (this.#isElsewhere()) return undefined;
        return this.#doubted(ASKS.test(body) || contentStems(body).length < 2 ? "" : body);
      case "correction":
        return this.#correction(correctionIn(body));
      case "from-thread":
        return this.#recalled(
          asksToChoose(body) && !SAID_BY_US.test(body)
            ? { kind: "choose" }
            : { kind: "repeat", item: undefined, about: "" },
        );
      case "word":
        return this.#wordMeant(body);
      case "quote":
        return this.#quoteMeant();
    }
  }

  /** A message of some length that has next to nothing of what was spoken of doubts nothing of it. */
  #isElsewhere(): boolean {
    const own = contentStems(this.#body);
    if (own.length < LEAST_ELSEWHERE) return false;
    const known = spokenOf(own, this.#past, this.#statements);
    return known.size <= own.length * MOST_ELSEWHERE;
  }

  #pointing(body: string): Resolution {
    const pointed = resolvePointers(body, this.#pointedAt(body, this.#past));
    return make("pointer", pointed.question, pointed.confidence, pointed);
  }

  #cutShort(body: string): Resolution | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    if (ASKS.test(body)) {
      const pointed = resolvePointers(body, this.#past);
      return make("ellipsis", pointed.question, 0.55, pointed);
    }
    const completed = completeFragment(body, withPage(last));
    return make("ellipsis", completed.question, completed.confidence, {
      words: completed.part === "" ? [] : [completed.part],
    });
  }

  /** The longest run of words of the message that we used: what a question about a word is about. */
  #wordMeant(body: string): Resolution | undefined {
    const words = wordsOf(body);
    for (let length = Math.min(MOST_IN_TERM, words.length); length > 0; length -= 1) {
      for (let at = 0; at + length <= words.length; at += 1) {
        const [first, end] = [words[at], words[at + length - 1]];
        if (first === undefined || end === undefined) continue;
        if (!isContentWord(first.lower) || !isContentWord(end.lower)) continue;
        if (talkClassOf(first.lower) !== undefined || talkClassOf(end.lower) !== undefined)
          continue;
        const before = first.opensClause ? undefined : words[at - 1];
        const isPart =
          before !== undefined &&
          isContentWord(before.lower) &&
          talkClassOf(before.lower) === undefined;
        // "zombie flow run" is not asked about by a word of it.
        if (isPart) continue;
        const term = body.slice(first.start, end.end);
        const used = mostAsWritten(
          this.#statements.filter(({ text }) => mentions(text, term)),
          term,
        );
        const [said] = used;
        if (said === undefined) continue;
        const asked =
          length + 1 >= words.length ? `What is ${term}` : body.replace(/[?.!\s]+$/, "");
        return make("word", `${asked} ("${shortened(said.text)}")?`, 0.8, {
          claimIds: used.map(({ id }) => id),
          words: [term],
        });
      }
    }
    return undefined;
  }

  /** A passage of ours that is short, or that the message has without marks. */
  #quoteMeant(): Resolution | undefined {
    for (const { text, by } of this.#message.passages) {
      if (by === "code") continue;
      const match = matchQuote(text, this.#statements);
      if (match !== undefined) {
        return this.#quoted(match.statements, text, this.#body, match.score);
      }
    }
    const run = this.#sharedRun();
    return run === undefined || run.length < LEAST_RUN
      ? undefined
      : this.#quoted([run.statement], run.statement.text, this.#body, 0.6);
  }

  get #last(): Past | undefined {
    return this.#past.at(-1);
  }

  /** A passage of ours: in quotation marks, in a block quote, after "you said", or simply pasted. */
  #quote(): Resolution | undefined {
    const { passages, text } = this.#message;
    const ours = claimsToQuoteUs(text);
    for (const passage of passages) {
      if (passage.by === "code") continue;
      if (passage.by === "quoted" && isTerm(passage.text) && !this.#isWhole(passage.text)) continue;
      const match = matchQuote(passage.text, this.#statements);
      if (match !== undefined) {
        return this.#quoted(match.statements, passage.text, this.#body, match.score);
      }
      if (ours && passage.by === "quoted" && !this.#askedBy(passage.text))
        return this.#neverSaid(passage.text);
    }
    const attribution = ours ? readAttribution(this.#message.body) : undefined;
    if (attribution !== undefined && wordsOf(attribution.said).length >= 4) {
      const match = matchQuote(attribution.said, this.#statements);
      if (match !== undefined) {
        return this.#quoted(match.statements, attribution.said, attribution.rest, match.score);
      }
      const said = attribution.said.replace(/^(?:that|how)\s+/i, "");
      if (this.#isForeign(said) && !this.#askedBy(said))
        return this.#neverSaid(said, attribution.rest);
    }
    if (wordsOf(text).length < QUOTED_RUN) return undefined;
    const run = this.#sharedRun();
    const question = this.#last?.question ?? "";
    if (run === undefined || run.length < QUOTED_RUN) return undefined;
    // Words of the asker's own question come back in our answer and prove nothing.
    const shared = longestSharedRun(text, [{ ...run.statement, text: question }]);
    if ((shared?.length ?? 0) >= QUOTED_RUN - 1) return undefined;
    return this.#quoted([run.statement], run.statement.text, this.#body, 0.7);
  }

  /** A passage as short as a term is a quote all the same when it is all that a statement of ours says. */
  #isWhole(passage: string): boolean {
    const said = wordsOf(passage).length;
    return (
      said === 3 &&
      this.#statements.some(({ text }) => wordsOf(text).length === said && mentions(text, passage))
    );
  }

  /** True when no statement of ours has even half of what the passage speaks of. */
  #isForeign(passage: string): boolean {
    const wanted = contentStems(passage);
    if (wanted.length < 3) return false;
    return this.#statements.every(({ text }) => {
      const held = new Set(contentStems(text));
      return wanted.filter((word) => held.has(word)).length * 2 < wanted.length;
    });
  }

  /** True when the asker wrote the passage before: quoting oneself is not quoting us. */
  #askedBy(passage: string): boolean {
    return this.#past.some(({ turn }) =>
      plainText(turn.question).toLowerCase().includes(passage.toLowerCase()),
    );
  }

  #quoted(
    statements: readonly Statement[],
    passage: string,
    asked: string,
    score: number,
  ): Resolution {
    const claimIds = statements.map(({ id }) => id);
    const rest = stripChatter(asked.replace(/^[\s.,:;?!–—-]+/, ""));
    const word =
      readWordQuestion(rest) ??
      readWordQuestion(this.#message.body) ??
      this.#termInQuote(statements);
    const confidence = Math.min(0.95, 0.6 + score * 0.35);
    if (word !== undefined) {
      const term = this.#asWeWroteIt(word.term, statements) ?? word.term;
      const whole = statements.map(({ text }) => text).join(" ");
      const question = `What does "${term}" mean in "${shortened(whole)}"?`;
      return make("quote", joined(question, this.#furtherQuestion(word.rest)), confidence, {
        claimIds,
        words: [term, passage],
      });
    }
    const more = withoutAttribution(rest);
    if (
      wordsOf(more).filter(({ lower }) => isContentWord(lower)).length === 0 &&
      !/\?/.test(more)
    ) {
      return make("quote", `${passage.replace(/[.?!\s]+$/, "")}?`, confidence, {
        claimIds,
        words: [passage],
      });
    }
    const turn = this.#past.find(({ turn: { key } }) => key === statements[0]?.turnKey);
    const past =
      turn === undefined ? this.#past : [...this.#past.filter((item) => item !== turn), turn];
    const pointed = resolvePointers(more, past, statements);
    const question =
      findAnaphors(more).length > 0 || contentStems(more).length > 3
        ? pointed.question
        : `${more} (${passage})`;
    return make("quote", question, confidence, { claimIds, words: [passage] });
  }

  /** A term in quotation marks beside the quoted passage: "what did you mean by 'lease' here: ...". */
  #termInQuote(statements: readonly Statement[]): WordQuestion | undefined {
    if (
      !/\b(?:mean|meant|meaning|what is|what's|whats|define|explain)\b/i.test(this.#message.body)
    ) {
      return undefined;
    }
    const term = this.#message.passages.find(
      ({ text, by }) =>
        by !== "block" &&
        isTerm(text) &&
        statements.some((statement) => mentions(statement.text, text)),
    )?.text;
    return term === undefined ? undefined : { term, attributed: true, rest: "" };
  }

  #asWeWroteIt(term: string, statements: readonly Statement[]): string | undefined {
    for (const { text } of statements) {
      const written = asWritten(text, term);
      if (written !== undefined) return written;
    }
    return undefined;
  }

  #neverSaid(passage: string, asked = this.#body): Resolution {
    const rest = withoutAttribution(stripChatter(asked.replace(/^[\s.,:;?!–—-]+/, "")));
    const question = contentStems(rest).length > 2 ? `${passage}? ${rest}` : passage;
    return make("quote", question, 0.8, { words: [passage] });
  }

  /** A word we used, or one said to be ours. */
  #word(body: string): Resolution | undefined {
    const { passages } = this.#message;
    const asked = readWordQuestion(body) ?? this.#lastWordQuestion(body);
    if (asked !== undefined) {
      const used = mostAsWritten(
        this.#statements.filter(({ text }) => mentions(text, asked.term)),
        asked.term,
      );
      const turns = new Set(used.map(({ turn }) => turn));
      const { term } = asked;
      if (used.length > 0 || asked.attributed) {
        const said = used[0] === undefined ? "" : ` ("${shortened(used[0].text)}")`;
        const question = `What is ${term}${said}?`;
        const more = this.#furtherQuestion(asked.rest, term);
        return make("word", joined(question, more), used.length === 0 ? 0.75 : 0.9, {
          claimIds: used
            .filter(({ turn }) => turn === Math.max(...turns))
            .concat(used)
            .map(({ id }) => id),
          words: [asked.term],
        });
      }
      return undefined;
    }
    const topic = this.#topicNamed(body);
    if (topic !== undefined) return topic;
    const bare = readBareWord(body);
    if (bare === undefined || this.#last === undefined) return undefined;
    const marked = passages.some(({ text }) => text.toLowerCase() === bare.toLowerCase());
    const used = this.#last.statements.filter(({ text }) => mentions(text, bare));
    const asks = mentions(this.#last.question, bare);
    const first = wordsOf(body)[0]?.lower ?? "";
    if (used.length === 0 || (asks && !marked) || !isContentWord(first)) return undefined;
    return make("word", `What is ${bare}?`, marked ? 0.85 : 0.6, {
      claimIds: used.map(({ id }) => id),
      words: [bare],
    });
  }

  /** "grace period, whose is that?": a word of ours first, then what is asked about it. */
  #topicNamed(body: string): Resolution | undefined {
    const groups = TOPIC_FIRST.exec(body)?.groups;
    const term = groups?.["term"]?.replace(/^(?:the|a|an|this|that|your)\s+/i, "") ?? "";
    const asked = groups?.["asked"] ?? "";
    if (term === "" || asked === "" || !nounPhrases(term)[0]) return undefined;
    // "your five tries, is that true?": doubt, with what it is about first.
    if (asksIfTrue(asked)) return undefined;
    const used = mostAsWritten(
      this.#statements.filter(({ text }) => mentions(text, term)),
      term,
    );
    const [first] = used;
    if (first === undefined) return undefined;
    const question = `${asked.replace(/\b(?:that|this|it)\b/i, term)} (${shortened(first.text)})`;
    const kind = /^(?:what|who)\b/i.test(asked) ? "word" : "pointer";
    return make(kind, question, 0.7, { claimIds: used.map(({ id }) => id), words: [term] });
  }

  /** A word question that follows a remark: "retries from the last checkpoint? what is a checkpoint". */
  #lastWordQuestion(body: string): WordQuestion | undefined {
    const parts = body.split(/(?<=[.!?])\s+|,\s+(?=what(?:'s| is| are| do| does)\b)/i);
    if (parts.length < 2 || parts.length > 3) return undefined;
    const lead = parts.slice(0, -1).join(" ");
    if (/\?/.test(lead) && contentStems(lead).length > 3) return undefined;
    const found = readWordQuestion(parts.at(-1) ?? "");
    return found !== undefined && contentStems(lead).length <= 8 ? found : undefined;
  }

  /** A second question of the same message, with its pointers resolved to the word asked about. */
  #furtherQuestion(rest: string, term?: string): string {
    const more = stripChatter(rest.replace(/^(?:and|also|so|but)\s+/i, ""));
    if (contentStems(more).length < 1 || !/\p{L}{2}/u.test(more)) return "";
    const pronoun = findAnaphors(more).find(({ kind }) => kind === "thing");
    if (term !== undefined && pronoun !== undefined) {
      return `${more.slice(0, pronoun.start)}${term}${more.slice(pronoun.end)}`;
    }
    return more;
  }

  #first(): Resolution {
    const question = this.#body === "" ? this.#message.text : this.#question(this.#body);
    if (findAnaphors(this.#body).length > 0 && this.#others.length > 0) return this.#ofOthers();
    const looksBack =
      findAnaphors(this.#body).length > 0 || fragmentKind(this.#body, undefined) !== undefined;
    return make("first", question, looksBack ? LOOKS_BACK : 0.95);
  }

  /** What other people wrote, as context for a message that points at it; their words are data. */
  #ofOthers(speaker = this.#others.at(-1)): Resolution {
    const theirs = plainText(speaker?.text ?? "").replaceAll(/\s+/g, " ");
    const before = this.#last === undefined ? "" : contextFor(this.#body, this.#last);
    if (asksIfTrue(this.#body)) {
      const said = theirs.split(" ").slice(0, OF_OTHERS).join(" ").replaceAll(/[()]/g, "");
      return make("pointer", `${this.#body} (${said})`, 0.5);
    }
    const phrases = nounPhrases(theirs.slice(0, 400))
      .map(({ text }) => text)
      .slice(0, 5);
    const context = [...phrases, before].filter((part) => part !== "").join("; ");
    const question = context === "" ? this.#body : `${this.#body} (${context})`;
    return make("pointer", question, 0.5);
  }

  /** The latest message of somebody whom this one names: "what joe did", "kim's question". */
  #speakerNamed(): Conversation["others"][number] | undefined {
    const words = new Set(
      wordsOf(this.#message.text).flatMap(({ lower }) => [lower, lower.replace(/'?s$/, "")]),
    );
    return this.#others.findLast(({ author }) => words.has(author.toLowerCase()));
  }

  #correction(corrected: Correction): Resolution {
    const last = this.#last;
    const base = last?.question ?? "";
    const claimIds = (last?.statements ?? []).slice(0, 3).map(({ id }) => id);
    const { of, rest } = corrected;
    const instead = withHosting(corrected.instead);
    const words = instead === "" ? [] : [instead];
    let question = base;
    if (instead !== "") {
      // "skip them not cancel": what it is done to stands in the question already.
      const put =
        of === ""
          ? instead
          : instead.replace(/^(?:an?|the)\s+/i, "").replace(/\s+(?:it|them|that|those)$/i, "");
      const named = of === "" ? undefined : replaceNamed(base, of, put);
      question = named ?? this.#corrected(base, instead);
    }
    const more = stripChatter(rest);
    if (contentStems(more).length > 0)
      question = `${question.replace(/[?\s]+$/, "")}, ${coreOfFragment(more)}?`;
    return make("correction", question, corrected.explicit ? 0.85 : 0.6, { claimIds, words });
  }

  #corrected(base: string, instead: string): string {
    const one = /^(?:the )?(?<which>.+?) ones?$/i.exec(instead)?.groups?.["which"];
    if (one !== undefined && !/^(?:first|second|third|last|other)$/i.test(one)) {
      const meant = (this.#last?.statements ?? []).find(({ text }) => mentions(text, one));
      const thing =
        meant === undefined
          ? undefined
          : nounPhrases(meant.text).find(({ technical }) => technical);
      if (thing !== undefined) return `${base.replace(/[?\s]+$/, "")}: ${thing.text} (${one})?`;
    }
    // A whole question that replaces the last one.
    if (
      /^(?:how|what|why|when|where|which|who|can|does|do|is|are|should|will)\b/i.test(instead) &&
      contentStems(instead).length >= 2
    ) {
      return instead;
    }
    return completeFragment(instead, base).question;
  }

  #doubt(): Resolution | undefined {
    const parts = this.#body.split(/(?<=[.!?])\s+/);
    const found =
      readDoubt(this.#body) ?? (parts.length > 1 ? readDoubt(parts.slice(1).join(" ")) : undefined);
    if (found === undefined || this.#last === undefined) return undefined;
    // "where is it written" after "the result is written to storage" asks about the result.
    const place = WHERE_WRITTEN.exec(this.#body)?.[0];
    if (
      place !== undefined &&
      this.#last.statements.some(({ text }) => /\bwritten\b/i.test(text))
    ) {
      return undefined;
    }
    if (this.#others.length > 0 && asksIfTrue(this.#body)) return this.#ofOthers();
    const tail = found.assertion === "" && parts.length > 1 ? this.#body : found.assertion;
    // "are you sure? where does it say that?": doubt upon doubt asserts nothing.
    const doubtAgain = tail === this.#body || readDoubt(tail)?.assertion === "";
    return this.#doubted(doubtAgain && readDoubt(this.#body) !== undefined ? "" : tail);
  }

  /** The last answer doubted, with what is held against it; "" for nothing. */
  #doubted(held: string): Resolution | undefined {
    const said = held.replace(/^(?:for|with|by) (?:me|us)\b[\s,.:;–—-]*/i, "");
    const assertion = contentStems(said).length === 0 ? "" : said;
    const answers = this.#past.filter(({ statements }) => statements.length > 0);
    // Doubt upon doubt is about what was doubted first; what we never said needs no doubt.
    const last =
      answers.findLast(({ turn: { resolution } }) => {
        const neverSaid = resolution?.kind === "quote" && resolution.claimIds.length === 0;
        return resolution?.kind !== "doubt" && !neverSaid;
      }) ??
      answers.at(-1) ??
      this.#last;
    if (last === undefined) return undefined;
    return this.#doubtedIn(this.#answerSpokenOf(last), assertion);
  }

  /** The answer that the message has words of, where the last one has none of them. */
  #answerSpokenOf(last: Past): Past {
    const own = new Set(contentStems(this.#body));
    const shared = ({ statements }: Past) =>
      Math.max(
        0,
        ...statements.map(({ text }) => contentStems(text).filter((word) => own.has(word)).length),
      );
    if (shared(last) > 0) return last;
    return this.#past.findLast((item) => shared(item) >= MOST_SHARED) ?? last;
  }

  #doubtedIn(last: Past, assertion: string): Resolution {
    const item = findAnaphors(this.#body).find(({ kind }) => kind === "item");
    const picked = item === undefined ? undefined : pickOption(optionsOf(last), item.ordinal);
    const own = contentStems(this.#body);
    const ranked = last.statements
      .map((statement, place) => {
        const words = new Set(contentStems(statement.text));
        const numbers = wordsOf(this.#body).filter(({ lower }) => /\d/.test(lower));
        const hits = own.filter((word) => words.has(word)).length;
        return {
          id: statement.id,
          place,
          score:
            (statement.id === picked?.claimId ? PICKED : 0) +
            hits +
            numbers.filter(({ lower }) => words.has(lower)).length,
        };
      })
      .toSorted((left, right) => right.score - left.score || left.place - right.place);
    const isQuestion =
      /\?\s*$/.test(assertion) &&
      /^(?:and|but|so|also|who|what|how|why|when|where|which|can|does|do|is|are)\b/i.test(
        assertion,
      );
    const addition =
      assertion === "" ? "" : isQuestion ? this.#goOn(assertion, this.#past).question : assertion;
    // Of a message with two questions the first is the one that was answered from.
    const base = (/^[^?]+/.exec(last.question)?.[0] ?? last.question).trim();
    const question =
      addition === ""
        ? `${base}?`
        : isQuestion
          ? `${base}? ${addition}`
          : `${base} (${addition.replace(/[?.!\s]+$/, "")})?`;
    return make("doubt", question, 0.85, {
      claimIds: ranked.map(({ id }) => id),
      words: assertion === "" || isQuestion ? [] : [assertion],
    });
  }

  #return(): Resolution | undefined {
    const found = readReturn(this.#body);
    if (found === undefined) return undefined;
    const topic = findTopic(this.#past, { ordinal: found.ordinal, words: found.topic });
    if (topic === undefined) return undefined;
    // Within the topic, the turn that the rest of the message speaks of.
    const sameTopic = this.#past.filter((item) => item.topic === topic.topic);
    const turn = found.rest === "" ? topic : (mostAlike(sameTopic, found.rest) ?? topic);
    const past = [...sameTopic.filter((item) => item !== turn), turn];
    const claimIds = turn.statements.map(({ id }) => id);
    if (contentStems(found.rest).length === 0) {
      return make("pointer", turn.question, 0.7, { claimIds });
    }
    const resolved = this.#goOn(found.rest, past);
    const context = contextFor(resolved.question, turn);
    const standsAlone = resolved.kind === "new-topic" || resolved.kind === "first";
    const question =
      standsAlone && context.length > 0 ? `${found.rest} (${context})` : resolved.question;
    return make("pointer", question, 0.75, {
      claimIds: [...claimIds, ...resolved.claimIds],
      words: resolved.words,
    });
  }

  #shift(): Resolution | undefined {
    const found = readShift(this.#body);
    if (found === undefined || contentStems(found.rest).length === 0) return undefined;
    const rest = stripChatter(found.rest);
    if (!found.strong) {
      const resolved = this.#goOn(rest, this.#past);
      return resolved;
    }
    const word = readWordQuestion(rest);
    const question = word === undefined ? rest : `What is ${word.term}?`;
    return make("new-topic", this.#question(question), 0.9);
  }

  #recall(): Resolution | undefined {
    const found = readRecall(this.#body);
    return found === undefined ? undefined : this.#recalled(found);
  }

  #recalled(found: Recall): Resolution | undefined {
    const last = this.#past.findLast(({ statements }) => statements.length > 0);
    if (last === undefined) return undefined;
    if (found.kind === "repeat") {
      const about = found.about === "" ? undefined : mostAlike(this.#past, found.about);
      if (found.about !== "" && about === undefined) return undefined;
      const named = mostAlike(
        this.#past.filter(({ statements }) => statements.length > 0),
        this.#body,
      );
      const listed = this.#listTurn();
      const numbered = this.#answerNumbered();
      const source =
        numbered ?? about ?? (found.item === undefined ? named : undefined) ?? listed ?? last;
      const item =
        found.item ?? findAnaphors(this.#body).find(({ kind }) => kind === "item")?.ordinal;
      const option = item === undefined ? undefined : pickOption(optionsOf(source), item);
      const claimIds =
        option?.claimId === undefined
          ? speakingOf(source.statements, this.#body).map(({ id }) => id)
          : [option.claimId];
      return make("from-thread", source.question, 0.8, {
        claimIds,
        words: option === undefined ? [] : [option.text],
      });
    }
    const source = this.#listTurn() ?? last;
    const options = optionsOf(source);
    if (options.length < 2) return undefined;
    const question = `${this.#body.replace(/[?\s]+$/, "")} (${options
      .slice(0, 6)
      .map(({ text }) => text.replace(/[.\s]+$/, ""))
      .join("; ")})?`;
    return make("from-thread", question, 0.75, { claimIds: source.statements.map(({ id }) => id) });
  }

  /** "your first answer", "at the beginning": the turn that is meant; undefined when the message names none. */
  #answerNumbered(): Past | undefined {
    const { which, start } = ANSWER_NUMBERED.exec(this.#body)?.groups ?? {};
    const answered = this.#past.filter(({ statements }) => statements.length > 0);
    if (start !== undefined) return answered[0];
    const number = itemNumber(which);
    if (number === undefined) return undefined;
    return number === -1 ? answered.at(-1) : answered[number - 1];
  }

  /** The latest turn whose answer lists something. */
  #listTurn(): Past | undefined {
    return this.#past.findLast(
      (past) =>
        past.turn.resolution?.kind !== "from-thread" &&
        optionsOf(past).filter(({ claimId }) => claimId !== undefined).length >= 2,
    );
  }

  /** Neither quotes, doubts nor announces anything: it points, it is cut short, or it stands alone. */
  #goOn(body: string, past: readonly Past[]): Resolution {
    const last = past.at(-1);
    const text = this.#question(body);
    if (last === undefined) return make("first", text, 0.6);
    const speaker = this.#speakerNamed();
    if (speaker !== undefined || (this.#others.length > 0 && SPEAKS_OF_OTHERS.test(body))) {
      return this.#ofOthers(speaker);
    }
    const anaphors = findAnaphors(body);
    const fragment = fragmentKind(body, last);
    // A block quote that is not ours is of somebody else in the thread: it is what the message is about.
    const theirs = this.#message.passages.find(({ by }) => by === "block")?.text;
    if (theirs !== undefined && (anaphors.length > 0 || fragment !== undefined)) {
      const said = theirs.split(/\s+/).slice(0, OF_OTHERS).join(" ").replaceAll(/[()]/g, "");
      return make("pointer", `${body.replace(/[?\s]+$/, "")} (${said})?`, 0.5);
    }
    if (isOfItsOwn(body, last, anaphors)) return make("new-topic", text, 0.6);
    const isPart = fragment === "verb" || fragment === "listed" || fragment === "part";
    if (anaphors.length > 0 && !isPart) {
      if (
        this.#others.length > 0 &&
        !anaphors.some(({ kind }) => kind === "item" || kind === "other")
      ) {
        return this.#ofOthers();
      }
      const pointed = resolvePointers(body, this.#pointedAt(body, past));
      return make("pointer", pointed.question, pointed.confidence, pointed);
    }
    const named = this.#thingNamed(body, last);
    if (named !== undefined) {
      const pointed = resolvePointers(body, past, [named]);
      return make("pointer", pointed.question, 0.6, pointed);
    }
    const option = fragment === "listed" ? this.#optionNamed(body, last) : undefined;
    if (option !== undefined && wordsOf(option.text).length > MOST_IN_PLACE) {
      // A whole statement takes no part's place: it is what is asked about.
      return make("ellipsis", `${shortened(option.text)}?`, 0.7, {
        claimIds: option.claimId === undefined ? [] : [option.claimId],
        words: [option.text],
      });
    }
    if (option !== undefined) {
      const completed = completeFragment(option.text, last.question);
      return make("ellipsis", completed.question, 0.7, {
        claimIds: option.claimId === undefined ? [] : [option.claimId],
        words: [option.text],
      });
    }
    switch (fragment) {
      case undefined:
        return make("new-topic", text, contentStems(body).length >= 3 ? 0.8 : 0.55);
      case "definite": {
        const pointed = resolvePointers(body, past);
        return make("pointer", pointed.question, 0.6, pointed);
      }
      case "relation": {
        const pointed = resolvePointers(body, past);
        return make("ellipsis", pointed.question, 0.55, pointed);
      }
      case "clause": {
        const pointed = resolvePointers(body, past);
        // "why?" asks about what we said as well as what was asked.
        const [said] = ASKS_WHY.test(body) ? last.statements : [];
        if (said !== undefined && pointed.claimIds.length === 0) {
          const question = `${pointed.question.replace(/\)$/, "")}; ${shortened(said.text)})`;
          if (pointed.question.endsWith(")")) {
            return make("ellipsis", question, 0.55, { ...pointed, claimIds: [said.id] });
          }
        }
        return make("ellipsis", pointed.question, 0.55, pointed);
      }
      case "verb":
        return make("ellipsis", `${last.question.replace(/[?\s]+$/, "")}: ${body}`, 0.6);
      case "listed":
      case "part": {
        const completed = completeFragment(body, withPage(last));
        return make("ellipsis", completed.question, completed.confidence, {
          words: completed.part === "" ? [] : [completed.part],
        });
      }
    }
  }

  /** "let's do the automation thing": what of ours is called so. */
  #thingNamed(body: string, last: Past): Statement | undefined {
    const name = THING_NAMED.exec(body)?.groups?.["name"];
    if (name === undefined) return undefined;
    const all = [...last.statements, ...this.#statements];
    return all.find(({ text }) => mentions(text, name));
  }

  /** The turn that a "that limit" speaks of, moved to the end; else the turns as they are. */
  #pointedAt(body: string, past: readonly Past[]): readonly Past[] {
    const named = findAnaphors(body).find(({ kind }) => kind === "named");
    if (named === undefined) return past;
    const turn = turnOfNoun(past, named.noun);
    return turn === undefined ? past : [...past.filter((item) => item !== turn), turn];
  }

  #optionNamed(body: string, last: Past): ReturnType<typeof pickOption> {
    const item = findAnaphors(body).find(({ kind }) => kind === "item");
    const source = this.#listTurn() ?? last;
    return item === undefined ? undefined : pickOption(optionsOf(source), item.ordinal);
  }

  /** The text as a search sees it: chatter off, passages in quotation marks back in. */
  #question(body: string): string {
    const dropped = this.#message.passages.filter(
      ({ text, by }) => by !== "code" && !body.includes(text),
    );
    return [body, ...dropped.map(({ text }) => text.slice(0, 600))].join(" ");
  }
}

/** Titles up to here name a thing ("Caching", "Work pools"); longer ones say what a page does. */
const NAMES_A_THING = 2;

/**
 * The last question as another is made from it. Where it left open what it points at ("how do I switch that off"), the
 * page it was answered from says so: by its name in the place of the pointing word, or in the context.
 */
function withPage({ question, page }: Past): string {
  const { main, context } =
    /^(?<main>.+?)\s*\((?<context>[^()]+)\)[\s?!.]*$/.exec(question)?.groups ?? {};
  if (main === undefined || context === undefined || page === "") return question;
  const [open] = findAnaphors(main);
  if (open === undefined) return question;
  const title = page.replace(/^how to /i, "").replaceAll(/[()]/g, "");
  const isName = wordsOf(title).length <= NAMES_A_THING && /^(?:thing|fact)$/.test(open.kind);
  return isName
    ? `${main.slice(0, open.start)}${title.toLowerCase()}${main.slice(open.end)}`
    : `${main} (${context}; ${title})`;
}

/** Words from which a message that shares none with the talk is a question of its own, whatever points in it. */
const OWN_WORDS = 6;
/** Share of them that it may have in common all the same. */
const MOST_OF_OWN = 0.15;

/**
 * A story told at length, about nothing that was spoken of: what "it" and "that" stand for in it was said in it. What
 * points at a list or an earlier answer by number does not count.
 */
function isOfItsOwn(body: string, last: Past, anaphors: readonly Anaphor[]): boolean {
  if (anaphors.some(({ kind }) => kind === "item" || kind === "other" || kind === "both")) {
    return false;
  }
  const own = contentStems(body);
  const said = new Set(
    [last.question, ...last.statements.map(({ text }) => text)].flatMap((text) =>
      contentStems(text),
    ),
  );
  const shared = own.filter((word) => said.has(word)).length;
  return own.length >= OWN_WORDS && shared <= own.length * MOST_OF_OWN;
}

const THING_NAMED =
  /\bthe (?<name>[\p{L}][\p{L}\p{N}_-]*(?: [\p{L}\p{N}_-]+)?) (?:thing|stuff|approach|way|route|idea|trick|option|part|bit|suggestion|solution)\b/iu;
const ASKS_WHY = /^(?:(?:and|but|so|ok)[\s,]+)*(?:why|how come|how so|since when)\b/i;
const TOPIC_FIRST =
  /^(?:(?:and|so|but|then|now)[\s,]+)*(?<term>[\p{L}][\p{L}\p{N}_-]*(?: [\p{L}\p{N}_-]+){0,3})\s*[,:–—-]+\s+(?<asked>(?:whose|what|who|which|where|why|how|is|does|can)\b(?: \w+){0,3}? (?:that|this|it)\b.{0,80})$/iu;

/** "what Tom says", "her idea": another person's message in the thread. */
const SPEAKS_OF_OTHERS =
  /\b(?:what|as|like|how) (?!you\b|i\b|we\b|it\b|prefect\b)[\p{L}@][\p{L}\p{N}.@_-]* (?:says?|said|wrote|writes|suggest(?:s|ed)|propose[sd]|mention(?:s|ed)|describe[sd]|asked|posted)\b|\b(?:his|her|their|[\p{L}]+['’]s) (?:suggestion|idea|approach|question|point|proposal|message|workaround|comment|case|setup)\b/iu;
/** The statements that share most words with the text, or half as many; all when none shares any. */
function speakingOf(statements: readonly Statement[], text: string): readonly Statement[] {
  const wanted = new Set(contentStems(text));
  const shared = statements.map(
    (statement) => contentStems(statement.text).filter((word) => wanted.has(word)).length,
  );
  const most = Math.max(0, ...shared);
  return most === 0 ? statements : statements.filter((_, at) => (shared[at] ?? 0) * 2 >= most);
}

/** "our own server", "on-prem": what documentation calls self-hosted is called so as well. */
function withHosting(text: string): string {
  const own =
    /\b(?:our|my|their) own (?:server|instance|api|install(?:ation)?|infra(?:structure)?|machines?|hardware)\b|\bon[- ]prem(?:ises?)?\b/i;
  return own.test(text) && !/self[- ]?host/i.test(text) ? `${text} (self-hosted)` : text;
}

/** "you said", "here:" and what leads to a quote, taken off. */
function withoutAttribution(text: string): string {
  return text
    .replace(
      /^(?:(?:and|but|so|earlier|above|before|in your (?:last |first )?(?:answer|message))[\s,]*)*(?:you|u)(?:'ve| have| just| also| earlier| previously)* (?:said|say|wrote|write|mentioned|mention|told (?:me|us)|stated|claimed)(?: (?:earlier|before|above|that|here))*[\s,.:;–—-]*/i,
      "",
    )
    .replace(/\s+(?:here|in this|in this sentence|in this part)\s*:?\s*$/i, "")
    .replace(/^[\s,.:;–—-]+/, "")
    .replace(/^(?:and|but|so)\s+(?=\S+\s+\S+)/i, "")
    .trim();
}

/** Words of ours inside a question: enough to search with. */
function shortened(text: string): string {
  const words = proseOf(text).replaceAll('"', "'").split(/\s+/);
  const cut = words.length > 45 ? `${words.slice(0, 45).join(" ")} ...` : words.join(" ");
  return cut.replace(/[.?!\s]+$/, "");
}

function joined(question: string, more: string): string {
  return more === "" ? question : `${question} ${more}`;
}

function tidy(question: string): string {
  return question
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ([,.;:?!])/g, "$1")
    .trim();
}

/**
 * True when a message says nothing without what came before it: "are you sure?", "and for tasks?", "what did you mean by
 * that?". In a thread without anything before it nothing can be looked up for it.
 */
export function needsThread(question: string): boolean {
  const body = stripChatter(readMessage(question).body);
  const says = contentStems(body).length;
  if (readDoubt(body)?.assertion === "" && says <= SAYS_LITTLE) return true;
  if (readRecall(body)?.kind === "repeat" && says <= SAYS_LITTLE) return true;
  const fragment = fragmentKind(body, undefined);
  // "which kinds of artifacts are there": short, and about something all the same.
  const asksWhole = says > 0 && fragment === "clause" && findAnaphors(body).length === 0;
  const leans = findAnaphors(body).length > 0 || (fragment !== undefined && !asksWhole);
  return leans && says <= 1 && readWordQuestion(body) === undefined;
}

/** A message with more content words can be looked up, whatever it is said about. */
const SAYS_LITTLE = 2;

/** True when the message asks what a word or passage means, rather than something about it. */
export function asksMeaning(question: string): boolean {
  const message = readMessage(question);
  const body = stripChatter(message.body);
  return (
    readWordQuestion(body) !== undefined ||
    /\bwhat (?:do|did|does|are|is|was|were)\b[^?]{0,30}\bmean(?:t|ing)?\b|\bmeant by\b|\bmeaning of\b/i.test(
      message.body,
    ) ||
    body.split(/(?<=[.!?])\s+/).some((part) => readWordQuestion(part) !== undefined)
  );
}
