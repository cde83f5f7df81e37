/**
 * The Helm chart, rendered by a real helm and held against Kubernetes' own schemas. `HELM` and `KUBERNETES_VALIDATE`
 * name the two programs where they are not in the PATH (helm builds from its Go module; kubernetes-validate is a
 * Python package). Where one is missing it says so and exits 0.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runChecks } from "../support/run-checks.ts";

const chart = path.resolve(import.meta.dirname, "../../charts/ask-marvin");
const HELM = process.env["HELM"] ?? "helm";
const VALIDATE = process.env["KUBERNETES_VALIDATE"] ?? "kubernetes-validate";
const VERSIONS = ["1.28", "1.34"] as const;

type Result = { readonly code: number | null; readonly out: string };

function run(program: string, args: readonly string[]): Result {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, out: `${stdout}${stderr}` };
}

function render(...args: string[]): Result {
  // A helm that was built from its module thinks of a Kubernetes long gone.
  return run(HELM, ["template", "docs", chart, "--kube-version", `v${VERSIONS[0]}.0`, ...args]);
}

/** Rendered and valid for each version of Kubernetes; the text. */
function valid(...args: string[]): string {
  const { code, out } = render(...args);
  assert.equal(code, 0, out);
  const folder = mkdtempSync(path.join(tmpdir(), "marvin-chart-"));
  try {
    const file = path.join(folder, "rendered.yaml");
    writeFileSync(file, out);
    for (const version of VERSIONS) {
      const judged = run(VALIDATE, ["--strict", "-k", version, file]);
      assert.equal(judged.code, 0, judged.out);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return out;
}

function kinds(text: string): string[] {
  return [...text.matchAll(/^kind: (\S+)$/gm)].map(([, kind]) => kind ?? "").sort();
}

const CHECKS: readonly (readonly [string, () => void])[] = [
  [
    "helm finds nothing wrong",
    () => {
      const { code, out } = run(HELM, ["lint", "--strict", chart]);
      assert.equal(code, 0, out);
    },
  ],
  [
    "as it comes: the bot, the crawler by schedule and now, a volume, settings, a policy",
    () => {
      const text = valid();
      assert.deepEqual(kinds(text), [
        "ConfigMap",
        "CronJob",
        "Deployment",
        "Job",
        "NetworkPolicy",
        "PersistentVolumeClaim",
      ]);
      assert.match(text, /replicas: 1\n\s+strategy:\n\s+type: Recreate/);
      assert.doesNotMatch(text, /kind: Secret/);
    },
  ],
  [
    "every container is held: no root, nothing to write but its volumes, no capability, a memory limit",
    () => {
      const text = valid("--set", "web.enabled=true");
      const containers = text.match(/^\s+image: /gm)?.length ?? 0;
      assert.equal(containers, 4);
      for (const wanted of [
        /readOnlyRootFilesystem: true/g,
        /allowPrivilegeEscalation: false/g,
        /runAsNonRoot: true/g,
        /automountServiceAccountToken: false/g,
        /limits:\n\s+memory: /g,
      ])
        assert.equal(text.match(wanted)?.length, containers, String(wanted));
    },
  ],
  [
    "with the web page, a claim of one's own, Qdrant, and nodes",
    () => {
      const text = valid(
        "--set",
        "web.enabled=true",
        "--set",
        "web.hosts={marvin.example}",
        "--set",
        "persistence.existingClaim=mine",
        "--set",
        "settings.QDRANT_URL=http://qdrant:6333",
        "--set",
        "settings.SLACK_USER_HOURLY=10",
        "--set",
        "nodeSelector.disk=ssd",
        "--set",
        "image.tag=abc",
      );
      assert.match(text, /kind: Service\n/);
      assert.match(text, /value: "docs-ask-marvin-web,marvin.example"/);
      assert.match(text, /key: WEB_TOKEN/);
      assert.match(text, /SLACK_USER_HOURLY: "10"/);
      assert.doesNotMatch(text, /kind: PersistentVolumeClaim/);
    },
  ],
  [
    "an upgrade makes no second first crawl",
    () => {
      assert.doesNotMatch(valid("--is-upgrade"), /first-ingest/);
    },
  ],
  [
    "refuses secrets among settings, names that are none, and other access modes",
    () => {
      for (const wrong of [
        "settings.SLACK_BOT_TOKEN=xoxb-1",
        "settings.lower=1",
        "persistence.accessMode=Nobody",
        "secretName=",
      ])
        assert.match(render("--set", wrong).out, /values don't meet the specifications/, wrong);
    },
  ],
  [
    "several bots need a Postgres and a Qdrant, and then run anywhere",
    () => {
      const several = ["--set", "bot.replicas=3"];
      const servers = [
        "--set",
        "bot.storeIsPostgres=true",
        "--set",
        "settings.QDRANT_URL=http://qdrant:6333",
      ];
      assert.match(render(...several).out, /More than one bot needs STATE_URL/);

      const out = valid(...several, ...servers);

      const bot = out.split("---").find((part) => /^kind: Deployment$/m.test(part)) ?? "";
      assert.match(bot, /replicas: 3/);
      assert.match(bot, /type: RollingUpdate/);
      assert.doesNotMatch(bot, /persistentVolumeClaim|podAffinity/);
    },
  ],
];

const missing = [HELM, VALIDATE].filter(
  (program) => spawnSync(program, ["--help"]).error !== undefined,
);
if (missing.length > 0) {
  process.stdout.write(`Skipped: ${missing.join(" and ")} not found.\n`);
} else {
  process.exitCode = (await runChecks("of the chart", CHECKS)) ? 0 : 1;
}
