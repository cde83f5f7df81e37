/** What operators chose for channels, in Postgres: what `sqlite-channel-settings.ts` keeps in a file, for bots on several machines. */
import type { PostgresDatabase, Statements } from "../platform/postgres.ts";
import type { ChannelChoices, ChannelSettingsStore } from "./channel-settings.ts";
import { readChoices, writeChoices } from "./channel-settings-row.ts";

/** The settings of an open store, which whoever opened it closes. */
export function createPostgresChannelSettings(database: PostgresDatabase): ChannelSettingsStore {
  const find = async (
    statements: Statements,
    channel: string,
    lock: "" | "FOR UPDATE" = "",
  ): Promise<ChannelChoices> => {
    const row = await statements.get(
      `SELECT choices FROM channel_setting WHERE channel = $1 ${lock}`,
      channel,
    );
    return readChoices(row?.["choices"]);
  };
  return {
    find: (channel) => find(database, channel),
    async all() {
      const rows = await database.all("SELECT channel, choices FROM channel_setting");
      return new Map(rows.map((row) => [String(row["channel"]), readChoices(row["choices"])]));
    },
    change: (channel, after, user, now) =>
      database.transaction(async (statements) => {
        const before = await find(statements, channel, "FOR UPDATE");
        const written = writeChoices(after);
        if (writeChoices(before) === written) return false;
        await statements.change(
          `INSERT INTO channel_setting (channel, choices) VALUES ($1, $2)
           ON CONFLICT (channel) DO UPDATE SET choices = excluded.choices`,
          channel,
          written,
        );
        await statements.change(
          `INSERT INTO setting_change (channel, "user", at, before, after) VALUES ($1, $2, $3, $4, $5)`,
          channel,
          user,
          now,
          writeChoices(before),
          written,
        );
        return true;
      }),
    async changes(channel, limit) {
      const rows = await database.all(
        "SELECT * FROM setting_change WHERE channel = $1 ORDER BY id DESC LIMIT $2",
        channel,
        limit,
      );
      return rows.map((row) => ({
        channel,
        user: String(row["user"]),
        at: Number(row["at"]),
        before: readChoices(row["before"]),
        after: readChoices(row["after"]),
      }));
    },
    async [Symbol.asyncDispose]() {},
  };
}
