/** The inbox in the store that several processes may share: the columns of a question from its receipt to closed. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { inSteps, transaction } from "../platform/sqlite.ts";
import { eraseInSteps, eraseQuestion, eraseTurn, NEXT_SEQUENCE } from "../state/questions.ts";
import { openState } from "../state/schema.ts";
import { readHelpState } from "./help-state.ts";
import { questionKey } from "./events.ts";
import type { Inbox, InboxQuestion, Taken, TakenTimes } from "./inbox.ts";
import { DISMISSED, type InboxRow as Row, personOf, readHelp, readQuestion } from "./inbox-row.ts";

/** Rows deleted at once: a few milliseconds. */
const STEP = 100;
const mask = (text: string) => maskSecrets(text).text;

/**
 * Opens (and creates) the inbox at `path`, or ":memory:". What was admitted is on the disk before the promise resolves and
 * survives a power cut; the other writes survive the end of the process.
 */
export function openSqliteInbox(path: string): Inbox {
  const database = openState(path);
  const durably = createGroupCommit(database);

  const statements = new Map<string, ReturnType<typeof database.prepare>>();
  const prepare = (sql: string) => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const get = (sql: string, ...values: SQLInputValue[]): Row | undefined =>
    prepare(sql).get(...values);
  const all = (sql: string, ...values: SQLInputValue[]): readonly Row[] =>
    prepare(sql).all(...values);
  const change = (sql: string, ...values: SQLInputValue[]): number =>
    Number(prepare(sql).run(...values).changes);

  const read = (row: Row | undefined): InboxQuestion | undefined =>
    row === undefined
      ? undefined
      : readQuestion(
          row,
          all("SELECT ts FROM message WHERE key = ? ORDER BY ts", String(row["key"])).map(
            (message) => String(message["ts"]),
          ),
        );
  const find = (key: string) => read(get("SELECT * FROM question WHERE key = ?", key));

  const takenBefore = (
    { key, user, channel }: Pick<InboxQuestion, "key" | "user" | "channel">,
    { hour, day }: TakenTimes,
  ): Taken => {
    const times = (condition: string, ...values: SQLInputValue[]) =>
      all(
        `SELECT taken_at FROM question WHERE taken_at > ? AND key IS NOT ? ${condition} ORDER BY taken_at`,
        ...values,
      ).map((row) => Number(row["taken_at"]));
    return {
      user: times("AND user = ?", hour, key, user),
      channel: times("AND channel = ?", hour, key, channel),
      all: times("", day, key),
    };
  };

  // The first open question of each thread, or of a person's direct messages, that nobody holds; one that waits for a budget lets others pass.
  const CLAIMABLE = `
    SELECT key FROM question AS q
    WHERE state <> 'closed' AND available_at <= :now AND lease_until <= :now
      AND NOT EXISTS (
        SELECT 1 FROM question AS earlier
        WHERE earlier.channel = q.channel
          AND (earlier.thread_ts = q.thread_ts OR (q.surface = 'direct' AND earlier.surface = 'direct'))
          AND earlier.sequence < q.sequence AND earlier.state <> 'closed'
          AND NOT (earlier.told = 1 AND earlier.state = 'queued' AND earlier.available_at > :now)
      )
    ORDER BY sequence LIMIT 1`;

  return {
    admit(question, _raw, receivedAt) {
      return durably(
        () =>
          change(
            `INSERT INTO question
             (key, team, channel, ts, thread_ts, in_thread, user, user_team, text, surface, attached,
              received_at, state, sequence)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ${NEXT_SEQUENCE})
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
          ) === 1,
      );
    },
    async edit(key, text, evenPosting = false) {
      return transaction(database, () => {
        const changed = change(
          `UPDATE question
           SET text = ?1, revision = revision + 1, owner = NULL, lease_until = 0,
             state = CASE state WHEN 'posting' THEN state ELSE 'queued' END
           WHERE key = ?2 AND (state IN ('queued', 'working') OR (state = 'posting' AND ?3)) AND text <> ?1`,
          mask(text),
          key,
          evenPosting ? 1 : 0,
        );
        // Another text is another question to the core.
        const row = changed === 0 ? undefined : get("SELECT id FROM question WHERE key = ?", key);
        if (row !== undefined) eraseTurn(database, Number(row["id"]));
        return changed === 1;
      });
    },
    async cancel(key) {
      return transaction(database, () => {
        const before = find(key);
        if (before === undefined || before.state === "closed") return undefined;
        change(
          `UPDATE question SET state = 'closed', outcome = 'cancelled', owner = NULL,
             text = '', attached = '[]', closed_at = unixepoch() * 1000 WHERE key = ?`,
          key,
        );
        return before;
      });
    },
    async claim(owner, now, leaseMs) {
      return transaction(database, () => {
        const row = prepare(CLAIMABLE).get({ now });
        if (row === undefined) return undefined;
        const key = String(row["key"]);
        const before = find(key);
        change(
          `UPDATE question SET owner = ?, lease_until = ?, attempts = attempts + 1,
             state = CASE state WHEN 'queued' THEN 'working' ELSE state END WHERE key = ?`,
          owner,
          now + leaseMs,
          key,
        );
        return before === undefined ? undefined : { ...before, attempts: before.attempts + 1 };
      });
    },
    async renew(key, owner, until) {
      return (
        change(
          "UPDATE question SET lease_until = ? WHERE key = ? AND owner = ? AND state <> 'closed'",
          until,
          key,
          owner,
        ) === 1
      );
    },
    async postpone(key, owner, until, told) {
      change(
        `UPDATE question SET state = 'queued', owner = NULL, lease_until = 0, available_at = ?,
           attempts = MAX(0, attempts - 1), told = MAX(told, ?)
         WHERE key = ? AND owner = ? AND state = 'working'`,
        until,
        told ? 1 : 0,
        key,
        owner,
      );
    },
    async release(key, owner, until, failed) {
      change(
        `UPDATE question SET owner = NULL, lease_until = 0, available_at = ?,
           attempts = MAX(0, attempts - ?),
           state = CASE state WHEN 'working' THEN 'queued' ELSE state END
         WHERE key = ? AND owner = ? AND state <> 'closed'`,
        until,
        failed ? 0 : 1,
        key,
        owner,
      );
    },
    async posting(key, owner, until) {
      return (
        change(
          `UPDATE question SET state = 'posting', lease_until = MAX(lease_until, ?)
           WHERE key = ? AND owner = ? AND state IN ('working', 'posting')`,
          until,
          key,
          owner,
        ) === 1
      );
    },
    async shown(key, owner, messageTs) {
      change(
        `INSERT INTO message (channel, ts, key)
         SELECT channel, ?, key FROM question WHERE key = ? AND (owner = ? OR state = 'closed')
         ON CONFLICT DO NOTHING`,
        messageTs,
        key,
        owner,
      );
    },
    async close(key, owner, outcome, answerId) {
      return (
        change(
          `UPDATE question SET state = 'closed', outcome = ?, answer_id = ?, owner = NULL, attached = '[]',
             closed_at = unixepoch() * 1000
           WHERE key = ? AND owner = ? AND state <> 'closed'`,
          outcome,
          answerId ?? null,
          key,
          owner,
        ) === 1
      );
    },
    async find(key) {
      return find(key);
    },
    async findByMessage(channel, messageTs) {
      return read(
        get(
          `SELECT q.* FROM message AS m JOIN question AS q ON q.key = m.key
           WHERE m.channel = ? AND m.ts = ?`,
          channel,
          messageTs,
        ),
      );
    },
    async findByAnswer(answerId) {
      return read(get("SELECT * FROM question WHERE answer_id = ?", answerId));
    },
    async thread(team, channel, threadTs) {
      return all(
        "SELECT * FROM question WHERE team = ? AND channel = ? AND thread_ts = ? ORDER BY sequence",
        team,
        channel,
        threadTs,
      ).flatMap((row) => read(row) ?? []);
    },
    async answeredBefore(channel, key, since) {
      return read(
        get(
          `SELECT * FROM question
           WHERE channel = ? AND surface = 'direct' AND outcome = 'answered' AND received_at >= ?
             AND sequence < (SELECT sequence FROM question WHERE key = ?)
           ORDER BY sequence DESC LIMIT 1`,
          channel,
          since,
          key,
        ),
      );
    },
    async joinConversation(key, conversationTs) {
      change("UPDATE question SET conversation_ts = ? WHERE key = ?", conversationTs, key);
    },
    async take(key, now) {
      change("UPDATE question SET taken_at = ? WHERE key = ? AND taken_at IS NULL", now, key);
    },
    async takeUnless(question, times, wait) {
      return transaction(database, () => {
        const found = wait(takenBefore(question, times));
        if (found === undefined)
          change(
            "UPDATE question SET taken_at = ? WHERE key = ? AND taken_at IS NULL",
            times.now,
            question.key,
          );
        return found;
      });
    },
    async noteUnless(question, times, wait) {
      return transaction(database, () => {
        const found = wait(takenBefore(question, times));
        if (found !== undefined) return found;
        change(
          `INSERT INTO question
             (key, team, channel, ts, thread_ts, in_thread, user, text, surface, state, received_at, taken_at,
              closed_at, sequence)
           VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, 'command', 'closed', ?8, ?8, ?8, ${NEXT_SEQUENCE})
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
      });
    },
    async noteAnswer(key, answerId) {
      change(
        "UPDATE question SET outcome = 'answered', answer_id = ? WHERE key = ?",
        answerId,
        key,
      );
    },
    async again(marker, now, ms) {
      return (
        change(
          `INSERT INTO marker (marker, at) VALUES (?1, ?2)
           ON CONFLICT DO UPDATE SET at = excluded.at WHERE at <= ?3`,
          marker,
          now,
          now - ms,
        ) === 1
      );
    },
    async mark(marker, now) {
      await durably(() =>
        change(
          "INSERT INTO marker (marker, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
          marker,
          now,
        ),
      );
    },
    async markedAt(marker) {
      const at = get("SELECT at FROM marker WHERE marker = ?", marker)?.["at"];
      return typeof at === "number" ? at : undefined;
    },
    async countMarked(prefix, since) {
      const row = get(
        "SELECT COUNT(*) AS n FROM marker WHERE substr(marker, 1, length(?1)) = ?1 AND at >= ?2",
        prefix,
        since,
      );
      return Number(row?.["n"] ?? 0);
    },
    async recentThreads(since, limit) {
      return all(
        // The last questions in any case: there is no index by time, and no need of one.
        `SELECT channel, thread_ts, MAX(sequence) AS latest
         FROM (SELECT * FROM question ORDER BY sequence DESC LIMIT 5000)
         WHERE received_at >= ? AND surface <> 'command'
         GROUP BY channel, thread_ts ORDER BY latest DESC LIMIT ?`,
        since,
        limit,
      ).map((row) => ({ channel: String(row["channel"]), threadTs: String(row["thread_ts"]) }));
    },
    async unmark(marker) {
      change("DELETE FROM marker WHERE marker = ?", marker);
    },
    async once(marker, now) {
      return (
        change(
          "INSERT INTO marker (marker, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
          marker,
          now,
        ) === 1
      );
    },
    async askHelp(key, now) {
      return (
        change(
          "INSERT INTO help (key, state, asked_at) VALUES (?, 'asked', ?) ON CONFLICT DO NOTHING",
          key,
          now,
        ) === 1
      );
    },
    async help(key) {
      const row = get("SELECT * FROM help WHERE key = ?", key);
      if (row === undefined) return undefined;
      const messages = all("SELECT * FROM help_message WHERE key = ? ORDER BY channel, ts", key);
      return readHelp(row, messages);
    },
    async helpShown(key, { channel, ts, where }) {
      change(
        "INSERT INTO help_message (key, channel, ts, place) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        key,
        channel,
        ts,
        where,
      );
    },
    async helpSince(since) {
      const rows = all(
        `SELECT help.key, help.state, question.revision FROM help
         JOIN question ON question.key = help.key WHERE help.asked_at >= ? ORDER BY help.asked_at`,
        since,
      );
      return rows.map(readHelpState);
    },
    async moveHelp(key, from, to, person) {
      return (
        change(
          `UPDATE help SET state = ?1, person = ?2
           WHERE key = ?3 AND state IN (SELECT value FROM json_each(?4))`,
          to,
          person,
          key,
          JSON.stringify(from),
        ) === 1
      );
    },
    async solvedHelp(limit) {
      return all(
        `SELECT q.*, h.person FROM help AS h JOIN question AS q ON q.key = h.key
         WHERE h.state = 'solved' AND q.text <> ''
           AND NOT EXISTS (SELECT 1 FROM marker AS m WHERE m.marker = '${DISMISSED}' || h.key)
         ORDER BY q.sequence DESC LIMIT ?`,
        limit,
      ).flatMap((row) => {
        const question = read(row);
        return question === undefined ? [] : [{ question, person: personOf(row) }];
      });
    },
    async dismissHelp(key, now) {
      change(
        "INSERT INTO marker (marker, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        `${DISMISSED}${key}`,
        now,
      );
    },
    async countHelp(since) {
      const row = get(
        "SELECT COUNT(*) AS asked, SUM(state = 'solved') AS solved FROM help WHERE asked_at >= ?",
        since,
      );
      return { asked: Number(row?.["asked"] ?? 0), solved: Number(row?.["solved"] ?? 0) };
    },
    async dropHelp(key) {
      change("DELETE FROM help WHERE key = ?", key);
    },
    async depth() {
      const row = get(
        "SELECT COUNT(*) AS open, MIN(received_at) AS oldest FROM question WHERE state <> 'closed'",
      );
      return {
        open: Number(row?.["open"] ?? 0),
        oldestReceivedAt: row?.["oldest"] == null ? undefined : Number(row["oldest"]),
      };
    },
    async purge(before) {
      await inSteps(database, () =>
        change(
          `DELETE FROM marker WHERE marker IN
             (SELECT marker FROM marker WHERE at < ? LIMIT ${STEP})`,
          before,
        ),
      );
      return eraseInSteps(database, "state = 'closed' AND received_at < ?", before, eraseQuestion);
    },
    async ofUser(user) {
      return all(
        "SELECT * FROM question WHERE user = ? AND key IS NOT NULL ORDER BY sequence",
        user,
      ).flatMap((row) => read(row) ?? []);
    },
    async forgetUser(user) {
      change("DELETE FROM marker WHERE instr(marker || ':', ':' || ? || ':') > 0", user);
      // That something was changed stays; who changed it goes.
      change("UPDATE setting_change SET user = '' WHERE user = ?", user);
      return eraseInSteps(database, "key IS NOT NULL AND user = ?", user, eraseQuestion);
    },
    async blank(key) {
      const before = find(key);
      change("UPDATE question SET text = '' WHERE key = ?", key);
      return before;
    },
    watch() {
      // A file tells nobody.
    },
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close();
    },
  };
}

