/** The settings as a table: for `doctor`, and for the README, whose test compares the two. */
import { SETTINGS, type Setting, type SettingName } from "./schema.ts";

export type SettingRow = {
  readonly name: SettingName;
  /** "none" when the setting is absent by default. */
  readonly default: string;
  readonly meaning: string;
};

export function describeSettings(): SettingRow[] {
  return (Object.keys(SETTINGS) as SettingName[]).map((name) => {
    const setting: Setting = SETTINGS[name];
    return {
      name,
      default: setting.default === undefined || setting.default === "" ? "none" : setting.default,
      meaning: setting.meaning,
    };
  });
}

/** The same as a Markdown table, one row a setting. */
export function settingsTable(): string {
  const rows = describeSettings().map(
    (row) =>
      `| \`${row.name}\` | ${row.default === "none" ? "none" : `\`${row.default}\``} | ${row.meaning.replaceAll("|", "\\|")} |`,
  );
  return ["| setting | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}
