/** The pages of the web surface, whole. Pure; scripts and styles are files of their own, nothing is inline. */
import { sourcesOfPage } from "../answering/changed/change-source.ts";
import type { PageType } from "../documents/document.ts";
import { age } from "../slack/blocks/answer-blocks.ts";
import { safeUrl } from "../slack/blocks/mrkdwn.ts";
import { count } from "./draw-receipt.ts";
import { type Html, markup } from "./html.ts";
import type { IndexOverview, PageSummary } from "./index-overview.ts";
import { productName } from "./product-name.ts";
import type { ThreadSummary } from "./thread-list.ts";

export type Frame = {
  /** Says in the header what is answered from; undefined when nothing is indexed or the index does not answer. */
  readonly overview: IndexOverview | undefined;
  readonly writerName: string;
  readonly now: number;
};

type Place = "ask" | "pages" | "threads" | "insights" | "changed" | "reviewed";

/** Pages of one type that are listed before the rest is only counted. */
const LISTED_PAGES = 300;
/** Stored conversations on one page. */
export const LISTED_THREADS = 100;

function drawPage(frame: Frame, place: Place | undefined, title: string, main: Html): string {
  const tab = (name: Place, href: string, label: string) =>
    markup`<a href="${href}" ${place === name && markup` aria-current="page"`}>${label}</a>`;
  const isInsight = place === "insights" || place === "changed" || place === "reviewed";
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/style.css" />
        ${scriptsOf(place).map((name) => markup`<script type="module" src="/assets/${name}.js"></script>`)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="bar">
          <a class="name" href="/"
            ><span class="face marvin" aria-hidden="true"></span>ask-marvin</a
          >
          <nav aria-label="Views">
            ${tab("ask", "/", "Ask")}${tab("pages", "/pages", "Pages")}${tab("threads", "/threads", "Threads")}<a href="/insights" ${isInsight && markup` aria-current="${place === "insights" ? "page" : "true"}"`}>Insights</a>
          </nav>
          <p class="facts">${factsOf(frame)}</p>
        </header>
        <main id="main" ${place === "ask" && markup` class="ask"`}>
          ${
            isInsight &&
            markup`<nav class="views" aria-label="Insights">
              ${tab("insights", "/insights", "Questions")}${tab("changed", "/changed", "Changed since")}${tab("reviewed", "/reviewed", "People’s answers")}
            </nav>`
          }
          ${main}
        </main>
      </body>
    </html> `.toString();
}

function scriptsOf(place: Place | undefined): readonly string[] {
  switch (place) {
    case "insights":
      return ["filter", "forms"];
    case "reviewed":
      return ["forms"];
    case "changed":
    case "pages":
      return [];
    case "ask":
    case "threads":
    case undefined:
      return ["thread", "forms"];
  }
}

function factsOf({ overview, writerName, now }: Frame): string {
  if (overview === undefined) return "nothing indexed";
  const { version } = overview;
  const products = [
    ...new Set(version.sources.map((source) => productName(source.product, source.version))),
  ];
  const shown = products.length > 2 ? count(products.length, "product") : products.join(" and ");
  return [
    shown,
    count(version.pages, "page"),
    age(version.createdAt, now),
    writerName === "extractive" ? "quoted sentences" : writerName,
  ]
    .filter((fact) => fact !== undefined)
    .join(" · ");
}

export type ThreadPage = {
  /** Undefined for a thread that begins with the next question. */
  readonly id: string | undefined;
  readonly turns: readonly Html[];
  /** False for threads of other surfaces. */
  readonly continuable: boolean;
  /** Turns that are older than those shown. */
  readonly left: number;
};

export function drawThreadPage(frame: Frame, thread: ThreadPage, title: string): string {
  const empty = thread.turns.length === 0;
  return drawPage(
    frame,
    empty || thread.continuable ? "ask" : "threads",
    empty ? "ask-marvin" : `${title} · ask-marvin`,
    markup`<h1 class="${empty ? "welcome" : "unseen"}">
        ${empty ? "Ask the documentation" : `Thread: ${title}`}
      </h1>
      ${
        empty
          ? markup`<section class="start">
              <p>
                What you would ask in Slack, and what Slack would show. Each statement carries a
                quote; hover or focus its mark to read it.
              </p>
              ${drawExamples(frame.overview)}
            </section>`
          : undefined
      }
      ${thread.left > 0 && markup`<p class="note">${count(thread.left, "older question")} not shown.</p>`}
      <div id="thread" data-thread="${thread.id ?? ""}">${thread.turns}</div>
      ${
        thread.continuable
          ? markup`<form class="composer" id="composer" autocomplete="off">
              <label class="unseen" for="question">Your question</label>
              <textarea
                id="question"
                name="question"
                rows="1"
                maxlength="20000"
                required
                placeholder="${empty ? "What happens if…" : "Ask a follow-up"}"
                aria-describedby="keys"
              ></textarea>
              <button type="submit" class="send">Ask</button>
              <p id="keys" class="keys">
                <span class="how">
                  <kbd>Enter</kbd> asks, <kbd>Shift</kbd>+<kbd>Enter</kbd> starts a line.
                </span>
                <a class="new" href="/"${empty && markup` hidden`}>New thread</a>
              </p>
            </form>`
          : markup`<p class="note">
              This conversation belongs to another surface; here it can be read.
            </p>`
      }
      <p id="announce" class="unseen" role="status" aria-live="polite"></p>
      <noscript><p class="note">Asking needs JavaScript; reading does not.</p></noscript>`,
  );
}

function drawExamples(overview: IndexOverview | undefined): Html | undefined {
  if (overview === undefined)
    return markup`<p class="note">
      No documentation is indexed yet. <code>npm run ingest</code> reads it;
      <code>npm run demo</code> brings a small handbook.
    </p>`;
  if (overview.examples.length === 0) return undefined;
  return markup`<ul class="examples">
    ${overview.examples.map(
      (example) => markup`<li><button type="button" data-example>${example}</button></li>`,
    )}
  </ul>`;
}

// --- what is indexed --------------------------------------------------------------------------------------------

export function drawPagesPage(frame: Frame, filter: string): string {
  const { overview, now } = frame;
  const wanted = filter.trim().toLowerCase();
  const hasStale = overview?.version.sources.some(({ stalePages }) => stalePages > 0) === true;
  const all = overview?.pages;
  const pages =
    wanted === ""
      ? all
      : all?.filter(({ url, title }) => `${title}\n${url}`.toLowerCase().includes(wanted));
  return drawPage(
    frame,
    "pages",
    "Pages · ask-marvin",
    markup`<h1>Pages</h1>
      ${
        overview === undefined
          ? markup`<p class="note">No documentation is indexed yet: <code>npm run ingest</code>.</p>`
          : markup`<div class="table" tabindex="0" role="region" aria-label="Sources">
                <table class="sources">
                  <thead>
                    <tr>
                      <th scope="col">Source</th>
                      <th scope="col">Product</th>
                      <th scope="col" class="n">Pages</th>
                      <th scope="col" class="n">Sections</th>
                      ${hasStale && markup`<th scope="col" class="n">Not reached</th>`}
                      <th scope="col">Read</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${overview.version.sources.map(
                      (source) =>
                        markup`<tr>
                          <th scope="row">${source.name}</th>
                          <td>${productName(source.product, source.version)}</td>
                          <td class="n">${source.pages.toLocaleString("en")}</td>
                          <td class="n">${source.chunks.toLocaleString("en")}</td>
                          ${hasStale && markup`<td class="n">${source.stalePages === 0 ? "–" : source.stalePages}</td>`}
                          <td>${(age(source.crawledAt, now) ?? "–").replace(/^read /, "")}</td>
                        </tr>`,
                    )}
                  </tbody>
                </table>
              </div>
              <p class="note">
                Index ${overview.version.id}, ${count(overview.version.chunks, "section")}. Which pages no
                answer found: <a href="/insights">insights</a>.
              </p>
              <form class="filter" action="/pages" role="search">
                <label for="filter">Title or address</label>
                <input id="filter" name="q" type="search" value="${filter}" maxlength="200" />
                <button type="submit">Filter</button>
              </form>
              ${
                pages === undefined
                  ? markup`<p class="note">
                      The pages are still being counted; load this again in a moment.
                    </p>`
                  : pages.length === 0
                    ? markup`<p class="note">No page has “${filter}” in its title or address.</p>`
                    : [...bySource(pages, overview)].map(
                        ([source, own]) =>
                          markup`<h2>${source}</h2>
                            ${[...byType(own)].map(([type, group]) =>
                              drawGroup(type, group, now, wanted !== ""),
                            )}`,
                      )
              }`
      }`,
  );
}

/** By source, and what the product is called where it is not said by that; in the order of the sources. */
function bySource(
  pages: readonly PageSummary[],
  { version }: IndexOverview,
): Map<string, PageSummary[]> {
  const grouped = new Map<string, PageSummary[]>(
    version.sources.map((source) => [headingOf(source), []]),
  );
  const headings = new Map(version.sources.map((source) => [source.name, headingOf(source)]));
  for (const page of pages) {
    const [name] = sourcesOfPage(page, version.sources);
    const heading = headings.get(name ?? "") ?? productName(page.product, page.version);
    const group = grouped.get(heading) ?? [];
    grouped.set(heading, group);
    group.push(page);
  }
  return new Map([...grouped].filter(([, group]) => group.length > 0));
}

function headingOf({
  name,
  product,
  version,
}: IndexOverview["version"]["sources"][number]): string {
  const shown = productName(product, version);
  return name === product ? shown : `${shown} · ${name}`;
}

function byType(pages: readonly PageSummary[]): Map<string, PageSummary[]> {
  return Map.groupBy(
    [...pages].sort((a, b) => ORDER.indexOf(a.pageType) - ORDER.indexOf(b.pageType)),
    ({ pageType }) => pageType.replaceAll("-", " "),
  );
}

const ORDER: readonly PageType[] = [
  "guide",
  "concept",
  "integration",
  "example",
  "settings-reference",
  "cli-reference",
  "api-reference",
  "rest-reference",
  "release-notes",
  "other",
];

function drawGroup(name: string, pages: readonly PageSummary[], now: number, open: boolean): Html {
  const times = pages.map(({ crawledAt }) => crawledAt).sort();
  const sections = pages.reduce((sum, { chunks }) => sum + chunks, 0);
  const oldest = age(times[0] ?? "", now);
  return markup`<details class="group" ${open && markup` open`}>
    <summary>
      <h3>${name}</h3>
      <span class="n">${count(pages.length, "page")}</span>
      <span class="faint"
        >${count(sections, "section")}${oldest !== undefined && ` · oldest ${oldest}`}</span
      >
    </summary>
    <ul class="page-list">
      ${pages.slice(0, LISTED_PAGES).map(({ url, title, chunks, stale }) => {
        const safe = safeUrl(url);
        const path = safe === undefined ? url : new URL(safe).pathname;
        return markup`<li>
          ${safe === undefined ? title : markup`<a href="${safe}" target="_blank" rel="noopener noreferrer">${title === "" ? path : title}</a>`}
          <span class="faint"
            >${path} · ${count(chunks, "section")}${stale && " · not reached last time"}</span
          >
        </li>`;
      })}
    </ul>
    ${pages.length > LISTED_PAGES && markup`<p class="faint">and ${pages.length - LISTED_PAGES} more; filter to find them</p>`}
  </details>`;
}

// --- what was asked ---------------------------------------------------------------------------------------------

export function drawThreadsPage(
  frame: Frame,
  /** Undefined while they are being read. */
  threads: readonly ThreadSummary[] | undefined,
  page: number,
  filter: string,
): string {
  if (threads === undefined)
    return drawPage(
      frame,
      "threads",
      "Threads · ask-marvin",
      markup`<h1>Threads</h1>
        <p class="note">The questions are still being read; load this again in a moment.</p>`,
    );
  const wanted = filter.trim().toLowerCase();
  const found =
    wanted === ""
      ? threads
      : threads.filter(({ question, id }) => `${question}\n${id}`.toLowerCase().includes(wanted));
  const shown = found.slice(page * LISTED_THREADS, (page + 1) * LISTED_THREADS);
  const link = (to: number, label: string) =>
    markup`<a href="/threads?page=${to}${wanted !== "" && `&q=${encodeURIComponent(filter)}`}"
      >${label}</a
    >`;
  return drawPage(
    frame,
    "threads",
    "Threads · ask-marvin",
    markup`<h1>Threads</h1>
      <form class="filter" action="/threads" role="search">
        <label for="filter">First question</label>
        <input id="filter" name="q" type="search" value="${filter}" maxlength="200" />
        <button type="submit">Filter</button>
      </form>
      ${
        shown.length === 0
          ? markup`<p class="note">
              ${threads.length === 0 ? "Nobody has asked anything yet." : "No stored thread begins like that."}
            </p>`
          : markup`<ul class="threads">
                ${shown.map(
                  ({ id, question, turns, lastAt, kinds }) =>
                    markup`<li>
                      <a href="/thread/${encodeURIComponent(id)}"
                        >${question === "" ? "(no text)" : question}</a
                      >
                      <p class="faint">
                        <time datetime="${lastAt}">${lastAt.slice(0, 16).replace("T", " ")}</time> ·
                        ${count(turns, "question")} · ${surfaceOf(id)}
                        ${Object.entries(kinds).map(([kind, amount]) => markup`<span class="kind ${kind}">${kindName(kind)}${amount > 1 && ` ${amount}`}</span> `)}
                      </p>
                    </li>`,
                )}
              </ul>
              <p class="pager">
                ${page > 0 && link(page - 1, "Newer")}
                <span class="faint">${count(found.length, "thread")}</span>
                ${(page + 1) * LISTED_THREADS < found.length && link(page + 1, "Older")}
              </p>`
      }`,
  );
}

function surfaceOf(id: string): string {
  return id.startsWith("web-")
    ? "web"
    : id.includes(":") || id.includes("/")
      ? "Slack"
      : "terminal";
}

function kindName(kind: string): string {
  if (kind === "fixed") return "text only";
  if (kind === "none") return "not answered";
  return kind.replaceAll("-", " ");
}

// --- what it says about the documentation ----------------------------------------------------------------------

/** `insights`: undefined while they are being gathered. */
export function drawInsightsPage(frame: Frame, insights: Html | undefined): string {
  return drawPage(
    frame,
    "insights",
    "Insights · ask-marvin",
    markup`<h1>Insights</h1>
      ${
        insights ??
        markup`<p class="note">The questions are still being read; load this again in a moment.</p>`
      }
      <p class="note">
        <a href="/insights.csv">All groups as CSV</a>
      </p>`,
  );
}

/** `changed`: undefined while answers are being compared with the pages. */
export function drawChangedPage(frame: Frame, changed: Html | undefined): string {
  return drawPage(
    frame,
    "changed",
    "Changed · ask-marvin",
    markup`<h1>Changed since</h1>
      ${
        changed ??
        markup`<p class="note">Answers are still being compared with the pages; load this again in a moment.</p>`
      }`,
  );
}

/** `body`: the list of reviewed answers, or the form for one. */
export function drawReviewedPage(frame: Frame, title: string, body: Html): string {
  return drawPage(
    frame,
    "reviewed",
    `${title} · ask-marvin`,
    markup`<h1>${title}</h1>
      ${body}`,
  );
}

// --- around them ------------------------------------------------------------------------------------------------

export function drawMessagePage(frame: Frame, title: string, text: string): string {
  return drawPage(
    frame,
    undefined,
    `${title} · ask-marvin`,
    markup`<h1>${title}</h1>
      <p class="note">${text}</p>
      <p><a href="/">Ask something</a></p>`,
  );
}

export function drawSignInPage(wrong: boolean): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Sign in · ask-marvin</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/style.css" />
      </head>
      <body>
        <main class="sign-in">
          <h1><span class="face marvin" aria-hidden="true"></span>ask-marvin</h1>
          <form method="post" action="/sign-in">
            <label for="token">Token</label>
            <input
              id="token"
              name="token"
              type="password"
              autocomplete="current-password"
              required${wrong && markup` aria-invalid="true" aria-describedby="wrong"`}
            />
            <button type="submit">Sign in</button>
            ${wrong && markup`<p id="wrong" class="note" role="alert">That is not the token of this server.</p>`}
            <p class="faint">Whoever operates this has it as <code>WEB_TOKEN</code>.</p>
          </form>
        </main>
      </body>
    </html> `.toString();
}
