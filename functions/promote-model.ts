/**
 * Makes the candidate the one that serves: records the promotion first, so that every way out leads forward from
 * here, and lets its fleet shrink again.
 */
import { scalingName } from "../src/aws/application-auto-scaling.ts";
import { letGo, make } from "../src/aws/changes.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { plain } from "../src/aws/plain.ts";
import { Scaling } from "../src/core/capacity/scaling.ts";
import { badState } from "../src/core/errors.ts";
import type { Plain } from "../src/core/release/change.ts";
import { Document, Progress } from "../src/core/release/release.ts";

const Input = Document.pick({ schema: true, release: true, plan: true, planning: true });

export const promoteModel: Step<(typeof Input)["_output"], Progress> = async (
  { release, plan, planning },
  tools,
) => {
  const needs = planning?.needs;
  if (needs === undefined) throw badState("planning.needs: expected what PlanCapacity found, found nothing");
  const ledger = await Ledger.open(tools.aws, release);
  if (!ledger.promoted) await ledger.promote();
  const scalesWith = ledger.find("hold-scale-in")?.before ?? null;
  const resource = {
    kind: "scaling",
    name: scalingName(plan.endpoint.name, needs.candidate.variant),
  } as const;
  const theirs = await letGo(tools, ledger, resource);
  if (theirs.length > 0)
    tools.log.warn("someone else changed the candidate's scaling; only our hold on it is lifted");
  await make(tools, ledger, { id: "lift-hold", resource, to: (now) => suspendedAs(now, scalesWith) });
  await publish(tools, release, { state: "promoted" });
  const since = new Date(tools.now()).toISOString();
  return { status: "done", reason: `${needs.candidate.variant} is promoted`, waitSeconds: 30, since };
};

/** The candidate's scaling, suspended as stable's was before the release. */
function suspendedAs(now: Plain, stables: Plain): Plain {
  if (now === null || stables === null) return now;
  return plain({ ...Scaling.parse(now), suspended: Scaling.parse(stables).suspended });
}

export const contract = { input: Input, output: Progress };
export const handler = lambda(promoteModel, contract);
