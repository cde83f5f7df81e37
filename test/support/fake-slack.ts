/**
 * One Slack workspace on loopback: Web API, Socket Mode, signed HTTP deliveries, Slack's limits, and faults on
 * demand. It keeps the messages as people would see them, so that a test says what stands in a thread and not
 * which calls were made.
 */
import { createHmac, randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import {
  CALLS_A_MINUTE,
  LIMITS,
  POSTS_AT_ONCE,
  blocksProblem,
  charactersOf,
  chunksProblem,
  viewProblem,
} from "./fake-slack-limits.ts";

export type Json = Record<string, unknown>;

export type FakeMessage = {
  ts: string;
  channel: string;
  user: string;
  botId: string | undefined;
  text: string;
  blocks: readonly Json[];
  /** What else was given with it: attachments, files. */
  extra?: Json | undefined;
  threadTs: string | undefined;
  metadata: Json | undefined;
  stream: "live" | "stopped" | undefined;
  /** Its task cards, by id. */
  tasks?: Map<string, Json>;
  /** How often it was edited or appended to after it appeared. */
  changes: number;
  subtype: string | undefined;
};

export type FakeCall = {
  readonly method: string;
  readonly args: Json;
  /** Milliseconds of `performance.now()` when it arrived. */
  readonly at: number;
  readonly token: string;
  ok: boolean | undefined;
  error?: string;
};

export type Fault =
  | { readonly kind: "rate-limited"; readonly retryAfter?: number }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "error"; readonly error: string }
  | { readonly kind: "delay"; readonly ms: number }
  /** The connection breaks before the call is done. */
  | { readonly kind: "drop" }
  /** The call is done, and the connection breaks before the response. */
  | { readonly kind: "drop-response" }
  /** The call is done, and the response is a 500. */
  | { readonly kind: "lost-response" };

export type Envelope = {
  readonly id: string;
  readonly type: "events_api" | "interactive" | "slash_commands";
  readonly payload: Json;
  deliveries: number;
  /** Deliveries that came because time passed without an acknowledgement; a connection that ends costs none. */
  retries: number;
  /** Payload of the acknowledgement, once it came. */
  ack: { readonly payload: unknown; readonly at: number } | undefined;
  sentAt: number;
};

export type FakeSlackOptions = {
  readonly teamId?: string;
  readonly botUserId?: string;
  readonly botId?: string;
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly scopes?: readonly string[];
  /** `message.channels` is subscribed: a mention arrives twice, and plain thread messages arrive. */
  readonly messageEvents?: boolean;
  /** Calls beyond Slack's tiers are answered 429. */
  readonly tiers?: boolean;
  /** Milliseconds after which an envelope without acknowledgement is sent again; never by default. */
  readonly redeliverAfterMs?: number;
  /** Milliseconds since the epoch, for message times and signatures. */
  readonly now?: () => number;
  /** The workspace refuses task cards in streams. */
  readonly withoutTasks?: boolean;
  /** Methods that exist in this workspace; all by default. */
  readonly withoutMethods?: readonly string[];
  readonly port?: number;
};

const ALL_SCOPES = [
  "app_mentions:read",
  "chat:write",
  "im:history",
  "channels:history",
  "groups:history",
  "assistant:write",
  "commands",
  "files:read",
];

const HIDDEN_ARGUMENTS = new Set(["token"]);

export class FakeSlack implements AsyncDisposable {
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  scopes: readonly string[];
  readonly calls: FakeCall[] = [];
  readonly envelopes: Envelope[] = [];
  /** Errors the fake found in what it was sent (a block over a limit, a wrong argument): tests expect none. */
  readonly complaints: string[] = [];
  readonly ephemerals: {
    channel: string;
    user: string;
    text: string;
    threadTs: string;
    blocks: readonly Json[];
  }[] = [];
  readonly views: { id: string; triggerId: string; view: Json }[] = [];
  readonly homes = new Map<string, Json>();
  readonly responses: { url: string; body: Json }[] = [];
  readonly titles: { channel: string; threadTs: string; title: string }[] = [];
  readonly prompts: { channel: string; threadTs: string; prompts: readonly Json[] }[] = [];
  readonly statuses: { channel: string; threadTs: string; status: string; at: number }[] = [];
  readonly privateChannels = new Set<string>();
  readonly files = new Map<string, string | Buffer>();
  /** Addresses of bots behind a load balancer. While there are any, events come over signed HTTP, each to the next one. */
  endpoints: readonly string[] = [];
  /** Pings of the bot that were answered. */
  pings = 0;
  /** Characters of all blocks of a message that it takes. */
  blocksTotal: number = LIMITS.blocksTotal;
  /** Connections that ended without the workspace having ended them. */
  unexplainedCloses = 0;
  /** Runs as a call arrives, before it is done: the place to kill, delay or change the world. */
  intercept: ((call: FakeCall) => void | Promise<void>) | undefined;
  /** Runs after a call is done and before its response is sent. */
  interceptResponse: ((call: FakeCall) => void | Promise<void>) | undefined;
  readonly options: FakeSlackOptions;

  readonly #channels = new Map<
    string,
    { kind: "channel" | "im"; members: Set<string>; messages: FakeMessage[] }
  >();
  readonly #faults = new Map<string, Fault[]>();
  readonly #changed = new EventEmitter();
  readonly #sockets = new Set<WebSocket>();
  /** Envelopes whose next retry is due at some time. */
  readonly #awaited = new Set<Envelope>();
  readonly #endedHere = new Set<WebSocket>();
  readonly #unsent: Envelope[] = [];
  readonly #carriedBy = new Map<WebSocket, Set<Envelope>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #windows = new Map<string, number[]>();
  #server: Server | undefined;
  #webSockets: WebSocketServer | undefined;
  #port = 0;
  #nextSocket = 0;
  #counter = 0;

