/**
 * Milliseconds of processor time that this process used since the call. What other processes use does not count, so a
 * limit against input made to be slow holds on a busy machine too.
 */
export function startCpuTime(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
}
