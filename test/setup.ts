/** Refuses any connection that is not loopback, so that no test depends on, or talks to, the outside. */
import net from "node:net";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost|\[::1\])$/;

/** Says that the prototype is guarded already: the files of one worker share it. */
const GUARDED = Symbol.for("ask-marvin.loopback-only");

if (!Object.hasOwn(net.Socket.prototype, GUARDED)) {
  // Called with its receiver by Reflect.apply below.
  // oxlint-disable-next-line typescript/unbound-method
  const connect = net.Socket.prototype.connect;

  // The one place where a prototype is changed: every client, undici and ws included, ends here.
  net.Socket.prototype.connect = function guarded(
    this: net.Socket,
    ...args: unknown[]
  ): net.Socket {
    const first = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
    const options =
      typeof first === "object" && first !== null
        ? (first as { host?: string; path?: string })
        : undefined;
    const host = options?.host ?? (typeof args[1] === "string" ? args[1] : "localhost");
    if (options?.path === undefined && !LOOPBACK.test(host)) {
      this.destroy(new Error(`A test tried to connect to ${host}; tests talk to loopback only.`));
      return this;
    }
    return Reflect.apply(connect, this, args) as net.Socket;
  };
  Object.defineProperty(net.Socket.prototype, GUARDED, { value: true });
}
