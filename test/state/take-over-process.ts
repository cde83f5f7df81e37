/** A process of its own for the test: takes over what is in the folder it is given. */
import { prepareState } from "../../src/state/take-over.ts";

process.stdout.write("begun\n");
await prepareState(process.argv[2] ?? "");
