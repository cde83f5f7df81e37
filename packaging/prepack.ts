/**
 * What `npm pack` runs before it: Node refuses TypeScript below node_modules, so the types are erased into `dist`,
 * with everything beside them that the sources read. The package.json that is packed leaves out what only a clone
 * needs; `postpack.ts` puts the clone's back.
 */
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [path.join(root, "node_modules/typescript/bin/tsc"), "--project", "tsconfig.package.json"],
  { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
);
for (const folder of ["src", "ingest", "eval", "prompts"])
  cpSync(path.join(root, folder), path.join(dist, folder), {
    recursive: true,
    filter: (file) => !file.endsWith(".ts") && path.basename(file) !== "README.md",
  });
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".js")) continue;
  const file = path.join(entry.parentPath, entry.name);
  writeFileSync(file, forPackage(readFileSync(file, "utf8")));
}

const manifestFile = path.join(root, "package.json");
const text = readFileSync(manifestFile, "utf8");
writeFileSync(path.join(dist, "package.json.clone"), text);
const {
  scripts: _scripts,
  devDependencies: _devDependencies,
  optionalDependencies: _optionalDependencies,
  allowScripts: _allowScripts,
  ...manifest
} = JSON.parse(text) as Record<string, unknown>;
writeFileSync(
  manifestFile,
  `${JSON.stringify({ ...manifest, engines: { node: ">=24" } }, undefined, 2)}\n`,
);

/** Commands as they are called here, and the files that workers are started from as they are named here. */
function forPackage(code: string): string {
  return code
    .replaceAll(
      /npm run (?:--silent )?(demo|ask|chat|doctor|forget|backup|restore|ingest|web|mcp|insights|init)\b(?: --(?= ))?/g,
      "npx ask-marvin $1",
    )
    .replaceAll(/npm start\b/g, "npx ask-marvin start")
    .replaceAll(/(new URL\("[^"\n]+)\.ts(", import\.meta\.url\))/g, "$1.js$2");
}
