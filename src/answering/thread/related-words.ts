/**
 * Words of operating software in general that mean much the same, so that a word which the documentation does not have
 * finds what it has instead. Each group is one idea; none is about one product.
 */
import { rootsOf } from "../../documents/roots.ts";

const GROUPS: readonly string[] = [
  "checkpoint|savepoint|save point|snapshot|bookmark|saved state|saved progress|restore point|persisted result|result persistence|cached result|skip completed work|resume from|retry from the beginning|retry from the top|start over",
  "failover|takeover|hot standby|standby|high availability|replica|redundant|multiple servers|another worker picks up",
  "dead letter|dead-letter queue|dlq|poison message|parking lot|failed runs|crashed runs",
  "heartbeat|keepalive|liveness|ping|health check|unresponsive|zombie|stale run|orphan|ghost",
  "drain|graceful shutdown|grace period|sigterm|stop signal|cancel running",
  "rollback|undo|compensation|saga|revert|transaction|commit",
  "throttle|throttling|backpressure|rate limit|concurrency limit|cap|quota|slot",
  "lease|lock|mutex|semaphore|claim|hold|slot",
  "leader election|quorum|primary|coordinator|consensus|multiple servers",
  "exactly once|at least once|idempotent|idempotency|deduplicate|duplicate run|cache key",
  "replay|re-execute|rerun|retry|run again|second attempt",
  "backfill|catchup|catch up|missed runs|late runs|past schedule",
  "trigger|hook|callback|listener|event|webhook|automation",
  "watchdog|monitor|supervisor|observer|detector|sentinel",
  "spot|preemptible|preempted|reclaimed|evicted|interruption|node lost",
  "cold start|warm pool|spin up|provisioning|image pull|start-up time",
  "sandbox|isolation|container|separate process|subprocess",
  "secret|credential|token|password|key vault|encrypted",
  "registry|catalog|inventory|store of definitions|register",
  "lineage|provenance|asset|dependency graph|upstream|downstream",
  "sla|deadline|late|alert|notification|time limit",
  "fan out|map|parallel|scatter|concurrent|dynamic tasks",
  "barrier|join|fan in|wait for all|gather|wait for upstream",
  "circuit breaker|trip|back off|backoff|exponential delay|jitter|retry delay",
  "state store|backend|metadata store|database|result storage",
  "queue|backlog|pending work|work queue|scheduled runs",
  "daemon|agent|worker|background service|poller",
];

/** A phrase of more words says something and names nothing. */
const CLAUSE_WORDS = 3;

type Group = { readonly phrases: readonly string[]; readonly keys: ReadonlySet<string> };

const PARSED: readonly Group[] = GROUPS.map((group) => {
  const phrases = group.split("|");
  return { phrases, keys: new Set(phrases.map(keyOf)) };
});

function keyOf(phrase: string): string {
  return rootsOf(phrase).join(" ");
}

/** Other words for the idea of `word`, itself left out; [] for a word of no group. */
export function relatedWords(word: string): string[] {
  const key = keyOf(word);
  const found = PARSED.filter(({ keys }) => keys.has(key)).flatMap(({ phrases }) => phrases);
  return [...new Set(found)].filter((phrase) => keyOf(phrase) !== key);
}

/** Of these, the ones that say what happens instead: more words than a name has. */
export function relatedClauses(word: string): string[] {
  return relatedWords(word).filter((phrase) => phrase.split(" ").length > CLAUSE_WORDS);
}
