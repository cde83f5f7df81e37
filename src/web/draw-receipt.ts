/**
 * What stands folded beside an answer: its quotes, and how it came about. A receipt is read from the store, where an
 * older version may have written it, so each part is taken as far as it can be read.
 */
import { z } from "zod";
import { textFragmentUrl } from "../answering/cite.ts";
import type { Answer, Citation } from "../documents/answer.ts";
import { age } from "../slack/blocks/answer-blocks.ts";
import { safeUrl } from "../slack/blocks/mrkdwn.ts";
import { productName } from "./product-name.ts";
import { type Html, markup, type HtmlValue } from "./html.ts";

/** Candidates that are listed; the rest is counted. */
const SHOWN_CANDIDATES = 24;

const words = z.string().catch("");
const number = z.number().catch(0);
const Refused = z.object({ text: words, reason: words, detail: words });

/** The parts of a receipt that are shown. */
export const ShownReceipt = z.object({
  resolution: z
    .object({ kind: words, question: words, confidence: number, by: words })
    .optional()
    .catch(undefined),
  queries: z.array(z.string()).catch([]),
  terms: z.array(z.object({ token: words, documentFrequency: number })).catch([]),
  candidates: z
    .array(
      z.object({
        url: words,
        anchor: words,
        score: number,
        kept: z.boolean().catch(false),
        why: words,
      }),
    )
    .catch([]),
  sufficiency: z
    .object({ sufficient: z.boolean().catch(false), why: words })
    .optional()
    .catch(undefined),
  indexVersion: z.string().optional().catch(undefined),
  models: z.array(z.string()).catch([]),
  tokens: z.object({ input: number, output: number }).catch({ input: 0, output: 0 }),
  ms: z.record(z.string(), z.number()).catch({}),
  dropped: z.array(Refused).catch([]),
  doubtful: z.array(Refused).catch([]),
  corrected: z.array(z.object({ text: words, as: words })).catch([]),
  notes: z.array(z.string()).catch([]),
});
export type ShownReceipt = z.infer<typeof ShownReceipt>;

/** Undefined for what is no receipt at all. */
export function readReceipt(receipt: unknown): ShownReceipt | undefined {
  const read = ShownReceipt.safeParse(receipt);
  return read.success ? read.data : undefined;
}

/** The quotes of an answer; each knows the address of the mark that belongs to it. */
export function drawQuotes(answer: Answer, now: number): Html | undefined {
  const citations = new Map(answer.citations.map((citation) => [citation.number, citation]));
  const seen = new Set<string>();
  const quotes = answer.claims
    .flatMap((claim) => claim.quotes)
    .filter(({ citation, text }) => {
      const key = `${citation} ${text}`;
      return seen.has(key) ? false : seen.add(key);
    });
  if (quotes.length === 0) return undefined;
  return markup`<details class="fold">
    <summary>
      ${count(quotes.length, "quote")} from ${count(answer.citations.length, "section")}
    </summary>
    <ol class="quotes">
      ${quotes.map((quote) => {
        const citation = citations.get(quote.citation);
        return markup`<li data-href="${markAddress(citation, quote.text)}">
          <span class="number" aria-hidden="true">${quote.citation}</span>
          <blockquote${quote.text.includes("\n") && markup` class="listing"`}>${quote.text}</blockquote>
          ${citation === undefined ? undefined : drawPlace(citation, now)}
        </li>`;
      })}
    </ol>
  </details>`;
}

/** The address that a mark of the answer leads to. */
function markAddress(citation: Citation | undefined, quote: string): string {
  if (citation === undefined) return "";
  return safeUrl(textFragmentUrl(citation.url, quote)) ?? safeUrl(citation.url) ?? "";
}

function drawPlace(citation: Citation, now: number): Html {
  const where = [...new Set([citation.title, citation.section])].filter((part) => part !== "");
  const facts = [productName(citation.product, citation.version), age(citation.crawledAt, now)];
  return markup`<p class="place">
    ${where.join(" › ")}<span class="faint">
      · ${facts.filter((fact) => fact !== undefined && fact !== "").join(" · ")}</span
    >
  </p>`;
}

