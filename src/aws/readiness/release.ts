/** Whether a release of a plan could begin now: what PlanCapacity would look at, each for itself, with nothing changed. */
import { isMoving, isServing } from "../../core/capacity/endpoint.ts";
import { candidateNeeds, candidatesFor, designLoad } from "../../core/capacity/sizing.ts";
import { foreseen } from "../../core/outlook/expected-peak.ts";
import type { Plan } from "../../core/plan/plan.ts";
import {
  amiss,
  type Readiness,
  scalingReadiness,
  unseen,
  versionReadiness,
  well,
} from "../../core/release/readiness.ts";
import type { Served } from "../../core/release/serving-platform.ts";
import { packageArnOf } from "../../core/release/version-gate.ts";
import type { EpochMs } from "../../core/units.ts";
import { planAlongside } from "../alongside.ts";
import { readScaling } from "../application-auto-scaling.ts";
import type { Aws } from "../clients.ts";
import { ifThere } from "../errors.ts";
import { expectedPeak } from "../expected-peak.ts";
import { firstType } from "../fleet-planning.ts";
import { loadOutlook } from "../load.ts";
import { loadInputs } from "../load-inputs.ts";
import { newestApproved } from "../model-registry.ts";
import { ringingAlarms, silentOf } from "../preflight.ts";
import { servingPlatform } from "../serving/platforms.ts";
import { readinessOf } from "./looking.ts";

type Asked = { readonly plan: Plan; readonly nowMs: EpochMs };

/** In the order in which a release comes to them. What needs an endpoint at rest is not looked at without one. */
export async function releaseReadiness(aws: Aws, { plan, nowMs }: Asked): Promise<Readiness[]> {
  const platform = servingPlatform(aws);
  let found: Served | undefined;
  const endpoint = await readinessOf("endpoint", async () => {
    found = await ifThere(() => platform.look(plan.endpoint.name));
    return endpointReadiness(plan, found);
  });
  let version: number | undefined;
  const registered = await readinessOf("version", async () => {
    const serving = await platform.versionsServed(plan.endpoint.name);
    const approved = await ifThere(() => newestApproved(aws, plan.modelPackageGroupArn ?? plan.model));
    version = approved?.version ?? serving[0];
    return versionReadiness(plan, { approved: approved?.version, serving });
  });
  const [stable] = found?.variants ?? [];
  if (endpoint.state !== "well" || found === undefined || stable === undefined)
    return [
      endpoint,
      registered,
      unseen("the rest", "kind, scaling, quota and metrics are looked at of an endpoint at rest alone"),
    ];
  const at = { plan, nowMs, endpoint: found, stable, version };
  return [
    endpoint,
    registered,
    await kindReadiness(aws, at),
    await readinessOf("scaling", async () =>
      scalingReadiness(
        plan,
        await readScaling(aws, platform.scaling.of(plan.endpoint.name, stable.name).name),
      ),
    ),
    ...(await meansReadiness(aws, at)),
    await readinessOf("metrics", () => metricsReadiness(aws, at)),
    ...(await payloadsReadiness(aws, plan)),
  ];
}

/** What its test under load reads of S3; nothing of a plan whose test reads nothing. */
async function payloadsReadiness(aws: Aws, { loadTest }: Plan): Promise<Readiness[]> {
  if (loadTest === undefined) return [];
  if ("schema" in loadTest.payloads && loadTest.arrivals === undefined) return [];
  const look = async () => {
    const found = await loadInputs(aws, loadTest);
    return "lacks" in found
      ? amiss(
          "payloads",
          found.lacks,
          "see that it is there, and that you and the stack, by its parameter payloads, may read it",
        )
      : well("payloads", "what its test under load sends is there");
  };
  return [await readinessOf("payloads", look)];
}

/** The alarms that the plan names. */
export const alarmReadiness = (aws: Aws, { alarms }: Plan): Promise<Readiness> =>
  readinessOf("plan's alarms", async () => {
    if (alarms.length === 0) return well("plan's alarms", "it names none");
    const bad = await ringingAlarms(aws, alarms);
    return bad.length === 0
      ? well("plan's alarms", `${alarms.length} there, none in ALARM`)
      : amiss("plan's alarms", bad.join("; "), "see to it, or take it out of the plan's alarms");
  });

interface At extends Asked {
  readonly endpoint: Served;
  readonly stable: Served["variants"][number];
  /** The newest that is approved, or else the one that serves. */
  readonly version: number | undefined;
}

function endpointReadiness({ endpoint: { name } }: Plan, found: Served | undefined): Readiness {
  if (found === undefined)
    return amiss(
      "endpoint",
      `${name} does not exist`,
      "a release begins on an endpoint that serves: make it, or correct endpoint.name",
    );
  const { status, variants, failureReason } = found;
  const why = failureReason === undefined ? "" : ` (${failureReason})`;
  if (isMoving(found)) return amiss("endpoint", `${name} is ${status}`, "wait until it is InService");
  if (!isServing(found))
    return amiss("endpoint", `${name} is ${status}${why}`, "update it with a configuration that works");
  const [only, ...others] = variants;
  if (only === undefined || others.length > 0)
    return amiss("endpoint", `${name} has ${variants.length} variants`, "a release begins with one");
  return well("endpoint", `${name} is InService with ${only.currentInstances} ${only.instanceType}`);
}

