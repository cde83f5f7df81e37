/**
 * The store with many turns. A few real questions are asked of a real index; their rows are copied under new keys, three
 * turns a thread and one thread of 400, evenly over the days that are kept. Then it is used as the bot uses it.
 */
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseCases } from "../../../eval/case.ts";
import { percentile } from "../../../eval/metrics/percentile.ts";
import type { AnswerEvent } from "../../../src/answering/application.ts";
import { compose } from "../../../src/compose.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { openStores } from "../../../src/forget.ts";
import { startCheckpoints } from "../../../src/platform/checkpoints.ts";
import { STATE_FILE } from "../../../src/state/schema.ts";
import { prepareState } from "../../../src/state/take-over.ts";
import { openIndex } from "../../../src/store/open-index.ts";
import { buildGrown, type Print } from "./index-growth.ts";
import { peakMegabytes } from "./peak-memory.ts";

const TEMPLATES = 40;
/** Of the index that is asked. */
const ASKED_CHUNKS = 3000;
const DAYS = 90;
const DAY_MS = 86_400_000;
/** Every so many turns has a vote. */
const VOTED = 20;
const LONG_THREAD = 400;
const APPENDED = 500;
const READ = 2000;
const BATCH = 10_000;
const root = path.join(import.meta.dirname, "../../..");

type Done = Extract<AnswerEvent, { kind: "done" }>;

/** Asks real questions of the index; what was stored of them stays in `folder`. */
async function askReal(indexFolder: string, folder: string): Promise<readonly Done[]> {
  const cases = path.join(root, "eval/cases");
  const questions = readdirSync(cases)
    .filter((name) => name.startsWith("docs-") && name.endsWith(".jsonl"))
    .toSorted()
    .flatMap((name) => parseCases(readFileSync(path.join(cases, name), "utf8"), name))
    .flatMap(({ turns }) => turns[0]?.user ?? []);
  const every = Math.max(1, Math.floor(questions.length / TEMPLATES));
  const { config } = loadConfig(
    { DATA_DIR: folder, LOG_LEVEL: "error", CONVERSATION_RETENTION_DAYS: "3650" },
    undefined,
  );
  // Built anew: one that another version made is not read.
  const built = path.join(folder, "index");
  await buildGrown(indexFolder, ASKED_CHUNKS, built);
  await using index = await openIndex({ folder: built });
  await using composed = await compose({ config, useModel: false, index });
  const done: Done[] = [];
  for (const [at, text] of questions.entries()) {
    if (at % every !== 0 || done.length === TEMPLATES) continue;
    const key = `template-${at}`;
    for await (const event of composed.application.ask({
      key,
      conversationId: key,
      author: "template",
      text,
    }))
      if (event.kind === "done") done.push(event);
  }
  if (!done.some(({ answer }) => answer.kind === "answered"))
    throw new Error("The index answers no question.");
  return done;
}

