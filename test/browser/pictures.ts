/**
 * The pictures of the documentation: playground, insights and changed answers on the bundled handbook, wide and on a phone,
 * light and dark, and the one of the README. Made anew after the page has changed:
 *
 *     npm run pictures
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { writeReviewed } from "../../src/answering/reviewed/write-reviewed.ts";
import type { AnswerEvent } from "../../src/answering/application.ts";
import { type Composed, compose } from "../../src/compose.ts";
import { loadConfig } from "../../src/config/load.ts";
import { openFeedback } from "../../src/configured-state.ts";
import type { FeedbackStore } from "../../src/feedback/feedback-store.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createGuard } from "../../src/platform/http-guard.ts";
import { startWeb } from "../../src/web/server.ts";
import { indexHandbook, QUESTIONS } from "../bench/slack/handbook.ts";

const DOCS = path.resolve(import.meta.dirname, "../../docs");
const PICTURES = path.join(DOCS, "pictures");
const MS_A_DAY = 86_400_000;
const WEEKS = 8;

type Done = Extract<AnswerEvent, { kind: "done" }>;

async function answer(composed: Composed, text: string): Promise<Done> {
  const conversationId = `made-${randomUUID()}`;
  let done: Done | undefined;
  for await (const event of composed.application.ask({
    key: `${conversationId}/1`,
    conversationId,
    author: "made",
    text,
  }))
    if (event.kind === "done") done = event;
  if (done === undefined) throw new Error(`"${text}" has no answer.`);
  await composed.store.deleteTurn(`${conversationId}/1`);
  return done;
}

/** The same answers again and again over eight weeks, more of them each week; some were voted on. */
async function fill(composed: Composed, feedback: FeedbackStore): Promise<void> {
  const made: Done[] = [];
  for (const text of QUESTIONS) made.push(await answer(composed, text));
  let number = 0;
  for (let week = WEEKS - 1; week >= 0; week -= 1)
    for (const [at, { answer: given, resolution, evidence, receipt }] of made.entries())
      for (let time = 0; time < 1 + ((at * 7 + week * 5) % (12 - week)) / 2; time += 1) {
        number += 1;
        const conversationId = `T1:C0HELP:${1_790_000_000 + number}.000100`;
        const asked = systemClock.now() - (week * 7 + ((at + time) % 6) / 4) * MS_A_DAY;
        const question = resolution.question;
        await composed.store.ask({
          conversationId,
          key: conversationId,
          author: `U0${(number * 17) % 41}`,
          question,
          askedAt: new Date(asked).toISOString(),
        });
        const id = `a${number}`;
        await composed.store.answer(conversationId, {
          resolution,
          answer: { ...given, id },
          evidence: evidence.slice(0, 8).map(({ chunk }) => chunk),
          receipt,
        });
        await composed.store.posted(conversationId, {});
        if (number % 9 === 0)
          await feedback.vote(
            {
              answerId: id,
              user: "U1",
              vote: number % 27 === 0 ? "not-helpful" : "helpful",
              reason: undefined,
              votedAt: new Date(asked).toISOString(),
            },
            {
              answerId: id,
              key: conversationId,
              conversationId,
              question,
              answer: { ...given, id },
              receipt,
            },
          );
      }
}

/** An answer as it was when its pages named other numbers. */
async function storeOlder(composed: Composed, text: string): Promise<void> {
  const { answer: given, resolution, evidence, receipt } = await answer(composed, text);
  const older = (words: string) =>
    words.replaceAll(
      /\b(\d+) (seconds|minutes|hours|attempts|times)\b/g,
      (_all, n: string, unit: string) => `${Number(n) * 2} ${unit}`,
    );
  const conversationId = `T1:C0HELP:${1_791_000_000 + text.length}.000100`;
  const claims = given.claims.map((claim) => ({
    ...claim,
    quotes: claim.quotes.map((quote) => {
      const words = older(quote.text);
      return {
        ...quote,
        chunkId: `older-${quote.chunkId}`,
        text: words,
        end: quote.start + words.length,
      };
    }),
  }));
  await composed.store.ask({
    conversationId,
    key: conversationId,
    author: "U07",
    question: text,
    askedAt: new Date(systemClock.now() - 3 * MS_A_DAY).toISOString(),
  });
  await composed.store.answer(conversationId, {
    resolution,
    answer: { ...given, claims },
    evidence: evidence.map(({ chunk }) => ({
      ...chunk,
      id: `older-${chunk.id}`,
      text: older(chunk.text),
    })),
    receipt,
  });
  await composed.store.posted(conversationId, {});
}

async function take(browser: Browser, url: string, thread: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 400]) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width, height: width === 400 ? 800 : 860 },
        ...(width === 400 ? { isMobile: true, hasTouch: true } : {}),
      });
      const page = await context.newPage();
      for (const [name, at] of [
        ["playground", thread],
        ["insights", "/insights"],
        ["changed", "/changed"],
      ] as const) {
        await page.goto(`${url}${at}`);
        if (name === "insights") await page.locator(".groups summary").nth(1).click();
        if (name === "playground" && width === 1280)
          await page.locator(".beside summary").first().click();
        await page.screenshot({ path: path.join(PICTURES, `${name}-${width}-${colorScheme}.png`) });
      }
      await context.close();
    }
  const context = await browser.newContext({
    colorScheme: "light",
    viewport: { width: 1100, height: 720 },
    deviceScaleFactor: 1.5,
  });
  const page = await context.newPage();
  await page.goto(`${url}${thread}`);
  await page.locator(".receipt > summary").first().click();
  await page.locator(".blocks a.mark").nth(1).hover();
  await page.locator("#quote-card").waitFor();
  await page.screenshot({ path: path.join(DOCS, "playground.png") });
  await context.close();
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "marvin-pictures-"));
  try {
    await indexHandbook(folder);
    mkdirSync(PICTURES, { recursive: true });
    const { config } = loadConfig({ DATA_DIR: folder, LOG_LEVEL: "error" }, undefined);
    await using composed = await compose({ config });
    await using feedback = await openFeedback({ dataFolder: folder });
    await fill(composed, feedback);
    await storeOlder(composed, "How long does a flow have after SIGTERM?");
    await storeOlder(composed, "Why is my flow run Late?");
    await storeOlder(composed, "What is a zombie run?");
    const thread = "web-4f1c7a52-3a0e-4c39-9d59-0a6c1d2e3f40";
    const [first] = QUESTIONS;
    for (const [at, text] of [first, "is it started again by itself?"].entries())
      for await (const _event of composed.application.ask({
        key: `${thread}/${at}`,
        conversationId: thread,
        author: "web:visitor",
        text,
      }));
    await composed.reviewed.put(
      await writeReviewed(
        {
          id: "billing",
          author: "Ada Lovelace",
          text: "Ask #platform; we share one account.",
          wordings: ["who pays for Prefect Cloud here?"],
          quotes: [],
        },
        {
          pages: undefined,
          products: [],
          known: [],
          now: new Date(systemClock.now()).toISOString(),
        },
      ),
    );
    await using server = await startWeb({
      ...composed,
      feedback,
      clock: systemClock,
      newId: randomUUID,
      metricsText: () => "",
      guard: createGuard({
        host: "127.0.0.1",
        token: undefined,
        hosts: [],
        settings: { host: "WEB_HOST", token: "WEB_TOKEN" },
      }),
      host: "127.0.0.1",
      port: 0,
    });
    const browser = await chromium.launch({
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    try {
      await take(browser, `http://127.0.0.1:${server.port}`, `/thread/${thread}`);
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
