/**
 * The inbox in Postgres, for bots on several machines. What `sqlite-inbox.ts` does with one writer at a time is done here
 * with locks of rows: a claim skips what others are claiming, and questions of one channel get their numbers one after
 * the other, so that nobody sees a later one before an earlier one.
 */
import { readHelpState } from "./help-state.ts";
import type { PostgresDatabase, PostgresValue, Statements } from "../platform/postgres.ts";
import { isLost } from "../platform/postgres-errors.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { eraseInSteps, eraseQuestion, eraseTurn, inSteps } from "../state/postgres/questions.ts";
import { type QuestionEvent, questionKey } from "./events.ts";
import type { Inbox, InboxQuestion, Taken, TakenTimes } from "./inbox.ts";
import { DISMISSED, type InboxRow, personOf, readHelp, readQuestion } from "./inbox-row.ts";

/** Markers deleted at once. */
const STEP = 1000;
/** Questions admitted in one transaction. */
const GROUP = 100;
const CHANNEL = "inbox";
const mask = (text: string) => maskSecrets(text).text;

/** A question with the messages that answer it. */
const QUESTIONS =
  "SELECT q.*, ARRAY(SELECT m.ts FROM message AS m WHERE m.key = q.key ORDER BY m.ts) AS messages FROM question AS q";
const NOW_MS = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
const NOTIFY = `pg_notify(current_schema() || '_${CHANNEL}', '')`;

const read = (row: InboxRow | undefined): InboxQuestion | undefined =>
  // The array of texts that QUESTIONS makes.
  row === undefined ? undefined : readQuestion(row, row["messages"] as readonly string[]);

