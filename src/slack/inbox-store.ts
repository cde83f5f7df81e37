/** The inbox in the store that several processes share: the columns of a question from its receipt to closed. */
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { eraseInSteps, eraseQuestion, eraseTurn } from "../state/questions.ts";
import { openSqliteEngine } from "../state/sqlite-engine.ts";
import {
  all,
  alone,
  change,
  type Engine,
  get,
  type Row,
  statementsOn,
  type Value,
  type Work,
} from "../state/statements.ts";
import { questionKey } from "./events.ts";
import type { Inbox, InboxQuestion, Taken, TakenTimes } from "./inbox.ts";
import { personOf, readHelp, readHelpState, readQuestion } from "./inbox-row.ts";

/** Markers deleted at once: a few milliseconds. */
const STEP = 100;
/** Marks solved requests that nothing is made of. */
const DISMISSED = "dismissed:";
const mask = (text: string) => maskSecrets(text).text;

/** The messages that answer a question, which is called `name`. */
const messagesOf = (name: string) =>
  `(SELECT string_agg(m.ts, ',' ORDER BY m.ts) FROM message AS m WHERE m.key = ${name}.key) AS messages`;
const QUESTIONS = `SELECT q.*, ${messagesOf("q")} FROM question AS q`;
const TAKE = "UPDATE question SET taken_at = $1 WHERE key = $2 AND taken_at IS NULL";
const SET_ONCE = "INSERT INTO marker (marker, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

/** Opens (and creates) the inbox in the file at `path`, or ":memory:". */
export function openSqliteInbox(path: string): Inbox {
  return createInbox(openSqliteEngine(path));
}

