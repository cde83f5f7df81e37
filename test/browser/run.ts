/**
 * The web surface in a real browser: Chromium from the system's packages, driven by playwright-core, on a server of
 * its own. Prints a line a check, exits 1 when one fails; where there is no Chromium it says so and exits 0.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { openWeb } from "../support/web-server.ts";

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
  readonly run: (page: Page, url: string) => Promise<void>;
};

async function runChecks(browser: Browser): Promise<boolean> {
  let failed = 0;
  for (const check of CHECKS) {
    await using web = await openWeb(check.token === undefined ? {} : { token: check.token });
    const context = await browser.newContext(check.context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const problems: string[] = [];
    // A refused style or script, an error of our own: nothing may be said in the console.
    page.on("console", (message) => {
      // That a page asks for the token is no error of ours.
      if (check.token !== undefined && message.text().includes("status of 401")) return;
      if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(error.message));
    try {
      await page.goto(web.url);
      await check.run(page, web.url);
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
      async run(page, url) {
        await audit(page);
        await ask(page, QUESTION);
        for (const summary of await page.locator(".beside > details > summary").all())
          await summary.click();
        await page.locator(".blocks a.mark").first().focus();
        await audit(page);
        for (const path of ["/pages", "/threads", "/insights"]) {
          await page.goto(`${url}${path}`);
          await audit(page);
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
  }
}
