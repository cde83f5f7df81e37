/**
 * Short forms that people type in chat and documentation spells out. Each line holds words of one meaning in
 * general software operations; nothing of a product, and no mere relatives: groups of related words ("die",
 * "crash", "kill") were tried and changed nothing on questions they had not been written for.
 */
import { singular } from "../documents/tokenize.ts";

const GROUPS = `
k8s kubernetes kube
db database
postgres postgresql
repo repository
env environment
param parameter
config configuration cfg conf
auth authentication
cred credential
dep dependency
img image
msg message
perf performance
ns namespace
gh github
tz timezone
dir directory
infra infrastructure
var variable
arg argument
spec specification
max maximum
min minimum
prod production
func function fn
vm machine
cmd command
oom memory
acct account
app application
admin administrator
sched schedule
proc process
conn connection
svc service
deploy deployment
perm permission
async asynchronous
sync synchronous`;

const BY_WORD: ReadonlyMap<string, readonly string[]> = new Map(
  GROUPS.trim()
    .split("\n")
    .map((line) => line.split(" ").map(singular))
    .flatMap((group) =>
      group.map((word) => [word, group.filter((other) => other !== word)] as const),
    ),
);

/** Other spellings of `token`, short or long, as `tokenize` gives them. */
export function abbreviationsOf(token: string): readonly string[] {
  return BY_WORD.get(token) ?? [];
}