/** Copies the rows of the templates until there are `turns`, through SQL: the bot would need an hour for a million. */
function fill(file: string, turns: number, now: number): void {
  const state = new DatabaseSync(file);
  state.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL; PRAGMA cache_size = -200000");
  state.exec(
    "CREATE TEMP TABLE template AS SELECT ROW_NUMBER() OVER (ORDER BY id) - 1 AS n, * FROM question WHERE user = 'template'",
  );
  const templates = Number(state.prepare("SELECT COUNT(*) AS n FROM template").get()?.["n"]);
  const oldest = now - DAYS * DAY_MS;
  const first = Number(state.prepare("SELECT MAX(id) AS n FROM question").get()?.["n"]);
  const NUMBERS = `WITH RECURSIVE n(i) AS (SELECT CAST(:from AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :to)`;
  const KEY = `'T1:C' || (n.i % 200) || ':' || n.i || '.1'`;
  const AT = `(${oldest} + CAST(n.i * ${(DAYS * DAY_MS) / turns} AS INTEGER))`;
  const statements = [
    `INSERT INTO question (id, user, text, conversation, key, sequence, team, channel, ts, thread_ts, in_thread,
       surface, state, outcome, received_at, taken_at, closed_at, answer_id, turn, turn_key, turn_state, asked_at,
       resolution, answer, receipt, shown)
     SELECT ${first} + 1 + n.i, 'U' || (n.i % 997), text || ' (' || n.i || ')',
       CASE WHEN n.i < ${LONG_THREAD} THEN 'long' ELSE 'thread-' || (n.i / 3) END,
       ${KEY}, ${first} + 1 + n.i, 'T1', 'C' || (n.i % 200), n.i || '.1', (n.i / 3) || '.1', 1, 'mention', 'closed',
       'answered', ${AT}, ${AT}, ${AT}, 'a' || n.i, ${first} + 1 + n.i, ${KEY}, 'posted',
       strftime('%Y-%m-%dT%H:%M:%fZ', ${AT} / 1000.0, 'unixepoch'), resolution, answer, receipt, shown
     FROM n JOIN template ON template.n = n.i % ${templates}`,
    `INSERT INTO evidence (question, place, hash)
     SELECT ${first} + 1 + n.i, e.place, e.hash
     FROM n JOIN template ON template.n = n.i % ${templates} JOIN evidence AS e ON e.question = template.id`,
    `INSERT INTO message (channel, ts, key)
     SELECT 'C' || (n.i % 200), n.i || '.2', ${KEY} FROM n`,
    `INSERT INTO rated (answer_id, question)
     SELECT 'a' || n.i, ${first} + 1 + n.i FROM n WHERE n.i % ${VOTED} = 0`,
    `INSERT INTO vote (answer_id, user, vote, voted_at)
     SELECT 'a' || n.i, 'U1', 'helpful', strftime('%Y-%m-%dT%H:%M:%fZ', ${AT} / 1000.0, 'unixepoch')
     FROM n WHERE n.i % ${VOTED} = 0`,
  ].map((statement) => state.prepare(statement.replace("SELECT", `${NUMBERS} SELECT`)));
  for (let from = 0; from < turns; from += BATCH) {
    state.exec("BEGIN");
    for (const statement of statements) statement.run({ from, to: Math.min(turns, from + BATCH) });
    state.exec("COMMIT");
  }
  state.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = FULL");
  state.close();
}

/** Shorter is nobody's hold of the loop. */
const HOLD_MS = 0.5;

/** Runs `work` and says how long the event loop was kept from everybody else, each time that it was. */
async function holds(work: () => Promise<unknown>): Promise<readonly Time[]> {
  const found: Time[] = [];
  let running = true;
  let before = performance.now();
  let cpu = process.cpuUsage();
  const look = () => {
    const { user, system } = process.cpuUsage(cpu);
    const ms = performance.now() - before;
    if (ms >= HOLD_MS) found.push({ ms, cpuMs: (user + system) / 1000 });
    before = performance.now();
    cpu = process.cpuUsage();
    if (running) setImmediate(look);
  };
  setImmediate(look);
  await work();
  running = false;
  return found;
}

const rounded = (value: number | undefined) => (value ?? Number.NaN).toFixed(2);
const load = () => (loadavg()[0] ?? 0).toFixed(1);

type Time = { readonly ms: number; readonly cpuMs: number };

