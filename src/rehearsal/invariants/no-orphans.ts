/**
 * no-orphans: when everything has ended, the account is as before, or the new steady state after a promotion.
 * As before: each endpoint's configuration and weights, at rest; each variant's scaling (bounds, suspensions,
 * policies, scheduled actions); models, configurations, schedules, training pools; no lock held. Stable's count may
 * only have become less by its own policy. Steady after a promotion: the endpoint serves the candidates alone, its
 * weights in force, with the scaling that stable had; beside what was there before there are only the configuration
 * and the models that now serve. Excepted: what an outside hand touched, and leases whose end is still to come.
 */
import { type Plain, same } from "../../core/change.ts";
import { type AccountSnapshot, type EndpointSnapshot, snapshotOf } from "./account-snapshot.ts";
import { createLeases } from "./leases.ts";
import { type Checker, violationsOf } from "./observation.ts";
import { endpointOf } from "./passages.ts";
import type { Scene } from "./scene.ts";
import { createShrinkage } from "./shrinkage.ts";

export function noOrphans(scene: Scene): Checker {
  const name = "no-orphans";
  const { violations, report } = violationsOf(name);
  const leases = createLeases(scene);
  const shrinkage = createShrinkage(scene);
  return {
    name,
    violations,
    onCall: (seen) => {
      leases.onCall(seen);
      shrinkage.onCall(seen);
    },
    onWorld: shrinkage.onWorld,
    onEnd() {
      const end = snapshotOf(scene.world, scene.schedules());
      const promoted = new Set(
        scene.passages.all.flatMap((passage) => (passage.promoted ? [endpointOf(passage) ?? ""] : [])),
      );
      const comparison = { scene, end, promoted };
      const left = [
        ...scene.before.endpoints.values().flatMap((before) => endpointLeft(before, comparison)),
        ...scalingLeft(comparison),
        ...thingsLeft(comparison, leases.running()),
        ...scene.locks.all.flatMap(({ subject, holder }) =>
          holder === undefined ? [] : [`${subject} is still locked by ${holder.releaseId}`],
        ),
        ...shrinkage.ours(promoted),
      ];
      for (const what of left) report(what, { atMs: scene.world.nowMs });
    },
  };
}

interface Comparison {
  readonly scene: Scene;
  readonly end: AccountSnapshot;
  /** Endpoints on which a release was promoted. */
  readonly promoted: ReadonlySet<string>;
}

function endpointLeft(before: EndpointSnapshot, { scene, end, promoted }: Comparison): string[] {
  const { name } = before;
  const now = end.endpoints.get(name);
  if (scene.outside.touched({ kind: "routing", name }) !== undefined) return [];
  if (now === undefined) return [`endpoint ${name} is gone`];
  const update = scene.world.state.endpoints.get(name)?.update;
  const left: string[] = [];
  if (now.status !== "InService" && !update?.cause.startsWith("application-auto-scaling"))
    left.push(`endpoint ${name} is ${now.status}${update === undefined ? "" : ` (${update.cause})`}`);
  const weightsTouched = scene.outside.touched({ kind: "weights", name }) !== undefined;
  return [
    ...left,
    ...(promoted.has(name)
      ? notSteady(before, now, weightsTouched)
      : notAsBefore(before, now, weightsTouched)),
  ];
}

function notAsBefore(before: EndpointSnapshot, now: EndpointSnapshot, weightsTouched: boolean): string[] {
  if (now.config !== before.config)
    return [`endpoint ${now.name} serves ${now.config}, before it was ${before.config}`];
  if (weightsTouched) return [];
  return before.variants.flatMap(({ name, weight }) => {
    const variant = now.variants.find((each) => each.name === name);
    if (variant?.weight === weight && variant.desiredWeight === weight) return [];
    return [`${name} has weight ${variant?.weight ?? "none"}, before it was ${weight}`];
  });
}

