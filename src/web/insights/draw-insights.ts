/** Insights as HTML: the same for the web page and for the file that stands alone. Pure. */
import { createHash } from "node:crypto";
import type { AnswerKind } from "../../documents/answer.ts";
import { safeUrl } from "../../slack/blocks/mrkdwn.ts";
import { count } from "../draw-receipt.ts";
import { Html, markup } from "../html.ts";
import { productName } from "../product-name.ts";
import type { Counted, Group, GroupExample, Insights } from "./gather.ts";

/** Groups that are listed; the CSV has all. */
const LISTED_GROUPS = 500;
const LISTED_PAGES = 200;
const LISTED_SECTIONS = 20;

const KINDS: readonly (readonly [AnswerKind, string])[] = [
  ["answered", "answered"],
  ["partial", "partly answered"],
  ["not-found", "not found"],
  ["declined", "declined"],
  ["unavailable", "unavailable"],
];

/** `threads`: examples lead to their threads, where those can be opened. */
export function drawInsights(insights: Insights, options: { readonly threads: boolean }): Html {
  const { weeks, questions } = insights;
  if (questions === 0)
    return markup`<p class="note">Nobody has asked anything since ${weeks[0] ?? ""}.</p>`;
  const columns = COLUMNS.filter(({ of }) => insights.groups.some((group) => of(group) > 0));
  return markup`<p class="faint">
      ${[
        count(questions, "question"),
        count(insights.threads, "thread"),
        `${insights.people.toLocaleString("en")} ${insights.people === 1 ? "person" : "people"}`,
        `${insights.helpful} helpful, ${insights.notHelpful} not`,
        ...(insights.help === undefined || insights.help.asked === 0
          ? []
          : [`a person was asked ${insights.help.asked} times, ${insights.help.solved} solved`]),
        `since ${weeks[0] ?? ""}`,
      ].join(" · ")}
    </p>
    ${drawKinds(insights)}
    <h2>By page</h2>
    <p class="faint">Each question stands with the page that answers it, or comes closest.</p>
    <div class="filter" id="filters" hidden>
      <label for="filter">Page or question</label>
      <input id="filter" type="search" maxlength="200" autocomplete="off" />
      <label for="only">Show</label>
      <select id="only">
        <option value="">all</option>
        <option value="not-found">with questions not found</option>
        <option value="declined">with questions declined</option>
        <option value="not-helpful">voted not helpful</option>
        <option value="refused">refused by a check</option>
        <option value="asked-person">a person was asked</option>
      </select>
      <span class="faint" id="shown" role="status"></span>
    </div>
    <div class="table" tabindex="0" role="region" aria-label="Questions by page">
      <table class="groups">
        <thead>
          <tr>
            <th scope="col">Page</th>
            <th scope="col">${weeks.length} weeks</th>
            <th scope="col" class="n">This week</th>
            <th scope="col" class="n">Questions</th>
            ${columns.map(({ name }) => markup`<th scope="col" class="n">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${insights.groups.slice(0, LISTED_GROUPS).map((group) => drawGroup(group, weeks, columns, options.threads))}
        </tbody>
      </table>
    </div>
    ${
      insights.groups.length > LISTED_GROUPS &&
      markup`<p class="faint">
        and ${count(insights.groups.length - LISTED_GROUPS, "page")} with fewer questions; the CSV has all
      </p>`
    }
    ${drawCompleted(insights, options.threads)} ${drawReviewedUse(insights, options.threads)}
    <div class="columns">
      <section>
        <h2>Words no page has</h2>
        <p class="faint">
          From ${count(insights.receiptsRead, "receipt")}. A page that says them would be found by them.
        </p>
        ${drawCounted(insights.words, "Every word was found somewhere.")}
      </section>
      <section>
        <h2>Sections cited most</h2>
        ${drawCounted(insights.citedSections.slice(0, LISTED_SECTIONS), "No section was cited.")}
      </section>
      <section>
        <h2>Pages never found</h2>
        ${drawNeverFound(insights)}
      </section>
    </div>`;
}

/** What is told of a page beside its questions; a column that is empty for all pages is left out. */
type Column = { readonly name: string; readonly of: (group: Group) => number };
const COLUMNS: readonly Column[] = [
  { name: "Not found", of: ({ notFound }) => notFound },
  { name: "Partly", of: ({ partial }) => partial },
  { name: "Declined", of: ({ declined }) => declined },
  { name: "Unavailable", of: ({ unavailable }) => unavailable },
  { name: "Not helpful", of: ({ notHelpful }) => notHelpful },
  { name: "Refused", of: ({ refused }) => refused },
  { name: "Asked a person", of: ({ askedPerson }) => askedPerson },
  { name: "People’s own", of: ({ reviewed }) => reviewed },
];

/** Answers that a person had to complete. */
function drawCompleted({ completed, help }: Insights, threads: boolean): Html | undefined {
  if (help === undefined || completed.length === 0) return undefined;
  return markup`<section>
    <h2>Completed by a person</h2>
    <p class="faint">Somebody asked for a person after the answer; what that person knew is worth writing down.</p>
    <ul class="completed">
      ${completed.map(
        (example) =>
          markup`<li>
            ${drawExample(
              example,
              threads,
              markup`<span class="kind ${example.solved ? "answered" : "none"}">${example.solved ? "solved" : "open"}</span>`,
            )}
          </li>`,
      )}
    </ul>
  </section>`;
}

function drawReviewedUse({ reviewed }: Insights, threads: boolean): Html | undefined {
  if (reviewed.length === 0) return undefined;
  const name = "Answers of people’s own";
  return markup`<section>
    <h2>${threads ? markup`<a href="/reviewed">${name}</a>` : name}</h2>
    <ul class="counted">
      ${reviewed.slice(0, LISTED_PAGES).map(
        ({ wording, author, given, lapsed }) =>
          markup`<li>
            <span class="n">${given.toLocaleString("en")}</span> ${wording}
            <span class="faint">· ${author}</span>
            ${lapsed !== undefined && markup`<span class="kind not-found">offered no more: ${lapsed}</span>`}
          </li>`,
      )}
    </ul>
  </section>`;
}

/** A question, and what can be made of it where there is a server. */
function drawExample(
  { question, conversationId, key, kind }: GroupExample,
  threads: boolean,
  state?: Html,
): Html {
  const marks = markup`${kind !== "answered" && markup`<span class="kind ${kind}">${kind.replaceAll("-", " ")}</span>`} ${state}`;
  if (!threads) return markup`${question} ${marks}`;
  const thread = encodeURIComponent(conversationId);
  return markup`<a href="/thread/${thread}">${question}</a> ${marks}
    <span class="make">
      <a href="/reviewed/new?turn=${encodeURIComponent(key)}&thread=${thread}">Write an answer</a>
      <button type="button" class="link" data-case="${conversationId}">Make a case</button>
    </span>`;
}

/** One bar for all answers. SVG, because sizes in a style attribute are inline style. */
function drawKinds({ kinds }: Insights): Html {
  const shown = KINDS.map(([kind, name]) => ({ kind, name, amount: kinds[kind] ?? 0 })).filter(
    ({ amount }) => amount > 0,
  );
  const total = shown.reduce((sum, { amount }) => sum + amount, 0);
  let at = 0;
  return markup`<svg class="kinds" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${shown
    .map(({ name, amount }) => `${name}: ${amount}`)
    .join(", ")}">
      ${shown.map(({ kind, amount }) => {
        const width = (1000 * amount) / total;
        const bar = markup`<rect class="${kind}" x="${at.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="10"></rect>`;
        at += width;
        return bar;
      })}
    </svg>
    <p class="legend">
      ${shown.map(
        ({ kind, name, amount }) =>
          markup`<span><i class="${kind}" aria-hidden="true"></i>${name} ${amount.toLocaleString("en")} <span class="faint">${percent(amount, total)}</span></span> `,
      )}
    </p>`;
}

function percent(amount: number, total: number): string {
  const share = (100 * amount) / total;
  return share > 0 && share < 1 ? "<1 %" : `${Math.round(share)} %`;
}

function drawGroup(
  group: Group,
  weeks: readonly string[],
  columns: readonly Column[],
  threads: boolean,
): Html {
  const safe = safeUrl(group.url);
  const thisWeek = group.weeks.at(-1) ?? 0;
  const change = thisWeek - (group.weeks.at(-2) ?? 0);
  const has = [
    ...(group.notFound > 0 ? ["not-found"] : []),
    ...(group.declined > 0 ? ["declined"] : []),
    ...(group.notHelpful > 0 ? ["not-helpful"] : []),
    ...(group.refused > 0 ? ["refused"] : []),
    ...(group.askedPerson > 0 ? ["asked-person"] : []),
  ];
  return markup`<tr data-has="${has.join(" ")}">
    <th scope="row">
      <details>
        <summary>${group.title}</summary>
        <p class="faint">
          ${safe === undefined ? "" : markup`<a href="${safe}" target="_blank" rel="noopener noreferrer">${new URL(safe).pathname}</a> `}${productName(group.product, "")}
        </p>
        <ul>
          ${group.examples.map((example) => markup`<li>${drawExample(example, threads)}</li>`)}
        </ul>
        ${
          threads &&
          safe !== undefined &&
          markup`<form class="phrasings" data-api="/api/phrasings" hidden>
            <input type="hidden" name="url" value="${group.url}" />
            <label>People ask for it like this <input name="asked" data-list maxlength="200" required placeholder="${group.examples[0]?.question.slice(0, 60) ?? ""}" /></label>
            <button type="submit">Add</button>
            <span class="faint" role="status">Found by it from the next ingest on.</span>
          </form>`
        }
      </details>
    </th>
    <td>${drawWeeks(group.weeks, weeks)}</td>
    <td class="n" data-name="this week">${thisWeek}${change !== 0 && markup` <span class="faint">${change > 0 ? "+" : "−"}${Math.abs(change)}</span>`}</td>
    <td class="n" data-name="questions">${group.questions.toLocaleString("en")}</td>
    ${columns.map(({ name, of }) => {
      const amount = of(group);
      return markup`<td class="n" data-name="${name.toLowerCase()}" ${amount === 0 && markup` data-none`}>${amount === 0 ? markup`<span class="faint">–</span>` : amount}</td>`;
    })}
  </tr>`;
}

function drawWeeks(amounts: readonly number[], weeks: readonly string[]): Html {
  const most = Math.max(1, ...amounts);
  return markup`<svg class="weeks" viewBox="0 0 ${amounts.length * 7} 20" width="${amounts.length * 7}" height="20" role="img" aria-label="${amounts
    .map((amount, at) => `week of ${weeks[at] ?? ""}: ${amount}`)
    .join(", ")}">${amounts.map((amount, at) => {
    const height = amount === 0 ? 1 : Math.max(2, (19 * amount) / most);
    return markup`<rect x="${at * 7}" y="${(20 - height).toFixed(1)}" width="5" height="${height.toFixed(1)}"></rect>`;
  })}</svg>`;
}

function drawCounted(counted: readonly Counted[], none: string): Html {
  if (counted.length === 0) return markup`<p class="note">${none}</p>`;
  return markup`<ol class="counted">${counted.map(({ name, url, count: amount }) => {
    const safe = url === undefined ? undefined : safeUrl(url);
    return markup`<li><span class="n">${amount.toLocaleString("en")}</span> ${
      safe === undefined
        ? name
        : markup`<a href="${safe}" target="_blank" rel="noopener noreferrer">${name}</a>`
    }</li>`;
  })}</ol>`;
}

function drawNeverFound({ neverFound }: Insights): Html {
  if (neverFound === undefined)
    return markup`<p class="note">The index was not read, so this is not known.</p>`;
  if (neverFound.length === 0) return markup`<p class="note">Every page was found.</p>`;
  const byType = Map.groupBy(neverFound, ({ pageType }) => pageType);
  return markup`<p class="faint">
      ${count(neverFound.length, "page")} that no answer cites or names as close.
    </p>
    ${[...byType]
      .sort(([, a], [, b]) => a.length - b.length)
      .map(
        ([type, pages]) =>
          markup`<details class="fold">
            <summary>${type.replaceAll("-", " ")} · ${count(pages.length, "page")}</summary>
            <ul class="counted">
              ${pages.slice(0, LISTED_PAGES).map(({ url, title }) => {
                const safe = safeUrl(url);
                return markup`<li>${safe === undefined ? title : markup`<a href="${safe}" target="_blank" rel="noopener noreferrer">${title === "" ? safe : title}</a>`}</li>`;
              })}
            </ul>
            ${pages.length > LISTED_PAGES && markup`<p class="faint">and ${pages.length - LISTED_PAGES} more</p>`}
          </details>`,
      )}`;
}

/** One file that needs no other: style and script inside, nothing fetched, and a policy that says so. */
export function insightsFile(
  insights: Insights,
  parts: { readonly style: string; readonly script: string; readonly madeAt: string },
): string {
  const hash = createHash("sha256").update(parts.script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
  // Nothing of the two ends its element: they are files of ours.
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="content-security-policy" content="${policy}">
<title>Insights · ask-marvin</title>
<style>${new Html(parts.style.replaceAll(/url\([^)]*\)/g, "none"))}</style>
</head>
<body>
<main>
<h1>Insights</h1>
<p class="faint">Made ${parts.madeAt.slice(0, 16).replace("T", " ")} UTC by ask-marvin from its stored questions.</p>
${drawInsights(insights, { threads: false })}
</main>
<script>${new Html(parts.script)}</script>
</body>
</html>
`.toString();
}
