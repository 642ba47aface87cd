/** Carries out the way back on the account, under the ledger. */
import { type FleetView, variantOf, type WarmInstances, weightsFor } from "../core/capacity/endpoint.ts";
import { awsRefused, SlipwayError } from "../core/errors.ts";
import { type ResourceRef, sameState } from "../core/release/change.ts";
import { isRouting, isWeights } from "../core/release/resources.ts";
import type { ChangeTo, Move } from "../core/release/serving-platform.ts";
import { isStables, stablesWeights } from "../core/release/stables-weights.ts";
import type { WayBackNeeds } from "../core/release/undoing.ts";
import type { WayBackAction } from "../core/release/way-back.ts";
import { moveBack } from "../core/release/way-back-spending.ts";
import { make, noteRefusal, openUndo, openUndos, undo } from "./changes.ts";
import { roomIn, saysNoRoom } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { keepRegained, letGoOfEndpoint } from "./letting-go.ts";
import { nextTry } from "./next-try.ts";
import { isRefusal, refusalText } from "./refusals.ts";
import { readResource } from "./resources/registry.ts";
import { servingPlatform } from "./serving/platforms.ts";

export interface Acting {
  /** The endpoint's. */
  readonly name: string;
  readonly needs: WayBackNeeds;
  readonly ledger: Ledger;
  readonly warmInstances: WarmInstances;
  /** As it was looked at. */
  readonly endpoint: FleetView;
  readonly tools: Tools;
  /** What is done beforehand where the move is refused for good: the next look is refused it again. */
  readonly ifRefused?: WayBackAction | undefined;
}

export interface WayBackTurn {
  /** The step; a wait where someone else came first, and the endpoint must be looked at again. */
  readonly did: WayBackAction;
  /** What was found changed by someone else. */
  readonly left: readonly string[];
  /** Why there was no capacity for it, in the words of who refused it. */
  readonly refused?: string;
}

/** Takes the step. For want of capacity it is not taken, and may be later. */
export async function act(action: WayBackAction, acting: Acting): Promise<WayBackTurn> {
  await keepRegained(acting);
  try {
    return { did: action, left: await take(action, acting) };
  } catch (error) {
    if (error instanceof SlipwayError && error.name === "Drifted")
      return { did: { do: "wait", seconds: 30, reason: error.message }, left: [] };
    if (action.do === "leave" && !saysNoRoom(error)) return beforehand(acting, error);
    if ((action.do !== "refill" && action.do !== "leave") || !saysNoRoom(error)) throw error;
    const less = action.do === "refill" ? withinRoom(action, acting, error) : undefined;
    return less === undefined ? { did: action, left: [], refused: refusalText(error) } : act(less, acting);
  }
}

/** A refill with as many instances as there is room for; undefined where there is none, or AWS does not say. */
function withinRoom(
  action: WayBackAction & { do: "refill" },
  { endpoint, needs }: Acting,
  error: unknown,
): WayBackAction | undefined {
  const { desiredInstances = 0 } = variantOf(endpoint, needs.stable.variant) ?? {};
  const instances = desiredInstances + roomIn(error);
  if (instances === desiredInstances || instances >= action.instances) return undefined;
  return { ...action, instances, reason: `${action.reason}: the quota has room for ${instances}` };
}

/** @throws the refusal, where nothing is to be done before it, or that is refused too. */
async function beforehand({ ifRefused, ...acting }: Acting, refusal: unknown): Promise<WayBackTurn> {
  if (ifRefused === undefined || !isRefusal(refusal)) throw refusal;
  try {
    return await act(ifRefused, acting);
  } catch (error) {
    throw isRefusal(error) ? refusal : error;
  }
}

async function take(action: WayBackAction, acting: Acting): Promise<string[]> {
  const { name, needs, ledger, tools, warmInstances: warm } = acting;
  const nth = (prefix: string) =>
    `${prefix}-${ledger.changes.filter((c) => c.id.startsWith(`${prefix}-`) && c.state !== "intended").length + 1}`;
  const platform = servingPlatform(tools.aws);
  const resize = (id: string, variant: string, instances: number) =>
    make(tools, ledger, { id, ...platform.resize(name, variant, instances) });
  const { stable, candidate } = needs;
  switch (action.do) {
    case "wait":
      return [];
    case "shift": {
      const weights =
        action.percent === 0
          ? stablesWeights(ledger.changes, needs)
          : weightsFor(stable.variant, candidate.variant, action.percent);
      const change = platform.shift(name, weights);
      await retract(tools, ledger, change);
      await make(tools, ledger, { id: nth("back"), ...change, warm });
      return [];
    }
    case "refill":
      await resize(nth(`refill-to-${action.instances}`), stable.variant, action.instances);
      return [];
    case "shrink": {
      const drifted = await retireScaling(tools, ledger, platform.scaling.of(name, candidate.variant));
      await resize(nth(`shrink-to-${action.instances}`), candidate.variant, action.instances);
      return drifted;
    }
    case "give-back":
      await resize(nth(`give-back-to-${action.instances}`), stable.variant, action.instances);
      return [];
    case "free-scale-in": {
      const held = openUndo(ledger, platform.scaling.of(name, stable.variant));
      if (held !== undefined) await undo(tools, ledger, held);
      return [];
    }
    case "leave":
      return leave(acting);
    case "give-up":
      return giveUp(action.reason, acting);
    case "drifted":
      await letGoOfEndpoint(ledger);
      return [action.reason];
    case "arrived":
      return settleEndpoint(tools, ledger, moveOf(acting));
  }
}

