import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startCpuTime } from "../support/cpu-time.ts";
import { splitPasted } from "../../src/conversation/pasted.ts";

type Shape = {
  readonly name: string;
  readonly text: string;
  readonly prose: string;
  readonly kinds: readonly string[];
  readonly telling: string;
};

const SHAPES: readonly Shape[] = [
  {
    name: "a Java trace, its cause and its root",
    text: [
      "our sync breaks since the upgrade",
      'Exception in thread "main" java.lang.IllegalStateException: pool exhausted',
      "\tat com.acme.jobs.Pool.take(Pool.java:88)",
      "\tat java.base/java.lang.Thread.run(Thread.java:840)",
      "Caused by: java.net.SocketTimeoutException: Connect timed out",
      "\tat java.base/sun.nio.ch.NioSocketImpl.timedFinishConnect(NioSocketImpl.java:551)",
      "\t... 2 more",
      "what should I set?",
    ].join("\n"),
    prose: "our sync breaks since the upgrade\n\nwhat should I set?",
    kinds: ["trace"],
    telling:
      'Exception in thread "main" java.lang.IllegalStateException: pool exhausted\nCaused by: java.net.SocketTimeoutException: Connect timed out',
  },
  {
    name: "a Go panic",
    text: [
      "panic: runtime error: invalid memory address or nil pointer dereference",
      "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a2b1c]",
      "",
      "goroutine 17 [running]:",
      "main.(*Poller).tick(0xc0000b2000)",
      "\t/src/poller.go:57 +0x1c",
      "exit status 2",
      "",
      "does the agent restart by itself then?",
    ].join("\n"),
    prose: "does the agent restart by itself then?",
    kinds: ["trace"],
    telling: "panic: runtime error: invalid memory address or nil pointer dereference",
  },
  {
    name: "a node trace in a fence",
    text: [
      "how can I pass a path?",
      "```",
      'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string',
      "    at new NodeError (node:internal/errors:405:5)",
      "    at Object.<anonymous> (/app/index.js:10:3)",
      "```",
    ].join("\n"),
    prose: "how can I pass a path?",
    kinds: ["trace"],
    telling: 'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string',
  },
  {
    name: "chained Python exceptions, one of a name of its own",
    text: [
      "Traceback (most recent call last):",
      '  File "a.py", line 3, in <module>',
      "    main()",
      "KeyError: 'user'",
      "",
      "During handling of the above exception, another exception occurred:",
      "",
      "Traceback (most recent call last):",
      '  File "b.py", line 9, in run',
      "    raise NoSeat() from e",
      "acme.NoSeat",
      "any idea",
    ].join("\n"),
    prose: "any idea",
    kinds: ["trace"],
    telling: "KeyError: 'user'\nacme.NoSeat",
  },
  {
    name: "a journal without levels",
    text: [
      "Why is the worker gone after this?",
      "",
      "Nov 30 09:14:02 box-3 systemd[1]: worker.service: Main process exited, code=killed, status=9/KILL",
      "Nov 30 09:14:07 box-3 systemd[1]: worker.service: Scheduled restart job, restart counter is at 4.",
    ].join("\n"),
    prose: "Why is the worker gone after this?",
    kinds: ["log"],
    telling: "Main process exited, code=killed, status=9/KILL",
  },
  {
    name: "logfmt, of which only the error tells",
    text: [
      'time="2026-11-30T09:14:02Z" level=error msg="failed to pull image" error="unauthorized: authentication required"',
      'time="2026-11-30T09:14:03Z" level=info msg="retrying"',
      "what credentials does the worker use?",
    ].join("\n"),
    prose: "what credentials does the worker use?",
    kinds: ["log"],
    telling: "unauthorized: authentication required",
  },
  {
    name: "a log in which nothing is wrong",
    text: [
      "2026-11-10 03:10:10.100 | INFO    | acme.worker - polling queue orders-eu",
      "2026-11-11 03:11:11.107 | DEBUG   | acme.sync - batch accepted",
      "is that enough polling?",
    ].join("\n"),
    prose: "is that enough polling?",
    kinds: ["log"],
    telling: "",
  },
  {
    name: "a pod description",
    text: [
      "pod keeps going away",
      "Name:             etl-77f",
      "Namespace:        batch",
      "Containers:",
      "  main:",
      "    State:          Waiting",
      "    Last State:     Terminated",
      "      Reason:       OOMKilled",
      "      Exit Code:    137",
      "Events:",
      "  Type     Reason   Age                 From     Message",
      "  Warning  BackOff  90s (x40 over 11m)  kubelet  Back-off restarting failed container main",
      "how do I give it more memory",
    ].join("\n"),
    prose: "pod keeps going away\n\nhow do I give it more memory",
    kinds: ["listing"],
    telling: "OOMKilled\nBack-off restarting failed container main",
  },
  {
    name: "rows of kubectl get",
    text: [
      "NAME                     READY   STATUS             RESTARTS   AGE",
      "server-0                 1/1     Running            0          3d",
      "worker-abc               0/1     ImagePullBackOff   0          3m",
      "how come?",
    ].join("\n"),
    prose: "how come?",
    kinds: ["listing"],
    telling: "ImagePullBackOff",
  },
  {
    name: "YAML",
    text: [
      "this is my config:",
      "work_pool:",
      "  name: gpu",
      "  image: registry.acme.dev/ml/train:7",
      'cron: "0 5 * * *"',
      "it never runs. what am I missing?",
    ].join("\n"),
    prose: "this is my config:\n\nit never runs. what am I missing?",
    kinds: ["listing"],
    telling: "",
  },
  {
    name: "a dump of the environment",
    text: "env on the box\nAPI_URL=http://10.0.0.4:4200/api\nLOG_LEVEL=DEBUG\nHTTP_PROXY=http://proxy:3128\nand flows cannot reach the api",
    prose: "env on the box\n\nand flows cannot reach the api",
    kinds: ["listing"],
    telling: "",
  },
  {
    name: "a line or two in a fence are pasted for what they say",
    text: '```\n403 Forbidden: User "system:sa:worker" cannot create resource "jobs"\n```\nworker picks the run up and then this',
    prose: "worker picks the run up and then this",
    kinds: ["listing"],
    telling: '403 Forbidden: User "system:sa:worker" cannot create resource "jobs"',
  },
  {
    name: "a block quote",
    text: "> it restarts by itself\nis that so for tasks?",
    prose: "is that so for tasks?",
    kinds: ["quote"],
    telling: "it restarts by itself",
  },
];

