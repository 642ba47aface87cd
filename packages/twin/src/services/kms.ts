/** AWS KMS in the twin, as far as looking at keys goes: DescribeKey and GetKeyRotationStatus. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { account, region } from "../world/state.ts";
import { members, seconds } from "./members.ts";
import { onTime } from "./on-time.ts";
import type { Service } from "./service.ts";

/** AWS JSON 1.1, target prefix `TrentService` (service model 2014-11-01). */
export function kms(world: World): Service {
  return {
    name: "kms",
    title: "KMS",
    protocol: { kind: "json", version: "1.1", targetPrefix: "TrentService" },
    operations: onTime(world, {
      DescribeKey: (input) => ({
        KeyMetadata: metadata(
          world,
          members({ operation: "DescribeKey", schema: named, errorName }, input).KeyId,
        ),
      }),
      GetKeyRotationStatus: (input) =>
        rotation(
          world,
          members({ operation: "GetKeyRotationStatus", schema: named, errorName }, input).KeyId,
        ),
    }),
  };
}

const errorName = "ValidationException";
const named = z.strictObject({ KeyId: z.string().min(1).max(2048) });

/** By its id or its ARN; aliases are not modelled. */
function keyOf({ state: { keys } }: World, name: string) {
  const key = keys.get(name.startsWith("arn:") ? (name.split("/").at(-1) ?? "") : name);
  if (key !== undefined) return key;
  const arn = name.startsWith("arn:") ? name : `arn:aws:kms:${region}:${account}:key/${name}`;
  throw new AwsError("NotFoundException", `Key '${arn}' does not exist`);
}

function metadata(world: World, name: string): Json {
  const key = keyOf(world, name);
  const arnIn = (where: string) => `arn:aws:kms:${where}:${account}:key/${key.id}`;
  return {
    AWSAccountId: account,
    KeyId: key.id,
    Arn: arnIn(region),
    CreationDate: seconds(key.creationMs),
    Enabled: key.state === "Enabled",
    KeyState: key.state,
    KeyUsage: "ENCRYPT_DECRYPT",
    KeySpec: "SYMMETRIC_DEFAULT",
    Origin: "AWS_KMS",
    KeyManager: key.manager,
    MultiRegion: key.replicas.length > 0,
    ...(key.replicas.length > 0 && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: "PRIMARY",
        PrimaryKey: { Arn: arnIn(region), Region: region },
        ReplicaKeys: key.replicas.map((each) => ({ Arn: arnIn(each), Region: each })),
      },
    }),
  };
}

/** "KMSInvalidStateException … if the key is pending deletion" (GetKeyRotationStatus, API reference). */
function rotation(world: World, name: string): Json {
  const { id, state, rotates } = keyOf(world, name);
  if (state === "PendingDeletion")
    throw new AwsError(
      "KMSInvalidStateException",
      `arn:aws:kms:${region}:${account}:key/${id} is pending deletion.`,
    );
  return { KeyId: id, KeyRotationEnabled: rotates };
}