/** Longest time that writes are gathered: the disk may be slow, a person must not notice. */
const LONGEST_GATHERING_MS = 40;

/**
 * Runs writes in one transaction for all that ask in the same turn of the event loop, and waits for the disk once: a
 * burst of questions costs a few waits, not one each. While waiting nothing else runs, so the next group is gathered for
 * as long as the last one waited: on a slow disk half of the time at most goes into it.
 */
function createGroupCommit(database: DatabaseSync): <T>(write: () => T) => Promise<T> {
  type Waiting = {
    /** Writes; returns what tells the caller once the transaction is through. */
    readonly write: () => () => void;
    readonly fail: (error: unknown) => void;
  };
  let waiting: Waiting[] = [];
  let lastMs = 0;
  let lastEnd = Number.NEGATIVE_INFINITY;

  const commit = () => {
    const begun = performance.now();
    const group = waiting;
    waiting = [];
    try {
      database.exec("PRAGMA synchronous = FULL");
      const tell = transaction(database, () => group.map(({ write }) => write()));
      for (const told of tell) told();
    } catch (error) {
      for (const { fail } of group) fail(error);
    } finally {
      if (database.isOpen) database.exec("PRAGMA synchronous = NORMAL");
      lastEnd = performance.now();
      lastMs = Math.min(LONGEST_GATHERING_MS, lastEnd - begun);
    }
  };
  const schedule = () => {
    const gatherMs = lastEnd + lastMs - performance.now();
    if (gatherMs > 1) setTimeout(commit, gatherMs);
    else setImmediate(commit);
  };

  return (write) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) schedule();
      waiting.push({
        write: () => {
          const result = write();
          return () => resolve(result);
        },
        fail: reject,
      });
    });
}
