/** What operators chose for channels, in the store that several processes may share, and who chose it when. */
import { transaction } from "../platform/sqlite.ts";
import { openState } from "../state/schema.ts";
import { ChannelChoices, type ChannelSettingsStore } from "./channel-settings.ts";

/** Opens (and creates) the store at `path`, or ":memory:". */
export function openSqliteChannelSettings(path: string): ChannelSettingsStore {
  const database = openState(path);
  const find = (channel: string): ChannelChoices =>
    read(
      database.prepare("SELECT choices FROM channel_setting WHERE channel = ?").get(channel)?.[
        "choices"
      ],
    );

  return {
    async find(channel) {
      return find(channel);
    },
    async all() {
      const rows = database.prepare("SELECT channel, choices FROM channel_setting").all();
      return new Map(rows.map((row) => [String(row["channel"]), read(row["choices"])]));
    },
    async change(channel, after, user, now) {
      database.exec("PRAGMA synchronous = FULL");
      try {
        return transaction(database, () => {
          const before = find(channel);
          const written = write(after);
          if (write(before) === written) return false;
          database
            .prepare(
              `INSERT INTO channel_setting (channel, choices) VALUES (?, ?)
               ON CONFLICT DO UPDATE SET choices = excluded.choices`,
            )
            .run(channel, written);
          database
            .prepare(
              `INSERT INTO setting_change (channel, user, at, before, after) VALUES (?, ?, ?, ?, ?)`,
            )
            .run(channel, user, now, write(before), written);
          return true;
        });
      } finally {
        database.exec("PRAGMA synchronous = NORMAL");
      }
    },
    async changes(channel, limit) {
      return database
        .prepare("SELECT * FROM setting_change WHERE channel = ? ORDER BY id DESC LIMIT ?")
        .all(channel, limit)
        .map((row) => ({
          channel,
          user: String(row["user"]),
          at: Number(row["at"]),
          before: read(row["before"]),
          after: read(row["after"]),
        }));
    },
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close();
    },
  };
}

/** The names in one order, so that the same choices are the same text. */
function write(choices: ChannelChoices): string {
  const { scope, followUps, help, people, muted } = choices;
  return JSON.stringify({ scope, followUps, help, people, muted });
}

/** Nothing chosen where the text is not what `write` made. */
function read(text: unknown): ChannelChoices {
  if (typeof text !== "string") return {};
  try {
    return ChannelChoices.catch({}).parse(JSON.parse(text));
  } catch {
    return {};
  }
}
