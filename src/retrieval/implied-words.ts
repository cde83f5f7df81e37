/**
 * Words that documentation of orchestrators uses for what a question describes in other words. A rule must hold for
 * any product: whoever says that a machine "died", "failed" or "was taken away" asks about what documentation calls
 * a crash of the infrastructure, to tell it from a failure of the code. README.md says what the rules change.
 */

const list = (words: string): readonly string[] => words.trim().split(/\s+/u);

const INFRASTRUCTURE = list(
  "pod container node vm machine host instance process laptop ec2 fargate spot kubelet dyno droplet box",
);
const LOSS = list(
  `fail failed failing failure die dy died dead death kill killed crash crashe crashed evict evicted eviction gone lost
   lose oom oomkilled reclaim reclaimed preempt preempted preemption reboot rebooted drain drained disappear
   disappeared vanish vanished terminate terminated sigterm sigkill shutdown unplugged`,
);

/** True when `tokens`, the words of a question, say that a machine, pod or process died or was taken away. */
export function isInfrastructureLoss(tokens: readonly string[]): boolean {
  return [INFRASTRUCTURE, LOSS].every((words) => words.some((word) => tokens.includes(word)));
}

/** What most documentation calls it, where the product's own words are not known. */
const DEAD = ["crash", "crashed", "infrastructure"];

/**
 * Words that `tokens`, the words of a question, imply and that are not among them: those that the documentation has
 * where somebody says that a machine died (`ProductWords.dead`).
 */
export function impliedWords(
  tokens: readonly string[],
  dead: readonly string[] = DEAD,
): readonly string[] {
  if (!isInfrastructureLoss(tokens)) return [];
  const has = new Set(tokens);
  return dead.filter((word) => !has.has(word));
}
