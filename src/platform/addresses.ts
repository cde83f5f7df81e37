/** Which addresses lead outside, and which into a private network (IANA special-purpose registries). */
import { BlockList, isIP } from "node:net";

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 128],
  ["::1", 128],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
  ["5f00::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv6");
}

/** IPv6 forms that carry an IPv4 address: mapped, translated (NAT64), compatible, 6to4. */
function embeddedIpv4(address: string): string | undefined {
  const groups = expandIpv6(address);
  if (groups === undefined) return undefined;
  const [a, b, c, d, e, f, g = 0, h = 0] = groups;
  const ipv4 = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  if (a === 0x2002) return ipv4(b ?? 0, c ?? 0);
  if (a === 0x64 && b === 0xff9b) return ipv4(g, h);
  if (
    a === 0 &&
    b === 0 &&
    c === 0 &&
    d === 0 &&
    (e === 0 || e === 0xffff) &&
    (f === 0xffff || f === 0)
  ) {
    return ipv4(g, h);
  }
  return undefined;
}

function expandIpv6(address: string): readonly number[] | undefined {
  let text = address.toLowerCase().replace(/%.*$/, "");
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted !== null) {
    const [, head = "", p = "0", q = "0", r = "0", s = "0"] = dotted;
    const hex = (high: string, low: string) => ((Number(high) << 8) | Number(low)).toString(16);
    text = `${head}${hex(p, q)}:${hex(r, s)}`;
  }
  const halves = text.split("::");
  const left = (halves[0] ?? "").split(":").filter((group) => group !== "");
  const right = (halves[1] ?? "").split(":").filter((group) => group !== "");
  const gap = 8 - left.length - right.length;
  if (halves.length > 2 || gap < 0 || (halves.length === 1 && gap !== 0)) return undefined;
  return [...left, ...Array.from({ length: gap }, () => "0"), ...right].map((group) =>
    Number.parseInt(group, 16),
  );
}

/** True for an IP address of the public internet; false for private, loopback, link-local, reserved and non-addresses. */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(bare);
  if (family === 0) return false;
  if (family === 4) return !PRIVATE.check(bare, "ipv4");
  const embedded = embeddedIpv4(bare);
  if (embedded !== undefined) return !PRIVATE.check(embedded, "ipv4");
  return !PRIVATE.check(bare, "ipv6");
}
