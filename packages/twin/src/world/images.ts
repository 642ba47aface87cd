/** Container images in the account's registry, with what their scans show as time goes on; and the key of its volumes. */
import type { Clock } from "./clock.ts";
import type { StoredImage, StoredKey } from "./image-state.ts";
import type { SettledSpec, Specified } from "./settled.ts";
import { type ModelPackage, region } from "./state.ts";

const dayMs = 86_400_000;

/** What is in the registry for each version; what was pushed under its tag since comes after it. */
export function seededImages(
  packages: readonly ModelPackage[],
  spec: SettledSpec,
  startMs: number,
): StoredImage[] {
  const { security, registry } = spec;
  return packages.flatMap(({ account, group, version, imageDigest }) => {
    const isNew = version > registry.serving;
    const age = isNew ? security.imageAgeDays.candidate : security.imageAgeDays.serving;
    const image: StoredImage = {
      registry: account,
      repository: group,
      tag: String(version),
      digest: imageDigest,
      pushedMs: startMs - age * dayMs,
      scan: isNew ? security.scan : "complete",
      scannedMs: startMs - security.scanAgeDays * dayMs,
      isNew,
    };
    if (!isNew || !security.movedTag) return [image];
    return [image, { ...image, digest: `sha256:${"f".repeat(64)}`, pushedMs: startMs - 60_000 }];
  });
}

/** How many findings of which severity a scan shows by now, as ECR counts them: what there is none of is absent. */
export function findingsOf(
  { spec, nowMs, startMs }: Specified & Clock & { readonly startMs: number },
  { isNew }: StoredImage,
): Record<string, number> {
  const counts: Record<string, number> = {};
  const whose = isNew ? "candidate" : "serving";
  for (const { of, severity, count, atMinute } of spec.security.findings) {
    if ((of !== "both" && of !== whose) || nowMs < startMs + atMinute * 60_000) continue;
    const name = severity.toUpperCase();
    counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
}

/** By id: the key that the volumes of the account's endpoint have. */
export function seededKeys({ security }: SettledSpec, creationMs: number): Map<string, StoredKey> {
  const key: StoredKey = {
    id: volumeKeyId,
    spec: "SYMMETRIC_DEFAULT",
    creationMs,
    manager: security.volumeKey === "aws" ? "AWS" : "CUSTOMER",
    state: security.keyState,
    rotates: security.keyRotation,
    replicas: security.keyReplicas,
  };
  return new Map(security.volumeKey === "none" ? [] : [[key.id, key]]);
}

export const volumeKeyId = "1234abcd-12ab-34cd-56ef-1234567890ab";

/** The bucket that a version is loaded from: newer ones may be elsewhere. */
export const bucketOf = (model: string, where: string): string =>
  where === region ? `${model}-models` : `${model}-models-${where}`;
