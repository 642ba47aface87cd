/** Whole rehearsals of the sample plan under the invariants, with something broken on purpose. */
import { readFileSync } from "node:fs";
import type { LaterEvent, Observer, Steps, WireHandler } from "#twin/engine";
import type { WorldSpec } from "#twin/world";
import { applyPlanOn, stepsOn } from "../../../functions/index.ts";
import { type Aws, connect } from "../../../src/aws/clients.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { InvariantName, Violation } from "../../../src/rehearsal/invariants/checker.ts";
import { type InvariantFindings, observeInvariants } from "../../../src/rehearsal/invariants/invariants.ts";
import { rehearseHere } from "../../../src/rehearsal/release/rehearsal.ts";
import type { ReleaseScene } from "../../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../../src/rehearsal/release/run-record.ts";
import { loadWorld } from "../../../src/rehearsal/worlds/load.ts";
import definition from "../../../statemachines/release.asl.json" with { type: "json" };
import { type Tampering, tampered } from "./tampering.ts";

const file = new URL("../../../plans/chat-assistant.yml", import.meta.url);
export const plan = planOf(readFileSync(file, "utf8"));

function planOf(text: string) {
  const parsed = parsePlan(text, "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.plan;
}

export interface Broken {
  /** The sample plan where it is left out. */
  readonly plan?: Plan;
  readonly world?: string | WorldSpec;
  readonly event?: unknown;
  readonly also?: readonly LaterEvent[];
  readonly seed?: number;
  readonly tamperings?: readonly Tampering[];
  /** Substitutes steps. */
  readonly steps?: (steps: Steps) => Steps;
  /** A sweep of its own, every ten minutes. */
  readonly sweep?: (aws: Aws) => Promise<unknown>;
  /** Lays hands on the world behind everybody's back. */
  readonly meddler?: (scene: ReleaseScene) => Observer;
}

const sweeping = (sweep: (aws: Aws) => Promise<unknown>) => ({
  functionsOn: (wire: WireHandler): Steps => ({ ReapLeases: async () => sweep(connect(wire as never)) }),
  rates: [{ function: "ReapLeases", everySeconds: 600, event: {} }],
});

export interface Rehearsed {
  readonly record: RunRecord;
  readonly figures: InvariantFindings["figures"];
  /** All violations. */
  readonly violations: readonly Violation[];
  /** The invariants that were broken. */
  readonly broken: readonly InvariantName[];
}

export async function rehearsed(how: Broken): Promise<Rehearsed> {
  const { world = "healthy", event = { model: "chat-assistant", version: 7 }, seed = 1 } = how;
  const request = {
    plan: how.plan ?? plan,
    event,
    seed,
    world: typeof world === "string" ? loadWorld(world) : world,
    ...(how.also && { also: how.also }),
  };
  const record = await rehearseHere(request, {
    definition,
    stepsOn: (wire) => {
      const steps = stepsOn(tampered(wire, how.tamperings ?? []) as never);
      return how.steps?.(steps) ?? steps;
    },
    ...(how.sweep !== undefined && sweeping(how.sweep)),
    prepare: (wire, ...rest) => applyPlanOn(wire as never, ...rest),
    observe: [observeInvariants, ...(how.meddler === undefined ? [] : [how.meddler])],
  });
  const { violations, figures } = record.findings.invariants as InvariantFindings;
  const all = Object.values(violations).flat();
  return { record, figures, violations: all, broken: [...new Set(all.map(({ invariant }) => invariant))] };
}
