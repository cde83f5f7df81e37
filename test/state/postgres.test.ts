/** The suites on Postgres, where TEST_STATE_URL names a server on this machine. */
import { describe } from "vitest";
import { describeConversations } from "./conversations.suite.ts";
import { openInPostgres, TEST_STATE_URL } from "./engine.ts";
import { describeFeedback } from "./feedback.suite.ts";
import { describeInbox } from "./inbox.suite.ts";
import { describeOneRow } from "./one-row.suite.ts";

describe.skipIf(TEST_STATE_URL === undefined)("in Postgres", () => {
  describeInbox(openInPostgres);
  describeConversations(openInPostgres);
  describeFeedback(openInPostgres);
  describeOneRow(openInPostgres);
});
