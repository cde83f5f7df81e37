/** Which addresses lead outside, and which into a private network. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Public by its range, and yet inside: Azure's own services answer there in every virtual network. */
const INSIDE_PUBLIC_RANGES: ReadonlySet<string> = new Set(["168.63.129.16"]);

/** All that is given out for the internet of IPv6; what lies outside is none of it, whatever it may become. */
const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");
/** The well-known prefix of NAT64: the last 32 bits are an IPv4 address. */
const NAT64 = ipaddr.parseCIDR("64:ff9b::/96");

/** True for an IP address of the public internet; false for private, loopback, link-local, reserved and non-addresses. */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  // The library reads more forms than the system does ("2130706433"); only what the system calls an address is one.
  if (isIP(bare) === 0) return false;
  // An IPv4 address in IPv6 form (::ffff:10.0.0.1) comes back as the IPv4 address.
  const ip = ipaddr.process(bare);
  if (ip.kind() === "ipv4") {
    return ip.range() === "unicast" && !INSIDE_PUBLIC_RANGES.has(ip.toString());
  }
  if (ip.match(NAT64)) {
    return isPublicAddress(ipaddr.fromByteArray(ip.toByteArray().slice(12)).toString());
  }
  return ip.range() === "unicast" && ip.match(GLOBAL_UNICAST);
}