async function times(count: number, work: (at: number) => Promise<unknown>): Promise<Time[]> {
  const all: Time[] = [];
  for (let at = 0; at < count; at += 1) {
    const cpu = process.cpuUsage();
    const begun = performance.now();
    await work(at);
    const { user, system } = process.cpuUsage(cpu);
    all.push({ ms: performance.now() - begun, cpuMs: (user + system) / 1000 });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return all;
}

function spread(times: readonly Time[]): Record<string, string> {
  const of = (values: readonly number[]) => [
    rounded(percentile(values, 0.5)),
    rounded(percentile(values, 0.95)),
    rounded(Math.max(...values)),
  ];
  const [median = "", high = "", most = ""] = of(times.map(({ ms }) => ms));
  const [own = "", ownHigh = "", ownMost = ""] = of(times.map(({ cpuMs }) => cpuMs));
  return {
    "median ms": median,
    "95 % ms": high,
    "most ms": most,
    "processor ms": own,
    "processor 95 % ms": ownHigh,
    "processor most ms": ownMost,
    load: load(),
  };
}

export async function measureStore(
  indexFolder: string,
  turns: number,
  print: Print,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-scale-"));
  try {
    const done = await askReal(indexFolder, folder);
    const file = path.join(folder, STATE_FILE);
    const now = Date.now();
    const filling = performance.now();
    fill(file, turns, now);
    const fillMs = performance.now() - filling;
    const bytes = statSync(file).size;
    print({
      store: "filled",
      turns,
      MB: Math.round(bytes / 2 ** 20),
      "KB a turn": (bytes / 1024 / turns).toFixed(1),
      s: (fillMs / 1000).toFixed(0),
      load: load(),
    });
    await using stores = await openStores(folder);
    await using _checkpoints = startCheckpoints(file);
    const { conversations, inbox, feedback } = stores;
    const template = (at: number): Done => {
      const one = done[(at * 7919) % done.length];
      if (one === undefined) throw new Error("No question was answered.");
      return one;
    };
    const admitted = await times(APPENDED, (at) =>
      inbox.admit(
        {
          kind: "question",
          team: "T1",
          channel: "C1",
          ts: `new-${at}.1`,
          threadTs: `new-${at}.1`,
          inThread: false,
          user: "U1",
          text: template(at).resolution.question,
          surface: "mention",
          userTeam: undefined,
          mentionsOthers: false,
          files: [],
          edited: false,
        },
        now,
      ),
    );
    print({ store: "a question received, on the disk", turns, ...spread(admitted) });
    const append = async (at: number) => {
      const { resolution, answer, evidence, receipt } = template(at);
      const key = `T1:C1:new-${at}.1`;
      await conversations.ask({
        conversationId: `new-${Math.floor(at / 3)}`,
        key,
        author: "U1",
        question: resolution.question,
        askedAt: new Date(now).toISOString(),
      });
      await conversations.answer(key, {
        resolution,
        answer,
        evidence: evidence.slice(0, 8).map(({ chunk }) => chunk),
        receipt,
      });
      await conversations.posted(key, { messages: `${at}.2` });
    };
    const appended = await times(APPENDED, append);
    print({ store: "a turn appended: asked, answered, posted", turns, ...spread(appended) });
    const threads = Math.floor(turns / 3);
    const read = await times(READ, (at) =>
      conversations.read(`thread-${LONG_THREAD + ((at * 7919) % (threads - LONG_THREAD))}`),
    );
    print({ store: "a thread of 3 turns read", turns, ...spread(read) });
    const long = await times(20, () => conversations.read("long"));
    print({ store: `a thread of ${LONG_THREAD} turns read`, turns, ...spread(long) });

    // The ways in which the bot trims, at once as they may fall together: each time a hundredth of what is stored is too old.
    const trim = async (kept: number) => {
      const before = now - DAYS * DAY_MS * kept;
      const counts = await Promise.all([
        inbox.purge(before),
        conversations.deleteBefore(new Date(before).toISOString()),
        feedback.deleteBefore(new Date(before).toISOString()),
      ]);
      return counts[0] + counts[1];
    };
    const begun = performance.now();
    let removed = 0;
    const held = await holds(async () => {
      removed = await trim(0.99);
    });
    print({
      store: "retention",
      turns,
      removed,
      s: ((performance.now() - begun) / 1000).toFixed(1),
      ...spread(held),
      holds: held.length,
      "over 50 ms": held.filter(({ ms }) => ms > 50).length,
      "process MB": peakMegabytes(),
    });

    const trimmed = new AbortController();
    const trimming = trim(0.98).finally(() => trimmed.abort());
    const meanwhile: Time[] = [];
    for (let at = APPENDED; !trimmed.signal.aborted; at += 1)
      meanwhile.push(...(await times(1, () => append(at))));
    await trimming;
    print({
      store: "a turn appended during retention",
      turns,
      n: meanwhile.length,
      ...spread(meanwhile),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function measureEarlierFiles(
  indexFolder: string,
  turns: number,
  print: Print,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-scale-"));
  const asked = mkdtempSync(path.join(tmpdir(), "bench-scale-"));
  try {
    const done = await askReal(indexFolder, asked);
    cpSync(path.join(root, "test/fixtures/state/before-one-store"), folder, { recursive: true });
    writeEarlier(folder, turns, done);
    const bytes = readdirSync(folder).reduce(
      (sum, name) => sum + statSync(path.join(folder, name)).size,
      0,
    );
    const cpu = process.cpuUsage();
    const begun = performance.now();
    const held = await holds(() => prepareState(folder));
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const after = statSync(path.join(folder, STATE_FILE)).size;
    print({
      store: "taken over from three files",
      turns,
      "MB before": Math.round(bytes / 2 ** 20),
      "MB after": Math.round(after / 2 ** 20),
      s: seconds.toFixed(1),
      "processor s": ((user + system) / 1e6).toFixed(1),
      ...spread(held),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(asked, { recursive: true, force: true });
  }
}

/** Adds `turns` answered questions to copies of the files that earlier versions wrote. */
function writeEarlier(folder: string, turns: number, done: readonly Done[]): void {
  const open = (name: string) => {
    const database = new DatabaseSync(path.join(folder, name));
    // Written once, and not into a log first.
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    return database;
  };
  const conversations = open("conversations.sqlite");
  const addChunk = conversations.prepare(
    "INSERT INTO chunk (hash, body) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const templates = done.map(({ resolution, answer, receipt, evidence }) => {
    const chunks = evidence.slice(0, 8).map(({ chunk }) => chunk);
    const bodies = [...new Set(chunks.map((chunk) => JSON.stringify(chunk)))];
    const hashes = bodies.map((body) => createHash("sha256").update(body).digest("hex"));
    for (const [at, body] of bodies.entries()) addChunk.run(hashes[at] ?? "", body);
    return {
      question: resolution.question,
      resolution: JSON.stringify(resolution),
      answer: JSON.stringify(answer),
      receipt: JSON.stringify(receipt),
      hashes,
    };
  });
  const addTurn = conversations.prepare(
    `INSERT INTO turn (key, conversation, author, question, resolution, answer, receipt, shown, state, asked_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, '{}', 'posted', '2026-11-01T00:00:00.000Z') RETURNING id`,
  );
  const addEvidence = conversations.prepare(
    "INSERT INTO evidence (turn, place, hash) VALUES (?, ?, ?)",
  );
  const slack = open("slack.sqlite");
  const addQuestion = slack.prepare(
    `INSERT INTO slack_questions (key, team, channel, ts, thread_ts, in_thread, user, text, surface, files, raw, state,
       outcome, received_at, answer_id)
     VALUES (?, 'T1', 'C7', ?, ?, 0, ?, ?, 'mention', 0, '', 'closed', 'answered', ?, ?)`,
  );
  const addMessage = slack.prepare(
    "INSERT INTO slack_messages (channel, ts, key) VALUES (?, ?, ?)",
  );
  const feedback = open("feedback.sqlite");
  const addRated = feedback.prepare(
    `INSERT INTO feedback_answers (answer_id, key, conversation_id, question, answer, receipt)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const addVote = feedback.prepare(
    "INSERT INTO feedback_votes (answer_id, user, vote, voted_at) VALUES (?, 'U2', 'helpful', '2026-11-01T00:00:00.000Z')",
  );
  for (let at = 0; at < turns; at += 1) {
    const one = templates[at % templates.length];
    if (one === undefined) break;
    const { question, resolution, answer, receipt, hashes } = one;
    const key = `T1:C7:${at}.1`;
    const thread = `thread-${Math.floor(at / 3)}`;
    const id = addTurn.get(key, thread, `U${at % 997}`, question, resolution, answer, receipt)?.[
      "id"
    ];
    for (const [place, hash] of hashes.entries()) addEvidence.run(id ?? 0, place, hash);
    addQuestion.run(key, `${at}.1`, `${at}.1`, `U${at % 997}`, question, at, `b${at}`);
    addMessage.run("C7", `${at}.2`, key);
    if (at % VOTED !== 0) continue;
    addRated.run(`b${at}`, key, thread, question, answer, receipt);
    addVote.run(`b${at}`);
  }
  for (const database of [conversations, slack, feedback]) {
    database.exec("COMMIT; PRAGMA journal_mode = WAL");
    database.close();
  }
}
