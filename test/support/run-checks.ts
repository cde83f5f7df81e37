/** Checks outside the test runner: of what needs a package, a server or a tool that not every machine has. */

export type NamedCheck = readonly [name: string, check: () => unknown];

/** Runs the checks in order and prints a line for each; `of`: what they check, for the last line. True when all passed. */
export async function runChecks(of: string, checks: readonly NamedCheck[]): Promise<boolean> {
  let failed = 0;
  for (const [name, check] of checks) {
    try {
      await check();
      process.stdout.write(`✓ ${name}\n`);
    } catch (error) {
      failed += 1;
      const reason = error instanceof Error ? error.message : String(error);
      process.stdout.write(`✗ ${name}\n  ${reason}\n`);
    }
  }
  process.stdout.write(`${checks.length - failed} of ${checks.length} checks ${of} passed.\n`);
  return failed === 0;
}
