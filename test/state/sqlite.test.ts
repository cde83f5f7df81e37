/** The suites on SQLite. */
import { describe } from "vitest";
import { describeConversations } from "./conversations.suite.ts";
import { openInSqlite } from "./engine.ts";
import { describeFeedback } from "./feedback.suite.ts";
import { describeInbox } from "./inbox.suite.ts";
import { describeOneRow } from "./one-row.suite.ts";

describe("in SQLite", () => {
  describeInbox(openInSqlite);
  describeConversations(openInSqlite);
  describeFeedback(openInSqlite);
  describeOneRow(openInSqlite);
});
