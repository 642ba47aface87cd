/**
 * Puts the candidate beside stable at weight 0: holds stable's scale-in, makes what the endpoint needs for both, in place has
 * stable give up instances first, and moves it there. Every change is in the ledger before it is made.
 */
import type { z } from "zod";
import { leaseAlongside } from "../src/aws/alongside.ts";
import { make } from "../src/aws/changes.ts";
import { saysNoRoom } from "../src/aws/errors.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { refusalText } from "../src/aws/refusals.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { shrinkStable } from "../src/aws/shrinking.ts";
import { type FleetView, isMoving } from "../src/core/capacity/endpoint.ts";
import { hasOthers } from "../src/core/capacity/sizing.ts";
import { drifted } from "../src/core/errors.ts";
import { isOpen } from "../src/core/release/change.ts";
import { Planned } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { polling } from "../src/core/release/polling.ts";
import { type Planning, Progress } from "../src/core/release/release.ts";
import type { ChangeTo } from "../src/core/release/serving-platform.ts";
import { raiseUnderWay } from "../src/core/release/tested-raise.ts";
import { idleWaitSeconds } from "../src/core/wait.ts";

const Input = Planned.pick({
  schema: true,
  release: true,
  plan: true,
  planning: true,
  prewarm: true,
  loadTest: true,
});
type Input = z.infer<typeof Input>;

export const prewarmInference: Step<Input, Progress> = async (doc, tools) => {
  const { aws, now } = tools;
  const { needs } = doc.planning;
  const raiseId = raiseUnderWay(doc.loadTest);
  if (raiseId !== undefined) return raised(doc, tools, raiseId);
  const poll = polling(doc.prewarm, now);
  const { since } = poll;
  const endpoint = doc.plan.endpoint.name;
  const platform = servingPlatform(aws);
  const ledger = await Ledger.forward(aws, doc.release);
  await beginAnew(doc.planning, ledger);
  if (ledger.find("join")?.state !== "applied") asPlanned(await platform.view(endpoint, needs));

  const waiting = (reason: string): Progress => ({
    status: "waiting",
    reason,
    since,
    waitSeconds: idleWaitSeconds(poll.waitedMs()),
  });
  const atWork = await leaseAlongside(tools, ledger, { needs, stage: 0 });
  if (atWork !== undefined) {
    const { capacityTimeoutMinutes: limit } = doc.plan.rollout;
    if (poll.isOverdue(limit)) throw drifted(`not leased after ${limit} minutes: ${atWork}`);
    return waiting(atWork);
  }
  const join = platform.join({ release: doc.release, plan: doc.plan, needs });
  for await (const intent of join.prepare) await make(tools, ledger, intent);

  const shrinking = await shrinkStable(tools, ledger, { plan: doc.plan, needs, poll });
  if (shrinking !== undefined) return waiting(shrinking);
  if (ledger.find("join")?.state !== "applied") {
    const view = asPlanned(await platform.view(endpoint, needs));
    if (isMoving(view) && (view.to.place !== "joined" || view.at.place === "joined"))
      return waiting(`endpoint ${endpoint} is ${view.status}`);
  }
  return { ...(await joined(doc, tools, { ledger, join })), waitSeconds: poll.waitSeconds(), since };
};

/** A candidate that its test has found too small has joined already: it is given the instances that the test asks for. */
async function raised(
  { release, plan, planning, prewarm }: Input,
  tools: Tools,
  id: string,
): Promise<Progress> {
  const { needs } = planning;
  const { variant, instances, instanceType } = needs.candidate;
  // The join is through by the section that it has left.
  const poll = polling(prewarm?.status === "waiting" ? prewarm : undefined, tools.now);
  const { since } = poll;
  const platform = servingPlatform(tools.aws);
  const ledger = await Ledger.forward(tools.aws, release);
  const view = await platform.view(plan.endpoint.name, needs);
  if (view.at.place !== "joined")
    throw drifted(`endpoint ${view.name} is moved to ${view.at.called} by someone else`);
  if (ledger.find(id)?.state !== "applied" && isMoving(view)) {
    const reason = `endpoint ${view.name} is ${view.status}`;
    if (poll.isOverdue(plan.rollout.capacityTimeoutMinutes)) throw drifted(`not raised in time: ${reason}`);
    return { status: "waiting", reason, since, waitSeconds: idleWaitSeconds(poll.waitedMs()) };
  }
  const resized = platform.resize(plan.endpoint.name, variant, instances);
  const asked = await unlessShort({ plan, release }, () => make(tools, ledger, { id, ...resized }));
  return {
    ...(asked ?? { status: "done", reason: `the candidate is raised to ${instances} ${instanceType}` }),
    waitSeconds: poll.waitSeconds(),
    since,
  };
}

/** Makes the move; where a quota has no room for it any more, that is for the plan's next instance type. */
async function joined(
  { plan, planning, release }: Input,
  tools: Tools,
  { ledger, join }: { readonly ledger: Ledger; readonly join: ChangeTo },
): Promise<Pick<Progress, "status" | "reason">> {
  const { instances, instanceType } = planning.needs.candidate;
  const short = await unlessShort({ plan, release }, () =>
    make(tools, ledger, { id: "join", resource: join.resource, to: join.to }),
  );
  return short ?? { status: "done", reason: `${instances} ${instanceType} are being raised` };
}

async function unlessShort(
  { plan, release }: Pick<Input, "plan" | "release">,
  change: () => Promise<unknown>,
): Promise<Pick<Progress, "status" | "reason"> | undefined> {
  try {
    await change();
    return undefined;
  } catch (error) {
    if (!hasOthers(plan, release.releaseType) || !saysNoRoom(error)) throw error;
    return { status: "short", reason: refusalText(error) };
  }
}

/** What is left of a try with another type is settled, and this one has the ledger to itself. */
async function beginAnew({ tried }: Planning, ledger: Ledger): Promise<void> {
  if (tried !== undefined && !ledger.changes.some(isOpen))
    await ledger.forget(ledger.changes.map(({ id }) => id));
}

/**
 * What joins was planned beside what served then. On an endpoint that somebody else moves meanwhile, as another stack
 * does that releases there too, it would take their variant away. @throws Drifted before anything of it is changed.
 */
function asPlanned(view: FleetView): FleetView {
  const theirs = [view.at, view.to].find(({ place }) => place !== "before" && place !== "joined");
  if (theirs === undefined) return view;
  throw drifted(
    `endpoint ${view.name} is moved to ${theirs.called} by someone else, this release was planned on ${view.called.before}`,
  );
}

export const contract = { input: Input, output: Progress, document: forward };
export const handler = lambda(prewarmInference, contract);
