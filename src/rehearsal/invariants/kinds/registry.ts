/** The kinds of resource that the checkers follow, in the order in which they report on them. */
import type { ResourceRef } from "../../../core/release/change.ts";
import type { JsonValue } from "../../../core/release/json-value.ts";
import type { ResourceKind } from "../../../core/release/resource-kinds.ts";
import { count } from "./count.ts";
import type { Account, CheckedKind } from "./define.ts";
import { endpointConfig } from "./endpoint-config.ts";
import { groupHold } from "./group-hold.ts";
import { instanceGroup } from "./instance-group.ts";
import { leaseKinds } from "./leases.ts";
import { model } from "./model.ts";
import { routing } from "./routing.ts";
import { scaling } from "./scaling.ts";
import { schedule } from "./schedule.ts";
import { trainingJob } from "./training-job.ts";
import { weights } from "./weights.ts";

export const kinds = {
  routing,
  weights,
  scaling,
  model,
  "endpoint-config": endpointConfig,
  schedule,
  "training-job": trainingJob,
  "instance-group": instanceGroup,
  "group-hold": groupHold,
  count,
  ...leaseKinds,
} as const satisfies Readonly<Record<ResourceKind, CheckedKind>>;

export const allKinds: readonly CheckedKind[] = Object.values(kinds);
export const kindOf = ({ kind }: Pick<ResourceRef, "kind">): CheckedKind => kinds[kind];

/** What the world shows of a resource, enough to tell whether a call changed it; null: there is no such thing. */
export const resourceState = (resource: ResourceRef, account: Account): JsonValue =>
  kindOf(resource).read(account, resource.name);

/** The services that change things of a kind. */
export const servicesOf = ({ calls }: CheckedKind): readonly string[] => [
  ...new Set(Object.keys(calls).map((call) => call.slice(0, call.lastIndexOf(".")))),
];

/** One key for a resource. */
export const keyOf = ({ kind, name }: ResourceRef): string => `${kind} ${name}`;

/** All that there is of a kind, by name. */
export const thingsOf = (kind: CheckedKind, account: Account): ReadonlyMap<string, JsonValue> =>
  new Map([...kind.names(account)].map((name) => [name, kind.read(account, name)]));
