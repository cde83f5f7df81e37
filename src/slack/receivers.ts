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

/** A socket that delivers to the app; `sockets.ts` connects it and says when it comes back. */
export class AdmittingSocketReceiver extends SocketModeReceiver {
  readonly #admit: Admit;

  constructor(
    options: SocketModeReceiverOptions,
    admit: Admit,
    /** A frame had not the expected shape. */
    onMalformed: (error: unknown) => void,
  ) {
    super({ ...options, autoReconnectEnabled: false });
    this.#admit = admit;
    const { client } = this;
    // The client's own handler rejects on a frame without the expected shape, and nobody hears of it but the
    // process, which ends. So it is called from here.
    const handlers = client.listeners("ws_message") as ((...args: unknown[]) => unknown)[];
    client.removeAllListeners("ws_message");
    client.on("ws_message", (...args: unknown[]) => {
      for (const handler of handlers) void run(handler, args).catch(onMalformed);
    });
  }

  override init(app: App): void {
    super.init(admitting(app, this.#admit));
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
