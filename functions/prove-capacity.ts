/**
 * Tests the candidate under load before any traffic is its own, at weight 0: requests reach it by name, at moments that are
 * meant for them whatever becomes of those before. Each invocation sends for less than a minute, and the next goes on; where that
 * is more than one can send on time, it says what several are to send (SendLoad), and adds up what they counted. A test
 * changes nothing, so that one that dies leaves nothing behind. What is not enough may be raised, where the plan says so and its
 * means allow: the flow goes back to where instances are raised.
 */
import type { z } from "zod";
import { note } from "../src/aws/journal.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { requestsTo } from "../src/aws/load-requests.ts";
import { sendSlice } from "../src/aws/load-slice.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { stableTurned } from "../src/aws/stable-watch.ts";
import { lackForRaise } from "../src/aws/stage-feasibility.ts";
import { finalOf } from "../src/core/capacity/candidate-fleet.ts";
import { raiseLeadSeconds } from "../src/core/capacity/locked-minutes.ts";
import { awsRefused, badState } from "../src/core/errors.ts";
import { nothingBeside } from "../src/core/load/beside.ts";
import type { LoadQuestion } from "../src/core/load/course.ts";
import { afterRound, begun, type LoadProof, nextSlice } from "../src/core/load/load-test.ts";
import { partsOf, roundOf, sendersFor } from "../src/core/load/senders.ts";
import type { LoadSlice, SliceSent } from "../src/core/load/slice.ts";
import { stepsTold } from "../src/core/load/told.ts";
import { type LoadTest, loadTestMinutes } from "../src/core/plan/load-test.ts";
import { Joined } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { polling } from "../src/core/release/polling.ts";
import {
  notRaised,
  ProvenCapacity,
  raiseAfter,
  raising,
  underWay,
} from "../src/core/release/tested-raise.ts";
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

export const proveCapacity: Step<Input, ProvenCapacity> = async (doc, tools) => {
  const { release, plan } = doc;
  const ledger = await Ledger.forward(tools.aws, release);
  const { loadTest } = plan;
  if (loadTest === undefined) throw badState("plan.loadTest: expected what to test by, found nothing");
  const question = questionOf(doc, loadTest);
  const before = underWay(doc.loadTest);
  const poll = polling(before, tools.now);
  const proof = before ?? begun(question, poll.since, doc.loadTest?.raises);
  const harm = await harmIn(doc, proof, tools);
  const { parts, counted, ...bare } = proof;
  const waited = () => poll.waitedMs();
  let seen: Seen;
  if (parts === undefined) {
    const slice = harm === undefined ? nextSlice(question, bare, waited()) : undefined;
    const together = spread(question, bare, slice, tools);
    if (together !== undefined) return together;
    seen = { slice: slice && (await send(doc, { question, proof: bare, slice }, tools)) };
  } else seen = seenBy(parts, counted ?? []);
  const found = afterRound(question, { proof: bare, ...seen, harm }, waited());
  // Who has sent together may go on at once.
  const next =
    parts === undefined || found.status !== "testing" ? undefined : nextSlice(question, found, waited());
  const all = { ledger, question, found: spread(question, found, next, tools) ?? found };
  return told(doc, tools, question, await raisedWherePlanned(doc, tools, all));
};

type Seen = Pick<Parameters<typeof afterRound>[1], "slice" | "spoilt">;

/** What several invocations have sent. @throws AwsRefused where that was refused for what no capacity would change */
function seenBy(...[parts, counted]: Parameters<typeof roundOf>): Seen {
  const round = roundOf(parts, counted);
  if ("refused" in round) throw awsRefused(round.refused);
  return "slice" in round ? { slice: round.slice } : { spoilt: round };
}

/** What several invocations are to send at once; undefined where one can send it, or there is nothing to send. */
function spread(
  question: LoadQuestion,
  proof: LoadProof,
  slice: LoadSlice | undefined,
  { now }: Tools,
): LoadProof | undefined {
  if (slice === undefined || sendersFor(slice) === 1) return undefined;
  return { ...proof, parts: partsOf(question, proof, { slice, nowMs: now() }) };
}

interface Found {
  readonly ledger: Ledger;
  readonly question: LoadQuestion;
  readonly found: LoadProof;
}

/** What is not enough and may be raised is, where quota, budget and the way back have room for that as things are now. */
async function raisedWherePlanned(
  { plan, warmth, planning: { needs }, loadTest }: Input,
  tools: Tools,
  { ledger, question, found }: Found,
): Promise<ProvenCapacity> {
  const raise = raiseAfter(question, found, needs);
  if (raise === undefined) return found;
  if ("lack" in raise) return notRaised(found, raise.lack);
  const endpoint = await servingPlatform(tools.aws).view(plan.endpoint.name, needs);
  const doc = { plan, warmth, loadTest };
  const asking = { doc, needs: raise.needs, endpoint, stage: { index: 0 }, ledger, tools };
  const minutes = raiseLeadSeconds(plan) / 60 + loadTestMinutes(plan).usual;
  const lack = await lackForRaise(asking, { instances: raise.to, fromStage: 0, minutes });
  return lack === undefined ? raising(found, raise) : notRaised(found, lack);
}

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
  const seed = `${release.id} ${release.attempt}`;
  const bodies = `${seed} ${proof.rounds}`;
  const requests = await requestsTo(aws, { plan, loadTest, endpoint: plan.endpoint.name, now });
  if ("lacks" in requests) throw awsRefused(requests.lacks);
  const { sendTo, wayMs, arriving } = requests;
  const { beside: before = nothingBeside } = proof;
  return sendSlice({
    question,
    proof,
    slice,
    seed,
    send: sendTo(needs.candidate.variant, bodies),
    wayMs,
    arriving,
    beside: { send: sendTo(needs.stable.variant, `beside ${bodies}`), before },
    pacing: aws.pacing,
  });
}

async function told(
  { release }: Input,
  tools: Tools,
  question: LoadQuestion,
  proof: ProvenCapacity,
): Promise<ProvenCapacity> {
  const { status, reason, sent, instances, knee, recovery, raises } = proof;
  const steps = stepsTold(question, proof.steps);
  const told = { status, reason, sent, instances, steps, knee, recovery, raises };
  await note(tools, release.id, { kind: "load-test", ...told });
  return proof;
}

export const contract = { input: Input, output: ProvenCapacity, document: forward };
export const handler = lambda(proveCapacity, contract);