  constructor(options: FakeSlackOptions = {}) {
    this.options = options;
    this.teamId = options.teamId ?? "T0TEAM";
    this.botUserId = options.botUserId ?? "U0MARVIN";
    this.botId = options.botId ?? "B0MARVIN";
    this.botToken = options.botToken ?? "xoxb-fake-bot";
    this.appToken = options.appToken ?? "xapp-fake-app";
    this.signingSecret = options.signingSecret ?? "fake-signing-secret";
    this.scopes = options.scopes ?? ALL_SCOPES;
    this.#changed.setMaxListeners(0);
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api/`;
  }

  get socketCount(): number {
    return this.#sockets.size;
  }

  // --- life ---------------------------------------------------------------------------------------------------

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      void this.#serve(request, response);
    });
    this.#server = server;
    this.#webSockets = new WebSocketServer({ server, path: "/link" });
    this.#webSockets.on("connection", (socket) => this.#connected(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port === 0 ? (this.options.port ?? 0) : this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  /** Ends the workspace; throws when the bot sent something that Slack would have refused. */
  async end(): Promise<void> {
    await this.stop();
    if (this.complaints.length > 0)
      throw new Error(`Slack complained: ${this.complaints.join("; ")}`);
  }

  /** The whole service goes away: sockets cut, port closed. `start()` brings it back on the same port. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#awaited.clear();
    this.cutSockets();
    this.#webSockets?.close();
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Resolves with the first defined, non-false value of `find`, looked at after every change. */
  async until<T>(
    find: () => T | undefined | false | Promise<T | undefined | false>,
    what = "the expected state",
    timeoutMs = 30_000,
  ): Promise<T> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const found = await find();
      if (found !== undefined && found !== false) return found;
      if (performance.now() > end)
        throw new Error(`${what} did not come within ${timeoutMs} ms.\n${this.describe()}`);
      await this.#nextChange();
    }
  }

  /** The next change of the workspace, or 10 ms: some things that are waited for happen outside of Slack. */
  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#changed.off("change", done);
        resolve();
      };
      const timer = setTimeout(done, 10);
      this.#changed.on("change", done);
    });
  }

  touch(): void {
    this.#changed.emit("change");
  }

  describe(): string {
    const calls = this.calls
      .slice(-25)
      .map((call) => `${call.method} ${call.ok === true ? "ok" : String(call.ok)}`);
    const messages = [...this.#channels.values()].flatMap(({ messages }) =>
      messages.map(
        (m) => `${m.channel} ${m.threadTs ?? m.ts} ${m.user}: ${plainText(m).slice(0, 120)}`,
      ),
    );
    return [`calls: ${calls.join(", ")}`, ...messages.slice(-25), ...this.complaints].join("\n");
  }

  // --- people -------------------------------------------------------------------------------------------------

  addChannel(channel: string, members: readonly string[] = [this.botUserId]): void {
    this.#channels.set(channel, { kind: "channel", members: new Set(members), messages: [] });
  }

  removeBotFrom(channel: string): void {
    this.#channel(channel).members.delete(this.botUserId);
  }

  /** Somebody writes in a channel; the events it causes are sent. Returns the message's ts. */
  say(message: {
    readonly channel: string;
    readonly user: string;
    readonly text: string;
    readonly threadTs?: string;
    readonly extra?: Json;
    /** Do not send the events, only have the message. */
    readonly quiet?: boolean;
    readonly ts?: string;
  }): string {
    const channel = this.#channel(message.channel);
    const ts = message.ts ?? this.nextTs();
    channel.messages.push({
      ts,
      channel: message.channel,
      user: message.user,
      botId: undefined,
      text: message.text,
      blocks: [],
      threadTs: message.threadTs,
      metadata: undefined,
      stream: undefined,
      changes: 0,
      extra: message.extra,
      subtype:
        typeof message.extra?.["subtype"] === "string" ? message.extra["subtype"] : undefined,
    });
    if (message.quiet === true) return ts;
    const base = {
      user: message.user,
      text: message.text,
      ts,
      channel: message.channel,
      event_ts: ts,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
      ...message.extra,
    };
    const mentioned = message.text.includes(`<@${this.botUserId}>`);
    if (channel.kind === "im") {
      this.event({ type: "message", channel_type: "im", ...base });
    } else {
      if (mentioned) this.event({ type: "app_mention", ...base });
      if (this.options.messageEvents === true)
        this.event({ type: "message", channel_type: "channel", ...base });
    }
    return ts;
  }

  mention(channel: string, user: string, text: string, threadTs?: string): string {
    return this.say({
      channel,
      user,
      text: `<@${this.botUserId}> ${text}`,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
  }

  /** The channel between a person and the bot, made if need be. */
  openDirect(user: string): string {
    const channel = `D${user.slice(1)}`;
    if (!this.#channels.has(channel))
      this.#channels.set(channel, {
        kind: "im",
        members: new Set([user, this.botUserId]),
        messages: [],
      });
    return channel;
  }

  /** A direct message to the bot; its channel is "D" + the user's id. */
  dm(user: string, text: string, threadTs?: string, extra?: Json): { channel: string; ts: string } {
    const channel = this.openDirect(user);
    const ts = this.say({
      channel,
      user,
      text,
      ...(threadTs === undefined ? {} : { threadTs }),
      ...(extra === undefined ? {} : { extra }),
    });
    return { channel, ts };
  }

  /** Somebody edits a message; `message_changed` is sent. */
  edit(channel: string, ts: string, text: string): void {
    const message = this.message(channel, ts);
    const previous = message.text;
    message.text = text;
    this.event({
      type: "message",
      subtype: "message_changed",
      hidden: true,
      channel,
      channel_type: this.#channel(channel).kind,
      ts: this.nextTs(),
      message: {
        type: "message",
        user: message.user,
        text,
        ts,
        edited: { user: message.user, ts },
      },
      previous_message: { type: "message", user: message.user, text: previous, ts },
    });
  }

  remove(channel: string, ts: string): void {
    const { messages, kind } = this.#channel(channel);
    const index = messages.findIndex((message) => message.ts === ts);
    const [removed] = messages.splice(index, 1);
    this.event({
      type: "message",
      subtype: "message_deleted",
      hidden: true,
      channel,
      channel_type: kind,
      ts: this.nextTs(),
      deleted_ts: ts,
      previous_message: { type: "message", user: removed?.user, text: removed?.text, ts },
    });
  }

  press(message: FakeMessage, user: string, action: Json): Envelope {
    return this.deliver("interactive", {
      type: "block_actions",
      team: { id: this.teamId },
      user: { id: user, team_id: this.teamId },
      api_app_id: "A0APP",
      trigger_id: `trigger.${randomUUID()}`,
      response_url: `http://127.0.0.1:${this.#port}/response/${randomUUID()}`,
      container: {
        type: "message",
        message_ts: message.ts,
        channel_id: message.channel,
        thread_ts: message.threadTs,
      },
      channel: { id: message.channel, name: this.#nameIn(message.channel) },
      message: {
        ts: message.ts,
        thread_ts: message.threadTs,
        text: message.text,
        metadata: message.metadata,
      },
      actions: [{ block_id: "b", action_ts: this.nextTs(), ...action }],
    });
  }

  /** What Slack calls a conversation in the payload of a press. */
  #nameIn(channel: string): string {
    if (this.privateChannels.has(channel)) return "privategroup";
    return this.#channel(channel).kind === "im" ? "directmessage" : "general";
  }

  /** A press in the home tab, which has no channel and no message. The tab has to have what is pressed. */
  pressInHome(user: string, action: Json): Envelope {
    return this.deliver("interactive", {
      type: "block_actions",
      team: { id: this.teamId },
      user: { id: user, team_id: this.teamId },
      trigger_id: `trigger.${randomUUID()}`,
      container: { type: "view", view_id: "V0HOME" },
      view: { id: "V0HOME", type: "home" },
      actions: [{ block_id: "b", action_ts: this.nextTs(), ...action }],
    });
  }

  submit(view: Json, user: string, values: Json): Envelope {
    return this.deliver("interactive", {
      type: "view_submission",
      team: { id: this.teamId },
      user: { id: user, team_id: this.teamId },
      view: { id: "V1", type: "modal", ...view, state: { values } },
    });
  }

  messageAction(callbackId: string, message: FakeMessage, user: string): Envelope {
    return this.deliver("interactive", {
      type: "message_action",
      callback_id: callbackId,
      team: { id: this.teamId },
      user: { id: user, team_id: this.teamId },
      channel: { id: message.channel },
      trigger_id: `trigger.${randomUUID()}`,
      response_url: `http://127.0.0.1:${this.#port}/response/${randomUUID()}`,
      message: {
        ts: message.ts,
        thread_ts: message.threadTs,
        user: message.user,
        text: message.text,
      },
    });
  }

  command(
    command: string,
    text: string,
    user: string,
    channel: string,
    triggerId = `trigger.${randomUUID()}`,
  ): Envelope {
    return this.deliver("slash_commands", {
      command,
      text,
      user_id: user,
      channel_id: channel,
      team_id: this.teamId,
      trigger_id: triggerId,
      response_url: `http://127.0.0.1:${this.#port}/response/${triggerId}`,
    });
  }

  openHome(user: string, tab: "messages" | "home" = "messages"): void {
    this.event({
      type: "app_home_opened",
      user,
      channel: `D${user.slice(1)}`,
      tab,
      event_ts: this.nextTs(),
    });
  }

  /** The person presses Slack's stop button under a streaming message. */
  stopAgent(message: FakeMessage, user: string): void {
    message.stream = "stopped";
    this.#stoppedByUser.add(message.ts);
    this.event({
      type: "agent_session_stopped",
      channel: message.channel,
      user,
      thread_ts: message.threadTs,
      streaming_message_ts: [message.ts],
      event_ts: this.nextTs(),
    });
  }
  readonly #stoppedByUser = new Set<string>();

  // --- deliveries ---------------------------------------------------------------------------------------------

  /** An event of the Events API, in an envelope of its own. */
  event(event: Json, eventId = `Ev${randomUUID().slice(0, 8)}`): Envelope {
    return this.deliver("events_api", this.eventBody(event, eventId));
  }

  eventBody(event: Json, eventId = `Ev${randomUUID().slice(0, 8)}`): Json {
    return {
      token: "verification",
      team_id: this.teamId,
      api_app_id: "A0APP",
      event,
      type: "event_callback",
      event_id: eventId,
      event_time: Math.floor(this.#now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: this.teamId, user_id: this.botUserId, is_bot: true },
      ],
    };
  }

  deliver(type: Envelope["type"], payload: Json): Envelope {
    const envelope: Envelope = {
      id: randomUUID(),
      type,
      payload,
      deliveries: 0,
      retries: 0,
      ack: undefined,
      sentAt: 0,
    };
    this.envelopes.push(envelope);
    this.send(envelope);
    return envelope;
  }

  /** Sends an envelope (again) over the next socket or to the next address; it waits when there is none. */
  send(envelope: Envelope, everySocket = false): void {
    this.#nextSocket += 1;
    if (this.endpoints.length > 0) {
      const next = this.endpoints[this.#nextSocket % this.endpoints.length];
      for (const url of everySocket ? this.endpoints : [next]) {
        if (url !== undefined) void this.#postTo(url, envelope);
      }
      this.#sendAgainLater(envelope);
      return;
    }
    const open = [...this.#sockets];
    if (open.length === 0) {
      this.#unsent.push(envelope);
      return;
    }
    const chosen = everySocket ? open : [open[this.#nextSocket % open.length]];
    for (const socket of chosen) {
      if (socket === undefined) continue;
      const frame: Json = {
        envelope_id: envelope.id,
        type: envelope.type,
        payload: envelope.payload,
        accepts_response_payload: envelope.type !== "events_api",
        ...(envelope.type === "events_api"
          ? {
              retry_attempt: envelope.deliveries,
              retry_reason: envelope.deliveries === 0 ? "" : "timeout",
            }
          : {}),
      };
      envelope.deliveries += 1;
      envelope.sentAt = performance.now();
      this.#carriedBy.get(socket)?.add(envelope);
      socket.send(JSON.stringify(frame));
    }
    this.#sendAgainLater(envelope);
  }

  /** A status of 200 acknowledges. */
  async #postTo(url: string, envelope: Envelope): Promise<void> {
    const { type, payload } = envelope;
    const body =
      type === "events_api"
        ? payload
        : new URLSearchParams(
            type === "slash_commands"
              ? Object.fromEntries(
                  Object.entries(payload).map(([name, value]) => [name, text(value)]),
                )
              : { payload: JSON.stringify(payload) },
          ).toString();
    envelope.deliveries += 1;
    envelope.sentAt = performance.now();
    try {
      const { status, text: answer } = await this.post(url, body, {
        ...(type === "events_api" ? {} : { contentType: "application/x-www-form-urlencoded" }),
        ...(envelope.retries === 0 ? {} : { retryNumber: envelope.retries }),
      });
      if (status === 200) envelope.ack ??= { payload: answer, at: performance.now() };
    } catch {
      // Nobody listens there: it is sent again.
    }
    this.touch();
  }

  #sendAgainLater(envelope: Envelope): void {
    const after = this.options.redeliverAfterMs;
    if (after !== undefined && envelope.retries < 3 && !this.#awaited.has(envelope)) {
      this.#awaited.add(envelope);
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#awaited.delete(envelope);
        if (envelope.ack !== undefined) return;
        envelope.retries += 1;
        this.send(envelope);
      }, after);
      this.#timers.add(timer);
    }
  }

  /** Any text as a frame on every socket, for malformed envelopes. */
  sendRaw(frame: string): void {
    for (const socket of this.#sockets) socket.send(frame);
  }

  /** Slack recycles connections: a `disconnect` frame on every socket. */
  requestDisconnect(reason: "warning" | "refresh_requested"): void {
    for (const socket of this.#sockets) this.#endedHere.add(socket);
    this.sendRaw(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "fake" } }));
  }

  /** The sockets break without a word. */
  cutSockets(): void {
    for (const socket of this.#sockets) this.#cut(socket);
  }

  cutOneSocket(): void {
    for (const socket of this.#sockets) return this.#cut(socket);
  }

  #cut(socket: WebSocket): void {
    this.#endedHere.add(socket);
    socket.terminate();
  }

  /** Posts a body to the bot's HTTP endpoint, signed as Slack signs (or as the options say). */
  async post(
    url: string,
    body: Json | string,
    options: {
      readonly timestamp?: number;
      readonly signature?: string;
      readonly contentType?: string;
      readonly retryNumber?: number;
    } = {},
  ): Promise<{ status: number; text: string }> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const timestamp = options.timestamp ?? Math.floor(this.#now() / 1000);
    const signature =
      options.signature ??
      `v0=${createHmac("sha256", this.signingSecret).update(`v0:${timestamp}:${text}`).digest("hex")}`;
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": options.contentType ?? "application/json",
        "x-slack-request-timestamp": String(timestamp),
        "x-slack-signature": signature,
        ...(options.retryNumber === undefined
          ? {}
          : {
              "x-slack-retry-num": String(options.retryNumber),
              "x-slack-retry-reason": "http_timeout",
            }),
      },
      body: text,
    });
    return { status: response.status, text: await response.text() };
  }

  #connected(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on("ping", () => {
      this.pings += 1;
      this.touch();
    });
    this.#carriedBy.set(socket, new Set());
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: this.#sockets.size,
        connection_info: { app_id: "A0APP" },
      }),
    );
    socket.on("message", (data) => {
      const text = Buffer.isBuffer(data) ? data.toString("utf8") : "";
      const frame = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
      const envelope = this.envelopes.find(({ id }) => id === frame.envelope_id);
      if (envelope !== undefined && envelope.ack === undefined) {
        envelope.ack = { payload: frame.payload, at: performance.now() };
        for (const carried of this.#carriedBy.values()) carried.delete(envelope);
      }
      this.touch();
    });
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (!this.#endedHere.delete(socket)) this.unexplainedCloses += 1;
      // What was never acknowledged is delivered again.
      for (const envelope of this.#carriedBy.get(socket) ?? [])
        if (envelope.ack === undefined && envelope.deliveries < 20) this.send(envelope);
      this.#carriedBy.delete(socket);
      this.touch();
    });
    for (const envelope of this.#unsent.splice(0)) this.send(envelope);
    this.touch();
  }

  // --- what can be seen ---------------------------------------------------------------------------------------

  message(channel: string, ts: string): FakeMessage {
    const found = this.#channel(channel).messages.find((message) => message.ts === ts);
    if (found === undefined) throw new Error(`no message ${ts} in ${channel}`);
    return found;
  }

  /** Messages of a channel, or of one of its threads, in order. */
  messages(channel: string, threadTs?: string): readonly FakeMessage[] {
    const all = this.#channel(channel).messages;
    return threadTs === undefined
      ? all
      : all.filter((message) => message.ts === threadTs || message.threadTs === threadTs);
  }

  /** The same message once more. */
  copy(message: FakeMessage): void {
    this.#channel(message.channel).messages.push({ ...message, ts: this.nextTs() });
  }

  /** All messages of the bot, in every conversation. */
  ownMessages(): readonly FakeMessage[] {
    return [...this.#channels.values()].flatMap(({ messages }) =>
      messages.filter((message) => message.botId === this.botId),
    );
  }

  /** The bot's own messages in a thread. */
  replies(channel: string, threadTs: string): readonly FakeMessage[] {
    return this.messages(channel, threadTs).filter((message) => message.botId === this.botId);
  }

  /** Waits until the bot has `count` finished messages in the thread; returns them. */
  async answered(
    channel: string,
    threadTs: string,
    count = 1,
    timeoutMs?: number,
  ): Promise<readonly FakeMessage[]> {
    return this.until(
      () => {
        const replies = this.replies(channel, threadTs);
        return replies.length >= count && replies.every(isFinished) && replies;
      },
      `an answer in ${channel} ${threadTs}`,
      timeoutMs,
    );
  }

  callsTo(method: string): readonly FakeCall[] {
    return this.calls.filter((call) => call.method === method);
  }

  /** The next `times` calls of `method` ("*" for any) fail so. */
  fail(method: string, fault: Fault, times = 1): void {
    const list = this.#faults.get(method) ?? [];
    for (let i = 0; i < times; i += 1) list.push(fault);
    this.#faults.set(method, list);
  }

  mend(method?: string): void {
    if (method === undefined) this.#faults.clear();
    else this.#faults.delete(method);
  }

  nextTs(): string {
    this.#counter += 1;
    return `${Math.floor(this.#now() / 1000)}.${String(this.#counter).padStart(6, "0")}`;
  }

  #now(): number {
    return this.options.now?.() ?? Date.now();
  }

  #channel(channel: string) {
    const found = this.#channels.get(channel);
    if (found === undefined) throw new Error(`the fake workspace has no channel ${channel}`);
    return found;
  }

  // --- Web API ------------------------------------------------------------------------------------------------

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks).toString("utf8");
    const path = request.url ?? "";
    if (path.startsWith("/response/")) {
      this.responses.push({ url: path, body: JSON.parse(body) as Json });
      this.touch();
      response.end("ok");
      return;
    }
    if (path.startsWith("/files/")) {
      this.#serveFile(path.slice("/files/".length), request, response);
      return;
    }
    if (!path.startsWith("/api/")) {
      response.statusCode = 404;
      response.end();
      return;
    }
    const method = path.slice("/api/".length).split("?")[0] ?? "";
    const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    const call: FakeCall = {
      method,
      args: parseForm(body),
      at: performance.now(),
      token,
      ok: undefined,
    };
    this.calls.push(call);
    this.touch();
    await this.intercept?.(call);

    const fault = this.#faults.get(method)?.shift() ?? this.#faults.get("*")?.shift();
    if (fault?.kind === "drop") {
      request.socket.destroy();
      return;
    }
    if (
      fault?.kind === "rate-limited" ||
      this.#overTier(method) ||
      this.#tooManyPosts(method, call.args)
    ) {
      const retryAfter = fault?.kind === "rate-limited" ? fault.retryAfter : 1;
      call.ok = false;
      call.error = "ratelimited";
      response.writeHead(
        429,
        retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
      );
      response.end(JSON.stringify({ ok: false, error: "ratelimited" }));
      return;
    }
    if (fault?.kind === "status") {
      call.ok = false;
      response.writeHead(fault.status);
      response.end("upstream error");
      return;
    }
    if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms));

    const result =
      fault?.kind === "error" ? { ok: false, error: fault.error } : this.#perform(call);
    call.ok = result["ok"] === true;
    if (typeof result["error"] === "string") call.error = result["error"];
    this.touch();
    await this.interceptResponse?.(call);
    if (fault?.kind === "drop-response") {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === "lost-response") {
      response.writeHead(500);
      response.end();
      return;
    }
    response.writeHead(200, {
      "content-type": "application/json",
      "x-oauth-scopes": this.scopes.join(","),
    });
    response.end(JSON.stringify(result));
  }

  /** A file as Slack keeps it: for whoever shows the bot's token and has the scope; others are led to sign in. */
  #serveFile(name: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.files.get(name);
    const allowed =
      request.headers.authorization === `Bearer ${this.botToken}` &&
      this.scopes.includes("files:read");
    if (file === undefined || !allowed) {
      response.writeHead(file === undefined ? 404 : 302, { location: "/signin" });
      response.end();
      return;
    }
    response.writeHead(200, { "content-type": "application/octet-stream" });
    response.end(file);
  }

  /** Adds a file; what it returns hangs on a message. */
  addFile(name: string, content: string | Buffer, mimetype = "text/plain"): Json {
    this.files.set(name, content);
    return {
      id: `F${this.files.size}`,
      name,
      mimetype,
      size: Buffer.byteLength(content),
      url_private_download: `http://127.0.0.1:${this.#port}/files/${name}`,
    };
  }

  #overTier(method: string): boolean {
    const limit = CALLS_A_MINUTE[method];
    if (this.options.tiers !== true || limit === undefined) return false;
    const now = performance.now();
    const recent = (this.#windows.get(method) ?? []).filter((at) => now - at < 60_000);
    if (recent.length >= limit) return true;
    this.#windows.set(method, [...recent, now]);
    return false;
  }

  /** About one post a second in a channel, and a few at once. */
  #tooManyPosts(method: string, args: Json): boolean {
    if (this.options.tiers !== true || method !== "chat.postMessage") return false;
    const now = performance.now();
    const channel = text(args["channel"]);
    const before = this.#postsLeft.get(channel) ?? { left: POSTS_AT_ONCE, at: now };
    const left = Math.min(POSTS_AT_ONCE, before.left + (now - before.at) / 1000);
    this.#postsLeft.set(channel, { left: left >= 1 ? left - 1 : left, at: now });
    return left < 1;
  }
  readonly #postsLeft = new Map<string, { left: number; at: number }>();

  #refuse(error: string, complaint?: string): Json {
    if (complaint !== undefined) this.complaints.push(complaint);
    return { ok: false, error };
  }

  #perform(call: FakeCall): Json {
    const { method, args, token } = call;
    if (this.options.withoutMethods?.includes(method) === true)
      return this.#refuse("unknown_method");
    if (method === "apps.connections.open") {
      if (token !== this.appToken) return this.#refuse("invalid_auth");
      return { ok: true, url: `ws://127.0.0.1:${this.#port}/link?ticket=${randomUUID()}` };
    }
    if (token !== this.botToken) return this.#refuse("invalid_auth");
    switch (method) {
      case "auth.test":
        return {
          ok: true,
          url: "https://fake.slack.com/",
          team: "Fake",
          user: "marvin",
          team_id: this.teamId,
          user_id: this.botUserId,
          bot_id: this.botId,
        };
      case "blocks.validate": {
        const message = isJson(args["message"]) ? args["message"] : {};
        const problem =
          args["view"] === undefined
            ? blocksProblem(message["blocks"], this.blocksTotal)
            : viewProblem(args["view"]);
        return problem === ""
          ? { ok: true }
          : {
              ok: false,
              error: "invalid_blocks",
              errors: [{ code: "invalid", message: problem, pointer: "/blocks" }],
            };
      }
      case "chat.postMessage":
        return this.#postMessage(args);
      case "chat.postEphemeral": {
        const problem = blocksProblem(args["blocks"], this.blocksTotal);
        if (problem !== "") return this.#refuse("invalid_blocks", `chat.postEphemeral: ${problem}`);
        this.ephemerals.push({
          channel: text(args["channel"]),
          user: text(args["user"]),
          text: text(args["text"]),
          threadTs: text(args["thread_ts"]),
          blocks: list(args["blocks"]),
        });
        return { ok: true, message_ts: this.nextTs() };
      }
      case "chat.update":
        return this.#update(args);
      case "chat.delete": {
        const { messages } = this.#channel(text(args["channel"]));
        const index = messages.findIndex((message) => message.ts === args["ts"]);
        if (index === -1) return this.#refuse("message_not_found");
        messages.splice(index, 1);
        return { ok: true };
      }
      case "chat.getPermalink":
        return {
          ok: true,
          permalink: `https://fake.slack.com/archives/${text(args["channel"])}/p${text(args["message_ts"]).replace(".", "")}`,
        };
      case "chat.startStream":
        return this.#startStream(args);
      case "chat.appendStream":
      case "chat.stopStream":
        return this.#continueStream(method, args);
      case "conversations.replies":
        return this.#conversationReplies(args);
      case "conversations.history":
        return this.#conversationHistory(args);
      case "assistant.threads.setStatus":
        this.statuses.push({
          channel: text(args["channel_id"]),
          threadTs: text(args["thread_ts"]),
          status: text(args["status"]),
          at: performance.now(),
        });
        if (list(args["loading_messages"]).length > LIMITS.statusMessages)
          return this.#refuse("invalid_arguments", "too many loading messages");
        return { ok: true };
      case "assistant.threads.setSuggestedPrompts": {
        const prompts = list(args["prompts"]);
        if (prompts.length === 0 || prompts.length > LIMITS.prompts)
          return this.#refuse("invalid_arguments", `${prompts.length} prompts`);
        if (prompts.some(({ title, message }) => text(title) === "" || text(message) === ""))
          return this.#refuse("invalid_arguments", "an empty prompt");
        this.prompts.push({
          channel: text(args["channel_id"]),
          threadTs: text(args["thread_ts"]),
          prompts,
        });
        return { ok: true };
      }
      case "assistant.threads.setTitle":
        if (text(args["title"]) === "" || text(args["thread_ts"]) === "")
          return this.#refuse("invalid_arguments", "a title needs words and a thread");
        this.titles.push({
          channel: text(args["channel_id"]),
          threadTs: text(args["thread_ts"]),
          title: text(args["title"]),
        });
        return { ok: true };
      case "reactions.add":
        return { ok: true };
      case "views.open":
      case "views.publish": {
        const view = args["view"] as Json;
        const problem = viewProblem(view);
        if (problem !== "") return this.#refuse("invalid_arguments", `${method}: ${problem}`);
        if (method === "views.publish") this.homes.set(text(args["user_id"]), view);
        else
          this.views.push({
            id: `V${this.views.length + 1}`,
            triggerId: text(args["trigger_id"]),
            view,
          });
        this.touch();
        return { ok: true, view: { id: `V${this.views.length}` } };
      }
      case "users.info":
        return {
          ok: true,
          user: { id: args["user"], profile: { display_name: text(args["user"]) } },
        };
      default:
        return this.#refuse("unknown_method", `call of ${method}`);
    }
  }

  /** The conversation a message goes to, or the reason why not. */
  #target(args: Json): { channel: string } | { problem: Json } {
    const channel = text(args["channel"]);
    const known = this.#channels.get(channel);
    if (known === undefined) {
      if (channel.startsWith("U")) {
        const direct = `D${channel.slice(1)}`;
        this.#channels.set(direct, {
          kind: "im",
          members: new Set([channel, this.botUserId]),
          messages: [],
        });
        return { channel: direct };
      }
      return { problem: this.#refuse("channel_not_found") };
    }
    if (!known.members.has(this.botUserId)) return { problem: this.#refuse("not_in_channel") };
    const threadTs = args["thread_ts"];
    if (typeof threadTs === "string" && !known.messages.some(({ ts }) => ts === threadTs))
      return { problem: this.#refuse("thread_not_found") };
    return { channel };
  }

  #ownMessage(channel: string, args: Json): FakeMessage {
    const message: FakeMessage = {
      ts: this.nextTs(),
      channel,
      user: this.botUserId,
      botId: this.botId,
      text: text(args["text"]),
      blocks: list(args["blocks"]),
      threadTs: typeof args["thread_ts"] === "string" ? args["thread_ts"] : undefined,
      metadata: isJson(args["metadata"]) ? args["metadata"] : undefined,
      stream: undefined,
      changes: 0,
      subtype: undefined,
    };
    this.#channel(channel).messages.push(message);
    this.#echo(message);
    return message;
  }

  #echo(message: FakeMessage): void {
    const { kind } = this.#channel(message.channel);
    if (kind === "channel" && this.options.messageEvents !== true) return;
    this.event({
      type: "message",
      channel_type: kind,
      channel: message.channel,
      user: this.botUserId,
      bot_id: this.botId,
      text: message.text,
      ts: message.ts,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    });
  }

  #echoChange(message: FakeMessage): void {
    const { kind } = this.#channel(message.channel);
    if (kind === "channel" && this.options.messageEvents !== true) return;
    this.event({
      type: "message",
      subtype: "message_changed",
      hidden: true,
      channel: message.channel,
      channel_type: kind,
      ts: this.nextTs(),
      message: {
        type: "message",
        user: this.botUserId,
        bot_id: this.botId,
        text: message.text,
        ts: message.ts,
      },
    });
  }

  #postMessage(args: Json): Json {
    if (args["text"] === undefined) this.complaints.push("chat.postMessage without text");
    if (text(args["text"]).length > LIMITS.postText)
      return this.#refuse("msg_too_long", "post text");
    const problem = blocksProblem(args["blocks"], this.blocksTotal);
    if (problem !== "")
      return this.#refuse(problem.split(":")[0] ?? problem, `chat.postMessage: ${problem}`);
    if (args["unfurl_links"] !== "false" && args["unfurl_links"] !== false)
      this.complaints.push("chat.postMessage with link previews on");
    const target = this.#target(args);
    if ("problem" in target) return target.problem;
    const message = this.#ownMessage(target.channel, args);
    return {
      ok: true,
      channel: target.channel,
      ts: message.ts,
      message: { ts: message.ts, text: message.text },
    };
  }

  #update(args: Json): Json {
    const target = this.#target({ channel: args["channel"] });
    if ("problem" in target) return target.problem;
    const message = this.#channel(target.channel).messages.find(({ ts }) => ts === args["ts"]);
    if (message === undefined) return this.#refuse("message_not_found");
    if (message.botId !== this.botId)
      return this.#refuse("cant_update_message", "update of another's message");
    if (message.stream === "live") return this.#refuse("streaming_state_conflict");
    if (text(args["text"]).length > LIMITS.updateText)
      return this.#refuse("msg_too_long", "update text");
    const problem = blocksProblem(args["blocks"], this.blocksTotal);
    if (problem !== "")
      return this.#refuse(problem.split(":")[0] ?? problem, `chat.update: ${problem}`);
    message.text = text(args["text"]);
    if (args["blocks"] !== undefined) {
      message.blocks = list(args["blocks"]);
      delete message.tasks;
    }
    if (isJson(args["metadata"])) message.metadata = args["metadata"];
    message.changes += 1;
    this.#echoChange(message);
    return { ok: true, channel: target.channel, ts: message.ts };
  }

  #startStream(args: Json): Json {
    const target = this.#target(args);
    if ("problem" in target) return target.problem;
    if (args["thread_ts"] === undefined)
      return this.#refuse("invalid_arguments", "a stream without a thread");
    if (this.#channel(target.channel).kind === "channel") {
      if (args["recipient_user_id"] === undefined) return this.#refuse("missing_recipient_user_id");
      if (args["recipient_team_id"] === undefined) return this.#refuse("missing_recipient_team_id");
    }
    if (this.#refusesTasks(args)) return this.#refuse("invalid_chunks");
    const problem = streamProblem(args);
    if (problem !== "")
      return this.#refuse(problem.split(":")[0] ?? problem, `chat.startStream: ${problem}`);
    const message = this.#ownMessage(target.channel, { thread_ts: args["thread_ts"] });
    message.stream = "live";
    this.#streamStyles.set(message.ts, args["chunks"] === undefined ? "text" : "chunks");
    addChunks(message, args);
    return { ok: true, channel: target.channel, ts: message.ts };
  }
  #refusesTasks(args: Json): boolean {
    return (
      this.options.withoutTasks === true &&
      list(args["chunks"]).some(({ type }) => type === "task_update")
    );
  }
  readonly #streamStyles = new Map<string, "text" | "chunks">();

  #continueStream(method: "chat.appendStream" | "chat.stopStream", args: Json): Json {
    const target = this.#target({ channel: args["channel"] });
    if ("problem" in target) return target.problem;
    const message = this.#channel(target.channel).messages.find(({ ts }) => ts === args["ts"]);
    if (message === undefined) return this.#refuse("message_not_found");
    if (this.#stoppedByUser.has(message.ts)) return this.#refuse("stopped_by_user");
    if (message.stream !== "live") return this.#refuse("message_not_in_streaming_state");
    const problem = streamProblem(args) || blocksProblem(args["blocks"], this.blocksTotal);
    if (problem !== "")
      return this.#refuse(problem.split(":")[0] ?? problem, `${method}: ${problem}`);
    const carries = args["chunks"] !== undefined || args["markdown_text"] !== undefined;
    const style = args["chunks"] === undefined ? "text" : "chunks";
    if (carries && this.#streamStyles.get(message.ts) !== style)
      return this.#refuse("streaming_mode_mismatch", "mixed stream styles");
    const before = message.blocks;
    addChunks(message, args);
    message.blocks = [...message.blocks, ...list(args["blocks"])];
    message.changes += 1;
    if (message.blocks.length > LIMITS.blocks * 2)
      return this.#refuse("msg_blocks_too_many", "stream blocks");
    if (charactersOf(message.blocks) > this.blocksTotal) {
      message.blocks = before;
      return this.#refuse("msg_blocks_too_long", `${method}: the stream grew too long`);
    }
    if (method === "chat.stopStream") {
      message.stream = "stopped";
      if (isJson(args["metadata"])) message.metadata = args["metadata"];
    }
    this.#echoChange(message);
    return { ok: true, channel: target.channel, ts: message.ts };
  }

  /** The stream ends on Slack's side, as after a long pause. */
  endStream(message: FakeMessage): void {
    message.stream = "stopped";
  }

  #conversationReplies(args: Json): Json {
    const channel = text(args["channel"]);
    const known = this.#channels.get(channel);
    if (known === undefined) return this.#refuse("channel_not_found");
    if (!known.members.has(this.botUserId)) return this.#refuse("not_in_channel");
    if (!this.scopes.some((scope) => scope.endsWith(":history")))
      return this.#refuse("missing_scope");
    const thread = text(args["ts"]);
    const messages = this.messages(channel, thread);
    if (messages.length === 0) return this.#refuse("thread_not_found");
    const oldest = typeof args["oldest"] === "string" ? args["oldest"] : undefined;
    const latest = typeof args["latest"] === "string" ? args["latest"] : undefined;
    const limit = Math.min(Number(args["limit"] ?? 100), 1000);
    const start = Number(args["cursor"] ?? 0);
    const wanted = messages.filter(
      ({ ts }) =>
        ts === thread ||
        ((oldest === undefined || ts > oldest) && (latest === undefined || ts < latest)),
    );
    const page = wanted.slice(start, start + limit);
    const more = start + limit < wanted.length;
    return {
      ok: true,
      has_more: more,
      ...(more ? { response_metadata: { next_cursor: String(start + limit) } } : {}),
      messages: page.map((message) => asRead(message, args)),
    };
  }

  /** A channel's own messages, the newest first; of a thread only its root. */
  #conversationHistory(args: Json): Json {
    const channel = text(args["channel"]);
    const known = this.#channels.get(channel);
    if (known === undefined) return this.#refuse("channel_not_found");
    if (!known.members.has(this.botUserId)) return this.#refuse("not_in_channel");
    if (!this.scopes.some((scope) => scope.endsWith(":history")))
      return this.#refuse("missing_scope");
    const oldest = typeof args["oldest"] === "string" ? args["oldest"] : "";
    const limit = Math.min(Number(args["limit"] ?? 100), 999);
    const start = Number(args["cursor"] ?? 0);
    const roots = known.messages
      .filter(({ ts, threadTs }) => ts > oldest && (threadTs === undefined || threadTs === ts))
      .toReversed();
    const more = start + limit < roots.length;
    return {
      ok: true,
      has_more: more,
      ...(more ? { response_metadata: { next_cursor: String(start + limit) } } : {}),
      messages: roots.slice(start, start + limit).map((message) => {
        const replies = known.messages.filter(
          ({ ts, threadTs }) => threadTs === message.ts && ts !== message.ts,
        );
        const latest = replies.at(-1);
        return {
          ...asRead(message, args),
          ...(latest === undefined
            ? {}
            : { thread_ts: message.ts, reply_count: replies.length, latest_reply: latest.ts }),
        };
      }),
    };
  }
}

