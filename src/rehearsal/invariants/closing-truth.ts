/** Whether the way in which a release was closed is what the world shows. */
import type { ResourceRef } from "../../core/release/change.ts";
import type { CheckContext } from "./check-context.ts";
import { endpointSnapshot } from "./endpoint-snapshot.ts";
import { allKinds } from "./kinds/registry.ts";
import { routingOf } from "./kinds/routing.ts";
import { endpointBefore, isCandidate, type Passage } from "./passages.ts";
import type { RecordedClosing } from "./release-records.ts";

/** One sentence for each thing that is otherwise. */
export function truthOf({ outcome }: RecordedClosing, passage: Passage, context: CheckContext): string[] {
  const before = endpointBefore(passage);
  const live = context.world.state.endpoints.get(before?.name ?? "");
  if (before === undefined || live === undefined) return [];
  if (context.outside.touched(routingOf(before.name)) !== undefined) return [];
  const now = endpointSnapshot(live);
  const closed = `the release was closed as ${outcome}`;
  const candidates = now.variants.filter((variant) => isCandidate(variant, passage, context.world));
  switch (outcome) {
    case "promoted": {
      const old = now.variants.filter((variant) => !candidates.includes(variant));
      const idle = candidates.filter(({ weight }) => weight === 0);
      return [
        ...old.map(({ name }) => `${closed} while ${name} was on the endpoint`),
        ...idle.map(({ name }) => `${closed} while ${name} had weight 0`),
      ];
    }
    case "rolled-back":
    case "superseded":
    case "stopped":
      return now.config === before.config && candidates.length === 0
        ? []
        : [`${closed} while the endpoint served ${now.config}, before the release it was ${before.config}`];
    case "refused":
      return changedOf(passage, context).map((what) => `${closed} though ${what}`);
    default:
      return [];
  }
}

/** What is new in the account since the passage began, the doing of outside hands and of other releases left out. */
function changedOf(passage: Passage, context: CheckContext): string[] {
  const { world, outside, owners } = context;
  const { before } = passage;
  const isNotOurs = (resource: ResourceRef) =>
    outside.touched(resource) !== undefined || owners.isAnothers(resource, passage);
  const made = allKinds
    .filter(({ isServed }) => isServed === true)
    .flatMap(({ kind, names }) =>
      [...names(context)]
        .filter((name) => !before.things[kind].has(name) && !isNotOurs({ kind, name }))
        .map((name) => `${kind} ${name} had been made`),
    );
  const moved = [...before.endpoints.values()].filter(
    ({ name, config }) =>
      world.state.endpoints.get(name)?.configName !== config && !owners.isAnothers(routingOf(name), passage),
  );
  return [...made, ...moved.map(({ name }) => `endpoint ${name} had been moved`)];
}
