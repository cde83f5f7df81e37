/** The version of this package, from its own package.json. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { once } from "./once.ts";

/** "0.0.0" when there is no package.json above this file. */
export const packageVersion = once((): string => {
  // Beside the sources in a clone, one folder higher in what is packed.
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    try {
      const read = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as unknown;
      if (typeof read === "object" && read !== null && "version" in read)
        return String(read.version);
    } catch {
      // Further up.
    }
    if (folder === path.dirname(folder)) return "0.0.0";
  }
});
