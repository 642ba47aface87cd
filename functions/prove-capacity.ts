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
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { sendSlice } from "../src/aws/spike-round.ts";
import { stableTurned } from "../src/aws/stable-watch.ts";
import { finalOf } from "../src/core/capacity/candidate-fleet.ts";
import { awsRefused, badState } from "../src/core/errors.ts";
import { chanceOf } from "../src/core/load/arrivals.ts";
import type { LoadQuestion } from "../src/core/load/course.ts";
import {
  afterRound,
  begun,
  LoadProof,
  type LoadSlice,
  nextSlice,
  type SliceSent,
} from "../src/core/load/load-test.ts";
import { patienceOf } from "../src/core/load/step.ts";
import { stepsTold } from "../src/core/load/told.ts";
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
  const harm = await harmIn(doc, proof, tools);
  if (harm !== undefined)
    return told(doc, tools, question, afterRound(question, { proof, harm }, poll.waitedMs()));
  const slice = nextSlice(question, proof, poll.waitedMs());
  const sent = slice && (await send(doc, { question, proof, slice }, tools));
  return told(doc, tools, question, afterRound(question, { proof, slice: sent }, poll.waitedMs()));
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
  return { plan, loadTest, fleet };
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

async function send(
  { release, plan, planning: { needs } }: Input,
  { question, proof, slice }: { question: LoadQuestion; proof: LoadProof; slice: LoadSlice },
  { aws, now }: Tools,
): Promise<SliceSent> {
  const { loadTest } = question;
  const payloads = await payloadsOf(aws, loadTest);
  if ("lacks" in payloads) throw awsRefused(`loadTest.payloads: ${payloads.lacks}`);
  const seed = `${release.id} ${release.attempt}`;
  const bodies = chanceOf(`bodies ${seed} ${proof.rounds}`);
  const platform = servingPlatform(aws);
  const target = { endpoint: plan.endpoint.name, variant: needs.candidate.variant, now, isLoad: true };
  const { contentType } = loadTest;
  const patienceMs = patienceOf(plan);
  const one = () =>
    platform.probe({ ...target, warmth: { payload: payloads(bodies), contentType }, patienceMs });
  return sendSlice({ question, proof, slice, seed, send: one, pacing: aws.pacing });
}

async function told(
  { release }: Input,
  tools: Tools,
  question: LoadQuestion,
  proof: LoadProof,
): Promise<LoadProof> {
  const { status, reason, sent, knee, recovery } = proof;
  const steps = stepsTold(question, proof.steps);
  await note(tools, release.id, { kind: "load-test", status, reason, sent, steps, knee, recovery });
  return proof;
}

export const contract = { input: Input, output: LoadProof, document: forward };
export const handler = lambda(proveCapacity, contract);
