/** The handbook's canonical origin; `.example` is reserved (RFC 2606) and leads nowhere. */
export const HANDBOOK_ORIGIN = "https://handbook.example";
