/** [pure] Files of one JSON object a line. */
import type { z } from "zod";
import { AppError } from "../src/platform/errors.ts";

/** The objects of `text`, empty lines left out. Throws `AppError` "lines" with `name` and the number of the line that is none; `form` shows one. */
export function parseLines<T>(
  schema: z.ZodType<T>,
  text: string,
  name: string,
  form: string,
): readonly T[] {
  return text.split(/\r?\n/u).flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [schema.parse(JSON.parse(line))];
    } catch (cause) {
      throw new AppError("lines", `${name}, line ${index + 1} cannot be read.`, {
        hint: `A line is ${form}.`,
        cause,
      });
    }
  });
}
