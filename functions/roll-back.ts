/**
 * Brings traffic back to stable and takes the candidate off the endpoint, one step at a call. What to do next is
 * decided from the endpoint as it is; stable is refilled, never shrunk, and nothing is done while it is locked.
 */
import { scalingName } from "../src/aws/application-auto-scaling.ts";
import { lostTo, make, nextTry, openUndos, undo } from "../src/aws/changes.ts";
import { recentLoad } from "../src/aws/cloudwatch.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { countName, readResource } from "../src/aws/resources.ts";
import { viewEndpoint } from "../src/aws/sagemaker.ts";
import { readConfig, withVariants } from "../src/aws/sagemaker-models.ts";
import { allInService, type EndpointView, weightsFor } from "../src/core/capacity/endpoint.ts";
import { badState } from "../src/core/errors.ts";
import type { Change, Plain } from "../src/core/release/change.ts";
import { WayBack } from "../src/core/release/release.ts";
import { endpointOf, RollBackInput, type WayBackNeeds } from "../src/core/release/undoing.ts";
import { nextWayBack, servedBefore, type WayBackAction } from "../src/core/release/way-back.ts";
import { growingWaitSeconds, longWayBackMs } from "../src/core/wait.ts";

export const rollBack: Step<RollBackInput, WayBack> = async (doc, tools) => {
  const since = doc.wayBack?.since ?? new Date(tools.now()).toISOString();
  const waited = tools.now() - Date.parse(since);
  const waitSeconds = growingWaitSeconds(waited);
  const ledger = await Ledger.open(tools.aws, doc.release);
  const drifted = doc.wayBack?.drifted ?? [];
  const done = (reason: string): WayBack => ({ status: "done", reason, waitSeconds, since, drifted });
  if (ledger.promoted) return done("the candidate is promoted already; the way out is forward");
  const needs = doc.planning?.needs;
  const name = endpointOf(doc.release);
  if (name === undefined || ledger.find("join") === undefined) return done("the endpoint was not changed");
  if (needs === undefined)
    throw badState(`planning.needs: expected what ${name} was before its candidate joined, found nothing`);
  if (doc.wayBack === undefined)
    await publish(tools, doc.release, { state: "rolling-back", reason: reasonOf(doc) });

  const endpoint = await viewEndpoint(tools.aws, name);
  const loadRequestsPerSecond = (await loadOf(endpoint, tools)) ?? servedBefore(doc.plan, needs);
  const sinceShiftSeconds = (tools.now() - lastShift(ledger)) / 1000;
  const warmInstances = allInService(endpoint);
  const question = {
    ...{ plan: doc.plan, needs, endpoint, warmInstances },
    ...{ loadRequestsPerSecond, sinceShiftSeconds },
  };
  const action = await unlessLost(nextWayBack(question), { ledger, tools, endpoint: name });
  const left = await act(action, { name, needs, ledger, tools });
  const all = [...new Set([...drifted, ...left])];
  if (action.do === "arrived" || action.do === "drifted") return { ...done(action.reason), drifted: all };
  if (waited >= longWayBackMs) tools.count("WayBackLong");
  return {
    status: "waiting",
    reason: action.reason,
    waitSeconds: action.do === "wait" ? action.seconds : 30,
    since,
    drifted: all,
  };
};

const reasonOf = ({ failure, judgement }: RollBackInput) =>
  failure?.Error ?? judgement?.reason ?? "compensation";

/** The load of late; undefined where CloudWatch does not tell: the way back does not wait for it. */
async function loadOf({ name, variants }: EndpointView, tools: Tools): Promise<number | undefined> {
  const target = { endpoint: name, variants: variants.map((v) => v.name), nowMs: tools.now() };
  try {
    return await recentLoad(tools.aws, target);
  } catch (error) {
    tools.log.warn("the load is not known; stable is taken to be as large as it was", {
      error: String(error),
    });
    return undefined;
  }
}

/** Traffic that someone else has shifted since is theirs to shift again: it is told, not overwritten. */
async function unlessLost(
  action: WayBackAction,
  { ledger, tools, endpoint }: { ledger: Ledger; tools: Tools; endpoint: string },
): Promise<WayBackAction> {
  if (action.do !== "shift") return action;
  const lost = await lostTo(tools, ledger, { kind: "weights", name: endpoint });
  return lost.length === 0
    ? action
    : { do: "drifted", reason: `someone else changed the weights of ${endpoint}` };
}

/** When this release last changed weights, epoch milliseconds. */
function lastShift(ledger: Ledger): number {
  const shifts = ledger.changes.filter((change) => change.resource.kind === "weights");
  return Math.max(0, ...shifts.map((change) => Date.parse(change.at)));
}

interface Acting {
  /** The endpoint's. */
  readonly name: string;
  readonly needs: WayBackNeeds;
  readonly ledger: Ledger;
  readonly tools: Tools;
}