/** Starts a fake workspace with one channel, C0GENERAL, that the bot is in. */
export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const slack = new FakeSlack(options);
  slack.addChannel("C0GENERAL");
  return slack.start();
}

export function isFinished(message: FakeMessage): boolean {
  return message.stream !== "live";
}

/** A message as the calls that read conversations give it. */
function asRead(message: FakeMessage, args: Json): Json {
  return {
    type: "message",
    ...message.extra,
    user: message.user,
    ts: message.ts,
    text: message.text === "" ? plainText(message) : message.text,
    ...(message.botId === undefined ? {} : { bot_id: message.botId }),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.metadata !== undefined && args["include_all_metadata"] !== undefined
      ? { metadata: message.metadata }
      : {}),
    ...(message.subtype === undefined ? {} : { subtype: message.subtype }),
    ...(message.stream === undefined
      ? {}
      : { streaming_state: message.stream === "live" ? "in_progress" : "completed" }),
  };
}

/** What a person reads in a message: the text of its blocks, or its plain text. */
export function plainText(message: {
  readonly text: string;
  readonly blocks: readonly unknown[];
}): string {
  if (message.blocks.length === 0) return message.text;
  return message.blocks
    .map((block) => readable(block))
    .filter((part) => part !== "")
    .join("\n")
    .replaceAll("\u00A0", " ");
}

