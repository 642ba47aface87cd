/**
 * Tests the candidate under load before any traffic is its own, at weight 0: requests reach it by name, at moments that are
 * meant for them whatever becomes of those before. Each invocation sends for less than a minute, and the next goes on; a test
 * changes nothing, so that one that dies leaves nothing behind.
 */
import type { z } from "zod";
import { note } from "../src/aws/journal.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { payloadsOf } from "../src/aws/load-payloads.ts";
import { sendLoad } from "../src/aws/load-sending.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { stableTurned } from "../src/aws/stable-watch.ts";
import { finalOf } from "../src/core/capacity/candidate-fleet.ts";
import { awsRefused, badState } from "../src/core/errors.ts";
import { arrivals, chanceOf, ramped } from "../src/core/load/arrivals.ts";
import {
  after,
  begun,
  LoadProof,
  type LoadQuestion,
  type LoadSlice,
  nextSlice,
  type SliceSent,
} from "../src/core/load/load-test.ts";
import { findingOf, patienceOf, stepsOf } from "../src/core/load/step.ts";
import { type SentRequest, tallyOf } from "../src/core/load/tally.ts";
import type { LoadTest } from "../src/core/plan/load-test.ts";
import { Joined } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { polling } from "../src/core/release/polling.ts";
import { epochMs } from "../src/core/units.ts";

const Input = Joined.pick({
  schema: true,
  release: true,
  plan: true,
  planning: true,
  warmth: true,
  loadTest: true,
});
type Input = z.infer<typeof Input>;

export const proveCapacity: Step<Input, LoadProof> = async (doc, tools) => {
  const { release, plan } = doc;
  await Ledger.forward(tools.aws, release);
  const { loadTest } = plan;
  if (loadTest === undefined) throw badState("plan.loadTest: expected what to test by, found nothing");
  const question = questionOf(doc, loadTest);
  const poll = polling(doc.loadTest, tools.now);
  const proof = doc.loadTest ?? begun(question, poll.since);
  const harmed = await harmIn(doc, proof, tools);
  if (harmed !== undefined) return told(doc, tools, { ...proof, status: "stopped", reason: harmed });
  const slice = nextSlice(question, proof, poll.waitedMs());
  const sent = slice && (await send(doc, { loadTest, proof, slice }, tools));
  return told(doc, tools, after(question, { proof, slice: sent }, poll.waitedMs()));
};

function questionOf({ plan, planning: { needs } }: Input, loadTest: LoadTest): LoadQuestion {
  const { instanceType, instances, requestsPerSecondPerInstance } = needs.candidate;
  const fleet = {
    instanceType,
    instances,
    requestsPerSecondPerInstance,
    finalInstances: finalOf(needs.candidate),
    designRequestsPerSecond: needs.designRequestsPerSecond,
  };
  return { plan, loadTest, fleet, steps: stepsOf(plan, fleet) };
}

/** Why the test must not go on: what serves has turned since it began. */
async function harmIn(
  { plan, planning: { needs } }: Input,
  { rounds, since }: LoadProof,
  tools: Tools,
): Promise<string | undefined> {
  if (rounds === 0 || plan.loadTest === undefined) return undefined;
  const { metrics } = servingPlatform(tools.aws);
  const [stable, candidate] = [needs.stable.variant, needs.candidate.variant];
  const turned = await stableTurned(tools, {
    plan,
    sides: { endpoint: plan.endpoint.name, stable, candidate, metrics },
    instances: needs.stable.instances,
    sinceMs: epochMs(since),
    maxMinutes: plan.loadTest.maxMinutes,
  });
  if (turned.length === 0) return undefined;
  return `the test under load was stopped: ${turned.join(" and ")} of ${stable}, which serves, turned worse than before it began`;
}

/** Seeded by release and round: an invocation that is tried again sends at the same moments. */
async function send(
  { release, plan, planning: { needs } }: Input,
  { loadTest, proof, slice }: { loadTest: LoadTest; proof: LoadProof; slice: LoadSlice },
  { aws, now }: Tools,
): Promise<SliceSent> {
  const { step, seconds, rampSeconds, mostRequests } = slice;
  const payloads = await payloadsOf(aws, loadTest);
  if ("lacks" in payloads) throw awsRefused(`loadTest.payloads: ${payloads.lacks}`);
  const chance = chanceOf(`${release.id} ${release.attempt} ${proof.rounds}`);
  const bodies = chanceOf(`bodies ${release.id} ${release.attempt} ${proof.rounds}`);
  const platform = servingPlatform(aws);
  const target = { endpoint: plan.endpoint.name, variant: needs.candidate.variant, now, isLoad: true };
  const { contentType } = loadTest;
  const tally = (counted: readonly SentRequest[], forSeconds: number) =>
    tallyOf(counted, { seconds: forSeconds, lateMs: step.lateMs });
  const { sent, counted, refused, ...load } = await sendLoad({
    at: arrivals(ramped(step.requestsPerSecond, rampSeconds, seconds), chance),
    countedFrom: rampSeconds,
    mostRequests,
    send: () =>
      platform.probe({
        ...target,
        warmth: { payload: payloads(bodies), contentType },
        patienceMs: patienceOf(plan),
      }),
    pacing: aws.pacing,
    isOver: (some, forSeconds) => findingOf(step, tally(some, forSeconds)).answer === "exceeds",
  });
  const [[name, times] = ["", 0]] = [...refused].toSorted(([, a], [, b]) => b - a);
  if (times > 0 && times >= sent / 2)
    throw awsRefused(`the requests of the test under load are refused, ${times} of ${sent}: ${name}`);
  return { step, sent, tally: tally(counted, load.seconds) };
}

async function told({ release }: Input, tools: Tools, proof: LoadProof): Promise<LoadProof> {
  const { status, reason, sent } = proof;
  await note(tools, release.id, { kind: "load-test", status, reason, sent });
  return proof;
}

export const contract = { input: Input, output: LoadProof, document: forward };
export const handler = lambda(proveCapacity, contract);
