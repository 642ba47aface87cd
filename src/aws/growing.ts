/**
 * What a release in place leaves serving alone is as large as it is to be for all of the load, and scales as stable did; where
 * somebody else has kept stable instead, it has again what it gave up.
 */
import { type FleetView, isMoving, variantOf } from "../core/capacity/endpoint.ts";
import { awsRefused } from "../core/errors.ts";
import { adoptId, growMove, regrowId, shrinkId } from "../core/release/in-place.ts";
import type { Promoted } from "../core/release/leaving.ts";
import type { Polling } from "../core/release/polling.ts";
import { scalingOf } from "../core/release/resources.ts";
import { make, noteRefusal } from "./changes.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { isRefusal, refusalText } from "./refusals.ts";
import { servingPlatform } from "./serving/platforms.ts";

interface Growing extends Promoted {
  readonly endpoint: FleetView;
  readonly timeoutMinutes: number;
  readonly poll: Polling;
}

/**
 * Why it is not as large yet; undefined where it is, or was never shrunk.
 * @throws AwsRefused where there is no capacity for it by the deadline, which the ledger has for the sweep
 */
export async function growAlone(tools: Tools, ledger: Ledger, it: Growing): Promise<string | undefined> {
  const { name, needs, endpoint, timeoutMinutes, poll } = it;
  const { variant } = needs.candidate;
  const { grownInstances = 0 } = needs.inPlace ?? {};
  const { desiredInstances = 0, currentInstances = 0 } = variantOf(endpoint, variant) ?? {};
  const adopting = ledger.find(adoptId);
  if (needs.inPlace === undefined) return undefined;
  if (desiredInstances < grownInstances) {
    const id = await nextGrowth(ledger);
    const resized = servingPlatform(tools.aws).resize(name, variant, grownInstances);
    if (poll.isOverdue(timeoutMinutes)) {
      const at = new Date(tools.now()).toISOString();
      const { resource, to: after } = resized;
      if (ledger.find(id) === undefined)
        await ledger.intend({ id, resource, before: desiredInstances, after, at });
      const why = awsRefused(
        `${variant} was not raised from ${desiredInstances} to ${grownInstances} instances: ${endpoint.failureReason ?? "no reason given"}`,
      );
      await noteRefusal(tools, { ledger, id, is: desiredInstances, should: after }, why);
      throw why;
    }
    await make(tools, ledger, { id, ...resized });
    return `${variant} grows from ${desiredInstances} to ${grownInstances} instances`;
  }
  await settleGrowth(ledger);
  if (isMoving(endpoint) || currentInstances < grownInstances)
    return `${currentInstances} of ${variant}'s ${grownInstances} instances are in service`;
  if (adopting?.state === "intended")
    await make(tools, ledger, { id: adoptId, resource: scalingOf(name, variant), to: adopting.after });
  return undefined;
}

const growths = ({ changes }: Ledger) => changes.filter(({ id }) => id.startsWith(`${growMove}-`));

/** A growth that was made and did not last, as SageMaker rolls one back without capacity, is followed by another. */
async function nextGrowth(ledger: Ledger): Promise<string> {
  const all = growths(ledger);
  const pending = all.find(({ state }) => state === "intended");
  if (pending !== undefined) return pending.id;
  const made = all.filter(({ state }) => state === "applied").map(({ id }) => id);
  await ledger.settle(made, "undone");
  return `${growMove}-${all.length + 1}`;
}

/** Whoever died before saying that it was raised has raised it all the same. */
async function settleGrowth(ledger: Ledger): Promise<void> {
  const open = growths(ledger).filter(({ state }) => state === "intended");
  await ledger.settle(
    open.map(({ id }) => id),
    "applied",
  );
}

/** Either why to wait, or what stable is left with. */
export interface Regrowth {
  readonly waits?: string;
  readonly keeps?: string;
}

/**
 * Gives stable what it gave up, once, on an endpoint that somebody else has moved after the promotion and that has kept the
 * count: the candidate for which it was is gone from there. Another count is theirs.
 */
export async function regrowStable(
  tools: Tools,
  ledger: Ledger,
  { name, needs, endpoint }: Promoted & { readonly endpoint: FleetView },
): Promise<Regrowth> {
  const { variant } = needs.stable;
  const { before = null, after = null } = ledger.find(shrinkId) ?? {};
  const { desiredInstances } = variantOf(endpoint, variant) ?? {};
  if (typeof before !== "number" || typeof after !== "number" || desiredInstances !== after) return {};
  const kept = (why: string) => ({
    keeps: `count ${name}/${variant}: ${after} of ${before} instances (${why})`,
  });
  if ((ledger.find(regrowId)?.state ?? "intended") !== "intended")
    return kept(endpoint.failureReason ?? "no reason given");
  try {
    await make(tools, ledger, { id: regrowId, ...servingPlatform(tools.aws).resize(name, variant, before) });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return kept(refusalText(error));
  }
  const { called } = endpoint.at;
  const waits = `${variant} gets back ${before - after} instances that it gave up, since ${called} has kept its count`;
  return { waits };
}
