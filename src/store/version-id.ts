/** "20261124T031600123Z": the name of an index version built at `now` (milliseconds); sorts by time. */
export function versionId(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:.]/g, "");
}

/**
 * The time to name the next version by: `now`, or just after the newest of `ids`. A clock that was set back must not
 * make a new version look older than the one it replaces: which one is "before" would be wrong.
 */
export function nextVersionTime(now: number, ids: Iterable<string>): number {
  let next = now;
  for (const id of ids) {
    const time = timeOf(id);
    if (time !== undefined && time >= next) next = time + 1;
  }
  return next;
}

/** When a version was built, by its name; undefined for what is no name of one. */
function timeOf(id: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(id);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, ms] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(time) ? undefined : time;
}
