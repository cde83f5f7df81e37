/** How far a question came that was passed on to people, as a row of the store says it, whichever engine holds it. [pure] */
import type { HelpRequest, InboxQuestion } from "./inbox.ts";
import type { InboxRow } from "./inbox-row.ts";

export type HelpState = Pick<InboxQuestion, "key" | "revision"> & Pick<HelpRequest, "state">;

export function readHelpState(row: InboxRow): HelpState {
  return {
    key: String(row["key"]),
    revision: Number(row["revision"]),
    // Written by the inbox, from the same union.
    state: String(row["state"]) as HelpRequest["state"],
  };
}
