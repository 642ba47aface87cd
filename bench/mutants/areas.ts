/**
 * What is mutated, how many mutants of it are drawn, and which tests are its own. Tests
 * of a file's name, and those that import it, come first.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

export interface Area {
  readonly name: string;
  readonly files: readonly string[];
  readonly language: "TypeScript" | "writes" | "flow" | "roles";
  readonly drawn: number;
  /** Tests of the whole area that are among the nearest of each of its files. */
  readonly nearest?: readonly string[];
  /** Globs of tests beside those that import the file. */
  readonly tests: readonly string[];
}

/** Tests in which whole releases run, faults and all. */
const whole = [
  ...[
    "test/rehearsal/release.test.ts",
    "test/rehearsal/orders.long.test.ts",
    "test/rehearsal/longest.long.test.ts",
  ],
  ...["test/rehearsal/explore/found.long.test.ts", "test/rehearsal/explore/remainders.long.test.ts"],
  ...[
    "test/rehearsal/explore/concurrency.long.test.ts",
    "test/rehearsal/two-stacks.long.test.ts",
    "test/rehearsal/way-back.long.test.ts",
  ],
];

export const areas: readonly Area[] = [
  {
    name: "functions",
    files: ["functions/[!i]*.ts"],
    language: "TypeScript",
    drawn: 34,
    nearest: ["test/functions/contract.test.ts"],
    tests: ["test/functions/*.test.ts", "test/documents/*.test.ts", ...whole],
  },
  {
    name: "core/release",
    files: ["src/core/release/*.ts"],
    language: "TypeScript",
    drawn: 26,
    tests: ["test/core/release/*.test.ts", "test/functions/*.test.ts", ...whole],
  },
  {
    name: "core/gates",
    files: ["src/core/gates/*.ts"],
    language: "TypeScript",
    drawn: 8,
    tests: ["test/core/gates/*.test.ts", "test/functions/check-gates.test.ts"],
  },
  {
    name: "core/evidence",
    files: ["src/core/evidence/*.ts"],
    language: "TypeScript",
    drawn: 8,
    tests: [
      "test/core/evidence/*.test.ts",
      "test/aws/evidence.test.ts",
      "test/aws/interleavings.long.test.ts",
    ],
  },
  {
    name: "core/audit",
    files: ["src/core/audit/*.ts"],
    language: "TypeScript",
    drawn: 8,
    tests: ["test/core/audit/*.test.ts", "test/cli/audit.test.ts"],
  },
  {
    name: "core/learning",
    files: ["src/core/learning/*.ts"],
    language: "TypeScript",
    drawn: 12,
    tests: ["test/core/learning/*.test.ts", "test/core/calendar/lead-time.test.ts"],
  },
  {
    name: "core/proposing",
    files: ["src/core/proposing/*.ts"],
    language: "TypeScript",
    drawn: 8,
    tests: ["test/core/proposing/*.test.ts", "test/cli/propose.test.ts"],
  },
  {
    name: "core/capacity",
    files: ["src/core/{forecast,capacity,cost,feasibility,outlook}/*.ts"],
    language: "TypeScript",
    drawn: 15,
    tests: ["test/core/{forecast,capacity,cost,feasibility,outlook}/*.test.ts", "test/functions/*.test.ts"],
  },
  {
    name: "core/kpis",
    files: ["src/core/kpis/*.ts"],
    language: "TypeScript",
    drawn: 10,
    tests: [
      "test/core/kpis/*.test.ts",
      "test/functions/check-kpis.test.ts",
      "test/functions/plan-capacity.test.ts",
    ],
  },
  {
    name: "aws",
    files: ["src/aws/*.ts"],
    language: "TypeScript",
    drawn: 32,
    tests: [
      "test/cli/{binding,orders,locks,plan-apply,refusals}.test.ts",
      "test/aws/*.test.ts",
      "test/functions/*.test.ts",
      ...whole,
    ],
  },
  {
    name: "conditional writes",
    files: ["src/aws/*.ts"],
    language: "writes",
    drawn: 24,
    nearest: ["test/aws/conditions.test.ts"],
    tests: ["test/aws/*.test.ts", "test/functions/*.test.ts", ...whole],
  },
  {
    name: "flow",
    files: ["statemachines/release.asl.json"],
    language: "flow",
    drawn: 20,
    tests: ["test/functions/contract.test.ts", "test/documents/machine.test.ts", ...whole],
  },
  {
    name: "roles",
    files: ["src/rehearsal/permissions/roles.json"],
    language: "roles",
    drawn: 10,
    nearest: ["test/deployment/permissions.long.test.ts"],
    tests: [],
  },
];

