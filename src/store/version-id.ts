/** "20261124T031600123Z": the name of an index version built at `now` (milliseconds); sorts by time. */
export function versionId(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:.]/g, "");
}