/**
 * A share that was intended and not given, as while that was refused, is none that stable can take now: the load has gone
 * on meanwhile, and what can be given is intended anew.
 */
async function retract({ aws }: Tools, ledger: Ledger, { resource, to }: ChangeTo): Promise<void> {
  const stale = ledger.changes.find(
    ({ id, state, after }) =>
      state === "intended" && id.startsWith("back-") && !sameState(resource.kind, after, to),
  );
  if (stale === undefined) return;
  const isGiven = sameState(resource.kind, await readResource(aws, resource), stale.after);
  await (isGiven ? ledger.settle([stale.id], "applied") : ledger.forget([stale.id]));
}

/** Leaves the rest to the sweep, and says in the ledger why. @throws AwsRefused always. */
async function giveUp(reason: string, acting: Acting): Promise<never> {
  const { needs, ledger, tools } = acting;
  const stays = awsRefused(reason);
  const id = await nextTry(ledger, moveBack);
  const { resource, to: after } = moveOf(acting);
  const before = servingPlatform(tools.aws).placesOf(needs).joined;
  const at = new Date(tools.now()).toISOString();
  if (ledger.find(id) === undefined) await ledger.intend({ id, resource, before, after, at });
  await noteRefusal(tools, { ledger, id, is: before, should: after }, stays);
  throw stays;
}

/** How the candidate leaves the endpoint. */
const moveOf = ({ name, needs, ledger, tools }: Acting): Move =>
  servingPlatform(tools.aws).leaveCandidate({ name, needs, changes: ledger.changes });

/** Moves the endpoint back to where it was before, once nothing of the candidate's bars the way. */
async function leave(acting: Acting): Promise<string[]> {
  const { name, needs, ledger, tools } = acting;
  const weights = await settleWeights(tools, ledger, needs);
  const resource = servingPlatform(tools.aws).scaling.of(name, needs.candidate.variant);
  const scaling = await retireScaling(tools, ledger, resource);
  const move = moveOf(acting);
  for await (const intent of move.prepare) {
    await make(tools, ledger, intent);
    await ledger.settle([intent.id], "kept");
  }
  const id = await nextTry(ledger, moveBack);
  // A move that was intended and is not under way has not been made: it is intended anew, and counts as of now.
  if (ledger.find(id) !== undefined) await ledger.forget([id]);
  await make(tools, ledger, { id, resource: move.resource, to: move.to });
  return [...weights, ...scaling];
}

/**
 * Weights that somebody else had set before ours are not put back where stable would not take all traffic by them: the
 * candidate leaves. Says which they have set since.
 */
async function settleWeights(tools: Tools, ledger: Ledger, needs: WayBackNeeds): Promise<string[]> {
  const left: string[] = [];
  for (const one of openUndos(ledger, isWeights)) {
    const ids = one.changes.map(({ id }) => id);
    if (!isStables(one.restore, needs)) await ledger.settle(ids, "undone");
    else if ((await undo(tools, ledger, one)) === "drifted") left.push(`weights ${one.resource.name}`);
  }
  return left;
}

/**
 * The candidate's own scaling goes before its variant does, as whoever else left it: a registered variant cannot be
 * removed. Says what somebody else had changed.
 */
async function retireScaling(tools: Tools, ledger: Ledger, resource: ResourceRef): Promise<string[]> {
  // A step that died in between has not said yet that what it took away stays so.
  if (ledger.find("retire-scaling")?.state === "applied") await ledger.settle(["retire-scaling"], "kept");
  const own = openUndo(ledger, resource);
  if (own !== undefined) await undo(tools, ledger, own);
  if ((await readResource(tools.aws, resource)) === null) return [];
  await make(tools, ledger, { id: "retire-scaling", resource, to: null });
  await ledger.settle(["retire-scaling"], "kept");
  return [`${resource.kind} ${resource.name}`];
}

/**
 * The endpoint is back: its changes are settled by what it shows. A refilled fleet is left to its own policy, and a move
 * back whose join is settled is undone by nothing: to undo it would be to join again.
 */
async function settleEndpoint(tools: Tools, ledger: Ledger, { to }: Move): Promise<string[]> {
  const weights = openUndos(ledger, isWeights).flatMap((one) => one.changes.map((c) => c.id));
  await ledger.settle(weights, "undone");
  const left: string[] = [];
  for (const one of openUndos(ledger, isRouting))
    if (one.restore !== to)
      await ledger.settle(
        one.changes.map(({ id }) => id),
        "undone",
      );
    else if ((await undo(tools, ledger, one)) === "drifted") left.push(`routing ${one.resource.name}`);
  return left;
}