const kindReadiness = (aws: Aws, { plan, version }: At): Promise<Readiness> =>
  readinessOf("kind", async () => {
    if (version === undefined)
      return unseen("kind", "is looked at together with a version, and none is known");
    const candidate = candidateNeeds(plan, plan.defaultReleaseType);
    const packageArn = packageArnOf(aws.environment, plan, { version });
    const { unsupported } = await servingPlatform(aws).suits({ plan, candidate, packageArn });
    return unsupported.length === 0
      ? well("kind", "is one that a release can handle")
      : amiss("kind", unsupported.join("; "), "docs/ENDPOINT-KINDS.md says why, of each kind");
  });

/** What the plan leans on, where it does, and then the release as it would be planned now: its fleet, the quota and the budget. */
async function meansReadiness(aws: Aws, at: At): Promise<Readiness[]> {
  let alongside: Awaited<ReturnType<typeof planAlongside>> = { leases: [], lacks: [], changing: [] };
  const quota = () => readinessOf("quota", () => fleetReadiness(aws, { ...at, alongside }));
  if (at.plan.alongside === undefined) return [await quota()];
  const leaning = await readinessOf("alongside", async () => {
    const found = await planAlongside(aws, at.plan);
    alongside = { ...found, lacks: [] };
    const { leases, lacks, changing } = found;
    if (lacks.length > 0)
      return amiss("alongside", lacks.join("; "), "a release that leans on it is refused");
    return changing.length > 0
      ? amiss("alongside", changing.join("; "), "a release waits until that is over")
      : well("alongside", `all ${leases.length} that the plan leans on can be raised`);
  });
  return [leaning, await quota()];
}

type Equipped = At & { readonly alongside: Awaited<ReturnType<typeof planAlongside>> };

async function fleetReadiness(
  aws: Aws,
  { plan, nowMs, endpoint, stable, version = 0, alongside }: Equipped,
): Promise<Readiness> {
  const load = await loadOutlook(aws, { endpoint: endpoint.name, variants: [stable.name], nowMs });
  const scaling = await readScaling(aws, servingPlatform(aws).scaling.of(endpoint.name, stable.name).name);
  const expected = await expectedPeak(
    { aws, now: () => nowMs },
    {
      plan,
      releaseType: plan.defaultReleaseType,
      serving: [stable.name],
      scales: scaling !== undefined && scaling !== null,
      keeps: false,
    },
  );
  const { status, reason, needs } = await firstType(
    aws,
    { release: releaseMeant(plan, version, nowMs), plan },
    {
      endpoint,
      stable,
      suited: candidatesFor(plan, plan.defaultReleaseType),
      lacks: [],
      triedUsd: 0,
      packageArn: packageArnOf(aws.environment, plan, { version }),
      stableMaximum: scaling?.max,
      alongside,
      measured: Math.round(load.now * 1000) / 1000,
      design: designLoad(plan, load, foreseen(expected)),
      expected,
      nowMs,
    },
  );
  if (status === "refused")
    return amiss("quota", reason, "ask for more of the quota, or give the plan's budget and rollout room");
  if (status === "waiting") return unseen("quota", reason);
  const peak = Object.entries(needs?.peakInstances ?? {}).map(([type, count]) => `${count} ${type}`);
  const cost = needs?.costUsd === null || needs === undefined ? "" : `, $${needs.costUsd.toFixed(2)}`;
  return well("quota", `${reason}, ${peak.join(" and ")} at its peak${cost}`);
}

const releaseMeant = (plan: Plan, version: number, nowMs: EpochMs) => ({
  id: `${plan.model}-v${version}-production`,
  model: plan.model,
  version,
  milestone: "production" as const,
  releaseType: plan.defaultReleaseType,
  attempt: 1,
  subject: `endpoint/${plan.endpoint.name}`,
  execution: "",
  fence: 0,
  openedAt: new Date(nowMs).toISOString(),
});

async function metricsReadiness(aws: Aws, { plan, nowMs, endpoint, stable }: At): Promise<Readiness> {
  const { metrics } = servingPlatform(aws);
  const sides = { endpoint: endpoint.name, stable: stable.name, candidate: "", metrics };
  const { silent, series } = await silentOf(aws, { plan, sides, nowMs });
  return silent.length === 0
    ? well("metrics", `all ${series} that the plan's KPIs are made of have reported in the last day`)
    : amiss(
        "metrics",
        silent.join("; "),
        "see that they are published, with the endpoint's dimensions; without traffic nothing is",
      );
}
