/** Puts the clone's package.json back after `npm pack`. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const kept = path.join(root, "dist/package.json.clone");
writeFileSync(path.join(root, "package.json"), readFileSync(kept, "utf8"));
rmSync(path.join(root, "dist"), { recursive: true, force: true });
