/**
 * Takes away what a release no longer needs, one step at a call. After a promotion that is the old variant; after
 * anything else it is all that the release made or raised, newest first, put back as it was before.
 */
import { scalingName } from "../src/aws/application-auto-scaling.ts";
import { letGo, make, nextTry, openUndos, undo } from "../src/aws/changes.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { viewEndpoint, viewEquipped } from "../src/aws/sagemaker.ts";
import { readConfig, withVariants } from "../src/aws/sagemaker-models.ts";
import { isMoving, variantOf } from "../src/core/capacity/endpoint.ts";
import { awsRefused, badState } from "../src/core/errors.ts";
import type { Undo } from "../src/core/release/change.ts";
import { ScaleDown } from "../src/core/release/release.ts";
import { endpointOf, ScaleDownInput, type ScaleDownNeeds } from "../src/core/release/undoing.ts";
import { growingWaitSeconds, longWayBackMs } from "../src/core/wait.ts";

type Answer = Pick<ScaleDown, "status" | "reason" | "drifted">;

export const scaleDown: Step<ScaleDownInput, ScaleDown> = async (doc, tools) => {
  const since = doc.scaleDown?.since ?? new Date(tools.now()).toISOString();
  const waited = tools.now() - Date.parse(since);
  const ledger = await Ledger.open(tools.aws, doc.release);
  const answer = ledger.promoted
    ? await forward(tools, ledger, { ...promoted(doc), waited })
    : await back(tools, ledger, doc);
  if (answer.status === "waiting" && waited >= longWayBackMs) tools.count("WayBackLong");
  const drifted = [...new Set([...(doc.scaleDown?.drifted ?? []), ...answer.drifted])];
  return { waitSeconds: growingWaitSeconds(waited), since, ...answer, drifted };
};

interface Forward {
  /** The endpoint's. */
  readonly name: string;
  readonly needs: ScaleDownNeeds;
  /** How long the endpoint may take to leave the old variant behind. */
  readonly timeoutMinutes: number;
  /** Milliseconds. */
  readonly waited: number;
}

function promoted({ release, plan, planning }: ScaleDownInput): Omit<Forward, "waited"> {
  const [name, needs] = [endpointOf(release), planning?.needs];
  if (name === undefined || needs === undefined)
    throw badState("planning.needs: expected what the promoted release is to leave behind, found nothing");
  return { name, needs, timeoutMinutes: plan.rollout.capacityTimeoutMinutes };
}

/** Leaves the old variant behind: its scaling goes first, since a registered variant cannot be removed. */
async function forward(
  tools: Tools,
  ledger: Ledger,
  { name, needs, timeoutMinutes, waited }: Forward,
): Promise<Answer> {
  const { aws } = tools;
  const waiting = (reason: string): Answer => ({ status: "waiting", reason, drifted: [] });
  const endpoint = await viewEndpoint(aws, name);
  if (isMoving(endpoint)) return waiting(`endpoint ${name} is ${endpoint.status}`);
  if (endpoint.config === needs.joinConfig) {
    if (waited > timeoutMinutes * 60_000)
      throw awsRefused(
        `endpoint ${name} did not leave ${needs.joinConfig}: ${endpoint.failureReason ?? "no reason given"}`,
      );
    const config = { kind: "endpoint-config", name: needs.finalConfig } as const;
    const joined = (await readConfig(aws, needs.joinConfig)) ?? ledger.find("join-config")?.after ?? null;
    const alone = withVariants(joined, (all) =>
      all
        .filter((v) => v.VariantName === needs.candidate.variant)
        .map((v) => ({ ...v, InitialVariantWeight: 1 })),
    );
    await make(tools, ledger, { id: "final-config", resource: config, to: alone });
    const scaling = { kind: "scaling", name: scalingName(name, needs.stable.variant) } as const;
    const drifted = await letGo(tools, ledger, scaling);
    await make(tools, ledger, { id: "retire-scaling", resource: scaling, to: null });
    await make(tools, ledger, {
      id: await nextTry(ledger, "final"),
      resource: { kind: "routing", name },
      to: needs.finalConfig,
    });
    return { ...waiting(`the endpoint moves to ${needs.finalConfig}`), drifted };
  }
  const drifted =
    endpoint.config === needs.finalConfig
      ? []
      : [`routing ${name}: someone else moved it to ${endpoint.config}`];
  const join = { kind: "endpoint-config", name: needs.joinConfig } as const;
  await make(tools, ledger, { id: "drop-join-config", resource: join, to: null });
  const open = ledger.changes.filter((c) => c.state === "applied").map((c) => c.id);
  await ledger.settle(open, "kept");
  return { status: "done", reason: `${needs.finalConfig} serves alone`, drifted };
}

/** Puts everything back, newest first; a configuration or model that still serves is left where it is. */
async function back(tools: Tools, ledger: Ledger, doc: ScaleDownInput): Promise<Answer> {
  const serving = await servingNow(tools, doc);
  const drifted: string[] = [];
  const ending: string[] = [];
  for (const one of openUndos(ledger, [
    "scaling",
    "model",
    "endpoint-config",
    "training-job",
    "schedule",
    "routing",
    "weights",
  ])) {
    if (serving.has(one.resource.name) || isEndpoints(one)) {
      await ledger.settle(
        one.changes.map((c) => c.id),
        "drifted",
      );
      drifted.push(`${one.resource.kind} ${one.resource.name}`);
      continue;
    }
    const undone = await undo(tools, ledger, one);
    if (undone === "drifted") drifted.push(`${one.resource.kind} ${one.resource.name}`);
    if (undone === "ending") ending.push(`${one.resource.kind} ${one.resource.name}`);
  }
  if (ending.length > 0) return { status: "waiting", reason: `${ending.join(", ")} is being ended`, drifted };
  const counts = openUndos(ledger, ["count"]).flatMap((one) => one.changes.map((c) => c.id));
  await ledger.settle(counts, "kept");
  return {
    status: "done",
    reason:
      drifted.length === 0 ? "everything is as before" : "all but what someone else changed is as before",
    drifted,
  };
}

/** Changes of the endpoint itself are RollBack's; what it left open is not ours to touch. */
const isEndpoints = ({ resource }: Undo) => resource.kind === "routing" || resource.kind === "weights";

async function servingNow({ aws }: Tools, { release, planning }: ScaleDownInput): Promise<Set<string>> {
  const name = endpointOf(release);
  if (name === undefined || planning?.needs === undefined) return new Set();
  const endpoint = await viewEquipped(aws, name);
  /** The candidate, where the endpoint was left to somebody else with it. */
  const left = variantOf(endpoint, planning.needs.candidate.variant);
  return new Set([
    endpoint.config,
    ...(endpoint.pendingConfig === undefined ? [] : [endpoint.pendingConfig]),
    ...endpoint.variants.map((v) => v.modelName),
    ...(left === undefined ? [] : [left.modelName, scalingName(endpoint.name, left.name)]),
  ]);
}

export const contract = { input: ScaleDownInput, output: ScaleDown };
export const handler = lambda(scaleDown, contract);
