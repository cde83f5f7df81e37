/**
 * Keeps the bot connected over Socket Mode: several sockets, so that one can be recycled by Slack while another goes on
 * delivering, opened at different times, so that Slack does not recycle them together. Bolt's client connects and speaks; when
 * and how often it connects is decided here, because its own way of coming back cannot be told apart from its patience
 * with a silent connection.
 */
import type { Clock } from "../platform/clock.ts";
import { inTime } from "./in-time.ts";
import { readCallError } from "./slack-calls.ts";

/** What is used of Bolt's socket client; it must not reconnect by itself. */
export interface SocketClient {
  /** Resolves when Slack said hello; rejects when the connection could not be made or ended before. */
  start(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  on(event: "connected" | "disconnected", listener: () => void): unknown;
}

/** A connection that says no hello within this time is given up. */
const HELLO_MS = 20_000;
/** A connection that held so long did not end because of us; the next is opened at once. */
const SETTLED_MS = 10_000;
const LONGEST_PAUSE_MS = 20_000;

export type SocketsParts = {
  readonly clients: readonly SocketClient[];
  readonly clock: Clock;
  /** The second socket is opened so long after the first, the third so long after the second. */
  readonly staggerMs: number;
  /** Pause before the first new try; it grows to 20 s. */
  readonly reconnectMs: number;
  /** Pause after Slack refused a connection for good (a revoked token): only the operator can mend it. */
  readonly refusedMs: number;
  readonly onConnected: () => void;
  readonly onDisconnected: () => void;
  /** A connection was refused or could not be made; `refused` when Slack said no. */
  readonly onFailure: (error: unknown, refused: boolean) => void;
};

export interface Sockets {
  /** Sockets over which Slack can deliver now. */
  readonly open: number;
  /** Resolves with the first connection; rejects when Slack refuses the token, or after `withinMs`. */
  start(withinMs: number): Promise<void>;
  /** Closes all and opens no more. */
  stop(): Promise<void>;
}

export function createSockets(parts: SocketsParts): Sockets {
  const { clients, clock, staggerMs } = parts;
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => undefined);
  const connected = new Set<SocketClient>();
  let everConnected = false;
  let connecting = 0;
  let lastConnectedAt = Number.NEGATIVE_INFINITY;
  let lastError: unknown;
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };

  const pause = (ms: number) => clock.sleep(ms, stopping.signal).catch(() => undefined);

  /**
   * One socket connects at a time; while another holds, those that follow keep their distance. True when it is this one's
   * turn, which `connectOnce` gives back.
   */
  async function turn(): Promise<boolean> {
    while (!stopping.signal.aborted) {
      const sinceMs = clock.elapsed() - lastConnectedAt;
      if (connecting > 0) await changed.promise;
      else if (connected.size > 0 && sinceMs < staggerMs) await pause(staggerMs - sinceMs);
      else {
        // At once: two that look in the same moment must not both go.
        connecting += 1;
        return true;
      }
    }
    return false;
  }

  async function connectOnce(client: SocketClient, ended: Promise<void>): Promise<boolean> {
    try {
      await hello(client, ended);
      if (stopping.signal.aborted) return false;
      connected.add(client);
      everConnected = true;
      lastConnectedAt = clock.elapsed();
      first.resolve();
      parts.onConnected();
      return true;
    } catch (error) {
      lastError = error;
      return false;
    } finally {
      connecting -= 1;
      change();
    }
  }

  async function hello(client: SocketClient, ended: Promise<void>): Promise<void> {
    const started = client.start();
    let abandoned = false;
    started.then(
      // It may get through after nobody waits for it any more.
      () => (abandoned || stopping.signal.aborted ? client.disconnect() : undefined),
      () => undefined,
    );
    const brokeOff = ended.then(() => {
      throw new Error("The connection ended before Slack said hello.");
    });
    try {
      if ((await inTime(clock, HELLO_MS, Promise.race([started, brokeOff]))) === undefined)
        throw new Error(`Slack said no hello within ${HELLO_MS} ms.`);
    } catch (error) {
      abandoned = true;
      void client.disconnect().catch(() => undefined);
      throw error;
    }
  }

  async function keep(client: SocketClient): Promise<void> {
    let failures = 0;
    let ended = Promise.withResolvers<void>();
    client.on("disconnected", () => ended.resolve());
    while (!stopping.signal.aborted) {
      if (!(await turn())) return;
      ended = Promise.withResolvers<void>();
      if (await connectOnce(client, ended.promise)) {
        const since = clock.elapsed();
        await ended.promise;
        connected.delete(client);
        parts.onDisconnected();
        failures = clock.elapsed() - since > SETTLED_MS ? 0 : failures + 1;
        if (failures > 0) await pause(backoff(failures));
        continue;
      }
      if (stopping.signal.aborted) return;
      const refused = readCallError("apps.connections.open", lastError).kind === "refused";
      if (refused && !everConnected) {
        first.reject(lastError);
        return;
      }
      parts.onFailure(lastError, refused);
      failures += 1;
      await pause(refused ? parts.refusedMs : backoff(failures));
    }
  }

  function backoff(failures: number): number {
    return Math.min(LONGEST_PAUSE_MS, parts.reconnectMs * 1.5 ** Math.min(20, failures - 1));
  }

  return {
    get open() {
      return connected.size;
    },
    async start(withinMs) {
      for (const client of clients) void keep(client);
      if ((await inTime(clock, withinMs, first.promise)) !== undefined) return;
      throw lastError instanceof Error
        ? lastError
        : new Error(`no answer within ${withinMs} ms`, { cause: lastError });
    },
    async stop() {
      stopping.abort();
      change();
      await Promise.all(clients.map((client) => client.disconnect().catch(() => undefined)));
    },
  };
}