/** The inbox of an open store, which whoever opened it closes. */
export function createPostgresInbox(database: PostgresDatabase): Inbox {
  const one = async (rest: string, ...values: PostgresValue[]) =>
    read(await database.get(`${QUESTIONS} ${rest}`, ...values));
  const many = async (rest: string, ...values: PostgresValue[]) =>
    (await database.all(`${QUESTIONS} ${rest}`, ...values)).flatMap((row) => read(row) ?? []);
  const find = async (statements: Statements, key: string) =>
    read(await statements.get(`${QUESTIONS} WHERE q.key = $1 FOR UPDATE OF q`, key));
  const changesOne = async (sql: string, ...values: PostgresValue[]) =>
    (await database.change(sql, ...values)) === 1;

  let waiting: Waiting[] = [];
  let admitting = false;

  /** Admits what has come meanwhile in one transaction: a burst costs a few, and never more than one connection. */
  async function admitWaiting(): Promise<void> {
    admitting = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP);
      waiting = waiting.slice(GROUP);
      try {
        const admitted = await database.transaction((statements) => admitGroup(statements, group));
        for (const [at, { resolve }] of group.entries()) resolve(admitted[at] === true);
      } catch (error) {
        // One that cannot be stored must not take the others along.
        if (group.length === 1 || isLost(error)) for (const { reject } of group) reject(error);
        else for (const one of group) await admitAlone(one);
      }
    }
    admitting = false;
  }

  async function admitAlone(one: Waiting): Promise<void> {
    try {
      const [admitted] = await database.transaction((statements) => admitGroup(statements, [one]));
      one.resolve(admitted === true);
    } catch (error) {
      one.reject(error);
    }
  }

  return {
    admit(question, _raw, receivedAt) {
      return new Promise((resolve, reject) => {
        waiting.push({ question, receivedAt, resolve, reject });
        if (!admitting) void admitWaiting();
      });
    },
    async edit(key, text, evenPosting = false) {
      return database.transaction(async (statements) => {
        const row = await statements.get(
          `UPDATE question
           SET text = $1, revision = revision + 1, owner = NULL, lease_until = 0,
             state = CASE state WHEN 'posting' THEN state ELSE 'queued' END
           WHERE key = $2 AND state = ANY($3) AND text <> $1
           RETURNING id, ${NOTIFY}`,
          mask(text),
          key,
          ["queued", "working", ...(evenPosting ? ["posting"] : [])],
        );
        // Another text is another question to the core.
        if (row !== undefined) await eraseTurn(statements, Number(row["id"]));
        return row !== undefined;
      });
    },
    async cancel(key) {
      return database.transaction(async (statements) => {
        const before = await find(statements, key);
        if (before === undefined || before.state === "closed") return undefined;
        await statements.get(
          `UPDATE question SET state = 'closed', outcome = 'cancelled', owner = NULL,
             text = '', attached = '[]', closed_at = ${NOW_MS} WHERE key = $1 RETURNING ${NOTIFY}`,
          key,
        );
        return before;
      });
    },
    async claim(owner, now, leaseMs) {
      // The first open question of each thread, or of a person's direct messages, that nobody holds; one that waits for a
      // budget lets others pass.
      const row = await database.get(
        `WITH next AS MATERIALIZED (
           SELECT q.* FROM question AS q
           WHERE state <> 'closed' AND available_at <= $1 AND lease_until <= $1
             AND NOT EXISTS (
               SELECT 1 FROM question AS earlier
               WHERE earlier.channel = q.channel
                 AND (earlier.thread_ts = q.thread_ts OR (q.surface = 'direct' AND earlier.surface = 'direct'))
                 AND earlier.sequence < q.sequence AND earlier.state <> 'closed'
                 AND NOT (earlier.told = 1 AND earlier.state = 'queued' AND earlier.available_at > $1)
             )
           ORDER BY sequence LIMIT 1 FOR UPDATE SKIP LOCKED
         ), taken AS (
           UPDATE question SET owner = $2, lease_until = $3, attempts = question.attempts + 1,
             state = CASE question.state WHEN 'queued' THEN 'working' ELSE question.state END
           FROM next WHERE question.id = next.id RETURNING question.id
         )
         SELECT next.*, ARRAY(SELECT m.ts FROM message AS m WHERE m.key = next.key ORDER BY m.ts) AS messages
         FROM next JOIN taken USING (id)`,
        now,
        owner,
        now + leaseMs,
      );
      const before = read(row);
      return before === undefined ? undefined : { ...before, attempts: before.attempts + 1 };
    },
    renew(key, owner, until) {
      return changesOne(
        "UPDATE question SET lease_until = $1 WHERE key = $2 AND owner = $3 AND state <> 'closed'",
        until,
        key,
        owner,
      );
    },
    async postpone(key, owner, until, told) {
      await database.all(
        `UPDATE question SET state = 'queued', owner = NULL, lease_until = 0, available_at = $1,
           attempts = GREATEST(0, attempts - 1), told = GREATEST(told, $2)
         WHERE key = $3 AND owner = $4 AND state = 'working' RETURNING ${NOTIFY}`,
        until,
        told ? 1 : 0,
        key,
        owner,
      );
    },
    async release(key, owner, until, failed) {
      await database.all(
        `UPDATE question SET owner = NULL, lease_until = 0, available_at = $1,
           attempts = GREATEST(0, attempts - $2),
           state = CASE state WHEN 'working' THEN 'queued' ELSE state END
         WHERE key = $3 AND owner = $4 AND state <> 'closed' RETURNING ${NOTIFY}`,
        until,
        failed ? 0 : 1,
        key,
        owner,
      );
    },
    posting(key, owner, until) {
      return changesOne(
        `UPDATE question SET state = 'posting', lease_until = GREATEST(lease_until, $1)
         WHERE key = $2 AND owner = $3 AND state IN ('working', 'posting')`,
        until,
        key,
        owner,
      );
    },
    async shown(key, owner, messageTs) {
      await database.change(
        `INSERT INTO message (channel, ts, key)
         SELECT channel, $1, key FROM question WHERE key = $2 AND (owner = $3 OR state = 'closed')
         ON CONFLICT DO NOTHING`,
        messageTs,
        key,
        owner,
      );
    },
    async close(key, owner, outcome, answerId) {
      const rows = await database.all(
        `UPDATE question SET state = 'closed', outcome = $1, answer_id = $2, owner = NULL, attached = '[]',
           closed_at = ${NOW_MS}
         WHERE key = $3 AND owner = $4 AND state <> 'closed' RETURNING ${NOTIFY}`,
        outcome,
        answerId ?? null,
        key,
        owner,
      );
      return rows.length === 1;
    },
    find: (key) => one("WHERE q.key = $1", key),
    findByMessage: (channel, messageTs) =>
      one(
        "JOIN message AS shown ON shown.key = q.key WHERE shown.channel = $1 AND shown.ts = $2",
        channel,
        messageTs,
      ),
    findByAnswer: (answerId) => one("WHERE q.answer_id = $1 LIMIT 1", answerId),
    thread: (team, channel, threadTs) =>
      many(
        "WHERE team = $1 AND channel = $2 AND thread_ts = $3 ORDER BY sequence",
        team,
        channel,
        threadTs,
      ),
    answeredBefore: (channel, key, since) =>
      one(
        `WHERE channel = $1 AND surface = 'direct' AND outcome = 'answered' AND received_at >= $2
           AND sequence < (SELECT sequence FROM question WHERE key = $3)
         ORDER BY sequence DESC LIMIT 1`,
        channel,
        since,
        key,
      ),
    async joinConversation(key, conversationTs) {
      await database.change(
        "UPDATE question SET conversation_ts = $1 WHERE key = $2",
        conversationTs,
        key,
      );
    },
    async take(key, now) {
      await database.change(
        "UPDATE question SET taken_at = $1 WHERE key = $2 AND taken_at IS NULL",
        now,
        key,
      );
    },
    takeUnless: (question, times, wait) =>
      database.transaction(async (statements) => {
        const found = wait(await takenBefore(statements, question, times));
        if (found === undefined)
          await statements.change(
            "UPDATE question SET taken_at = $1 WHERE key = $2 AND taken_at IS NULL",
            times.now,
            question.key,
          );
        return found;
      }),
    noteUnless: (question, times, wait) =>
      database.transaction(async (statements) => {
        const found = wait(await takenBefore(statements, question, times));
        if (found !== undefined) return found;
        await statements.change(
          `INSERT INTO question
             (key, team, channel, ts, thread_ts, in_thread, "user", text, surface, state, received_at, taken_at,
              closed_at, sequence)
           VALUES ($1, $2, $3, $4, $5, 0, $6, $7, 'command', 'closed', $8, $8, $8, nextval('question_sequence'))
           ON CONFLICT (key) DO NOTHING`,
          question.key,
          question.team,
          question.channel,
          question.ts,
          question.threadTs,
          question.user,
          mask(question.text),
          times.now,
        );
        return undefined;
      }),
    async noteAnswer(key, answerId) {
      await database.change(
        "UPDATE question SET outcome = 'answered', answer_id = $1 WHERE key = $2",
        answerId,
        key,
      );
    },
    again: (marker, now, ms) =>
      changesOne(
        `INSERT INTO marker (marker, at) VALUES ($1, $2)
         ON CONFLICT (marker) DO UPDATE SET at = excluded.at WHERE marker.at <= $3`,
        marker,
        now,
        now - ms,
      ),
    async mark(marker, now) {
      await database.change(
        `INSERT INTO marker (marker, at) VALUES ($1, $2)
         ON CONFLICT (marker) DO UPDATE SET at = excluded.at`,
        marker,
        now,
      );
    },
    async markedAt(marker) {
      const row = await database.get("SELECT at FROM marker WHERE marker = $1", marker);
      return row === undefined ? undefined : Number(row["at"]);
    },
    async countMarked(prefix, since) {
      const row = await database.get(
        "SELECT COUNT(*) AS n FROM marker WHERE starts_with(marker, $1) AND at >= $2",
        prefix,
        since,
      );
      return Number(row?.["n"] ?? 0);
    },
    async recentThreads(since, limit) {
      const rows = await database.all(
        `SELECT channel, thread_ts, MAX(sequence) AS latest
         FROM (SELECT * FROM question WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 5000) AS latest
         WHERE received_at >= $1 AND surface <> 'command'
         GROUP BY channel, thread_ts ORDER BY latest DESC LIMIT $2`,
        since,
        limit,
      );
      return rows.map((row) => ({
        channel: String(row["channel"]),
        threadTs: String(row["thread_ts"]),
      }));
    },
    async unmark(marker) {
      await database.change("DELETE FROM marker WHERE marker = $1", marker);
    },
    once: (marker, now) =>
      changesOne(
        "INSERT INTO marker (marker, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        marker,
        now,
      ),
    askHelp: (key, now) =>
      changesOne(
        "INSERT INTO help (key, state, asked_at) VALUES ($1, 'asked', $2) ON CONFLICT DO NOTHING",
        key,
        now,
      ),
    async help(key) {
      const row = await database.get("SELECT * FROM help WHERE key = $1", key);
      if (row === undefined) return undefined;
      const messages = await database.all(
        "SELECT * FROM help_message WHERE key = $1 ORDER BY channel, ts",
        key,
      );
      return readHelp(row, messages);
    },
    async helpShown(key, { channel, ts, where }) {
      await database.change(
        "INSERT INTO help_message (key, channel, ts, place) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        key,
        channel,
        ts,
        where,
      );
    },
    async helpSince(since) {
      const rows = await database.all(
        `SELECT help.key, help.state, question.revision FROM help
         JOIN question ON question.key = help.key WHERE help.asked_at >= $1 ORDER BY help.asked_at`,
        since,
      );
      return rows.map(readHelpState);
    },
    moveHelp: (key, from, to, person) =>
      changesOne(
        "UPDATE help SET state = $1, person = $2 WHERE key = $3 AND state = ANY($4)",
        to,
        person,
        key,
        from,
      ),
    async solvedHelp(limit) {
      const rows = await database.all(
        `${QUESTIONS.replace(" FROM question AS q", ", h.person FROM help AS h JOIN question AS q ON q.key = h.key")}
         WHERE h.state = 'solved' AND q.text <> ''
           AND NOT EXISTS (SELECT 1 FROM marker AS d WHERE d.marker = '${DISMISSED}' || h.key)
         ORDER BY q.sequence DESC LIMIT $1`,
        limit,
      );
      return rows.flatMap((row) => {
        const question = read(row);
        return question === undefined ? [] : [{ question, person: personOf(row) }];
      });
    },
    async dismissHelp(key, now) {
      await database.change(
        "INSERT INTO marker (marker, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        `${DISMISSED}${key}`,
        now,
      );
    },
    async countHelp(since) {
      const row = await database.get(
        "SELECT COUNT(*) AS asked, COUNT(*) FILTER (WHERE state = 'solved') AS solved FROM help WHERE asked_at >= $1",
        since,
      );
      return { asked: Number(row?.["asked"] ?? 0), solved: Number(row?.["solved"] ?? 0) };
    },
    async dropHelp(key) {
      await database.change("DELETE FROM help WHERE key = $1", key);
    },
    async depth() {
      const row = await database.get(
        "SELECT COUNT(*) AS open, MIN(received_at) AS oldest FROM question WHERE state <> 'closed'",
      );
      return {
        open: Number(row?.["open"] ?? 0),
        oldestReceivedAt: row?.["oldest"] == null ? undefined : Number(row["oldest"]),
      };
    },
    async purge(before) {
      await inSteps(() =>
        database.change(
          `DELETE FROM marker WHERE marker IN (SELECT marker FROM marker WHERE at < $1 LIMIT ${STEP})`,
          before,
        ),
      );
      return eraseInSteps(database, "state = 'closed' AND received_at < $1", before, eraseQuestion);
    },
    ofUser: (user) => many('WHERE q."user" = $1 AND q.key IS NOT NULL ORDER BY sequence', user),
    async forgetUser(user) {
      await database.change(
        "DELETE FROM marker WHERE position(':' || $1 || ':' IN marker || ':') > 0",
        user,
      );
      await database.change(`UPDATE setting_change SET "user" = '' WHERE "user" = $1`, user);
      return eraseInSteps(database, `key IS NOT NULL AND "user" = $1`, user, eraseQuestion);
    },
    async blank(key) {
      return database.transaction(async (statements) => {
        const before = await find(statements, key);
        await statements.change("UPDATE question SET text = '' WHERE key = $1", key);
        return before;
      });
    },
    watch(wake) {
      database.listen(CHANNEL, wake);
    },
    // Whoever opened the store closes it.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** One after the other over all processes: the lock lasts as long as the transaction. */
async function takenBefore(
  statements: Statements,
  { key, user, channel }: Pick<InboxQuestion, "key" | "user" | "channel">,
  { hour, day }: TakenTimes,
): Promise<Taken> {
  await statements.get(
    "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' budget', 0))",
  );
  const rows = await statements.all(
    `SELECT taken_at, "user" = $1 AS own, channel = $2 AS here FROM question
     WHERE taken_at > $3 AND key IS DISTINCT FROM $4 ORDER BY taken_at`,
    user,
    channel,
    day,
    key,
  );
  const times = (which: (row: InboxRow) => boolean) =>
    rows.filter(which).map((row) => Number(row["taken_at"]));
  return {
    user: times((row) => row["own"] === true && Number(row["taken_at"]) > hour),
    channel: times((row) => row["here"] === true && Number(row["taken_at"]) > hour),
    all: times(() => true),
  };
}

type Waiting = {
  readonly question: QuestionEvent;
  readonly receivedAt: number;
  readonly resolve: (admitted: boolean) => void;
  readonly reject: (error: unknown) => void;
};

/** For each, whether it was new. Their channels are locked in one order, so that no two processes wait for each other. */
async function admitGroup(
  statements: Statements,
  group: readonly Waiting[],
): Promise<readonly boolean[]> {
  const channels = [...new Set(group.map(({ question }) => question.channel))].toSorted();
  for (const channel of channels)
    await statements.get(
      "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || $1, 0))",
      channel,
    );
  const admitted: boolean[] = [];
  for (const { question, receivedAt } of group) {
    const added = await statements.change(
      `INSERT INTO question
         (key, team, channel, ts, thread_ts, in_thread, "user", user_team, text, surface, attached,
          received_at, state, sequence)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'queued', nextval('question_sequence')
       WHERE NOT EXISTS (SELECT 1 FROM question WHERE key = $1)
       ON CONFLICT (key) DO NOTHING`,
      questionKey(question),
      question.team,
      question.channel,
      question.ts,
      question.threadTs,
      question.inThread ? 1 : 0,
      question.user,
      question.userTeam ?? null,
      mask(question.text),
      question.surface,
      mask(JSON.stringify(question.files)),
      receivedAt,
    );
    admitted.push(added === 1);
  }
  if (admitted.includes(true)) await statements.get(`SELECT ${NOTIFY}`);
  return admitted;
}