function notSteady(before: EndpointSnapshot, now: EndpointSnapshot, weightsTouched: boolean): string[] {
  const old = now.variants.filter(({ name }) => before.variants.some((each) => each.name === name));
  const weightless = weightsTouched ? [] : now.variants.filter(({ weight }) => weight === 0);
  const moving = now.variants.filter(({ weight, desiredWeight }) => weight !== desiredWeight);
  return [
    ...old.map(({ name }) => `${name} is still on endpoint ${now.name} after the promotion`),
    ...weightless.map(({ name }) => `${name} serves on ${now.name} with weight 0`),
    ...moving.map(({ name }) => `the weight of ${name} is not in force`),
  ];
}

function scalingLeft(comparison: Comparison): string[] {
  const { scene, end } = comparison;
  const touched = (name: string) => scene.outside.touched({ kind: "scaling", name }) !== undefined;
  const expected = expectedScaling(comparison);
  const behind = [...end.scaling.keys()].filter((id) => !expected.has(id) && !touched(id));
  return [
    ...[...expected].flatMap(([id, model]) => (touched(id) ? [] : scalingDiffers(id, model, comparison))),
    ...behind.map((id) => `the scaling of ${id} is left behind`),
  ];
}

/** Which target must be there, and after which one of before it is modelled; after a promotion it is stable's. */
function expectedScaling({ scene, end, promoted }: Comparison): Map<string, string> {
  const pairs = [...scene.before.scaling.keys()].flatMap((id) => {
    const [, endpoint = ""] = id.split("/");
    if (!promoted.has(endpoint)) return [[id, id] as const];
    const variants = end.endpoints.get(endpoint)?.variants ?? [];
    return variants.map(({ name }) => [`endpoint/${endpoint}/variant/${name}`, id] as const);
  });
  return new Map(pairs);
}

function scalingDiffers(id: string, model: string, { scene, end }: Comparison): string[] {
  const [was, is] = [scene.before.scaling.get(model), end.scaling.get(id)];
  if (is === undefined || was === undefined) return [`the scaling of ${id} is gone`];
  if (id !== model) return notAdopted(id, was, is);
  if (same(was as unknown as Plain, is as unknown as Plain)) return [];
  return [`the scaling of ${id} is ${JSON.stringify(is)}, before it was ${JSON.stringify(was)}`];
}

type Scaling = NonNullable<ReturnType<AccountSnapshot["scaling"]["get"]>>;

/** Bounds and targets follow what an instance can do; suspensions, policies and actions are stable's by name. */
function notAdopted(id: string, was: Scaling, is: Scaling): string[] {
  const names = (scaling: Scaling) =>
    [...Object.keys(scaling.policies), ...Object.keys(scaling.scheduledActions)].sort().join(", ");
  const left: string[] = [];
  if (!same(was.suspended, is.suspended))
    left.push(`the suspensions of ${id} are ${JSON.stringify(is.suspended)} after the promotion`);
  if (names(was) !== names(is))
    left.push(`${id} has the policies and actions "${names(is)}", stable had "${names(was)}"`);
  return left;
}

function thingsLeft({ scene, end, promoted }: Comparison, leased: ReadonlySet<string>): string[] {
  const serving = [...end.endpoints.values()].filter(({ name }) => promoted.has(name));
  const configs = new Set(serving.map(({ config }) => config));
  const models = new Set(serving.flatMap(({ variants }) => variants.map(({ modelName }) => modelName)));
  return [
    ...different("model", { was: scene.before.models, is: end.models, allowed: models }, scene),
    ...different("endpoint-config", { was: scene.before.configs, is: end.configs, allowed: configs }, scene),
    ...different("schedule", { was: scene.before.schedules, is: end.schedules, allowed: leased }, scene),
    ...different("training-job", { was: new Set(), is: end.pools, allowed: leased }, scene),
  ];
}

function different(
  kind: "model" | "endpoint-config" | "schedule" | "training-job",
  sets: { was: ReadonlySet<string>; is: ReadonlySet<string>; allowed: ReadonlySet<string> },
  { outside }: Scene,
): string[] {
  const ours = (name: string) => outside.touched({ kind, name }) === undefined;
  return [
    ...[...sets.is]
      .filter((name) => !sets.was.has(name) && !sets.allowed.has(name) && ours(name))
      .map((name) => `${kind} ${name} is left behind`),
    ...[...sets.was]
      .filter((name) => !sets.is.has(name) && ours(name))
      .map((name) => `${kind} ${name} is gone`),
  ];
}