/** Types, names and fixed texts only: nothing in them can be changed that runs. */
const nothingToChange = ["src/aws/as-json.ts"];

export const filesOf = ({ files }: Area, root: string): string[] =>
  globSync([...files], { cwd: root })
    .filter((path) => !nothingToChange.includes(path))
    .sort();

/** The area's tests for a file: the nearest, which are those of its name or else those that import it, and the others. */
export function testsOf(
  { tests, nearest: always = [] }: Area,
  path: string,
  root: string,
): { near: string[]; far: string[] } {
  const name = `${basename(path, ".ts")}.test.ts`;
  const all = globSync([...rooms], { cwd: root }).sort();
  const named = all.filter((test) => basename(test) === name);
  const importing = () => all.filter((test) => importsOf(test, root).includes(path));
  const own = nearest[path] ?? (named.length > 0 ? named : importing());
  const near = [...new Set([...own, ...always])];
  return {
    near,
    far: globSync([...tests], { cwd: root })
      .filter((test) => !near.includes(test))
      .sort(),
  };
}

/** Where tests of what is mutated are; those in which whole releases run are never the nearest. */
const rooms = [
  "{test/{aws,cli,core,functions,documents,deployment,rehearsal/explore},packages/*/test}/**/*.test.ts",
];

/** Where neither name nor import says which tests are nearest. */
const nearest: Readonly<Record<string, readonly string[]>> = {
  "statemachines/release.asl.json": ["test/rehearsal/flow.test.ts"],
  ...Object.fromEntries(
    ["encryption", "facts", "governance", "image", "judging"].map((name) => [
      `src/core/gates/${name}.ts`,
      ["test/core/gates/gates.test.ts"],
    ]),
  ),
  ...Object.fromEntries(
    ["buckets", "gates", "images", "keys"].map((name) => [
      `src/aws/${name}.ts`,
      ["test/functions/check-gates.test.ts"],
    ]),
  ),
  ...Object.fromEntries(
    ["evidence-chain", "evidence-sweep", "ledger-claims"].map((name) => [
      `src/aws/${name}.ts`,
      ["test/aws/evidence.test.ts"],
    ]),
  ),
  ...Object.fromEntries(
    ["canonical", "envelope", "keys", "pack", "retention"].map((name) => [
      `src/core/evidence/${name}.ts`,
      ["test/core/evidence/statement.test.ts"],
    ]),
  ),
  ...Object.fromEntries(
    ["next-entry", "resting"].map((name) => [
      `src/core/evidence/${name}.ts`,
      ["test/core/evidence/claims.test.ts"],
    ]),
  ),
  "src/core/audit/aims.ts": ["test/core/audit/reconciling.test.ts"],
  "src/core/audit/scaled.ts": ["test/core/audit/reconciling.test.ts", "test/cli/audit.test.ts"],
  "src/core/audit/reach.ts": ["test/cli/audit.test.ts"],
  "src/aws/cloud-trail.ts": ["test/cli/audit.test.ts"],
  "src/aws/scaling-activities.ts": ["test/cli/audit.test.ts", "test/aws/scaling-days.long.test.ts"],
  "src/aws/audited-days.ts": ["test/cli/audited-days.long.test.ts"],
  "src/aws/evidence-trust.ts": ["test/cli/evidence.test.ts", "test/aws/scaling-days.long.test.ts"],
  "src/core/audit/days.ts": ["test/cli/audited-days.long.test.ts"],
  "src/core/evidence/days.ts": ["test/core/evidence/verify-days.test.ts"],
  "src/core/evidence/scaling-day.ts": ["test/core/audit/summing.test.ts"],
  "src/aws/awaiting-review.ts": ["test/functions/reviewed.test.ts"],
  "src/aws/reserved-capacity.ts": ["test/functions/reserved.test.ts"],
  "src/aws/training-plans.ts": ["test/functions/reserved.test.ts", "test/cli/offerings.test.ts"],
  "src/aws/held-lock.ts": ["test/aws/ledger.test.ts"],
  "src/aws/letting-go.ts": ["test/aws/changes.test.ts"],
  "src/aws/signed-post.ts": ["test/cli/orders.test.ts", "test/aws/cost-explorer.test.ts"],
  "src/aws/month-costs.ts": ["test/cli/costs.test.ts"],
  "src/aws/patch-releases.ts": ["test/functions/patch-due.test.ts"],
  "src/aws/patching.ts": ["test/cli/patch-status.test.ts", "test/functions/patch-due.test.ts"],
  "src/aws/gate-hold.ts": ["test/functions/gate-hold.test.ts"],
  "src/core/release/gated.ts": ["test/functions/check-gates.test.ts"],
  "src/core/learning/families.ts": ["test/core/learning/provisioning.test.ts"],
  "src/core/learning/pooling.ts": [
    "test/core/learning/provisioning.test.ts",
    "test/core/learning/posteriors.test.ts",
  ],
  "src/core/proposing/known.ts": ["test/core/proposing/proposal.test.ts"],
  "src/core/proposing/risk.ts": ["test/core/proposing/proposal.test.ts"],
  "src/core/proposing/sizes.ts": ["test/core/proposing/proposal.test.ts"],
  "src/core/proposing/utilisation.ts": ["test/core/proposing/proposal.test.ts"],
  "src/core/proposing/growth.ts": ["test/core/proposing/proposal.test.ts"],
  "src/core/proposing/changes.ts": ["test/core/proposing/proposal.test.ts"],
  "src/core/release/raise-lessons.ts": ["test/core/release/lessons.test.ts", "test/cli/learned.test.ts"],
  "src/core/release/noise-lessons.ts": ["test/core/release/lessons.test.ts"],
  "src/core/release/utilisation-lessons.ts": ["test/core/release/lessons.test.ts"],
  "src/core/release/scaling-lessons.ts": [
    "test/core/release/sizes-seen.test.ts",
    "test/core/proposing/proposal.test.ts",
  ],
  "src/core/release/throughput-seen.ts": ["test/core/release/retrospective.test.ts"],
  "functions/scale-down.ts": ["test/functions/scale-down.test.ts", "test/functions/promotion.test.ts"],
  "src/aws/endpoint-at-rest.ts": ["test/cli/init.test.ts"],
  "src/aws/answering.ts": ["test/cli/orders.test.ts"],
  "src/aws/persons-orders.ts": ["test/functions/take-order.test.ts", "test/cli/orders.test.ts"],
  "src/aws/lambda.ts": ["test/aws/lambda.test.ts", "test/aws/deployed-chain.test.ts"],
  "src/aws/executions.ts": [
    ...["test/aws/executions.test.ts", "test/aws/services.test.ts"],
    "test/functions/reap-leases.test.ts",
  ],
  "functions/close-release.ts": [
    ...["test/functions/close-release.test.ts", "test/functions/roll-back.test.ts"],
    "test/functions/launches.test.ts",
  ],
  "functions/promote-model.ts": ["test/functions/promotion.test.ts"],
  "src/aws/openings.ts": ["test/functions/open-release.test.ts"],
  "src/aws/going-on.ts": ["test/functions/hand-over.test.ts"],
  "src/aws/leaving.ts": ["test/functions/promotion.test.ts"],
  "src/aws/refusals.ts": ["test/aws/changes.test.ts", "test/functions/scale-down.test.ts"],
  "src/aws/binding-errors.ts": ["test/aws/binding-errors.test.ts", "test/cli/binding.test.ts"],
  "src/aws/settling.ts": ["test/cli/orders.test.ts"],
  "src/aws/standing.ts": [
    ...["test/aws/standing.test.ts", "test/core/release/standing.test.ts"],
    "test/cli/orders.test.ts",
  ],
  "src/aws/serving.ts": ["test/functions/endpoint-kinds.test.ts"],
  "src/aws/taken.ts": ["test/functions/plan-capacity.test.ts"],
  "src/aws/way-back.ts": ["test/functions/roll-back.test.ts"],
  "src/aws/new-observations.ts": ["test/functions/check-kpis.test.ts"],
  "src/aws/places.ts": ["test/functions/waiting-on.test.ts"],
  "src/core/capacity/serving.ts": ["test/functions/endpoint-kinds.test.ts"],
  "src/core/capacity/locked-minutes.ts": [
    ...["test/core/release/shift.test.ts", "test/core/cost/estimate.test.ts"],
  ],
  "src/core/kpis/preflight.ts": ["test/core/kpis/preflight.test.ts", "test/functions/plan-capacity.test.ts"],
  "src/aws/all-plans.ts": ["test/cli/calendar.test.ts", "test/functions/tell-digest.test.ts"],
  "src/aws/evidence-beside.ts": ["test/functions/break-glass.test.ts", "test/aws/evidence.test.ts"],
  "src/aws/glass-orders.ts": ["test/functions/break-glass.test.ts"],
  "src/aws/buying.ts": ["test/functions/purchase.test.ts"],
  "src/aws/purchase-orders.ts": ["test/functions/purchase.test.ts", "test/cli/reserve.test.ts"],
  "src/aws/purchases.ts": ["test/functions/purchase.test.ts"],
  "src/aws/reservations.ts": ["test/cli/reserved-ends.test.ts"],
  "src/aws/reserved-serving.ts": ["test/functions/reserved-serving.test.ts"],
  "src/aws/digest.ts": ["test/functions/tell-digest.test.ts"],
  "src/aws/baking.ts": ["test/functions/shift-traffic.test.ts", "test/functions/looking-ahead.long.test.ts"],
  "src/aws/barring.ts": ["test/functions/shift-traffic.test.ts", "test/functions/looking-ahead.long.test.ts"],
  "src/aws/stage-feasibility.ts": [
    ...["test/functions/shift-traffic.test.ts", "test/functions/looking-ahead.long.test.ts"],
  ],
  "src/aws/closings.ts": ["test/functions/close-release.test.ts"],
  "src/aws/completing.ts": ["test/functions/keep-capacity.test.ts"],
  "src/aws/endpoint-past.ts": ["test/cli/forecast.test.ts", "test/functions/forecast-sized.long.test.ts"],
  "src/aws/expected-peak.ts": ["test/functions/forecast-sized.long.test.ts"],
  "src/aws/s3-object.ts": ["test/aws/evaluations.test.ts", "test/aws/load-payloads.test.ts"],
  "src/aws/said-elsewhere.ts": ["test/functions/image-pushed.test.ts", "test/functions/alias-set.test.ts"],
  "src/aws/load-requests.ts": ["test/functions/send-load.long.test.ts"],
  "src/aws/load-part.ts": ["test/functions/send-load.long.test.ts"],
  "src/aws/load-beside.ts": ["test/functions/prove-capacity.long.test.ts"],
  "src/aws/pacing.ts": ["test/aws/load-sending.test.ts"],
  "src/aws/growing.ts": ["test/functions/in-place.test.ts"],
  "src/aws/in-place-planning.ts": ["test/functions/in-place.test.ts"],
  "src/aws/shrinking.ts": ["test/functions/in-place.test.ts"],
  "src/aws/stable-watch.ts": ["test/functions/prove-capacity.long.test.ts"],
  "src/aws/watching.ts": ["test/functions/watch-load.test.ts", "test/functions/watch-ahead.long.test.ts"],
  "src/aws/watched-past.ts": ["test/functions/watch-ahead.long.test.ts"],
  "src/aws/load-past.ts": [
    ...["test/functions/watch-ahead.long.test.ts", "test/functions/forecast-sized.long.test.ts"],
  ],
  "src/core/release/made-raises.ts": [
    ...["test/core/release/shift.test.ts", "test/functions/shift-traffic.test.ts"],
  ],
  "src/aws/later-spikes.ts": ["test/functions/rehearse-spike.long.test.ts"],
  "src/aws/later-spike-looking.ts": ["test/functions/rehearse-spike.long.test.ts"],
  "src/aws/later-spike-sending.ts": ["test/functions/rehearse-spike.long.test.ts"],
  "src/aws/written-items.ts": [
    ...["test/functions/rehearse-spike.long.test.ts", "test/functions/watch-quality.test.ts"],
  ],
  "src/aws/partition.ts": ["test/functions/kept.test.ts", "test/functions/watch-quality.test.ts"],
  "src/aws/lessons.ts": ["test/functions/adjust.long.test.ts"],
  "src/core/outlook/ceilings-outlook.ts": ["test/cli/plan.test.ts"],
  "src/core/release/stray.ts": [
    "test/core/calendar/clock-changes.test.ts",
    "test/functions/clock-changes.test.ts",
  ],
  "src/core/release/tested-candidate.ts": ["test/core/release/served-variants.test.ts"],
  "src/core/release/watched.ts": ["test/core/release/watching.test.ts"],
  "src/core/release/by-load.ts": ["test/core/release/watching.test.ts"],
  "src/core/release/by-lessons.ts": ["test/functions/adjust.long.test.ts"],
  "src/core/proposing/size-at-rest.ts": [
    "test/core/proposing/proposal.test.ts",
    "test/functions/adjust.long.test.ts",
  ],
  "src/aws/quality.ts": ["test/functions/watch-quality.test.ts"],
  "src/aws/quality-looking.ts": ["test/functions/watch-quality.test.ts"],
  "src/core/release/quality-end.ts": ["test/core/release/quality-watch.test.ts"],
  "src/aws/watched-bounds.ts": ["test/functions/watch-load.test.ts"],
  "src/core/release/watched-bounds.ts": [
    ...["test/core/release/watching.test.ts", "test/functions/watch-load.test.ts"],
  ],
  "src/aws/load.ts": ["test/functions/plan-capacity.test.ts", "test/functions/shift-traffic.test.ts"],
  "src/aws/realigning.ts": ["test/functions/launches.test.ts"],
  "src/aws/use.ts": ["test/cli/calendar.test.ts", "test/cli/plan-apply.test.ts"],
  "src/core/forecast/forecast-spread.ts": ["test/core/forecast/forecast.test.ts"],
  "src/core/kpis/fleet-metrics.ts": ["test/functions/check-kpis.test.ts"],
  "src/core/release/ended.ts": ["test/core/release/ended.test.ts", "test/functions/close-release.test.ts"],
  "src/aws/secrets.ts": ["test/functions/take-webhook.test.ts"],
  "src/core/release/next-steps.ts": ["test/core/release/notice.test.ts"],
  "src/core/release/way-out.ts": ["test/functions/roll-back.test.ts", "test/functions/scale-down.test.ts"],
  "src/core/release/artefacts.ts": ["test/aws/sagemaker.test.ts", "test/core/evidence/statement.test.ts"],
  "src/aws/locks.ts": ["test/aws/locks.test.ts", "test/aws/conditions.test.ts"],
  "src/aws/keeping.ts": ["test/functions/keep-capacity.test.ts"],
  "src/aws/clusters.ts": ["test/functions/cluster.test.ts", "test/aws/clusters.test.ts"],
  "src/aws/pool-planning.ts": ["test/functions/cluster.test.ts", "test/functions/plan-capacity.test.ts"],
  "src/aws/resources/instance-group.ts": ["test/functions/cluster.test.ts"],
  "src/aws/resources/group-hold.ts": ["test/functions/cluster.test.ts"],
  "src/aws/alongside.ts": ["test/functions/alongside.test.ts", "test/functions/plan-capacity.test.ts"],
  "src/aws/shared-items.ts": ["test/aws/conditions.test.ts", "test/functions/alongside.test.ts"],
  "src/aws/scalable-target.ts": ["test/functions/alongside.test.ts"],
  "src/aws/fleet-planning.ts": ["test/functions/plan-capacity.test.ts", "test/functions/alongside.test.ts"],
  "src/aws/applying.ts": [
    ...["test/cli/plan-apply.test.ts", "test/cli/person-rights.test.ts"],
    "test/functions/launches.test.ts",
  ],
  "src/aws/lock-item.ts": ["test/aws/locks.test.ts", "test/aws/ledger.test.ts"],
};

function importsOf(test: string, root: string): string[] {
  const text = readFileSync(join(root, test), "utf8");
  return [...text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)]
    .map(([, to = ""]) => relative(root, resolve(root, dirname(test), to)))
    .filter((to) => existsSync(join(root, to)));
}
