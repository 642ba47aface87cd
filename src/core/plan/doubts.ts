/** What is valid in a plan and probably not meant: units mistaken for others, dates that nothing can keep, slips. */
import { isGuardrail } from "../kpis/kinds/guardrail.ts";
import { typeDoubt } from "./instance-types.ts";
import { typesIn } from "./instances.ts";
import { timesShown } from "./local-time.ts";
import { milestoneKinds, type Plan, releaseTypes } from "./plan.ts";

/** One sentence each, in the order of the plan. */
export function doubtsOf(plan: Plan): string[] {
  return [
    ...typeDoubts(plan),
    ...requirementDoubts(plan),
    ...milestoneKinds.flatMap((kind) => [...dateDoubts(plan, kind), ...poolDoubts(plan, kind)]),
    ...ceilingDoubts(plan),
    ...priceDoubts(plan),
  ];
}

function typeDoubts(plan: Plan): string[] {
  return [
    ...servedTypes(plan).flatMap((type) => typeDoubt(type, "endpoints") ?? []),
    ...trainedTypes(plan).flatMap((type) => typeDoubt(type, "training") ?? []),
  ];
}

/** Each type once, where it is first named. */
const servedTypes = ({
  endpoint,
  releaseTypes: types,
}: Pick<Plan, "endpoint" | "releaseTypes">): string[] => [
  ...new Set([endpoint.instanceType, ...releaseTypes.flatMap((type) => typesIn(types[type]?.inference))]),
];

const trainedTypes = ({ milestones }: Pick<Plan, "milestones">): string[] => [
  ...new Set(milestoneKinds.flatMap((kind) => milestones[kind]?.pool?.instanceType ?? [])),
];

/** SageMaker ends a request that has not been answered for a minute (InvokeEndpoint, API reference). */
const longestAnswerMs = 60_000;

function requirementDoubts({ requirements, kpis }: Plan): string[] {
  const { latencyMsP99, errorRatePercent } = requirements;
  const doubts: string[] = [];
  if (latencyMsP99 < 1)
    doubts.push(
      `requirements.latencyMsP99 is ${latencyMsP99} ms: if seconds are meant, that is ${latencyMsP99 * 1000}`,
    );
  if (latencyMsP99 > longestAnswerMs)
    doubts.push(
      `requirements.latencyMsP99 is ${latencyMsP99} ms: an endpoint gives up after ${longestAnswerMs} unless it streams its answer`,
    );
  if (errorRatePercent > 0 && errorRatePercent < 0.1)
    doubts.push(
      `requirements.errorRatePercent is ${errorRatePercent} %, ${Number((errorRatePercent * 1e4).toPrecision(3))} requests in a million: if a share is meant, that is ${Number((errorRatePercent * 100).toPrecision(6))} %`,
    );
  if (errorRatePercent === 0 && !kpis.some((kpi) => isGuardrail(kpi) && kpi.of === "error-rate-percent"))
    doubts.push(
      "requirements.errorRatePercent is 0 %: no ceiling follows from it, since one failed request would break that; give the rate that is too much, or a guardrail of error-rate-percent",
    );
  return doubts;
}

function dateDoubts(plan: Plan, kind: (typeof milestoneKinds)[number]): string[] {
  const when = plan.milestones[kind]?.when;
  if (when === undefined || !("at" in when)) return [];
  const times = timesShown(when.at, when.timeZone);
  const where = `milestones.${kind}.when.at (${when.at} ${when.timeZone})`;
  if (times === 0) return [`${where} does not exist: clocks are put forward over it`];
  if (times === 2) return [`${where} comes twice: clocks are put back over it, and the milestone runs once`];
  return [];
}

/** The sweep comes every ten minutes: a pool that ends sooner than twice that after it was primed is gone now and then. */
const shortestKeptMinutes = 20;

function poolDoubts({ milestones }: Plan, kind: (typeof milestoneKinds)[number]): string[] {
  const { keepAliveMinutes = 0, holdMinutes = 0 } = milestones[kind]?.pool ?? {};
  if (keepAliveMinutes >= shortestKeptMinutes || holdMinutes <= keepAliveMinutes) return [];
  return [
    `milestones.${kind}.pool.keepAliveMinutes is ${keepAliveMinutes}: a pool is primed again before it ends from ${shortestKeptMinutes} on; this one is gone after that, and comes back cold, until its hold of ${holdMinutes} minutes ends`,
  ];
}

/** A ceiling below what the plan itself allows rolls releases back that keep to it. */
function ceilingDoubts({ kpis, requirements }: Plan): string[] {
  const allowed: Readonly<Record<string, { value: number; unit: string }>> = {
    "latency-p99-ms": { value: requirements.latencyMsP99, unit: "ms" },
    "error-rate-percent": { value: requirements.errorRatePercent, unit: "%" },
  };
  return kpis.flatMap((kpi) => {
    if (!isGuardrail(kpi)) return [];
    const limit = allowed[kpi.of];
    if (limit === undefined || kpi.ceiling >= limit.value) return [];
    const { value, unit } = limit;
    return [
      `${kpi.name}: its ceiling of ${kpi.ceiling} ${unit} is below the ${value} ${unit} of requirements: a release that keeps to these is rolled back`,
    ];
  });
}

/** Prices and consents that nothing of the plan asks for: slips, or left over. */
function priceDoubts({ prices, budget, ...plan }: Plan): string[] {
  const raised = milestoneKinds.flatMap((kind) => plan.milestones[kind]?.cluster?.instanceType ?? []);
  const used = new Set([...servedTypes(plan), ...trainedTypes(plan), ...raised]);
  const idle = (types: readonly string[], where: string) =>
    types
      .filter((type) => !used.has(type))
      .map((type) => `${where} names ${type}, which nothing in the plan runs on`);
  return [...idle(Object.keys(prices), "prices"), ...idle(budget.unpriced, "budget.unpriced")];
}