function readable(value: unknown): string {
  if (Array.isArray(value)) return value.map(readable).join("");
  if (!isJson(value)) return "";
  if (value["type"] === "table")
    return list(value["rows"])
      .map((row) => (Array.isArray(row) ? row.map(readable).join(" | ") : ""))
      .join("\n");
  if (typeof value["text"] === "string") return value["text"];
  if (isJson(value["text"])) return readable(value["text"]);
  if (value["type"] === "feedback_buttons") return "";
  if (value["type"] === "user") return `@${text(value["user_id"])}`;
  if (value["type"] === "usergroup") return `@${text(value["usergroup_id"])}`;
  const inner = list(value["elements"]).map(readable);
  return inner.join(
    // Items of a list stand on lines of their own.
    ["rich_text", "rich_text_list", "context"].includes(text(value["type"]))
      ? "\n"
      : value["type"] === "actions"
        ? " "
        : "",
  );
}

function streamProblem(args: Json): string {
  if (args["chunks"] !== undefined && args["markdown_text"] !== undefined)
    return "cannot_provide_both_markdown_text_and_chunks";
  if (text(args["markdown_text"]).length > LIMITS.markdownTotal) return "msg_too_long";
  return chunksProblem(args["chunks"]);
}

function addChunks(message: FakeMessage, args: Json): void {
  const added: Json[] = [];
  if (typeof args["markdown_text"] === "string")
    added.push({ type: "markdown", text: args["markdown_text"] });
  for (const chunk of list(args["chunks"])) {
    if (!isJson(chunk)) continue;
    if (chunk["type"] === "blocks") added.push(...list(chunk["blocks"]));
    else if (chunk["type"] === "task_update")
      (message.tasks ??= new Map()).set(text(chunk["id"]), chunk);
    else if (chunk["type"] === "markdown_text")
      added.push({ type: "markdown", text: text(chunk["text"]) });
  }
  message.blocks = [...message.blocks, ...added];
}

function parseForm(body: string): Json {
  const args: Json = {};
  for (const [name, value] of new URLSearchParams(body)) {
    if (HIDDEN_ARGUMENTS.has(name)) continue;
    args[name] =
      /^[[{]/.test(value) && STRUCTURED.has(name) ? (JSON.parse(value) as unknown) : value;
  }
  return args;
}

const STRUCTURED = new Set([
  "blocks",
  "chunks",
  "metadata",
  "prompts",
  "loading_messages",
  "view",
  "message",
  "attachments",
]);

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
