/**
 * The web surface in a real browser: Chromium from the system's packages, driven by playwright-core, on a server of
 * its own. Prints a line a check, exits 1 when one fails; where there is no Chromium it says so and exits 0.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Chunk } from "../../src/documents/chunk.ts";
import { makePage } from "../support/indexed-corpus.ts";
import { ScriptedApplication, answerOf } from "../support/scripted-application.ts";
import { openWeb, PAGES, postAnswer, type WebServer } from "../support/web-server.ts";

const CHROMIUM = [
  process.env["CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((file) => file !== "" && existsSync(file));

const QUESTION = "what happens when the pod of a flow run is evicted?";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDE = { viewport: { width: 1280, height: 860 } };
const PHONE = { viewport: { width: 400, height: 800 }, hasTouch: true, isMobile: true };

type Check = {
  readonly name: string;
  readonly context: BrowserContextOptions;
  /** The server asks for this one. */
  readonly token?: string;
  /** The server refuses something, which the browser says, too. */
  readonly refused?: true;
  /** How the server is opened; `PAGES` in memory by default. */
  readonly open?: () => Promise<WebServer>;
  readonly run: (page: Page, url: string, web: WebServer) => Promise<void>;
};

/** Every page that is read, beside the threads. */
const VIEWS = ["/", "/pages", "/threads", "/insights", "/changed", "/reviewed", "/reviewed/new"];
const LEASES = makePage("/guides/leases", "Leases", ["A lease lasts 60 seconds."]);
const HOSTILE = `<img src=x onerror="document.title='done'">"><script>document.title='done'</script>`;
/** Files as the version before wrote them. */
const BEFORE = path.join(import.meta.dirname, "../fixtures/state/before-one-store");

