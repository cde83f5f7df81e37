/** A fake Qdrant in a process of its own, so that its work is not counted as ours. Says its address on standard output. */
import { startFakeQdrant } from "./fake-qdrant.ts";

const server = await startFakeQdrant({ latencyMs: Number(process.argv[2] ?? "0") });
process.stdout.write(`${server.url}\n`);
process.stdin.resume();
process.stdin.once("end", () => process.exit(0));
