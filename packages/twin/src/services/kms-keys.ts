/** Keys of KMS in the twin: how they are found, what is told of each, and what it takes to use one. */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { KeySpec, StoredKey } from "../world/image-state.ts";
import type { VisibleState } from "../world/state.ts";
import { account, region } from "../world/state.ts";
import { seconds } from "./members.ts";

export type KeyUsage = "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "GENERATE_VERIFY_MAC";

interface Kind {
  readonly usage: KeyUsage;
  /** The member that lists what it may be used with, and what that is. */
  readonly algorithms: readonly [member: string, names: readonly string[]];
}

/** Source: KMS developer guide, key spec reference. */
const kinds: Readonly<Record<KeySpec, Kind>> = {
  SYMMETRIC_DEFAULT: {
    usage: "ENCRYPT_DECRYPT",
    algorithms: ["EncryptionAlgorithms", ["SYMMETRIC_DEFAULT"]],
  },
  ECC_NIST_EDWARDS25519: {
    usage: "SIGN_VERIFY",
    algorithms: ["SigningAlgorithms", ["ED25519_PH_SHA_512", "ED25519_SHA_512"]],
  },
  ECC_NIST_P256: { usage: "SIGN_VERIFY", algorithms: ["SigningAlgorithms", ["ECDSA_SHA_256"]] },
  HMAC_256: { usage: "GENERATE_VERIFY_MAC", algorithms: ["MacAlgorithms", ["HMAC_SHA_256"]] },
};

export const arnOfKey = (id: string, where: string = region): string =>
  `arn:aws:kms:${where}:${account}:key/${id}`;

/** By its id or its ARN; aliases are not modelled. */
export function keyOf({ state: { keys } }: VisibleState, name: string): StoredKey {
  const key = keys.get(name.startsWith("arn:") ? (name.split("/").at(-1) ?? "") : name);
  if (key !== undefined) return key;
  throw new AwsError(
    "NotFoundException",
    `Key '${name.startsWith("arn:") ? name : arnOfKey(name)}' does not exist`,
  );
}

/** What key, usage and algorithms all have in common, in the order of the API. */
export function kindOf({ spec }: StoredKey): Record<string, Json> {
  const {
    usage,
    algorithms: [member, names],
  } = kinds[spec];
  return { CustomerMasterKeySpec: spec, KeySpec: spec, KeyUsage: usage, [member]: [...names] };
}

export function metadata(key: StoredKey): Json {
  return {
    AWSAccountId: account,
    KeyId: key.id,
    Arn: arnOfKey(key.id),
    CreationDate: seconds(key.creationMs),
    Enabled: key.state === "Enabled",
    KeyState: key.state,
    ...kindOf(key),
    Origin: "AWS_KMS",
    KeyManager: key.manager,
    MultiRegion: key.replicas.length > 0,
    ...(key.replicas.length > 0 && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: "PRIMARY",
        PrimaryKey: { Arn: arnOfKey(key.id), Region: region },
        ReplicaKeys: key.replicas.map((each) => ({ Arn: arnOfKey(key.id, each), Region: each })),
      },
    }),
  };
}

/** "KMSInvalidStateException … if the key is pending deletion" (KMS developer guide, key states). */
export function requireNotLeaving({ id, state }: StoredKey): void {
  if (state === "PendingDeletion")
    throw new AwsError("KMSInvalidStateException", `${arnOfKey(id)} is pending deletion.`);
}

/**
 * A key that may be used for this, by such an algorithm.
 *
 * @throws AwsError DisabledException, KMSInvalidStateException or InvalidKeyUsageException. Unconfirmed: which of them
 * comes first where several hold.
 */
export function usableKey(
  state: VisibleState,
  name: string,
  { usage, algorithm }: { readonly usage: KeyUsage; readonly algorithm?: string },
): StoredKey {
  const key = keyOf(state, name);
  requireNotLeaving(key);
  if (key.state === "Disabled") throw new AwsError("DisabledException", `${arnOfKey(key.id)} is disabled.`);
  const {
    usage: own,
    algorithms: [, names],
  } = kinds[key.spec];
  if (own !== usage)
    throw new AwsError(
      "InvalidKeyUsageException",
      `${arnOfKey(key.id)} key usage is ${own} which is not valid for this operation.`,
    );
  if (algorithm !== undefined && !names.includes(algorithm))
    throw new AwsError(
      "InvalidKeyUsageException",
      `Algorithm ${algorithm} and key spec ${key.spec} are incompatible.`,
    );
  return key;
}
