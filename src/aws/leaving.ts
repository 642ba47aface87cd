/**
 * What follows from a promotion: the candidate's fleet may shrink again, stable's scaling goes, the endpoint leaves the
 * configuration that has both, and that goes too. All of it is intended at once, so that the ledger names whatever part
 * of it cannot be done.
 */
import { Scaling } from "../core/capacity/scaling.ts";
import type { Change, Plain, ResourceRef } from "../core/release/change.ts";
import type { ScaleDownNeeds } from "../core/release/undoing.ts";
import { scalingName } from "./application-auto-scaling.ts";
import { letGo, make } from "./changes.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { plain } from "./plain.ts";

export interface Promoted {
  /** The endpoint's. */
  readonly name: string;
  readonly needs: ScaleDownNeeds;
}

export const finalMove = "final";

const scalingOf = (name: string, variant: string): ResourceRef => ({
  kind: "scaling",
  name: scalingName(name, variant),
});

/** Records what is to be done, but for what was recorded before. Nothing is looked at: the ledger knows how things are. */
export async function intendLeaving(
  { now }: Tools,
  ledger: Ledger,
  { name, needs }: Promoted,
): Promise<void> {
  const hold = ledger.find("hold-scale-in");
  const adopted = ledger.find("adopt-scaling")?.after ?? null;
  const at = new Date(now()).toISOString();
  const all: Omit<Change, "seq" | "state">[] = [
    {
      id: "lift-hold",
      resource: scalingOf(name, needs.candidate.variant),
      ...{ before: adopted, after: suspendedAs(adopted, hold?.before ?? null), at },
    },
    {
      id: "retire-scaling",
      resource: scalingOf(name, needs.stable.variant),
      ...{ before: hold?.after ?? null, after: null, at },
    },
    {
      id: `${finalMove}-1`,
      resource: { kind: "routing", name },
      ...{ before: needs.joinConfig, after: needs.finalConfig, at },
    },
    {
      id: "drop-join-config",
      resource: { kind: "endpoint-config", name: needs.joinConfig },
      ...{ before: ledger.find("join-config")?.after ?? null, after: null, at },
    },
  ];
  await ledger.intendAll(all.filter(({ id }) => ledger.find(id) === undefined));
}

/** Lets the candidate's fleet shrink again, as stable's could. Says what somebody else had changed of its scaling. */
export async function liftHold(tools: Tools, ledger: Ledger, { name, needs }: Promoted): Promise<string[]> {
  const stables = ledger.find("hold-scale-in")?.before ?? null;
  const resource = scalingOf(name, needs.candidate.variant);
  const theirs = await letGo(tools, ledger, resource);
  await make(tools, ledger, {
    id: "lift-hold",
    resource,
    to: (now) => suspendedAs(now, stables),
    asItIs: true,
  });
  return theirs;
}

/** Takes stable's scaling away, since a registered variant cannot be removed. Says what somebody else had changed of it. */
export async function retireScaling(
  tools: Tools,
  ledger: Ledger,
  { name, needs }: Promoted,
): Promise<string[]> {
  const resource = scalingOf(name, needs.stable.variant);
  const theirs = await letGo(tools, ledger, resource);
  await make(tools, ledger, { id: "retire-scaling", resource, to: null, asItIs: true });
  return theirs;
}

/** The candidate's scaling, suspended as stable's was before the release. */
function suspendedAs(now: Plain, stables: Plain): Plain {
  if (now === null || stables === null) return now;
  return plain({ ...Scaling.parse(now), suspended: Scaling.parse(stables).suspended });
}
