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

export class AdmittingSocketReceiver extends SocketModeReceiver {
  readonly #admit: Admit;

  constructor(options: SocketModeReceiverOptions, admit: Admit) {
    super(options);
    this.#admit = admit;
  }

  override init(app: App): void {
    super.init(admitting(app, this.#admit));
  }
}

export class AdmittingHttpReceiver extends HTTPReceiver {
  readonly #admit: Admit;

  constructor(options: HTTPReceiverOptions, admit: Admit) {
    super(options);
    this.#admit = admit;
  }

  override init(app: App): void {
    super.init(admitting(app, this.#admit));
  }
}
