/** KMS: what state a key is in, whose it is, whether it is rotated, and where its replicas are. */
import { DescribeKeyCommand, GetKeyRotationStatusCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import { type GateLook, type KeyFacts, type Looked, partOf } from "../core/gates/facts.ts";
import type { Aws } from "./clients.ts";

/** By its id, ARN or alias, as a configuration names it. */
export async function viewKey({ kms }: Aws, keyId: string, look: GateLook): Promise<Looked<KeyFacts>> {
  const found = await look(`key ${keyId}`, (abortSignal) =>
    kms.send(new DescribeKeyCommand({ KeyId: keyId }), { abortSignal }),
  );
  const metadata = partOf(found, ({ KeyMetadata: data }) =>
    data === undefined ? { unknown: `key ${keyId}: KMS says nothing of it` } : { value: data },
  );
  if ("unknown" in metadata) return metadata;
  const { Arn: arn = keyId, KeyState: state = "Unknown", KeyManager: manager } = metadata.value;
  // Takes no alias: "Specify the key ID or key ARN" (GetKeyRotationStatus, API reference).
  const rotation = await look(`rotation of key ${keyId}`, (abortSignal) =>
    kms.send(new GetKeyRotationStatusCommand({ KeyId: arn }), { abortSignal }),
  );
  return {
    value: {
      arn,
      state,
      isCustomers: manager === "CUSTOMER",
      rotation: partOf(rotation, ({ KeyRotationEnabled = false }) => ({ value: KeyRotationEnabled })),
      replicaRegions: replicasOf(metadata.value, arn),
    },
  };
}

/** Of a multi-Region key, every other Region in which it is, primary or replica (MultiRegionConfiguration, API reference). */
function replicasOf({ MultiRegionConfiguration: several }: KeyMetadata, arn: string): string[] {
  const own = arn.split(":")[3];
  const all = [several?.PrimaryKey, ...(several?.ReplicaKeys ?? [])].flatMap((key) => key?.Region ?? []);
  return [...new Set(all)].filter((region) => region !== own);
}
