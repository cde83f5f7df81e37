/** JSON as it is stored: compressed. A receipt of 45 KB takes 3. [pure] */
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Most of what compression gives, for a third of its time. */
const LEVEL = 3;
/** Longest value that is unpacked, in bytes: more was not packed here. */
const MOST_BYTES = 64 * 1024 * 1024;

export function pack(value: unknown): Uint8Array | null {
  return value === undefined || value === null
    ? null
    : deflateRawSync(JSON.stringify(value), { level: LEVEL, memLevel: 9 });
}

/** The value of a column that `pack` wrote; undefined where it is empty or damaged. */
export function unpack(bytes: unknown): unknown {
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    return JSON.parse(inflateRawSync(bytes, { maxOutputLength: MOST_BYTES }).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Candidates of a search that a stored receipt keeps, beside those that became evidence. */
const MOST_CANDIDATES = 40;

/** A receipt without the long tail of what was found and not used. */
export function trimReceipt(receipt: unknown): unknown {
  if (typeof receipt !== "object" || receipt === null || !("candidates" in receipt)) return receipt;
  const { candidates } = receipt;
  if (!Array.isArray(candidates)) return receipt;
  return {
    ...receipt,
    candidates: candidates.filter(
      (candidate: { readonly kept?: unknown } | null, at) =>
        at < MOST_CANDIDATES || candidate?.kept === true,
    ),
  };
}
