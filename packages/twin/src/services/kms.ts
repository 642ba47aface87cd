/** AWS KMS in the twin: what is told of keys, and their use for signatures and for message authentication codes. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { arnOfKey, keyOf, kindOf, metadata, requireNotLeaving, usableKey } from "./kms-keys.ts";
import { isMacOf, macOf, publicKeyOf, signatureOf, signatureOfDigest } from "./kms-material.ts";
import { members, modelled } from "./members.ts";
import { onTime } from "./on-time.ts";
import type { Input, Operation, Service } from "./service.ts";

/** AWS JSON 1.1, target prefix `TrentService` (service model 2014-11-01). */
export function kms(world: World): Service {
  const operation =
    <T extends z.ZodType>(name: string, schema: T, answer: (asked: z.output<T>) => Json): Operation =>
    (input: Input) =>
      answer(members({ operation: name, schema }, input));
  return {
    name: "kms",
    title: "KMS",
    protocol: { kind: "json", version: "1.1", targetPrefix: "TrentService" },
    operations: onTime(world, {
      DescribeKey: operation("DescribeKey", named, ({ KeyId }) => ({
        KeyMetadata: metadata(keyOf(world, KeyId)),
      })),
      GetKeyRotationStatus: operation("GetKeyRotationStatus", named, ({ KeyId }) => rotation(world, KeyId)),
      GetPublicKey: operation("GetPublicKey", named, ({ KeyId }) => publicKey(world, KeyId)),
      Sign: operation("Sign", signing, (asked) => signed(world, asked)),
      GenerateMac: operation("GenerateMac", authenticating, (asked) => authenticated(world, asked)),
      VerifyMac: operation("VerifyMac", verifying, (asked) => verified(world, asked)),
    }),
  };
}

const KeyId = z.string().min(1).max(2048);
const named = z.strictObject({ KeyId });

/** Bytes, which AWS JSON carries in base64. */
const blob = (mostBytes: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, "base64"))
    .refine(({ byteLength }) => byteLength >= 1 && byteLength <= mostBytes, {
      message: `Member must have length between 1 and ${mostBytes}`,
    });
const Message = blob(4096);

const signingAlgorithms = [
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "ECDSA_SHA_256",
  "ECDSA_SHA_384",
  "ECDSA_SHA_512",
  "SM2DSA",
  "ML_DSA_SHAKE_256",
  "ED25519_SHA_512",
  "ED25519_PH_SHA_512",
] as const;
const signing = z.strictObject({
  KeyId,
  Message,
  MessageType: modelled(z.enum(["RAW", "DIGEST", "EXTERNAL_MU"]), ["RAW", "DIGEST"]).default("RAW"),
  SigningAlgorithm: modelled(z.enum(signingAlgorithms), ["ECDSA_SHA_256", "ED25519_SHA_512"]),
});

const MacAlgorithm = modelled(z.enum(["HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"]), [
  "HMAC_SHA_256",
]);
const authenticating = z.strictObject({ KeyId, Message, MacAlgorithm });
const verifying = z.strictObject({ KeyId, Message, MacAlgorithm, Mac: blob(6144) });

/** The rotation of keys that are not symmetric is always false (GetKeyRotationStatus, API reference). */
function rotation(world: World, name: string): Json {
  const key = keyOf(world, name);
  requireNotLeaving(key);
  return { KeyId: key.id, KeyRotationEnabled: key.spec === "SYMMETRIC_DEFAULT" && key.rotates };
}

function publicKey(world: World, name: string): Json {
  const { spec } = keyOf(world, name);
  if (spec === "SYMMETRIC_DEFAULT" || spec === "HMAC_256")
    throw new AwsError("UnsupportedOperationException", `GetPublicKey: key spec ${spec} is not asymmetric.`);
  const key = usableKey(world, name, { usage: "SIGN_VERIFY" });
  return {
    KeyId: arnOfKey(key.id),
    PublicKey: publicKeyOf(world, key).toString("base64"),
    ...kindOf(key),
  };
}

/** "ED25519_SHA_512 signing algorithm requires KMS MessageType:RAW"; a digest has the length of its algorithm's (Sign, API reference). */
function signed(
  world: World,
  { KeyId: name, Message: message, MessageType, SigningAlgorithm: algorithm }: z.output<typeof signing>,
): Json {
  const key = usableKey(world, name, { usage: "SIGN_VERIFY", algorithm });
  const answer = (signature: Buffer): Json => ({
    KeyId: arnOfKey(key.id),
    Signature: signature.toString("base64"),
    SigningAlgorithm: algorithm,
  });
  if (MessageType === "RAW") return answer(signatureOf(world, key, message));
  if (algorithm === "ED25519_SHA_512")
    throw new AwsError("ValidationException", `MessageType DIGEST is not valid for ${algorithm}.`);
  if (message.byteLength !== 32)
    throw new AwsError("ValidationException", `Digest is invalid length for algorithm ${algorithm}.`);
  return answer(signatureOfDigest(world, key, message));
}

function authenticated(
  world: World,
  { KeyId: name, Message: message, MacAlgorithm: algorithm }: z.output<typeof authenticating>,
): Json {
  const key = usableKey(world, name, { usage: "GENERATE_VERIFY_MAC", algorithm });
  const Mac = macOf(world, key, message).toString("base64");
  return { KeyId: arnOfKey(key.id), Mac, MacAlgorithm: algorithm };
}

function verified(
  world: World,
  { KeyId: name, Message: message, MacAlgorithm: algorithm, Mac: mac }: z.output<typeof verifying>,
): Json {
  const key = usableKey(world, name, { usage: "GENERATE_VERIFY_MAC", algorithm });
  if (!isMacOf(world, key, { message, mac }))
    throw new AwsError("KMSInvalidMacException", "HMAC verification failed.");
  return { KeyId: arnOfKey(key.id), MacValid: true, MacAlgorithm: algorithm };
}
