import { readFileSync } from "node:fs";

/** Most memory that this process held so far, in MB. Where there is no /proc the figure may be its parent's. */
export function peakMegabytes(): number {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (peak !== undefined) return Math.round(Number(peak) / 1024);
  } catch {
    // Another system.
  }
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
