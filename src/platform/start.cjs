// Plain JavaScript, required before anything else: every entry file needs Node 24, and an older one would
// stop at the first .ts file with an error nobody understands. What Node compiled is kept, so that the next
// command starts sooner; where the folder cannot be written, it is compiled each time.
"use strict";
const { enableCompileCache } = require("node:module");
const path = require("node:path");

const needed = 24;
const found = Number(process.versions.node.split(".")[0]);
if (found < needed) {
  process.stderr.write(
    `ask-marvin needs Node ${needed} or newer; this is ${process.versions.node}. ` +
      "Run it through npm (`npm run demo`), which brings its own Node 24, or install Node 24 from https://nodejs.org.\n",
  );
  process.exit(2);
}
enableCompileCache(path.resolve(__dirname, "../../node_modules/.cache/compiled"));
