import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEvent } from "../../src/slack/events.ts";

const self = { teamId: "T1", userId: "U0BOT", botId: "B0BOT" };

function body(event: Record<string, unknown>) {
  return { type: "event_callback", team_id: "T1", event };
}

const mention = {
  type: "app_mention",
  channel: "C1",
  user: "U1",
  text: "<@U0BOT> what is a flow?",
  ts: "1700000000.000100",
};

describe("readEvent", () => {
  it("reads a mention", () => {
    expect(readEvent(body(mention), self)).toEqual({
      kind: "question",
      team: "T1",
      channel: "C1",
      ts: "1700000000.000100",
      threadTs: "1700000000.000100",
      inThread: false,
      user: "U1",
      text: "what is a flow?",
      surface: "mention",
      mentionsOthers: false,
      files: [],
      edited: false,
    });
  });

  it("answers in the thread that a reply belongs to", () => {
    const event = { ...mention, thread_ts: "1600000000.000001" };

    expect(readEvent(body(event), self)).toMatchObject({
      threadTs: "1600000000.000001",
      inThread: true,
    });
  });

  it("takes a thread's first message for no reply to itself", () => {
    expect(readEvent(body({ ...mention, thread_ts: mention.ts }), self)).toMatchObject({
      inThread: false,
    });
  });

  it.each([
    ["a reply that is also sent to the channel", { subtype: "thread_broadcast" }, "question"],
    ["a message with a file", { subtype: "file_share", files: [{}] }, "question"],
    ["a message by a bot", { bot_id: "B2" }, "ignored"],
    ["a message by a bot with null for an id", { bot_id: null }, "question"],
    ["a message of a channel's purpose", { subtype: "channel_purpose" }, "ignored"],
    ["a message without a user", { user: undefined }, "ignored"],
  ])("takes %s as it is", (_what, event, kind) => {
    expect(readEvent(body({ ...mention, ...event }), self).kind).toBe(kind);
  });

  it("takes a message that names nobody for one to the channel, and a reply for one to its thread", () => {
    const plain = { ...mention, type: "message", channel_type: "channel", text: "what is a flow?" };

    expect(readEvent(body(plain), self)).toMatchObject({ kind: "question", surface: "channel" });
    expect(readEvent(body({ ...plain, thread_ts: "1.1" }), self)).toMatchObject({
      surface: "follow-up",
    });
  });

  it("never lets the plain message beside a mention be a question in a channel", () => {
    const twin = { ...mention, type: "message", channel_type: "channel" };

    expect(readEvent(body(twin), self).kind).toBe("ignored");
    expect(readEvent(body({ ...twin, channel_type: "im" }), self).kind).toBe("question");
  });

  it("reads edits of people's messages, and neither previews nor bots' edits", () => {
    const changed = (message: Record<string, unknown>, previous: string) =>
      readEvent(
        body({
          type: "message",
          subtype: "message_changed",
          channel: "C1",
          message: { ts: "1.2", user: "U1", text: "new", ...message },
          previous_message: { text: previous },
        }),
        self,
      );

    expect(changed({}, "old")).toEqual({
      kind: "edit",
      team: "T1",
      channel: "C1",
      ts: "1.2",
      text: "new",
      mentionsOthers: false,
    });
    expect(changed({}, "new").kind).toBe("ignored");
    expect(changed({ bot_id: "B0BOT" }, "old").kind).toBe("ignored");
    expect(changed({ subtype: "tombstone" }, "old").kind).toBe("delete");
  });

  it("reads who stopped which messages", () => {
    const event = { type: "agent_session_stopped", channel: "C1", user: "U1", thread_ts: "1.1" };

    expect(readEvent(body({ ...event, streaming_message_ts: ["1.2", "1.3"] }), self)).toEqual({
      kind: "stop",
      team: "T1",
      channel: "C1",
      threadTs: "1.1",
      messageTs: ["1.2", "1.3"],
    });
    expect(readEvent(body({ ...event, streaming_message_ts: "1.2" }), self)).toMatchObject({
      messageTs: ["1.2"],
    });
  });

  it("takes anything at all without throwing, and nonsense for no question", () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constant("event_callback"),
        team_id: fc.jsonValue(),
        event: fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              type: fc.constantFrom(
                "message",
                "app_mention",
                "agent_session_stopped",
                "app_home_opened",
              ),
              subtype: fc.oneof(
                fc.constantFrom("message_changed", "message_deleted"),
                fc.jsonValue(),
              ),
              channel: fc.jsonValue(),
              user: fc.jsonValue(),
              ts: fc.jsonValue(),
              message: fc.jsonValue(),
              text: fc.jsonValue(),
            },
            { requiredKeys: ["type"] },
          ),
        ),
      }),
    );
    fc.assert(
      fc.property(anything, (input) => {
        const { kind } = readEvent(input, self);
        expect(kind).not.toBe("question");
      }),
      { numRuns: 300 },
    );
  });
});
