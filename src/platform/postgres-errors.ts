/** What an error of Postgres or of the connection to it means. [pure] */

/** Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html that another attempt may mend. */
const LOST_STATES = /^(08...|57P01|57P02|57P03|53300)$/;
const COLLISION_STATES = new Set(["40001", "40P01", "23505", "23503"]);
const LOST_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
]);
/** What the client says without a code. */
const LOST_WORDS =
  /^(Connection terminated|Query read timeout|timeout expired|timeout exceeded|Client has encountered a connection error)/;

/** True when the connection is gone, whatever became of the statement. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return LOST_STATES.test(code) || LOST_CODES.has(code) || LOST_WORDS.test(error.message);
}

/** True when another transaction was in the way of this one, which may see its result when it is run again. */
export function isCollision(error: unknown): boolean {
  return error instanceof Error && COLLISION_STATES.has(codeOf(error));
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses of one host that all failed.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.message === "" ? codeOf(error) : error.message;
}
