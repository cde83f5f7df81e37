/** Quantifiers, modality, order: a class of words that a claim uses must be used by its quotes. Pure. */
import { isContent, matches } from "./claim-likeness.ts";
import { readText, type Reading, type Word } from "./claim-words.ts";
import { fail, type Support } from "./support.ts";

type WordClass = {
  readonly problem: "quantifier" | "modality" | "condition" | "term";
  readonly claim: RegExp;
  readonly quote: RegExp;
};

const CLASSES: readonly WordClass[] = [
  {
    problem: "quantifier",
    claim: /\b(?:all(?! of)|always|everything|everywhere|entirely|completely)\b/i,
    quote:
      /\b(?:all|every|each|any|always|everything|everywhere|whole|entire(?:ly)?|complete(?:ly)?|whenever|nightly|hourly|daily|weekly|monthly|yearly|no|none|never|cannot|not|without)\b/i,
  },
  {
    problem: "quantifier",
    claim: /\bnever\b/i,
    quote: /\b(?:never|no|not|cannot|none|neither)\b|n['\u2019]t\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:forever|indefinitely|endlessly|infinitely)\b/i,
    quote:
      /\b(?:forever|indefinitely|endless(?:ly)?|infinite(?:ly)?|unlimited|never|no limit|without (?:a )?(?:limit|end))\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:only|solely|exclusively|just|nothing but)\b/i,
    quote:
      /\b(?:only|solely|exclusively|just|nothing but|alone|unless|must|needs?|requires?|required|not|no|cannot|until|exclusive|limited|single|once|before|up to|at most|maximum|(?:last|first|latest|newest) (?:\d+|two|three|five|ten))\b|n['\u2019]t\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:at most|up to|no more than|not more than|maximum)\b/i,
    quote:
      /\b(?:at most|up to|more than|maximum|max|limit|limits|limited|never|exceeds?|bound|cap|capped|highest|largest|less|next \d+)\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:at least|no (?:less|fewer) than|minimum)\b/i,
    quote:
      /\b(?:at least|(?:less|fewer) than|minimum|min|or (?:more|higher|later|newer|above|greater|equal)|and (?:later|above)|not exceed|lowest|smallest)\b|\+/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:immediately|instantly|right away|straight away)\b/i,
    quote:
      /\b(?:immediate(?:ly)?|instant(?:ly)?|right away|straight away|as soon as|at once|without (?:delay|waiting))\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:automatically|by (?:it|them)sel(?:f|ves)|on (?:its|their) own)\b/i,
    quote:
      /\b(?:automatic(?:ally)?|auto|by (?:it|them)sel(?:f|ves)|on (?:its|their) own|(?:it|them)sel(?:f|ves)|own|built-in|natively|without (?:you|manual|any))\b/i,
  },
  {
    problem: "quantifier",
    claim: /\bmanually\b|\bby hand\b/i,
    quote: /\bmanual(?:ly)?\b|\bby hand\b|\byourself\b|\byou (?:must|need|have to|can)\b/i,
  },
  {
    problem: "modality",
    claim: /\b(?:must|ha(?:s|ve) to|mandatory|is required|are required|need(?:s|ed)? to)\b/i,
    quote:
      /\b(?:must|ha(?:s|ve) to|mandatory|required?|requires|need(?:s|ed)?|necessary|only|cannot|make sure|ensure|essential|prerequisites?|before|not possible|should)\b|n['\u2019]t\b|^(?:[A-Z]?[a-z]+ )/i,
  },
  {
    problem: "modality",
    claim: /\bshould\b|\brecommend/i,
    quote:
      /\b(?:should|recommend\w*|advis\w*|must|need\w*|best|prefer\w*|consider|suggest\w*|make sure|ensure|required?|ha(?:s|ve) to|better|so)\b|(?:^|[,;:.]\s+|\band )(?:(?:do not|don't|never|always)\b|(?:so |and |then |but )?(?!(?:when|if|after|before|once|unless|while|since|because|for|in|on|with|at|by|from|to|of|as|is|are|was|has|that|which|and|or|until|like|than|into|over|only|all|both|not)\b)[a-z]+(?<!s|ing|ed) (?:the|an?|your|it|them|this|these|each|all|its|any|one)\b|use\b|set\b)/i,
  },
  {
    problem: "condition",
    claim: /\bafter(?:wards)?\b/i,
    quote:
      /\b(?:after|afterwards|once|when|then|since|following|from|over|past|later|out|expires?|until|and|if|for)\b/i,
  },
  {
    problem: "condition",
    claim: /\bbefore\b/i,
    quote:
      /\b(?:before|prior|until|ahead|first|then|previous(?:ly)?|preceding|so|next|need(?:ed)?|require[sd]?|after|once|when)\b/i,
  },
  {
    problem: "modality",
    claim: /\boptional(?:ly)?\b/i,
    quote: /\b(?:optional(?:ly)?|may|can|if|not|without|default)\b/i,
  },
  {
    problem: "term",
    claim: /\b(?:different|separate(?:ly)?|another)\b/i,
    quote:
      /\b(?:different|separate(?:ly)?|another|other|own|each|individual(?:ly)?|distinct|multiple|per|new|second|more)\b/i,
  },
  {
    problem: "term",
    claim: /\bsame\b/i,
    quote:
      /\b(?:same|shar\w+|equal|identical|again|one|single|both|all|together|common|match\w*|concurrent\w*|once)\b/i,
  },
  {
    problem: "term",
    claim: /\b(?:newer|older)\b/i,
    quote:
      /\b(?:newer|older|later|earlier|higher|lower|above|below|before|after|since|previous|past|than)\b|\d\+/i,
  },
  {
    problem: "term",
    claim: /\bhow long\b/i,
    quote:
      /\b(?:long|time|duration|seconds?|minutes?|hours?|days?|period|timeout|age|interval|delay)\b/i,
  },
  {
    problem: "term",
    claim: /\bhow (?:many|much)\b/i,
    quote: /\b(?:many|much|number|count|amount|limit|limits|times|maximum|max)\b/i,
  },
  {
    problem: "term",
    claim: /\bfirst\b/i,
    quote:
      /\b(?:first|initial(?:ly)?|before|start(?:s|ing)?|begin(?:s|ning)?|precedence|priority|prior|earliest|lead(?:ing)?|top|1)\b/i,
  },
  {
    problem: "term",
    claim: /\blast\b/i,
    quote:
      /\b(?:last|final(?:ly)?|latest|ends?|previous(?:ly)?|recent(?:ly)?|after|lowest|past)\b/i,
  },
  {
    problem: "condition",
    claim: /\b(?:even (?:if|when)|regardless|no matter)\b/i,
    quote:
      /\b(?:even|regardless|no matter|whether|always|any|independent(?:ly)?|however|whatever|although|though)\b/i,
  },
  {
    problem: "condition",
    claim: /\bby default\b/i,
    quote:
      /\bdefaults?\b|\bunless\b|\bout of the box\b|\boverrid|\b(?:can|may) be (?:changed|set|configured)\b|\bchang(?:es?|ed)\b|\badjust|\bconfigur|\bsets? (?:another|a different)\b/i,
  },
  {
    problem: "condition",
    claim: /\bdefaults? to\b|\bthe default\b|(?<!by )\bdefault (?=\w)/i,
    quote: /\bdefaults?\b|\bunless\b|\bout of the box\b/i,
  },
  {
    problem: "quantifier",
    claim:
      /\b(?:(?:above|greater than|higher than|larger than|more than|longer than|over) (?=\d|one\b|two\b|three\b|the\b)|exceeds?)/i,
    quote:
      /\b(?:above|greater|higher|larger|more|longer|exceed\w*|over|beyond|further|raise|increase|at once|unlimited|reach\w*|limit\w*)\b|>/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:below|less than|lower than|smaller than|fewer than|shorter than|under \d)/i,
    quote: /\b(?:below|less|lower|smaller|fewer|shorter|under|within|at most|up to|decrease)\b|</i,
  },
];

const UNIVERSAL = /^(?:all|every|each|any)$/;
const PARTIAL = /^(?:some|most|many|several|certain|few|selected)$/;

/** "some providers" are not "all providers". */
export function checkRange(claim: Reading, quotes: Reading): Support {
  for (const [at, word] of claim.words.entries()) {
    if (!UNIVERSAL.test(word.lower)) continue;
    const named = claim.words.slice(at + 1, at + 4).filter(isContent);
    const isBehind = (kind: RegExp) =>
      quotes.words.some(
        (other, place) =>
          named.some((each) => matches(each, other)) &&
          quotes.words.slice(Math.max(0, place - 3), place).some(({ lower }) => kind.test(lower)),
      );
    const partial =
      isBehind(PARTIAL) ||
      (quotes.words.some(({ lower }) => lower === "only") &&
        !claim.words.some(({ lower }) => lower === "only"));
    if (partial && !isBehind(UNIVERSAL)) return fail("quantifier", word.raw);
  }
  return { ok: true };
}

export function checkClasses(claim: string, quotes: string): Support {
  for (const { problem, claim: used, quote } of CLASSES) {
    const found = used.exec(claim);
    if (found !== null && !quote.test(quotes)) return fail(problem, found[0]);
  }
  const fresh = /\b(?:new|fresh|own)\b/i.exec(claim);
  if (
    fresh !== null &&
    /\bsame\b/i.test(quotes) &&
    !/\b(?:new|fresh|own|same)\b/i.test(quotes.replace(/\bsame\b/i, ""))
  ) {
    return fail("term", fresh[0]);
  }
  // Leave where the page says duty.
  const weak = /\b(?:may|might|optional(?:ly)?|could)\b/i.exec(claim);
  if (
    weak !== null &&
    /\b(?:must|required|ha(?:s|ve) to|mandatory)\b/i.test(quotes) &&
    !/\b(?:may|might|optional(?:ly)?|could|can)\b/i.test(quotes)
  ) {
    return fail("modality", weak[0]);
  }
  // Duty where the page says leave.
  const duty = /\b(?:must|ha(?:s|ve) to|mandatory)\b/i.exec(claim);
  if (
    duty !== null &&
    /\b(?:may|might|optional(?:ly)?|can)\b/i.test(quotes) &&
    !/\b(?:must|required?|requires|need(?:s|ed)?|ha(?:s|ve) to|mandatory|only|not|cannot|should)\b/i.test(
      quotes,
    )
  ) {
    return fail("modality", duty[0]);
  }
  return { ok: true };
}

/** A page's "only if ..." belongs to what it restricts; a claim that has the one without the other says more. */
export function checkRestriction(
  claim: Reading,
  claimText: string,
  quoteTexts: readonly string[],
): Support {
  for (const text of quoteTexts) {
    for (const sentence of text.split(/(?<=[.!?;])\s+/u)) {
      const match = /\bonly (?:if|when|with|for|in|on|after|while|once)\b([^.;,]*)/i.exec(sentence);
      if (match === null) continue;
      const restricted = readText(sentence.slice(0, match.index)).words.filter(isContent);
      const restriction = readText(match[1] ?? "").words.filter(isContent);
      const said = (word: Word) => claim.words.some((each) => matches(each, word));
      if (restricted.length < 2 || restriction.length === 0) continue;
      const covered = restricted.filter(said).length / restricted.length;
      if (covered >= 0.6 && !restriction.some(said) && !/\b(?:if|when|only)\b/i.test(claimText)) {
        return fail("condition", match[0].trim());
      }
    }
  }
  return { ok: true };
}

/** What a page only recommends or holds possible is no fact. */
export function checkHedge(claim: Reading, claimText: string, quotes: readonly string[]): Support {
  if (
    /\b(?:should|may|might|could|can|must|need|possib|potential|sometimes|recommend|ought|ha(?:s|ve) to|best|likely|designed|meant|advis)/i.test(
      claimText,
    )
  ) {
    return { ok: true };
  }
  const content = claim.words.filter(isContent);
  const first = claim.words[0];
  let hedged: string | undefined;
  for (const quote of quotes) {
    const reading = readText(quote);
    const part = (word: Word) => `${word.clause} ${word.segment}`;
    for (const place of new Set(reading.words.map(part))) {
      const words = reading.words.filter((word) => part(word) === place);
      const covered = content.filter((word) => words.some((other) => matches(word, other))).length;
      if (content.length === 0 || covered / content.length < 0.6) continue;
      const at = words.findIndex(({ lower }) => /^(?:should|may|might|could)$/.test(lower));
      if (at === -1) return { ok: true };
      const advised = words.slice(at + 1, at + 4).some(({ stem: after }) => after === first?.stem);
      if (!advised) hedged = words[at]?.raw;
    }
  }
  return hedged === undefined ? { ok: true } : fail("modality", `the page says "${hedged}"`);
}
