/** Connections that hang, come late, or are refused; those of a real client are in `connection.test.ts`. */
import { EventEmitter } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { type SocketClient, type Sockets, createSockets } from "../../src/slack/sockets.ts";
import { fastClock } from "../support/fast-clock.ts";

/** A client whose connections do what the script says, one after the other; the last line repeats. */
class ScriptedClient extends EventEmitter implements SocketClient {
  starts = 0;
  disconnects = 0;
  readonly late = Promise.withResolvers<void>();
  readonly #script: readonly ("hello" | "silence" | "late" | "error")[];

  constructor(...script: readonly ("hello" | "silence" | "late" | "error")[]) {
    super();
    this.#script = script;
  }

  async start(): Promise<void> {
    const step = this.#script[Math.min(this.starts, this.#script.length - 1)];
    this.starts += 1;
    if (step === "error") throw new Error("no route");
    if (step === "silence") await new Promise(() => undefined);
    if (step === "late") await this.late.promise;
    this.emit("connected");
  }

  disconnect(): Promise<void> {
    this.disconnects += 1;
    this.emit("disconnected");
    return Promise.resolve();
  }
}

let sockets: Sockets;
afterEach(async () => {
  await sockets.stop();
});

function socketsOver(clients: readonly SocketClient[], staggerMs = 0) {
  const told: string[] = [];
  sockets = createSockets({
    clients,
    clock: fastClock(1000),
    staggerMs,
    reconnectMs: 500,
    refusedMs: 30_000,
    onConnected: () => told.push("connected"),
    onDisconnected: () => told.push("disconnected"),
    onFailure: (_error, refused) => told.push(refused ? "refused" : "failed"),
  });
  return told;
}

describe("createSockets", () => {
  it("gives up a connection that says no hello, and opens another", async () => {
    const client = new ScriptedClient("silence", "hello");
    const told = socketsOver([client]);

    await sockets.start(600_000);

    expect(told).toEqual(["failed", "connected"]);
    expect(client.disconnects).toBe(1);
    expect(sockets.open).toBe(1);
  });

  it("tries again while Slack is away, until its time is over", async () => {
    const client = new ScriptedClient("error");
    const told = socketsOver([client]);

    await expect(sockets.start(60_000)).rejects.toThrow("no route");

    expect(told.length).toBeGreaterThan(2);
    expect(new Set(told)).toEqual(new Set(["failed"]));
  });

  it("closes what gets through after it was stopped", async () => {
    const client = new ScriptedClient("late");
    socketsOver([client]);
    const started = sockets.start(3_600_000);
    started.catch(() => undefined);

    while (client.starts === 0) await new Promise(setImmediate);
    await sockets.stop();
    const before = client.disconnects;
    client.late.resolve();
    while (client.disconnects === before) await new Promise(setImmediate);

    expect(sockets.open).toBe(0);
  });

  it("does not open a second one in the moment in which the first is being opened", async () => {
    const first = new ScriptedClient("late");
    const second = new ScriptedClient("hello");
    socketsOver([first, second], 3_600_000_000);
    const started = sockets.start(3_600_000);

    while (first.starts === 0) await new Promise(setImmediate);
    const meanwhile = second.starts;
    first.late.resolve();
    await started;

    expect(meanwhile).toBe(0);
    expect(second.starts).toBe(0);
  });
});
