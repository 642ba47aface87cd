/** What versions are loaded from: one archive or several objects, how each is encrypted, and the keys that encrypt them. */
import type { StoredKey } from "./image-state.ts";
import { bucketOf } from "./images.ts";
import type { ObjectEncryption } from "./object-state.ts";
import type { SettledSpec } from "./settled.ts";
import { account, type ModelDataRef, type ModelPackage, region } from "./state.ts";

/** An archive, or a prefix where there are several. */
export function modelDataOf(
  model: string,
  version: number,
  { security, registry }: SettledSpec,
): ModelDataRef {
  const where = version > registry.serving ? security.dataRegion : region;
  const folder = `s3://${bucketOf(model, where)}/v${version}/`;
  const isPrefix = security.modelData.objects > 1;
  return { uri: isPrefix ? folder : `${folder}model.tar.gz`, isPrefix };
}

export interface SeededModelData {
  readonly objects: readonly (readonly [path: string, body: string])[];
  readonly encryption: ReadonlyMap<string, ObjectEncryption>;
  readonly keys: readonly StoredKey[];
}

/** Nobody reads what is in it. */
export function seededModelData(
  packages: readonly ModelPackage[],
  { security: { modelData }, registry }: SettledSpec,
  creationMs: number,
): SeededModelData {
  const all = packages.flatMap(({ modelData: { uri, isPrefix }, version }) => {
    const by = version > registry.serving ? modelData.candidate : modelData.serving;
    const path = uri.slice("s3://".length);
    return (isPrefix ? partsOf(path, modelData.objects) : [path]).map((each) => [each, by] as const);
  });
  const used = new Set(all.map(([, by]) => by));
  const keys = (["aws", "customer"] as const).filter((by) => used.has(by));
  return {
    objects: all.map(([path]) => [path, ""]),
    encryption: new Map(all.flatMap(([path, by]) => (by === "s3" ? [] : [[path, encryptions[by]] as const]))),
    keys: keys.map((by) => ({
      id: keyIds[by],
      spec: "SYMMETRIC_DEFAULT",
      creationMs,
      manager: by === "aws" ? "AWS" : "CUSTOMER",
      state: modelData.keyState,
      rotates: true,
      replicas: [],
    })),
  };
}

const partsOf = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, nth) => {
    const number = (text: number) => String(text).padStart(5, "0");
    return `${folder}model-${number(nth + 1)}-of-${number(count)}.safetensors`;
  });

const keyIds = {
  aws: "5678efab-56ef-78ab-90cd-567890abcdef",
  customer: "9abcdef0-9abc-def0-1234-9abcdef01234",
} as const;

/** S3 names the key by its ARN (x-amz-server-side-encryption-aws-kms-key-id, HeadObject). */
const byKey = (by: keyof typeof keyIds): ObjectEncryption => ({
  by: "aws:kms",
  keyArn: `arn:aws:kms:${region}:${account}:key/${keyIds[by]}`,
});
const encryptions = { none: { by: "none" }, aws: byKey("aws"), customer: byKey("customer") } as const;