/** What was admitted is on the disk before the promise resolves; the other writes survive the end of the process. */
export function createInbox(engine: Engine): Inbox {
  const { dialect } = engine;
  const one = statementsOn(engine);
  const { among, forUpdate, nextSequence, skipLocked, tell } = dialect;
  const find = async (rest: string, ...values: readonly Value[]) =>
    read(await one.get(`${QUESTIONS} ${rest}`, ...values));
  const list = async (rest: string, ...values: readonly Value[]) =>
    (await one.all(`${QUESTIONS} ${rest}`, ...values)).flatMap((row) => read(row) ?? []);
  /** A write that may let others go on: they are told. */
  const writesAndTells = async (sql: string, ...values: readonly Value[]) =>
    (await one.all(`${sql} RETURNING id, ${tell}`, ...values)).length === 1;

  function* toChange(key: string): Work<InboxQuestion | undefined> {
    return read(yield* get(`${QUESTIONS} WHERE q.key = $1 ${forUpdate}`, key));
  }

  /** One after the other over all processes, to the end of the transaction. */
  function* takenBefore(
    { key, user, channel }: Pick<InboxQuestion, "key" | "user" | "channel">,
    { hour, day }: TakenTimes,
  ): Work<Taken> {
    yield* alone(dialect, " budget");
    const rows = yield* all(
      `SELECT taken_at, "user", channel FROM question
       WHERE taken_at > $1 AND key IS DISTINCT FROM $2 ORDER BY taken_at`,
      day,
      key,
    );
    const times = (which: readonly Row[]) => which.map((row) => Number(row["taken_at"]));
    const inHour = rows.filter((row) => Number(row["taken_at"]) > hour);
    return {
      user: times(inHour.filter((row) => row["user"] === user)),
      channel: times(inHour.filter((row) => row["channel"] === channel)),
      all: times(rows),
    };
  }

  return {
    admit(question, receivedAt) {
      // One after the other in a channel: nobody sees a later question before an earlier one.
      return engine.durably(function* () {
        const added = yield* all(
          `INSERT INTO question
             (key, team, channel, ts, thread_ts, in_thread, "user", user_team, text, surface, attached,
              received_at, state, sequence)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'queued', ${nextSequence}
           WHERE NOT EXISTS (SELECT 1 FROM question WHERE key = $1)
           ON CONFLICT (key) DO NOTHING RETURNING id, ${tell}`,
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
        return added.length === 1;
      }, question.channel);
    },
    edit: (key, text, evenPosting = false) =>
      engine.transaction(function* () {
        const row = yield* get(
          `UPDATE question
           SET text = $1, revision = revision + 1, owner = NULL, lease_until = 0,
             state = CASE state WHEN 'posting' THEN state ELSE 'queued' END
           WHERE key = $2 AND state ${among("$3")} AND text <> $1 RETURNING id, ${tell}`,
          mask(text),
          key,
          ["queued", "working", ...(evenPosting ? ["posting"] : [])],
        );
        // Another text is another question to the core.
        if (row !== undefined) yield* eraseTurn(dialect, Number(row["id"]));
        return row !== undefined;
      }),
    cancel: (key) =>
      engine.transaction(function* () {
        const before = yield* toChange(key);
        if (before === undefined || before.state === "closed") return undefined;
        yield* all(
          `UPDATE question SET state = 'closed', outcome = 'cancelled', owner = NULL, text = '', attached = '[]'
           WHERE key = $1 RETURNING id, ${tell}`,
          key,
        );
        return before;
      }),
    async claim(owner, now, leaseMs) {
      // The first open question of each thread, or of a person's direct messages, that nobody holds; one that waits for a
      // budget lets others pass.
      const row = await one.get(
        `UPDATE question SET owner = $1, lease_until = $2, attempts = attempts + 1,
             state = CASE state WHEN 'queued' THEN 'working' ELSE state END
           WHERE id = (
             SELECT q.id FROM question AS q
             WHERE q.state <> 'closed' AND q.available_at <= $3 AND q.lease_until <= $3
               AND NOT EXISTS (
                 SELECT 1 FROM question AS earlier
                 WHERE earlier.channel = q.channel
                   AND (earlier.thread_ts = q.thread_ts OR (q.surface = 'direct' AND earlier.surface = 'direct'))
                   AND earlier.sequence < q.sequence AND earlier.state <> 'closed'
                   AND NOT (earlier.told = 1 AND earlier.state = 'queued' AND earlier.available_at > $3)
               )
             ORDER BY q.sequence LIMIT 1 ${skipLocked}
           ) RETURNING *, ${messagesOf("question")}`,
        owner,
        now + leaseMs,
        now,
      );
      return read(row);
    },
    renew: (key, owner, until) =>
      one.changes(
        "UPDATE question SET lease_until = $1 WHERE key = $2 AND owner = $3 AND state <> 'closed'",
        until,
        key,
        owner,
      ),
    async postpone(key, owner, until, told) {
      await writesAndTells(
        `UPDATE question SET state = 'queued', owner = NULL, lease_until = 0, available_at = $1,
           attempts = CASE attempts WHEN 0 THEN 0 ELSE attempts - 1 END,
           told = CASE told WHEN 0 THEN $2 ELSE told END
         WHERE key = $3 AND owner = $4 AND state = 'working'`,
        until,
        told ? 1 : 0,
        key,
        owner,
      );
    },
    async release(key, owner, until, failed) {
      await writesAndTells(
        `UPDATE question SET owner = NULL, lease_until = 0, available_at = $1,
           attempts = CASE attempts WHEN 0 THEN 0 ELSE attempts - $2 END,
           state = CASE state WHEN 'working' THEN 'queued' ELSE state END
         WHERE key = $3 AND owner = $4 AND state <> 'closed'`,
        until,
        failed ? 0 : 1,
        key,
        owner,
      );
    },
    posting: (key, owner, until) =>
      one.changes(
        `UPDATE question SET state = 'posting',
           lease_until = CASE WHEN lease_until > $1 THEN lease_until ELSE $1 END
         WHERE key = $2 AND owner = $3 AND state IN ('working', 'posting')`,
        until,
        key,
        owner,
      ),
    async shown(key, owner, messageTs) {
      await one.change(
        `INSERT INTO message (channel, ts, key)
         SELECT channel, $1, key FROM question WHERE key = $2 AND (owner = $3 OR state = 'closed')
         ON CONFLICT DO NOTHING`,
        messageTs,
        key,
        owner,
      );
    },
    close: (key, owner, outcome, answerId) =>
      writesAndTells(
        `UPDATE question SET state = 'closed', outcome = $1, answer_id = $2, owner = NULL, attached = '[]'
         WHERE key = $3 AND owner = $4 AND state <> 'closed'`,
        outcome,
        answerId ?? null,
        key,
        owner,
      ),
    find: (key) => find("WHERE q.key = $1", key),
    findByMessage: (channel, messageTs) =>
      find(
        "JOIN message AS shown ON shown.key = q.key WHERE shown.channel = $1 AND shown.ts = $2",
        channel,
        messageTs,
      ),
    findByAnswer: (answerId) => find("WHERE q.answer_id = $1 LIMIT 1", answerId),
    thread: (team, channel, threadTs) =>
      list(
        "WHERE team = $1 AND channel = $2 AND thread_ts = $3 ORDER BY sequence",
        team,
        channel,
        threadTs,
      ),
    answeredBefore: (channel, key, since) =>
      find(
        `WHERE channel = $1 AND surface = 'direct' AND outcome = 'answered' AND received_at >= $2
           AND sequence < (SELECT sequence FROM question WHERE key = $3)
         ORDER BY sequence DESC LIMIT 1`,
        channel,
        since,
        key,
      ),
    async joinConversation(key, conversationTs) {
      await one.change(
        "UPDATE question SET conversation_ts = $1 WHERE key = $2",
        conversationTs,
        key,
      );
    },
    async take(key, now) {
      await one.change(TAKE, now, key);
    },
    takeUnless: (question, times, wait) =>
      engine.transaction(function* () {
        const found = wait(yield* takenBefore(question, times));
        if (found === undefined) yield* change(TAKE, times.now, question.key);
        return found;
      }),
    noteUnless: (question, times, wait) =>
      engine.transaction(function* () {
        const found = wait(yield* takenBefore(question, times));
        if (found !== undefined) return found;
        yield* change(
          `INSERT INTO question
             (key, team, channel, ts, thread_ts, in_thread, "user", text, surface, state, received_at, taken_at,
              sequence)
           VALUES ($1, $2, $3, $4, $5, 0, $6, $7, 'command', 'closed', $8, $8, ${nextSequence})
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
      await one.change(
        "UPDATE question SET outcome = 'answered', answer_id = $1 WHERE key = $2",
        answerId,
        key,
      );
    },
    once: (marker, now) => one.changes(SET_ONCE, marker, now),
    again: (marker, now, ms) =>
      one.changes(
        `INSERT INTO marker (marker, at) VALUES ($1, $2)
         ON CONFLICT (marker) DO UPDATE SET at = excluded.at WHERE marker.at <= $3`,
        marker,
        now,
        now - ms,
      ),
    async mark(marker, now) {
      await engine.durably(() =>
        change(
          `INSERT INTO marker (marker, at) VALUES ($1, $2)
           ON CONFLICT (marker) DO UPDATE SET at = excluded.at`,
          marker,
          now,
        ),
      );
    },
    async markedAt(marker) {
      const row = await one.get("SELECT at FROM marker WHERE marker = $1", marker);
      return row === undefined ? undefined : Number(row["at"]);
    },
    countMarked: (prefix, since) =>
      one.count(
        `SELECT COUNT(*) AS n FROM marker
           WHERE substr(marker, 1, length(CAST($1 AS text))) = $1 AND at >= $2`,
        prefix,
        since,
      ),
    async unmark(marker) {
      await one.change("DELETE FROM marker WHERE marker = $1", marker);
    },
    async recentThreads(since, limit) {
      // Of the last questions: there is no index by time, and no need of one.
      const rows = await one.all(
        `SELECT channel, thread_ts, MAX(sequence) AS latest
           FROM (SELECT * FROM question WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 5000) AS latest
           WHERE received_at >= $1 AND surface <> 'command'
           GROUP BY channel, thread_ts ORDER BY MAX(sequence) DESC LIMIT $2`,
        since,
        limit,
      );
      return rows.map((row) => ({
        channel: String(row["channel"]),
        threadTs: String(row["thread_ts"]),
      }));
    },
    askHelp: (key, now) =>
      one.changes(
        "INSERT INTO help (key, state, asked_at) VALUES ($1, 'asked', $2) ON CONFLICT DO NOTHING",
        key,
        now,
      ),
    async help(key) {
      const row = await one.get("SELECT * FROM help WHERE key = $1", key);
      if (row === undefined) return undefined;
      const messages = all("SELECT * FROM help_message WHERE key = $1 ORDER BY channel, ts", key);
      return readHelp(row, await engine.run(messages));
    },
    async helpShown(key, { channel, ts, where }) {
      await one.change(
        "INSERT INTO help_message (key, channel, ts, place) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        key,
        channel,
        ts,
        where,
      );
    },
    async helpSince(since) {
      const rows = await one.all(
        `SELECT help.key, help.state, question.revision FROM help
           JOIN question ON question.key = help.key WHERE help.asked_at >= $1 ORDER BY help.asked_at`,
        since,
      );
      return rows.map(readHelpState);
    },
    moveHelp: (key, from, to, person) =>
      one.changes(
        `UPDATE help SET state = $1, person = $2 WHERE key = $3 AND state ${among("$4")}`,
        to,
        person,
        key,
        from,
      ),
    async solvedHelp(limit) {
      const rows = await one.all(
        `SELECT q.*, ${messagesOf("q")}, h.person FROM help AS h JOIN question AS q ON q.key = h.key
           WHERE h.state = 'solved' AND q.text <> ''
             AND NOT EXISTS (SELECT 1 FROM marker AS d WHERE d.marker = '${DISMISSED}' || h.key)
           ORDER BY q.sequence DESC LIMIT $1`,
        limit,
      );
      return rows.map((row) => ({ question: readQuestion(row), person: personOf(row) }));
    },
    async dismissHelp(key, now) {
      await one.change(SET_ONCE, `${DISMISSED}${key}`, now);
    },
    async countHelp(since) {
      const row = await one.get(
        `SELECT COUNT(*) AS asked, COUNT(*) FILTER (WHERE state = 'solved') AS solved
           FROM help WHERE asked_at >= $1`,
        since,
      );
      return { asked: Number(row?.["asked"] ?? 0), solved: Number(row?.["solved"] ?? 0) };
    },
    async dropHelp(key) {
      await one.change("DELETE FROM help WHERE key = $1", key);
    },
    async depth() {
      const row = await one.get(
        "SELECT COUNT(*) AS open, MIN(received_at) AS oldest FROM question WHERE state <> 'closed'",
      );
      return {
        open: Number(row?.["open"] ?? 0),
        oldestReceivedAt: row?.["oldest"] == null ? undefined : Number(row["oldest"]),
      };
    },
    async purge(before) {
      await engine.inSteps(function* () {
        const looked = yield* change(
          `DELETE FROM marker WHERE marker IN (SELECT marker FROM marker WHERE at < $1 LIMIT ${STEP})`,
          before,
        );
        return { looked };
      });
      return eraseInSteps(engine, "state = 'closed' AND received_at < $1", before, eraseQuestion);
    },
    ofUser: (user) => list('WHERE q."user" = $1 AND q.key IS NOT NULL ORDER BY sequence', user),
    async forgetUser(user) {
      // The id as a whole part of the name.
      await one.change(
        "DELETE FROM marker WHERE replace(marker || ':', ':' || CAST($1 AS text) || ':', '') <> marker || ':'",
        user,
      );
      // That something was changed stays; who changed it goes.
      await one.change(`UPDATE setting_change SET "user" = '' WHERE "user" = $1`, user);
      return eraseInSteps(engine, 'key IS NOT NULL AND "user" = $1', user, eraseQuestion);
    },
    blank: (key) =>
      engine.transaction(function* () {
        const before = yield* toChange(key);
        yield* change("UPDATE question SET text = '' WHERE key = $1 AND state = 'closed'", key);
        return before;
      }),
    watch: (wake) => engine.listen(wake),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

function read(row: Row | undefined): InboxQuestion | undefined {
  return row === undefined ? undefined : readQuestion(row);
}