/** Understood, searched, chosen, refused, and at its end `tools`; undefined when there is no receipt. */
export function drawReceipt(receipt: ShownReceipt | undefined, tools?: Html): Html | undefined {
  if (receipt === undefined) return undefined;
  const { resolution, sufficiency } = receipt;
  const chosen = receipt.candidates.filter(({ kept }) => kept);
  const others = receipt.candidates.filter(({ kept }) => !kept);
  const refused = [...receipt.dropped, ...receipt.doubtful];
  const total = receipt.ms["total"];
  const rows: (readonly [string, HtmlValue])[] = [
    ...(resolution === undefined
      ? []
      : [
          [
            "Understood",
            markup`${resolution.question}
              <p class="faint">
                ${resolution.kind}, by ${resolution.by}, ${Math.round(resolution.confidence * 100)}
                % sure
              </p>`,
          ] as const,
        ]),
    [
      "Searched",
      markup`<p class="tokens">
          ${receipt.terms
            .slice(0, 40)
            .map(({ token, documentFrequency }) =>
              documentFrequency === 0
                ? markup`<span class="unknown" title="no section has it">${token}</span> `
                : markup`<span title="in ${count(documentFrequency, "section")}">${token}</span> `,
            )}
        </p>
        ${receipt.queries.slice(1, 6).map((query) => markup`<p class="faint">and for: ${query}</p>`)}`,
    ],
    [
      `Chosen, ${chosen.length} of ${receipt.candidates.length}`,
      markup`${drawCandidates(chosen)}${
        others.length === 0
          ? undefined
          : markup`<details class="fold">
              <summary>${others.length} not chosen</summary>
              ${drawCandidates(others)}
            </details>`
      }`,
    ],
    ...(sufficiency === undefined
      ? []
      : [["Enough", `${sufficiency.sufficient ? "yes" : "no"}: ${sufficiency.why}`] as const]),
    [
      `Refused, ${refused.length}`,
      refused.length === 0
        ? markup`<p class="faint">Nothing that was written had to be left out.</p>`
        : markup`<ul class="refused">
            ${refused.slice(0, 20).map(
              ({ text, reason, detail }) =>
                markup`<li>
                  <del>${text}</del>
                  <p class="faint">${[reason, detail].filter((part) => part !== "").join(": ")}</p>
                </li>`,
            )}
          </ul>`,
    ],
    ...(receipt.corrected.length === 0
      ? []
      : [
          [
            `Corrected, ${receipt.corrected.length}`,
            markup`<ul class="refused">
              ${receipt.corrected
                .slice(0, 20)
                .map(({ text, as }) => markup`<li><del>${text}</del> <ins>${as}</ins></li>`)}
            </ul>`,
          ] as const,
        ]),
    [
      "Took",
      markup`<p class="faint">
          ${Object.entries(receipt.ms)
            .map(([step, ms]) => `${step} ${milliseconds(ms)}`)
            .join(" · ")}
        </p>
        <p class="faint">
          ${[
            receipt.models.length === 0 ? "no model" : receipt.models.join(", "),
            ...(receipt.tokens.input + receipt.tokens.output === 0
              ? []
              : [`${receipt.tokens.input} tokens in, ${receipt.tokens.output} out`]),
            ...(receipt.indexVersion === undefined ? [] : [`index ${receipt.indexVersion}`]),
          ].join(" · ")}
        </p>`,
    ],
    ...(receipt.notes.length === 0
      ? []
      : [
          [
            "Notes",
            markup`${receipt.notes.slice(0, 20).map((note) => markup`<p>${note}</p>`)}`,
          ] as const,
        ]),
  ];
  const summary = [
    receipt.candidates.length === 0
      ? "Nothing was searched"
      : `${chosen.length} of ${count(receipt.candidates.length, "section")} chosen`,
    ...(refused.length === 0 ? [] : [`${refused.length} refused`]),
    ...(receipt.corrected.length === 0 ? [] : [`${receipt.corrected.length} corrected`]),
    ...(total === undefined ? [] : [milliseconds(total)]),
  ];
  return markup`<details class="fold receipt">
    <summary>${summary.join(" · ")}</summary>
    <dl>
      ${rows.map(
        ([name, value]) =>
          markup`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    ${tools}
  </details>`;
}

function drawCandidates(candidates: ShownReceipt["candidates"]): Html {
  const shown = candidates.slice(0, SHOWN_CANDIDATES);
  return markup`<ol class="candidates">
      ${shown.map(
        ({ url, anchor, score, why }) =>
          markup`<li>
            <span class="score">${score.toFixed(2)}</span> ${drawAddress(url, anchor)}
            <p class="faint">${why}</p>
          </li>`,
      )}
    </ol>
    ${
      candidates.length > shown.length
        ? markup`<p class="faint">and ${candidates.length - shown.length} more</p>`
        : undefined
    }`;
}

function drawAddress(url: string, anchor: string): Html {
  const address = safeUrl(anchor === "" ? url : `${url}#${anchor}`);
  if (address === undefined) return markup`${url}`;
  const { pathname, hash } = new URL(address);
  return markup`<a href="${address}" target="_blank" rel="noopener noreferrer"
    >${pathname}<span class="faint">${decoded(hash)}</span></a
  >`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** "1 quote", "3 quotes". */
export function count(amount: number, what: string): string {
  return `${amount.toLocaleString("en")} ${what}${amount === 1 ? "" : "s"}`;
}

export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
