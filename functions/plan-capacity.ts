/**
 * Plans a release's capacity before anything is touched: how much the candidate needs, whether quota and budget
 * allow the way forward and the way back, and what there is now that must be there again.
 */
import type { z } from "zod";
import { planAlongside } from "../src/aws/alongside.ts";
import { freezeOf, passFreeze } from "../src/aws/break-glass.ts";
import { limitsInForce } from "../src/aws/capacity-limits.ts";
import { ifThere } from "../src/aws/errors.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { expectedPeak } from "../src/aws/expected-peak.ts";
import { type FleetAnswer, firstType, suitedTypes } from "../src/aws/fleet-planning.ts";
import { declaredFreezes } from "../src/aws/freezes.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { loadOutlook } from "../src/aws/load.ts";
import { loadInputs } from "../src/aws/load-inputs.ts";
import { planPool } from "../src/aws/pool-planning.ts";
import { preflight } from "../src/aws/preflight.ts";
import { recordPlanning } from "../src/aws/releases.ts";
import { scheduleRef } from "../src/aws/scheduler.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { takenOf } from "../src/aws/taken.ts";
import { unmetCriteria } from "../src/aws/validating.ts";
import { isMoving, isServing } from "../src/core/capacity/endpoint.ts";
import { candidatesFor, designLoad } from "../src/core/capacity/sizing.ts";
import { formatMistake } from "../src/core/input/bad-input.ts";
import { foreseen } from "../src/core/outlook/expected-peak.ts";
import { openingBreaches } from "../src/core/outlook/limit-breaches.ts";
import { type CapacityLimits, frozenToo } from "../src/core/plan/capacity-limits.ts";
import { releasesVersion } from "../src/core/plan/milestone-plan.ts";
import { capacityOf, type InstanceNeeds, isCluster } from "../src/core/plan/plan.ts";
import { isNew, type Tried, triedText, triedWith, untried } from "../src/core/release/another-type.ts";
import { Opened } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { resourceName } from "../src/core/release/names.ts";
import { polling } from "../src/core/release/polling.ts";
import { Planning } from "../src/core/release/release.ts";
import { scheduleOf, trainingJobOf } from "../src/core/release/resources.ts";
import { servedBefore } from "../src/core/release/served-before.ts";
import { turnOf } from "../src/core/release/turns.ts";
import { packageArnOf } from "../src/core/release/version-gate.ts";
import { epochMs } from "../src/core/units.ts";
import { idleWaitSeconds, waitUntilSeconds } from "../src/core/wait.ts";

const Input = Opened.pick({
  schema: true,
  release: true,
  plan: true,
  planning: true,
  queue: true,
  begunAt: true,
  unlaunched: true,
});
type Input = z.infer<typeof Input>;

export const planCapacity: Step<Input, Planning> = async (doc, tools) => {
  const { unlaunched, planning: before = {} } = doc;
  const tried = triedWith(doc.plan, before, unlaunched);
  const poll = polling(isNew(before, unlaunched) ? undefined : doc.planning, tools.now);
  const { since } = poll;
  const ledger = await Ledger.forward(tools.aws, doc.release);
  const limits = (await limitsInForce(tools.aws))?.limits;
  const { frozen, past } = await freezeOf(tools.aws, doc.release.id, [
    frozenToo(doc.plan.freezes, limits),
    await declaredFreezes(tools.aws, doc.plan.endpoint.name),
    tools.now(),
  ]);
  const turn = (status: Planning["status"]) =>
    turnOf(doc, {
      waits: status === "waiting",
      nowMs: tools.now(),
      limit: tools.aws.environment.turnsPerExecution,
    });
  if (frozen !== undefined) {
    const waitSeconds = waitUntilSeconds(frozen.untilMs, tools.now());
    const kept = tried.length > 0 ? { tried } : {};
    return { status: "waiting", reason: frozen.reason, waitSeconds, since, ...kept, ...turn("waiting") };
  }
  const sized = withinLimits(doc, tools, limits) ?? (await sizedFor(doc, tools, { tried, limits }));
  const answer =
    sized.status === "fits" ? await withFreeNames(sized, doc, tools) : await orWaiting(sized, doc, tools);
  // What waits for something else meanwhile has not got its quota either.
  const { shortSince } = doc.planning ?? {};
  const planning: Planning = {
    ...(tried.length > 0 && { tried }),
    waitSeconds: idleWaitSeconds(poll.waitedMs()),
    since,
    ...(answer.status === "waiting" && shortSince !== undefined && { shortSince }),
    ...answer,
    ...turn(answer.status),
  };
  if (planning.status === "fits") {
    await recordPlanning(tools.aws, doc.release.id, planning);
    if (past !== undefined) await passFreeze(tools, ledger, past, doc.release);
    const { reason } = planning;
    if (isNew(before, unlaunched))
      await publish(tools, doc.release, { state: "another-instance-type", reason });
  }
  return planning;
};

interface Bounded {
  readonly tried: Tried;
  readonly limits: CapacityLimits | undefined;
}

const sizedFor = (doc: Input, tools: Tools, bounded: Bounded): Promise<FleetAnswer> =>
  releasesVersion(doc.plan, doc.release.milestone) ? planEndpoint(doc, tools, bounded) : planPool(doc, tools);

/** A refusal by name where the plan is beyond what the owner of the infrastructure allows by now. */
function withinLimits(
  { plan, release: { milestone, releaseType } }: Input,
  { aws }: Tools,
  limits: CapacityLimits | undefined,
): FleetAnswer | undefined {
  if (limits === undefined) return undefined;
  const { region } = aws.environment;
  const breaches = openingBreaches(plan, limits, { milestone, releaseType, region });
  if (breaches.length === 0) return undefined;
  return { status: "refused", reason: breaches.map(formatMistake).join("; ") };
}

