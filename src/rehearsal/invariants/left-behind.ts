/** What is otherwise in the account than it was, what outside hands touched left out. */

import type { ResourceRef } from "../../core/release/change.ts";
import type { Plain } from "../../core/release/plain.ts";
import type { ResourceKind } from "../../core/release/resource-kinds.ts";
import { actorText } from "../world/events.ts";
import type { AccountSnapshot, EndpointSnapshot, ScalingSnapshot } from "./account-snapshot.ts";
import { same } from "./equality.ts";
import type { Scene } from "./scene.ts";

export interface Comparison {
  readonly scene: Scene;
  readonly before: AccountSnapshot;
  readonly now: AccountSnapshot;
  /** Schedules and training jobs of leases that are still to end. */
  readonly leased: ReadonlySet<string>;
  /** Endpoints whose release is promoted and kept for what is left: what serves there is in use. */
  readonly promoted?: ReadonlySet<string>;
}

/** A thing that is not as it should be, in one sentence. */
export interface Difference {
  readonly what: string;
  readonly resource: ResourceRef;
}

export function leftBehind(comparison: Comparison): Difference[] {
  const { before, now, leased } = comparison;
  return [
    ...[...before.endpoints.values()].flatMap((endpoint) => endpointLeft(endpoint, comparison)),
    ...scalingLeft(comparison),
    ...thingsLeft("model", [before.models, now.models], comparison),
    ...thingsLeft("endpoint-config", [before.configs, now.configs], comparison),
    ...thingsLeft("schedule", [before.schedules, now.schedules], comparison, leased),
    ...thingsLeft("training-job", [new Set(), now.pools], comparison, leased),
  ];
}

/** An endpoint that somebody else has moved, or whose traffic somebody else has shifted, is theirs. */
const isTheirs = (scene: Scene, endpoint: string): boolean =>
  isTouched(scene, "routing", endpoint) || isTouched(scene, "weights", endpoint);

/** What such an endpoint serves is in use. */
function inUse({ scene, now, promoted }: Comparison): ReadonlySet<string> {
  const theirs = [...now.endpoints.values()].filter(
    ({ name }) => isTheirs(scene, name) || promoted?.has(name) === true,
  );
  return new Set(
    theirs.flatMap(({ name, config, variants }) => [
      config,
      ...variants.flatMap((variant) => [variant.modelName, `endpoint/${name}/variant/${variant.name}`]),
    ]),
  );
}

const isTouched = ({ outside }: Scene, kind: ResourceKind, name: string): boolean =>
  outside.touched({ kind, name }) !== undefined;

function endpointLeft(was: EndpointSnapshot, { scene, now }: Comparison): Difference[] {
  const { name } = was;
  const is = now.endpoints.get(name);
  const resource = { kind: "routing", name } as const;
  if (isTouched(scene, "routing", name)) return [];
  if (is === undefined) return [{ what: `endpoint ${name} is gone`, resource }];
  const by = scene.world.state.endpoints.get(name)?.update?.by;
  const resting = is.status === "InService" || by?.who === "auto-scaling";
  return [
    ...(resting
      ? []
      : [
          {
            what: `endpoint ${name} is ${is.status}${by === undefined ? "" : ` (${actorText(by)})`}`,
            resource,
          },
        ]),
    ...(is.config === was.config
      ? weightsLeft(was, is, scene)
      : isTheirs(scene, name)
        ? []
        : [{ what: `endpoint ${name} serves ${is.config}, before it was ${was.config}`, resource }]),
  ];
}

function weightsLeft(was: EndpointSnapshot, is: EndpointSnapshot, scene: Scene): Difference[] {
  if (isTouched(scene, "weights", was.name)) return [];
  const resource = { kind: "weights", name: was.name } as const;
  return was.variants.flatMap(({ name, weight }) => {
    const variant = is.variants.find((each) => each.name === name);
    return variant?.weight === weight && variant.desiredWeight === weight
      ? []
      : [{ what: `${name} has weight ${variant?.weight ?? "none"}, before it was ${weight}`, resource }];
  });
}

function scalingLeft(comparison: Comparison): Difference[] {
  const { scene, before, now } = comparison;
  const ids = [...new Set([...before.scaling.keys(), ...now.scaling.keys()])];
  return ids.flatMap((id) => {
    const [was, is] = [before.scaling.get(id), now.scaling.get(id)];
    const differs = (what: string) => [{ what, resource: { kind: "scaling", name: id } as const }];
    if (isTouched(scene, "scaling", id)) return [];
    if (was === undefined && inUse(comparison).has(id)) return [];
    if (was === undefined) return differs(`the scaling of ${id} is left behind`);
    // An endpoint that somebody else has deleted takes it along.
    if (is === undefined && isDeleted(id.split("/")[1] ?? "", comparison)) return [];
    if (is === undefined) return differs(`the scaling of ${id} is gone`);
    return isAsBefore(id, { was, is, comparison })
      ? []
      : differs(`the scaling of ${id} is ${JSON.stringify(is)}, before it was ${JSON.stringify(was)}`);
  });
}

interface Scalings {
  readonly was: ScalingSnapshot;
  readonly is: ScalingSnapshot;
  readonly comparison: Comparison;
}

const isAsBefore = (id: string, scalings: Scalings): boolean =>
  same(scalings.was as unknown as Plain, scalings.is as unknown as Plain) || isStillHeld(id, scalings);

/**
 * Where somebody else has divided the traffic between stable and a candidate while stable has more instances than its
 * own maximum, refilled for the way back, its bounds would take them from under its part: the hold alone may stay.
 */
function isStillHeld(id: string, { was, is, comparison }: Scalings): boolean {
  const [, name = "", , variant] = id.split("/");
  const { scene, now } = comparison;
  const all = now.endpoints.get(name)?.variants ?? [];
  const own = all.find((each) => each.name === variant);
  if (!isTouched(scene, "weights", name) || own === undefined) return false;
  const isShared = own.weight > 0 && all.some((each) => each !== own && each.weight > 0);
  const but = { ...is, suspended: { ...is.suspended, in: was.suspended.in } };
  return isShared && own.desiredInstances > was.max && same(was as unknown as Plain, but as unknown as Plain);
}

const isDeleted = (endpoint: string, { scene, now }: Comparison): boolean =>
  isTouched(scene, "routing", endpoint) && !now.endpoints.has(endpoint);

function thingsLeft(
  kind: ResourceKind,
  [was, is]: readonly [ReadonlySet<string>, ReadonlySet<string>],
  comparison: Comparison,
  leased: ReadonlySet<string> = new Set(),
): Difference[] {
  const { scene } = comparison;
  const allowed = new Set([...leased, ...inUse(comparison)]);
  const more = [...is].filter((name) => !was.has(name) && !allowed.has(name));
  const less = [...was].filter((name) => !is.has(name));
  return [
    ...more.map((name) => [name, "left behind"] as const),
    ...less.map((name) => [name, "gone"] as const),
  ].flatMap(([name, how]) =>
    isTouched(scene, kind, name) ? [] : [{ what: `${kind} ${name} is ${how}`, resource: { kind, name } }],
  );
}
