/**
 * Sends one part of a load that is more than one invocation is trusted to send on time, beside others that send theirs: the flow
 * runs as many of these at once as ProveCapacity has parts. It changes nothing, and sends nothing once the lock is another's; what it
 * counted is added to what the others did.
 */
import type { z } from "zod";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { nothingSent, sendPart } from "../src/aws/load-part.ts";
import { requestsTo } from "../src/aws/load-requests.ts";
import { badState } from "../src/core/errors.ts";
import { LoadPart, PartSent } from "../src/core/load/senders.ts";
import { patienceOf } from "../src/core/load/step.ts";
import { Joined } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";

const Input = Joined.pick({ schema: true, release: true, plan: true, planning: true }).extend({
  part: LoadPart,
});
type Input = z.infer<typeof Input>;

export const sendLoad: Step<Input, PartSent> = async (
  { release, plan, planning: { needs }, part },
  { aws, now },
) => {
  const { loadTest } = plan;
  await Ledger.forward(aws, release);
  if (loadTest === undefined) throw badState("plan.loadTest: expected what to test by, found nothing");
  const seed = `${release.id} ${release.attempt}`;
  const bodies = `${seed} ${part.round} ${part.nth}`;
  const requests = await requestsTo(aws, { plan, loadTest, endpoint: plan.endpoint.name, now });
  if ("lacks" in requests) return nothingSent({ lacks: requests.lacks });
  const limits = { lateMs: plan.requirements.latencyMsP99, lostMs: patienceOf(plan) };
  const { sendTo, wayMs, arriving } = requests;
  const send = sendTo(needs.candidate.variant, bodies);
  const { beside: before } = part;
  const beside = before && { plan, send: sendTo(needs.stable.variant, `beside ${bodies}`), before };
  return sendPart({ part, limits, seed, send, wayMs, arriving, beside, pacing: aws.pacing });
};

export const contract = { input: Input, output: PartSent, document: forward };
export const handler = lambda(sendLoad, contract);
