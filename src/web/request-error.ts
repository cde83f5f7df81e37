import type { z } from "zod";

/** What was sent cannot be used; the message is for whoever sent it. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What was sent, read through a schema. Throws `RequestError` 400 that names what is wrong. */
export function readAs<Schema extends z.ZodType>(value: unknown, schema: Schema): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path: at, message }) =>
    at.length === 0 ? message : `${at.join(".")}: ${message}`,
  );
  throw new RequestError(400, `This cannot be used: ${problems.join("; ")}`);
}
