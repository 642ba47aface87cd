/**
 * A fleet tested under load by hand: the course of a release's own test, sent from wherever this runs, to a fleet that has no
 * traffic. It changes nothing.
 */
import { type EquippedVariant, isServing } from "../core/capacity/endpoint.ts";
import { launchedFor, servingNeeds } from "../core/capacity/sizing.ts";
import { awsRefused } from "../core/errors.ts";
import type { LoadQuestion } from "../core/load/course.ts";
import { afterRound, begun, type LoadProof, nextSlice } from "../core/load/load-test.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Served } from "../core/release/serving-platform.ts";
import type { Aws } from "./clients.ts";
import { recentLoad } from "./fleet-metrics.ts";
import { requestsTo } from "./load-requests.ts";
import { sendSlice } from "./load-slice.ts";
import { readLock } from "./lock-item.ts";
import { servingPlatform } from "./serving/platforms.ts";

export interface TestByHand {
  readonly plan: Plan;
  readonly loadTest: LoadTest;
  readonly endpoint: string;
  /** Absent: the only one. */
  readonly variant?: string | undefined;
  readonly nowMs: number;
}

/** What is to be tested: the fleet, by the plan's sizes for what it runs on. */
export interface FleetUnderTest {
  readonly endpoint: string;
  readonly variant: string;
  readonly question: LoadQuestion;
}

/** More of the planned peak than this is somebody's traffic. */
const trafficPart = 0.01;

/** The fleet that is meant, or in a sentence why it is not to be tested. @throws NotFound where there is no such endpoint */
export async function fleetToTest(
  aws: Aws,
  asked: TestByHand,
): Promise<FleetUnderTest | { readonly refused: string }> {
  const { plan, loadTest, endpoint, nowMs } = asked;
  const [served, { holder }] = await Promise.all([
    servingPlatform(aws).look(endpoint),
    readLock(aws, `endpoint/${endpoint}`),
  ]);
  const variant = meant(served, asked.variant);
  if (typeof variant === "string") return { refused: variant };
  if (holder !== undefined)
    return { refused: `endpoint ${endpoint}: expected no release at work on it, found ${holder.releaseId}` };
  if (!isServing(served))
    return { refused: `endpoint ${endpoint}: expected it at rest, InService, found ${served.status}` };
  if (variant.currentInstances === 0)
    return { refused: `variant ${variant.name}: expected instances, found none` };
  const needs = servingNeeds(plan, variant.instanceType);
  if (needs === undefined)
    return {
      refused: `variant ${variant.name}: expected an instance type that the plan names, found ${variant.instanceType}`,
    };
  const busy = await trafficOf(aws, { endpoint, variant, nowMs });
  const { peakRequestsPerSecond } = plan.requirements;
  if (busy > trafficPart * peakRequestsPerSecond)
    return {
      refused: `variant ${variant.name}: expected one without traffic, whose users such a test would make wait; found ${busy.toPrecision(2)} requests/s in the busiest of the last ten minutes, another test's too`,
    };
  const fleet = {
    instanceType: variant.instanceType,
    instances: variant.currentInstances,
    requestsPerSecondPerInstance: needs.requestsPerSecondPerInstance,
    finalInstances: launchedFor(plan, needs, { requestsPerSecond: peakRequestsPerSecond, percent: 100 }),
    designRequestsPerSecond: peakRequestsPerSecond,
  };
  return { endpoint, variant: variant.name, question: { plan, loadTest, fleet } };
}

function meant({ name, variants }: Served, asked: string | undefined): EquippedVariant | string {
  const names = variants.map((each) => each.name).join(", ");
  const found = asked === undefined ? variants : variants.filter((each) => each.name === asked);
  const [variant] = found;
  if (variant === undefined)
    return `variant ${asked ?? ""}: expected one of ${name}, ${names}, found none of that name`;
  if (found.length > 1)
    return `endpoint ${name}: expected the variant to test, one of ${names}, found none named`;
  return variant;
}

/** What reaches a variant with a weight, requests per second; none reaches one without. */
function trafficOf(
  aws: Aws,
  {
    endpoint,
    variant,
    nowMs,
  }: Pick<TestByHand, "endpoint" | "nowMs"> & { readonly variant: EquippedVariant },
): Promise<number> {
  if (variant.currentWeight === 0 && variant.desiredWeight === 0) return Promise.resolve(0);
  const { metrics } = servingPlatform(aws);
  return recentLoad(aws, { metrics, endpoint, variants: [variant.name], nowMs });
}

export interface LoadRoundTold {
  readonly proof: LoadProof;
  /** By how much requests left later than they were meant to, milliseconds, of the newest round. */
  readonly lateness: readonly number[];
}

/**
 * Sends round after round until the answer is there, a limit of the plan's is reached, or the fleet is no longer what it was.
 * @throws AwsRefused where its requests are refused for what no capacity would change
 */
export async function testUnderLoad(
  aws: Aws,
  { endpoint, variant, question }: FleetUnderTest,
  { seed, onRound }: { readonly seed: string; readonly onRound: (told: LoadRoundTold) => void },
): Promise<LoadProof> {
  const { plan, loadTest, fleet } = question;
  const { pacing } = aws;
  const startMs = pacing.nowMs();
  const takenMs = () => pacing.nowMs() - startMs;
  const requests = await requestsTo(aws, { plan, loadTest, endpoint, now: pacing.nowMs });
  if ("lacks" in requests) throw awsRefused(requests.lacks);
  const { wayMs, arriving } = requests;
  const send = requests.sendTo(variant, seed);
  let proof = begun(question, new Date(startMs).toISOString());
  let change: string | undefined;
  while (change === undefined) {
    const slice = nextSlice(question, proof, takenMs());
    if (slice === undefined) break;
    const { lateness, ...sent } = await sendSlice({
      question,
      proof,
      slice,
      seed,
      send,
      wayMs,
      arriving,
      pacing,
    });
    change = await changeOf(aws, { endpoint, variant, instances: fleet.instances });
    // What was sent to another fleet says nothing of this one.
    if (change === undefined) proof = afterRound(question, { proof, slice: sent }, takenMs());
    onRound({ proof, lateness });
  }
  return afterRound(question, { proof, harm: change }, takenMs());
}

/** Why the fleet is not what it was: scaled by somebody or something, or gone. */
async function changeOf(
  aws: Aws,
  { endpoint, variant, instances }: { endpoint: string; variant: string; instances: number },
): Promise<string | undefined> {
  const { variants } = await servingPlatform(aws).look(endpoint);
  const now = variants.find(({ name }) => name === variant)?.currentInstances ?? 0;
  if (now === instances) return undefined;
  return `the test under load was stopped: ${variant} has ${now} instances and had ${instances} when it began; its auto scaling follows whatever is sent to it`;
}