/** Takes the step; returns what was found changed by someone else. */
async function act(action: WayBackAction, { name, needs, ledger, tools }: Acting): Promise<string[]> {
  const nth = (prefix: string) =>
    `${prefix}-${ledger.changes.filter((c) => c.id.startsWith(`${prefix}-`) && c.state !== "intended").length + 1}`;
  switch (action.do) {
    case "wait":
      return [];
    case "shift": {
      const to =
        action.percent === 0
          ? weightsBefore(ledger, needs)
          : weightsFor(needs.stable.variant, needs.candidate.variant, action.percent);
      await make(tools, ledger, { id: nth("back"), resource: { kind: "weights", name }, to });
      return [];
    }
    case "refill":
      await make(tools, ledger, {
        id: nth("refill"),
        resource: { kind: "count", name: countName(name, needs.stable.variant) },
        to: action.instances,
      });
      return [];
    case "leave":
      return leave({ name, needs, ledger, tools });
    case "drifted":
      await letGoOfEndpoint(ledger);
      return [action.reason];
    case "arrived":
      return settleEndpoint(tools, ledger);
  }
}

/** What was made of the endpoint is somebody else's now. What was only intended, and does not show, never was made. */
async function letGoOfEndpoint(ledger: Ledger): Promise<void> {
  const open = openUndos(ledger, ["routing", "weights", "count"]).flatMap((one) => one.changes);
  const idsOf = (state: Change["state"]) => open.filter((one) => one.state === state).map(({ id }) => id);
  await ledger.settle(idsOf("intended"), "undone");
  await ledger.settle(idsOf("applied"), "drifted");
}

/** Moves the endpoint back to stable's configuration, once nothing of the candidate's bars the way. */
async function leave({ name, needs, ledger, tools }: Acting): Promise<string[]> {
  await settleWeights(tools, ledger, needs.candidate.variant);
  const drifted = await retireScaling(tools, ledger, scalingName(name, needs.candidate.variant));
  await bringBack(tools, ledger, needs);
  await make(tools, ledger, {
    id: await nextTry(ledger, "leave"),
    resource: { kind: "routing", name },
    to: needs.stable.config,
  });
  return drifted;
}

/** While it serves nothing, stable's configuration looks unused; if somebody has deleted it, it is made again. */
async function bringBack(
  tools: Tools,
  ledger: Ledger,
  { stable, candidate, joinConfig }: WayBackNeeds,
): Promise<void> {
  const resource = { kind: "endpoint-config", name: stable.config } as const;
  if ((await readResource(tools.aws, resource)) !== null) return;
  const joined = (await readConfig(tools.aws, joinConfig)) ?? ledger.find("join-config")?.after ?? null;
  const to = withVariants(joined, (all) => all.filter((one) => one.VariantName !== candidate.variant));
  await make(tools, ledger, { id: "stable-config", resource, to });
  await ledger.settle(["stable-config"], "kept");
}

/** The weights before the first shift, with the candidate at 0. */
function weightsBefore(ledger: Ledger, { stable, candidate }: WayBackNeeds): Plain {
  const [first] = ledger.changes.filter((change) => change.resource.kind === "weights");
  return first?.before ?? { [stable.variant]: 1, [candidate.variant]: 0 };
}

/** Weights that somebody else had set before ours are not put back: the candidate that had traffic by them leaves. */
async function settleWeights(tools: Tools, ledger: Ledger, candidate: string): Promise<void> {
  for (const one of openUndos(ledger, ["weights"])) {
    const ids = one.changes.map(({ id }) => id);
    const before = (one.restore as Readonly<Record<string, number>> | null)?.[candidate] ?? 0;
    if (before > 0) await ledger.settle(ids, "undone");
    else await undo(tools, ledger, one);
  }
}

/**
 * The candidate's own scaling goes before its variant does, as whoever else left it: a registered variant cannot be
 * removed. Says what somebody else had changed.
 */
async function retireScaling(tools: Tools, ledger: Ledger, name: string): Promise<string[]> {
  const resource = { kind: "scaling", name } as const;
  for (const one of openUndos(ledger, ["scaling"]))
    if (one.resource.name === name) await undo(tools, ledger, one);
  if ((await readResource(tools.aws, resource)) === null) return [];
  await make(tools, ledger, { id: "retire-scaling", resource, to: null });
  await ledger.settle(["retire-scaling"], "kept");
  return [`scaling ${name}`];
}

/** The endpoint is back: its changes are settled by what it shows. A refilled fleet is left to its own policy. */
async function settleEndpoint(tools: Tools, ledger: Ledger): Promise<string[]> {
  const weights = openUndos(ledger, ["weights"]).flatMap((one) => one.changes.map((c) => c.id));
  await ledger.settle(weights, "undone");
  const left: string[] = [];
  for (const one of openUndos(ledger, ["routing"]))
    if ((await undo(tools, ledger, one)) === "drifted") left.push(`routing ${one.resource.name}`);
  return left;
}

export const contract = { input: RollBackInput, output: WayBack };
export const handler = lambda(rollBack, contract);