describe("splitPasted", () => {
  it.each(SHAPES)("$name", ({ text, prose, kinds, telling }) => {
    const split = splitPasted(text);

    expect(split.prose).toBe(prose);
    expect(split.pasted.map(({ kind }) => kind)).toEqual(kinds);
    expect(split.pasted.map((one) => one.telling).join("\n")).toBe(telling);
  });

  it.each([
    "1. I start the server\n2. I start a worker\n3. nothing happens: the run stays Late\nwhat now?",
    "Hi team,\nquick question: can a flow call another flow?\nThanks",
    "Version: 3.4.2\nOS: Ubuntu",
    "I tried\nprefect deploy -n nightly\nprefect worker start --pool gpu\nbut the run is never picked up",
    "what does `persist_result` do when I pass `storage=None` to it?",
    "two things:\n- retries do not wait\n- the timeout is ignored\nwhy?",
  ])("leaves what was typed as it is: %j", (text) => {
    expect(splitPasted(text)).toEqual({ prose: text, pasted: [] });
  });

  it("keeps a short fence in its sentence", () => {
    expect(splitPasted("what does ```storage=None``` do?")).toEqual({
      prose: "what does `storage=None` do?",
      pasted: [],
    });
  });

  it("loses no typed word, whatever is pasted around it", () => {
    const pastes = SHAPES.filter(({ kinds }) => kinds.length > 0).map(({ text, prose }) =>
      text.split("\n").filter((line) => !prose.split("\n").includes(line)),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...pastes),
        fc.boolean(),
        fc.boolean(),
        (lines, first, fenced) => {
          const paste = fenced && !lines.includes("```") ? ["```", ...lines, "```"] : lines;
          const asked = "how do I keep the worker from doing that?";
          const text = (first ? [asked, "", ...paste] : [...paste, "", asked]).join("\n");

          expect(splitPasted(text).prose).toBe(asked);
        },
      ),
    );
  });

  it.each([
    ["lines of a log", "2026-11-10 03:10:10.100 | INFO | acme.worker - polling a b c d e: f = g\n"],
    ["words without an end", "x ".repeat(30)],
    ["keys without values", "a: ".repeat(20)],
    ["fences", "``` a ```b"],
    ["dots and colons", "a.b.c:"],
  ])("takes time in step with its length: %s", (_, part) => {
    const spent = (times: number) => {
      const text = part.repeat(times);
      const measured = [1, 2, 3].map(() => {
        const used = startCpuTime();
        splitPasted(text);
        return used();
      });
      return Math.min(...measured);
    };
    spent(200);

    expect(spent(4000)).toBeLessThan(4 * spent(2000) + 20);
  });
});
