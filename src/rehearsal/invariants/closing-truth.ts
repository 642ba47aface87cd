/** Whether the way in which a release was closed is what the world shows. */
import { endpointSnapshot } from "./account-snapshot.ts";
import { endpointBefore, isCandidate, type Passage } from "./passages.ts";
import type { Closed } from "./release-records.ts";
import type { Scene } from "./scene.ts";

/** One sentence for each thing that is otherwise. */
export function truthOf({ outcome }: Closed, passage: Passage, scene: Scene): string[] {
  const before = endpointBefore(passage);
  const live = scene.world.state.endpoints.get(before?.name ?? "");
  if (before === undefined || live === undefined) return [];
  if (scene.outside.touched({ kind: "routing", name: before.name }) !== undefined) return [];
  const now = endpointSnapshot(live);
  const closed = `the release was closed as ${outcome}`;
  const candidates = now.variants.filter((variant) => isCandidate(variant, passage, scene.world));
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
      return changedOf(passage, scene).map((what) => `${closed} though ${what}`);
    default:
      return [];
  }
}

/** What is new in the account since the passage began, outside hands' doing left out. */
function changedOf({ before }: Passage, { world, outside }: Scene): string[] {
  const { models, endpointConfigs } = world.state;
  const newModels = [...models.keys()].filter(
    (name) => !before.models.has(name) && outside.touched({ kind: "model", name }) === undefined,
  );
  const newConfigs = [...endpointConfigs.keys()].filter(
    (name) => !before.configs.has(name) && outside.touched({ kind: "endpoint-config", name }) === undefined,
  );
  const moved = [...before.endpoints.values()].filter(
    ({ name, config }) => world.state.endpoints.get(name)?.configName !== config,
  );
  return [
    ...newModels.map((name) => `model ${name} had been made`),
    ...newConfigs.map((name) => `endpoint-config ${name} had been made`),
    ...moved.map(({ name }) => `endpoint ${name} had been moved`),
  ];
}