async function runChecks(browser: Browser): Promise<boolean> {
  let failed = 0;
  for (const check of CHECKS) {
    await using web = await (check.open?.() ??
      openWeb(check.token === undefined ? {} : { token: check.token }));
    const context = await browser.newContext(check.context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const problems: string[] = [];
    // A refused style or script, an error of our own: nothing may be said in the console.
    page.on("console", (message) => {
      // That a page asks for the token is no error of ours.
      if (check.token !== undefined && message.text().includes("status of 401")) return;
      if (check.refused === true && message.text().includes("status of 400")) return;
      if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(error.message));
    try {
      await page.goto(web.url);
      await check.run(page, web.url, web);
      assert.deepEqual(problems, []);
      process.stdout.write(`✓ ${check.name}\n`);
    } catch (error) {
      failed += 1;
      process.stdout.write(
        `✗ ${check.name}\n  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    } finally {
      await context.close();
    }
  }
  process.stdout.write(
    `${CHECKS.length - failed} of ${CHECKS.length} checks in a browser passed.\n`,
  );
  return failed === 0;
}

/** Types a question, sends it with Enter, and waits for the whole answer. */
async function ask(page: Page, text: string): Promise<void> {
  const before = await page.locator(".turn .receipt").count();
  await page.fill("#question", text);
  await page.keyboard.press("Enter");
  await page.locator(".turn .receipt").nth(before).waitFor();
}

/** What axe finds that is serious or critical. */
async function audit(page: Page): Promise<void> {
  // As the browser's own tools do it: the page's policy is for the page.
  await page.evaluate(AXE);
  const found = await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 160)).join(" | ")))`,
  );
  assert.deepEqual(found, []);
}

async function sideways(page: Page): Promise<number> {
  return page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}

/** A thread of the web, one of Slack whose page has changed since, an answer of a person's own and one that lapsed. */
async function fill(page: Page, web: WebServer): Promise<string> {
  await ask(page, QUESTION);
  const thread = page.url();
  await postAnswer(web, "how long does a lease last?");
  await writeAnswer(page, web.url, "who may raise the length of a lease?", "Ask *Ada*.");
  await writeAnswer(page, web.url, "who restarts an evicted pod of ours?", "`kubectl` and you.");
  const [first] = await web.composed.reviewed.list();
  await web.composed.reviewed.lapse(first?.id ?? "", {
    at: "2026-11-24T00:00:00.000Z",
    because: "https://docs.example/guides/leases has changed",
  });
  return thread;
}

async function writeAnswer(page: Page, url: string, question: string, text: string): Promise<void> {
  await page.goto(`${url}/reviewed/new`);
  await page.getByLabel("Questions that it answers").fill(question);
  await page.getByLabel("The answer").fill(text);
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("heading", { name: question }).waitFor();
}

const filled = (pages: readonly Chunk[] = [...PAGES, ...LEASES]) => openWeb({ pages });

/** Says one statement, and the next when it is let go on. */
const slow = slowApplication();

function slowApplication() {
  const going = Promise.withResolvers<void>();
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const endOf = (text: string) => {
    const known = ends.get(text) ?? Promise.withResolvers<void>();
    ends.set(text, known);
    return known;
  };
  const application = new ScriptedApplication(() =>
    answerOf(["The first statement.", "The second statement."]),
  );
  application.beforeClaim = async ({ text, signal }, index) => {
    signal?.addEventListener("abort", () => endOf(text).resolve());
    if (index > 0) await going.promise;
  };
  return {
    application,
    release: () => going.resolve(),
    ended: (text: string) => endOf(text).promise,
  };
}

const old = mkdtempSync(path.join(tmpdir(), "marvin-before-"));

const CHECKS: readonly Check[] = [
  {
    name: "a question is answered, a follow-up stands below it, and the address leads back to both",
    context: WIDE,
    async run(page, url) {
      await ask(page, QUESTION);
      await ask(page, "is it started again by itself?");

      assert.match(page.url(), /\/thread\/web-/);
      assert.match(await page.locator(".turn").first().innerText(), /Crashed from then on/);
      await page.goto(page.url());
      assert.equal(await page.locator(".turn").count(), 2);
      await page.goto(`${url}/threads`);
      await page.getByRole("link", { name: QUESTION }).click();
      assert.equal(await page.locator(".turn").count(), 2);
    },
  },
  {
    name: "a mark shows its quote under the pointer and with the keyboard, and Escape closes it",
    context: WIDE,
    async run(page) {
      await ask(page, QUESTION);
      const mark = page.locator(".blocks a.mark").first();
      const card = page.locator("#quote-card");

      await mark.hover();
      await card.waitFor();
      assert.match(await card.innerText(), /evicted/);
      // The pointer may go to the card, to read and to select.
      await card.hover();
      await page.waitForTimeout(300);
      assert.equal(await card.isVisible(), true);
      await page.mouse.move(2, 2);
      await card.waitFor({ state: "hidden" });

      await mark.focus();
      await card.waitFor();
      assert.equal(await mark.getAttribute("aria-describedby"), "quote-card");
      assert.match((await mark.getAttribute("aria-label")) ?? "", /^Source 1: When a pod dies/);
      await page.keyboard.press("Escape");
      await card.waitFor({ state: "hidden" });
    },
  },
  {
    name: "a vote is kept and its reason asked for",
    context: WIDE,
    async run(page) {
      await ask(page, QUESTION);

      await page.getByRole("button", { name: "This answer was not helpful" }).click();
      await page.getByLabel("What did you expect, or what is missing?").fill("what about tasks");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("that helps to find the weak spots").waitFor();

      const pressed = page.locator('.actions [aria-pressed="true"]');
      assert.equal(await pressed.innerText(), "Not helpful");
    },
  },
  {
    name: "the receipt unfolds: understood, searched, chosen, refused",
    context: WIDE,
    async run(page) {
      await ask(page, QUESTION);

      await page.locator(".receipt > summary").click();

      const text = await page.locator(".receipt").innerText();
      for (const word of ["Understood", "Searched", "Chosen", "Refused", "Took"])
        assert.match(text, new RegExp(word));
    },
  },
  {
    name: "a reading that was asked back about is chosen with its button",
    context: WIDE,
    async run(page) {
      await ask(page, QUESTION);
      await page.evaluate(`{
        const button = document.createElement("button");
        button.dataset.action = "choose_option_1";
        button.dataset.value = "what is a work pool?";
        button.textContent = "Work pools";
        document.querySelector(".turn .actions").append(button);
      }`);

      await page.getByRole("button", { name: "Work pools" }).click();
      await page.locator(".turn .receipt").nth(1).waitFor();

      assert.equal(await page.locator(".turn h2").nth(1).innerText(), "what is a work pool?");
    },
  },
  {
    name: "insights are filtered by text and by what went wrong",
    context: WIDE,
    async run(page, url) {
      await ask(page, QUESTION);
      await ask(page, "what is a work pool?");
      await page.goto(`${url}/insights`);
      const rows = page.locator(".groups tbody tr:visible");
      assert.equal(await rows.count(), 2);

      await page.getByLabel("Page or question").fill("evicted");
      assert.equal(await rows.count(), 1);
      assert.match(await page.locator("#shown").innerText(), /1 of 2/);
      await page.locator(".groups tbody tr:visible summary").click();
      await page.getByLabel("People ask for it like this").first().fill("my pod was killed");
      await page.getByRole("button", { name: "Add" }).first().click();
      await page.getByText("Kept; the page has 1 now.").waitFor();
      await page.getByLabel("Page or question").fill("");
      await page.getByLabel("Show").selectOption("not-helpful");
      assert.equal(await rows.count(), 0);
    },
  },
  {
    name: "from a question that was asked somebody writes an answer, which is given from then on",
    context: WIDE,
    refused: true,
    async run(page, url) {
      await ask(page, QUESTION);
      await page.goto(`${url}/insights`);
      await page.locator(".groups summary").first().click();
      await page.getByRole("link", { name: "Write an answer" }).first().click();
      const questions = page.getByLabel("Questions that it answers");
      assert.equal(await questions.inputValue(), QUESTION);
      await page.getByLabel("The answer").fill("We restart it, with `retry now`.");
      await page.getByLabel("Your name").fill("Ada Lovelace");
      const quotes = page.getByLabel("Quotes, one a line");
      await quotes.fill("https://docs.example/guides/pods these words are nowhere");
      await page.getByRole("button", { name: "Keep it" }).click();
      await page.getByText("do not stand at https://docs.example/guides/pods").waitFor();
      await quotes.fill("https://docs.example/guides/pods whose pod was evicted");
      await page.getByRole("button", { name: "Keep it" }).click();
      await page.getByRole("heading", { name: QUESTION }).waitFor();
      assert.equal(await page.locator(".reviewed code").innerText(), "retry now");

      await page.goto(url);
      await ask(page, QUESTION);
      assert.match(await page.locator(".turn").innerText(), /answer of Ada Lovelace/);
      await page.goto(`${url}/insights`);
      await page.getByRole("link", { name: "Answers of people’s own" }).click();
      page.once("dialog", (dialog) => void dialog.accept());
      await page.getByRole("button", { name: "Remove" }).click();
      await page.getByText("There are none yet.").waitFor();
    },
  },
  {
    name: "from a thread somebody makes a case, once",
    context: WIDE,
    async run(page, url) {
      await ask(page, QUESTION);
      const thread = page.url();
      await page.goto(`${url}/insights`);
      await page.locator(".groups summary").first().click();
      await page.getByRole("button", { name: "Make a case" }).first().click();
      await page.getByText("Kept as thread-").waitFor();
      await page.goto(thread);
      await page.locator(".receipt > summary").click();
      await page.getByRole("button", { name: "Make a case of this thread" }).click();
      await page.getByText("already, as thread-").waitFor();
    },
  },
  {
    name: "what changed since stands side by side, and leads to its thread, which can be read",
    context: WIDE,
    open: filled,
    async run(page, url, web) {
      await postAnswer(web, "how long does a lease last?");
      await page.goto(`${url}/changed`);
      assert.equal(await page.locator(".sides del").innerText(), "A lease lasts 300 seconds.");
      assert.equal(await page.locator(".sides ins").innerText(), "A lease lasts 60 seconds.");
      const [was, now] = await Promise.all(
        ["del", "ins"].map((side) => page.locator(`.sides ${side}`).boundingBox()),
      );
      assert.ok((was?.x ?? 0) + (was?.width ?? 0) < (now?.x ?? 0));
      await page.getByRole("link", { name: "how long does a lease last?" }).click();
      await page.getByText("This conversation belongs to another surface").waitFor();
      assert.equal(await page.locator("#question").count(), 0);
      assert.equal(await page.locator(".actions").count(), 0);
    },
  },
  {
    name: "twenty open playgrounds are answered, each in a thread of its own",
    context: WIDE,
    async run(page, url) {
      const context = page.context();
      const pages = [
        page,
        ...(await Promise.all(Array.from({ length: 19 }, () => context.newPage()))),
      ];
      await Promise.all(pages.slice(1).map((each) => each.goto(url)));
      await Promise.all(pages.map((each) => ask(each, QUESTION)));
      await Promise.all(pages.map((each) => ask(each, "is it started again by itself?")));
      assert.equal(new Set(pages.map((each) => each.url())).size, 20);
      for (const each of pages) assert.equal(await each.locator(".turn .receipt").count(), 2);
    },
  },
  {
    name: "a browser that goes away in the middle of an answer ends it, and nobody else's",
    context: WIDE,
    async open() {
      return openWeb({ application: slow.application });
    },
    async run(page, url) {
      const other = await page.context().newPage();
      await other.goto(url);
      for (const each of [page, other]) {
        await each.fill("#question", each === page ? "leaving" : "staying");
        await each.keyboard.press("Enter");
        await each.getByText("The first statement.").waitFor();
      }
      await page.close();
      await slow.ended("leaving");
      slow.release();
      await other.locator(".turn .receipt").waitFor();
      assert.match(await other.locator(".turn").innerText(), /The second statement\./);
    },
  },
  {
    name: "nothing of pages, questions and people's answers becomes markup on any page",
    context: WIDE,
    open: () =>
      filled([
        ...PAGES,
        ...makePage("/guides/leases", HOSTILE, [`${HOSTILE} A lease lasts 60 seconds.`]),
      ]),
    async run(page, url, web) {
      await ask(page, `${HOSTILE} what happens when a pod is evicted?`);
      const thread = page.url();
      await postAnswer(web, `${HOSTILE} how long does a lease last?`, { title: HOSTILE });
      await writeAnswer(page, url, `who may raise a lease ${HOSTILE}`, HOSTILE);
      for (const view of [thread, `${url}/thread/c1`, ...VIEWS.map((each) => `${url}${each}`)]) {
        await page.goto(view);
        assert.equal(await page.locator("main img, main script").count(), 0, view);
        assert.doesNotMatch(await page.title(), /^done$/, view);
      }
    },
  },
  {
    name: "an empty store and an empty index are told on every page",
    context: PHONE,
    open: () => openWeb({ pages: [] }),
    async run(page, url) {
      for (const view of VIEWS) {
        await page.goto(`${url}${view}`);
        assert.equal(await sideways(page), 0, view);
        assert.notEqual((await page.locator("main").innerText()).trim(), "", view);
        await audit(page);
      }
    },
  },
  {
    name: "a store from before is read on every page",
    context: WIDE,
    async open() {
      cpSync(BEFORE, old, { recursive: true });
      return openWeb({ folder: old });
    },
    async run(page, url) {
      await page.goto(`${url}/threads`);
      const threads = page.locator(".threads a");
      assert.ok((await threads.count()) > 0);
      await threads.first().click();
      await page.locator(".turn").first().waitFor();
      for (const view of VIEWS) {
        await page.goto(`${url}${view}`);
        assert.equal(await page.locator("main h1").count(), 1, view);
      }
    },
  },
  {
    name: "everything is reached with the keyboard alone",
    context: WIDE,
    async run(page) {
      await ask(page, QUESTION);
      await page.evaluate("document.activeElement.blur()");
      const reached = new Set<string>();
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press("Tab");
        reached.add(
          await page.evaluate(
            "`${document.activeElement.tagName} ${document.activeElement.className} ${document.activeElement.id}`",
          ),
        );
      }
      const all = [...reached].join("\n");
      for (const wanted of [/A skip/, /A mark/, /SUMMARY/, /BUTTON/, /TEXTAREA/])
        assert.match(all, wanted);
    },
  },
  {
    name: "on a phone nothing stands beyond the edge, and a first touch shows the quote",
    context: PHONE,
    async run(page) {
      assert.equal(await sideways(page), 0);
      await ask(page, QUESTION);
      assert.equal(await sideways(page), 0);
      await page.locator(".blocks a.mark").first().tap();
      await page.locator("#quote-card").waitFor();
      assert.equal(await sideways(page), 0);
      assert.equal(page.context().pages().length, 1);
      for (const summary of await page.locator(".beside > details > summary").all())
        await summary.tap();
      assert.equal(await sideways(page), 0);
    },
  },
  {
    name: "whoever has the token signs in, and nobody else",
    context: PHONE,
    token: "a-token-of-some-length",
    async run(page, url) {
      await audit(page);
      await page.getByLabel("Token").fill("another-token-of-that-length");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("That is not the token of this server.").waitFor();
      await page.getByLabel("Token").fill("a-token-of-some-length");
      await page.getByRole("button", { name: "Sign in" }).click();
      await ask(page, QUESTION);
      await page.goto(`${url}/threads`);
      assert.equal(await page.getByRole("link", { name: QUESTION }).count(), 1);
    },
  },
  {
    name: "what hostile text says is shown and not done",
    context: WIDE,
    async run(page) {
      const bad = `<img src=x onerror="document.title='done'"> what happens when a pod is evicted?`;
      await ask(page, bad);

      assert.equal(await page.locator(".turn img").count(), 0);
      assert.match(await page.locator(".turn h2").innerText(), /<img src=x/);
      await page.reload();
      assert.doesNotMatch(await page.title(), /^done$/);
    },
  },
  ...(["light", "dark"] as const).flatMap((colorScheme) =>
    [WIDE, PHONE].map((context): Check => ({
      name: `axe finds nothing serious, ${colorScheme}, ${context.viewport.width} px`,
      context: { ...context, colorScheme },
      open: filled,
      async run(page, url, web) {
        await audit(page);
        const thread = await fill(page, web);
        await page.goto(thread);
        for (const summary of await page.locator(".beside > details > summary").all())
          await summary.click();
        await page.locator(".blocks a.mark").first().focus();
        await audit(page);
        for (const view of ["/thread/c1", ...VIEWS]) {
          await page.goto(`${url}${view}`);
          for (const summary of await page.locator("main details > summary:visible").all())
            await summary.click();
          await audit(page);
          assert.equal(await sideways(page), 0, view);
        }
      },
    })),
  ),
];

if (CHROMIUM === undefined) {
  process.stdout.write(
    "Skipped: there is no Chromium here (apt-get install chromium, or set CHROMIUM).\n",
  );
} else {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    // Chromium refuses to sandbox itself for root, which is who a container runs as.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  try {
    process.exitCode = (await runChecks(browser)) ? 0 : 1;
  } finally {
    await browser.close();
    rmSync(old, { recursive: true, force: true });
  }
}