type Answer = Pick<Planning, "status" | "reason" | "needs" | "servedBefore">;
type Waiting = Answer & Partial<Pick<Planning, "waitSeconds" | "shortSince">>;

/** Where a quota is all that is too small, it is waited for as long as the plan says; its owners are told that it is. */
async function orWaiting(
  { isShort = false, ...refused }: FleetAnswer,
  { plan, planning, release }: Input,
  tools: Tools,
): Promise<Waiting> {
  const { waitMinutes } = plan.rollout.onShortQuota ?? {};
  if (!isShort || waitMinutes === undefined) return refused;
  const { status, reason } = refused;
  const nowMs = tools.now();
  const shortSince = planning?.shortSince ?? new Date(nowMs).toISOString();
  const untilMs = epochMs(shortSince) + waitMinutes * 60_000;
  const until = new Date(untilMs).toISOString();
  if (nowMs >= untilMs) return { status, reason: `${reason}; it was waited for until ${until}` };
  if (planning?.shortSince === undefined)
    await publish(tools, release, { state: "waiting-for-quota", reason, until });
  return {
    status: "waiting",
    reason: `${reason}; waits until ${until}`,
    waitSeconds: waitUntilSeconds(untilMs, nowMs, idleWaitSeconds(nowMs - epochMs(shortSince))),
    shortSince,
  };
}

/** What exists under a name that this release would give is not its own, and must be neither used nor deleted. */
async function withFreeNames(sized: Answer, { plan, release }: Input, { aws }: Tools): Promise<Answer> {
  const named = { stack: aws.environment.stack, ...release };
  const { needs } = sized;
  const capacity = capacityOf(plan.milestones[release.milestone]);
  const primes = capacity !== undefined && !isCluster(capacity);
  const taken = await takenOf(
    aws,
    needs === undefined
      ? [
          scheduleOf(scheduleRef(aws, resourceName(named, "lease"))),
          ...(primes ? [trainingJobOf(resourceName(named, "primer"))] : []),
        ]
      : servingPlatform(aws).makes(needs),
  );
  if (taken.length === 0) return sized;
  return { ...sized, status: "refused", reason: `${taken.join(", ")}: exists, and not by this release` };
}

async function planEndpoint(doc: Input, tools: Tools, { tried, limits }: Bounded): Promise<FleetAnswer> {
  const { plan, release } = doc;
  const { aws, now } = tools;
  const types = untried(candidatesFor(plan, release.releaseType), tried);
  if (types.length === 0) return { status: "refused", reason: triedText(tried).join("; ") };
  const found = await look(doc, tools, types);
  if ("status" in found) return found;
  const { endpoint, stable } = found;
  const load = await loadOutlook(aws, { endpoint: endpoint.name, variants: [stable.name], nowMs: now() });
  const { releaseType } = doc.release;
  const scales = found.stableMaximum !== undefined;
  const serving = [stable.name];
  const expected = await expectedPeak(tools, { plan, releaseType, serving, scales, keeps: true });
  const design = designLoad(plan, load, foreseen(expected));
  const measured = Math.round(load.now * 1000) / 1000;
  const alongside = await planAlongside(aws, plan);
  const lacks = [...triedText(tried), ...found.lacks];
  const triedUsd = tried.reduce((sum, { usd }) => sum + usd, 0);
  const answer = await firstType(aws, doc, {
    ...found,
    lacks,
    alongside,
    measured,
    design,
    expected,
    triedUsd,
    limits,
    nowMs: now(),
  });
  return { ...answer, servedBefore: servedBefore(aws.environment, plan, found.madeOf) };
}

/** The endpoint with the one variant that serves, or why no release can begin on it as it is. */
async function look({ release, plan }: Input, tools: Tools, types: readonly InstanceNeeds[]) {
  const { aws, now } = tools;
  const refused = (reason: string): Answer => ({ status: "refused", reason });
  const platform = servingPlatform(aws);
  const endpoint = await ifThere(() => platform.look(plan.endpoint.name));
  if (endpoint === undefined)
    return refused(`endpoint ${plan.endpoint.name} does not exist; a release begins on one that serves`);
  if (isMoving(endpoint))
    return { status: "waiting", reason: `endpoint ${endpoint.name} is ${endpoint.status}` } satisfies Answer;
  const packageArn = release.packageArn ?? packageArnOf(aws.environment, plan, release);
  const suited = isServing(endpoint)
    ? await suitedTypes(aws, { plan, packageArn, types })
    : { suited: types, lacks: [] };
  if (suited.suited.length === 0) return refused(suited.lacks.join("; "));
  const [stable, ...others] = endpoint.variants;
  if (!isServing(endpoint) || stable === undefined || others.length > 0) {
    const found = `${endpoint.variants.length} variants of ${endpoint.called} and status ${endpoint.status}`;
    return refused(`endpoint ${endpoint.name}: expected one variant, InService; found ${found}`);
  }
  const unmet = await unmetCriteria(aws, plan, { version: release.version, packageArn });
  if (unmet.length > 0) return refused(unmet.join("; "));
  const inputs = plan.loadTest && (await loadInputs(aws, plan.loadTest));
  if (inputs !== undefined && "lacks" in inputs) return refused(inputs.lacks);
  const { metrics } = platform;
  const sides = { endpoint: endpoint.name, stable: stable.name, candidate: "", metrics };
  const blind = await preflight(aws, { plan, sides, nowMs: now() });
  return blind.length > 0 ? refused(blind.join("; ")) : { endpoint, stable, packageArn, ...suited };
}

export const contract = { input: Input, output: Planning, document: forward };
export const handler = lambda(planCapacity, contract);
