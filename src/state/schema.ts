/**
 * One store for what people asked and what was posted, a SQLite file (WAL) that any number of processes share. A question
 * is one row from its receipt to its answer; what belongs to it (messages, evidence, votes) goes when it goes.
 *
 * Three parts read and write it, each its own columns: the inbox of Slack, the conversations, the votes. A row has
 * `key` and `state` when it came through the inbox, `turn` when it was asked of the core.
 */
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../platform/sqlite.ts";

/** Name of the file in the data folder. */
export const STATE_FILE = "state.sqlite";

/** 40 MB. Bots have a thread that does it long before (`platform/checkpoints.ts`); commands may wait for the disk. */
const CHECKPOINT_PAGES = 10_000;

/** Only ever append. */
const MIGRATIONS = [
  `
  CREATE TABLE question (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user TEXT NOT NULL,
    text TEXT NOT NULL,
    conversation TEXT,

    -- In Slack, from receipt to closed.
    key TEXT UNIQUE,
    sequence INTEGER UNIQUE,
    team TEXT,
    channel TEXT,
    ts TEXT,
    thread_ts TEXT,
    in_thread INTEGER,
    surface TEXT,
    files INTEGER,
    state TEXT,
    outcome TEXT,
    revision INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    told INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    available_at INTEGER NOT NULL DEFAULT 0,
    received_at INTEGER,
    taken_at INTEGER,
    closed_at INTEGER,
    answer_id TEXT,

    -- The turn of its conversation: in which order turns were asked, and what came of it. Values are compressed JSON.
    turn INTEGER UNIQUE,
    turn_key TEXT UNIQUE,
    turn_state TEXT,
    asked_at TEXT,
    resolution BLOB,
    answer BLOB,
    receipt BLOB,
    shown TEXT
  ) STRICT;
  CREATE INDEX question_open ON question (state, sequence) WHERE state <> 'closed';
  CREATE INDEX question_thread ON question (channel, thread_ts, sequence);
  CREATE INDEX question_answer ON question (answer_id) WHERE answer_id IS NOT NULL;
  CREATE INDEX question_taken ON question (taken_at) WHERE taken_at IS NOT NULL;
  CREATE INDEX question_received ON question (received_at) WHERE received_at IS NOT NULL;
  CREATE INDEX question_conversation ON question (conversation, turn) WHERE turn IS NOT NULL;
  CREATE INDEX question_asked ON question (asked_at) WHERE turn IS NOT NULL;
  CREATE INDEX question_user ON question (user);
  CREATE INDEX question_only_rated ON question (id) WHERE turn IS NULL AND key IS NULL;

  CREATE TABLE message (
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    key TEXT NOT NULL REFERENCES question (key) ON DELETE CASCADE,
    PRIMARY KEY (channel, ts)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX message_key ON message (key, ts);

  CREATE TABLE marker (marker TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX marker_at ON marker (at);

  CREATE TABLE chunk (hash TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE evidence (
    question INTEGER NOT NULL REFERENCES question (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    hash TEXT NOT NULL REFERENCES chunk (hash),
    PRIMARY KEY (question, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX evidence_chunk ON evidence (hash);

  CREATE TABLE rated (
    answer_id TEXT PRIMARY KEY,
    question INTEGER NOT NULL REFERENCES question (id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rated_question ON rated (question);
  CREATE TABLE vote (
    answer_id TEXT NOT NULL REFERENCES rated (answer_id) ON DELETE CASCADE,
    user TEXT NOT NULL,
    vote TEXT NOT NULL,
    reason TEXT,
    voted_at TEXT NOT NULL,
    PRIMARY KEY (answer_id, user)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX vote_user ON vote (user);

  -- How far the files of earlier versions were taken over.
  CREATE TABLE taken_over (file TEXT PRIMARY KEY, after TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Files (their names and addresses), people of other workspaces, conversations that direct messages go on with, and
  // questions passed on to people.
  `
  ALTER TABLE question ADD COLUMN user_team TEXT;
  ALTER TABLE question ADD COLUMN conversation_ts TEXT;
  ALTER TABLE question ADD COLUMN attached TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE question DROP COLUMN files;
  CREATE TABLE help (
    key TEXT PRIMARY KEY REFERENCES question (key) ON DELETE CASCADE,
    state TEXT NOT NULL,
    person TEXT,
    asked_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE help_message (
    key TEXT NOT NULL REFERENCES help (key) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (key, channel, ts)
  ) STRICT, WITHOUT ROWID;
  `,
  // What operators chose for a channel, and each change: who, when, before, after. Values are JSON.
  `
  CREATE TABLE channel_setting (
    channel TEXT PRIMARY KEY,
    choices TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE setting_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
  ) STRICT;
  CREATE INDEX setting_change_channel ON setting_change (channel, id);
  CREATE INDEX setting_change_user ON setting_change (user);
  `,
  // Answers that people wrote themselves. A sequence number is never given twice; \`body\` is compressed JSON.
  `
  CREATE TABLE reviewed (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL,
    written_at TEXT NOT NULL,
    body BLOB NOT NULL,
    lapsed_at TEXT,
    lapsed_because TEXT
  ) STRICT;
  `,
];

/** Opens (and creates) the store at `path`, or ":memory:". Throws `AppError` "database". */
export function openState(path: string): DatabaseSync {
  return openDatabase(path, { migrations: MIGRATIONS, checkpointPages: CHECKPOINT_PAGES });
}
