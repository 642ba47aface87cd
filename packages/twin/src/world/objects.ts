/** Writing and deleting objects of S3: what is read of each is its newest version, and a bucket with Object Lock keeps the others. */
import type { Clock } from "./clock.ts";
import type { ObjectVersion, Retention } from "./object-state.ts";
import type { Ordinals } from "./ordinals.ts";
import type { MutableState } from "./state.ts";

type Objects = MutableState & Clock & Ordinals;

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

const pathOf = ({ bucket, key }: ObjectName): string => `${bucket}/${key}`;

/** Oldest first; of a bucket that keeps none, none. */
export const versionsOf = ({ state }: MutableState, name: ObjectName): readonly ObjectVersion[] =>
  state.objectVersions.get(pathOf(name)) ?? [];

/** The new version, where the bucket keeps versions. */
export function putObject(
  world: Objects,
  name: ObjectName,
  { body, retention }: { readonly body: string; readonly retention?: Retention },
): ObjectVersion | undefined {
  world.state.objects.set(pathOf(name), body);
  return keepsVersions(world, name) ? add(world, name, { body, ...(retention && { retention }) }) : undefined;
}

/** What is read of it is gone. A bucket that keeps versions gets one more, which says that it was deleted. */
export function deleteObject(world: Objects, name: ObjectName): ObjectVersion | undefined {
  world.state.objects.delete(pathOf(name));
  return keepsVersions(world, name) ? add(world, name, {}) : undefined;
}

/** One version is gone for good, and the newest of those left is what is read. */
export function deleteVersion({ state }: MutableState, name: ObjectName, id: string): void {
  const path = pathOf(name);
  const left = versionsOf({ state }, name).filter((version) => version.id !== id);
  state.objectVersions.set(path, left);
  const body = left.at(-1)?.body;
  if (body === undefined) state.objects.delete(path);
  else state.objects.set(path, body);
}

const keepsVersions = ({ state }: MutableState, { bucket }: ObjectName): boolean =>
  state.buckets.get(bucket)?.objectLock === true;

function add(world: Objects, name: ObjectName, what: Omit<ObjectVersion, "id" | "atMs">): ObjectVersion {
  const id = `version-${world.nextOrdinal("object-versions")}`;
  const version = { id, atMs: world.nowMs, ...what };
  world.state.objectVersions.set(pathOf(name), [...versionsOf(world, name), version]);
  return version;
}
