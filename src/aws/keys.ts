/** KMS: what state a key is in, whose it is, whether it is rotated, and where its replicas are. */
import { DescribeKeyCommand, GetKeyRotationStatusCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import { type GateLook, type KeyFacts, type Looked, partOf } from "../core/gates/facts.ts";
import type { Aws } from "./clients.ts";
import type { Once } from "./images.ts";

/** By its id, ARN or alias, as what it encrypts names it. */
export async function describedKey(
  { kms }: Aws,
  keyId: string,
  look: GateLook,
): Promise<Looked<Omit<KeyFacts, "rotation">>> {
  const found = await look(`key ${keyId}`, (abortSignal) =>
    kms.send(new DescribeKeyCommand({ KeyId: keyId }), { abortSignal }),
  );
  return partOf(found, ({ KeyMetadata: data }) => {
    if (data === undefined) return { unknown: `key ${keyId}: KMS says nothing of it` };
    const { Arn: arn = keyId, KeyState: state = "Unknown", KeyManager: manager } = data;
    return {
      value: { arn, state, isCustomers: manager === "CUSTOMER", replicaRegions: replicasOf(data, arn) },
    };
  });
}

/** And whether it is rotated. */
export async function viewKey(
  aws: Aws,
  keyId: string,
  { look, once }: { readonly look: GateLook; readonly once: Once },
): Promise<Looked<KeyFacts>> {
  const described = await once(`described ${keyId}`, () => describedKey(aws, keyId, look));
  if ("unknown" in described) return described;
  const { arn } = described.value;
  // Takes no alias: "Specify the key ID or key ARN" (GetKeyRotationStatus, API reference).
  const rotation = await look(`rotation of key ${keyId}`, (abortSignal) =>
    aws.kms.send(new GetKeyRotationStatusCommand({ KeyId: arn }), { abortSignal }),
  );
  return {
    value: {
      ...described.value,
      rotation: partOf(rotation, ({ KeyRotationEnabled = false }) => ({ value: KeyRotationEnabled })),
    },
  };
}

/** Of a multi-Region key, every other Region in which it is, primary or replica (MultiRegionConfiguration, API reference). */
function replicasOf({ MultiRegionConfiguration: several }: KeyMetadata, arn: string): string[] {
  const own = arn.split(":")[3];
  const all = [several?.PrimaryKey, ...(several?.ReplicaKeys ?? [])].flatMap((key) => key?.Region ?? []);
  return [...new Set(all)].filter((region) => region !== own);
}
