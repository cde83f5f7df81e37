/**
 * Bolt's receivers with one change: what arrives is admitted before Slack hears that it arrived. When admission
 * fails, nothing is acknowledged and Slack delivers it again.
 */
import {
  type App,
  HTTPReceiver,
  type HTTPReceiverOptions,
  type ReceiverEvent,
  SocketModeReceiver,
  type SocketModeReceiverOptions,
} from "@slack/bolt";

/** Makes a delivery durable; rejects when it could not. Bodies that are no questions pass through it untouched. */
export type Admit = (body: unknown) => Promise<void>;

/** The app as the receiver sees it, with the acknowledgement behind admission. */
function admitting(app: App, admit: Admit): App {
  const processEvent = (event: ReceiverEvent) =>
    app.processEvent({
      ...event,
      ack: async (response: unknown) => {
        await admit(event.body);
        await event.ack(response);
      },
    });
  // A receiver uses nothing of the app but `processEvent`.
  return { processEvent } as unknown as App;
}

export type SocketCare = {
  /** A frame had not the expected shape. */
  readonly onMalformed: (error: unknown) => void;
  /** Slack refused a new connection for good (a revoked token); it is tried again after `retryMs`. */
  readonly onRefused: (error: unknown) => void;
  readonly retryMs: number;
  readonly sleep: (ms: number) => Promise<void>;
};

export class AdmittingSocketReceiver extends SocketModeReceiver {
  readonly #admit: Admit;
  #ended = false;

  constructor(options: SocketModeReceiverOptions, admit: Admit, care: SocketCare) {
    super(options);
    this.#admit = admit;
    const { client } = this;
    // The client's own handler rejects on a frame without the expected shape, and nobody hears of it but the
    // process, which ends. So it is called from here.
    const handlers = client.listeners("ws_message") as ((...args: unknown[]) => unknown)[];
    client.removeAllListeners("ws_message");
    client.on("ws_message", (...args: unknown[]) => {
      for (const handler of handlers) void run(handler, args).catch(care.onMalformed);
    });
    // It also lets a refusal while reconnecting end the process. The first connection may fail; later ones are
    // tried until they succeed.
    let everConnected = false;
    client.on("connected", () => {
      everConnected = true;
    });
    const start = client.start.bind(client);
    client.start = async () => {
      for (;;) {
        try {
          return await start();
        } catch (error) {
          if (!everConnected) throw error;
          if (this.#ended) return { ok: false };
          care.onRefused(error);
          await care.sleep(care.retryMs);
        }
      }
    };
  }

  override init(app: App): void {
    super.init(admitting(app, this.#admit));
  }

  /** Closes the connection and opens no other. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.client.disconnect();
  }
}

async function run(handler: (...args: unknown[]) => unknown, args: unknown[]): Promise<void> {
  await handler(...args);
}

/** Seconds that a signature's timestamp may be ahead of us; Bolt itself refuses only old ones. */
const MAX_AHEAD_SECONDS = 300;

export class AdmittingHttpReceiver extends HTTPReceiver {
  readonly #admit: Admit;

  constructor(options: HTTPReceiverOptions, admit: Admit, now: () => number) {
    super(options);
    this.#admit = admit;
    const listen = this.requestListener;
    this.requestListener = (request, response) => {
      const timestamp = Number(request.headers["x-slack-request-timestamp"] ?? 0);
      if (timestamp - now() / 1000 > MAX_AHEAD_SECONDS) {
        response.writeHead(401);
        response.end();
        return;
      }
      listen(request, response);
    };
  }

  override init(app: App): void {
    super.init(admitting(app, this.#admit));
  }
}
