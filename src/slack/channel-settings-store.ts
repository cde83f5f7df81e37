/** What operators chose for channels, in the store that several processes share, and who chose it when. */
import { openSqliteEngine } from "../state/sqlite-engine.ts";
import { change, type Engine, get, statementsOn, type Work } from "../state/statements.ts";
import { ChannelChoices, type ChannelSettingsStore } from "./channel-settings.ts";

/** Opens (and creates) the store in the file at `path`, or ":memory:". */
export function openSqliteChannelSettings(path: string): ChannelSettingsStore {
  return createChannelSettingsStore(openSqliteEngine(path));
}

export function createChannelSettingsStore(engine: Engine): ChannelSettingsStore {
  const one = statementsOn(engine);
  function* choicesOf(channel: string, lock = ""): Work<ChannelChoices> {
    const row = yield* get(
      `SELECT choices FROM channel_setting WHERE channel = $1 ${lock}`,
      channel,
    );
    return readChoices(row?.["choices"]);
  }
  return {
    find: (channel) => engine.run(choicesOf(channel)),
    async all() {
      const rows = await one.all("SELECT channel, choices FROM channel_setting");
      return new Map(rows.map((row) => [String(row["channel"]), readChoices(row["choices"])]));
    },
    change: (channel, after, user, now) =>
      engine.durably(function* () {
        const before = writeChoices(yield* choicesOf(channel, engine.dialect.forUpdate));
        const written = writeChoices(after);
        if (before === written) return false;
        yield* change(
          `INSERT INTO channel_setting (channel, choices) VALUES ($1, $2)
           ON CONFLICT (channel) DO UPDATE SET choices = excluded.choices`,
          channel,
          written,
        );
        yield* change(
          `INSERT INTO setting_change (channel, "user", at, before, after) VALUES ($1, $2, $3, $4, $5)`,
          channel,
          user,
          now,
          before,
          written,
        );
        return true;
      }),
    async changes(channel, limit) {
      const rows = await one.all(
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
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/** The names in one order, so that the same choices are the same text. */
function writeChoices({ scope, followUps, help, people, muted }: ChannelChoices): string {
  return JSON.stringify({ scope, followUps, help, people, muted });
}

/** Nothing chosen where the text is not what `writeChoices` made. */
function readChoices(text: unknown): ChannelChoices {
  if (typeof text !== "string") return {};
  try {
    return ChannelChoices.catch({}).parse(JSON.parse(text));
  } catch {
    return {};
  }
}
