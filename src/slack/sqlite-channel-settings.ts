/** What operators chose for channels, in the store that several processes may share, and who chose it when. */
import { transaction } from "../platform/sqlite.ts";
import { openState } from "../state/schema.ts";
import type { ChannelChoices, ChannelSettingsStore } from "./channel-settings.ts";
import { readChoices, writeChoices } from "./channel-settings-row.ts";

/** Opens (and creates) the store at `path`, or ":memory:". */
export function openSqliteChannelSettings(path: string): ChannelSettingsStore {
  const database = openState(path);
  const find = (channel: string): ChannelChoices =>
    readChoices(
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
      return new Map(rows.map((row) => [String(row["channel"]), readChoices(row["choices"])]));
    },
    async change(channel, after, user, now) {
      database.exec("PRAGMA synchronous = FULL");
      try {
        return transaction(database, () => {
          const before = find(channel);
          const written = writeChoices(after);
          if (writeChoices(before) === written) return false;
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
            .run(channel, user, now, writeChoices(before), written);
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
          before: readChoices(row["before"]),
          after: readChoices(row["after"]),
        }));
    },
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close();
    },
  };
}
