/** KMS in the twin: signatures that Node's own verification takes, message authentication codes, and what it refuses. */
import { createHash, createPublicKey, verify } from "node:crypto";
import {
  DescribeKeyCommand,
  GenerateMacCommand,
  GetKeyRotationStatusCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  type SignCommandInput,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTwin, kms } from "#twin/services";
import { exampleWorld } from "../world/example.ts";
import { reaching } from "./twin-handler.ts";

function account(state: "Enabled" | "Disabled" | "PendingDeletion" = "Enabled") {
  const world = exampleWorld();
  for (const [id, spec] of [
    ["edwards", "ECC_NIST_EDWARDS25519"],
    ["p256", "ECC_NIST_P256"],
    ["mac", "HMAC_256"],
    ["other-mac", "HMAC_256"],
    ["volumes", "SYMMETRIC_DEFAULT"],
  ] as const)
    world.state.keys.set(id, {
      id,
      spec,
      state,
      creationMs: world.startMs,
      manager: "CUSTOMER",
      rotates: false,
      replicas: [],
    });
  return new KMSClient(reaching(createTwin([kms(world)], () => world.startMs)));
}

const algorithms = { edwards: "ED25519_SHA_512", p256: "ECDSA_SHA_256" } as const;
type Signer = keyof typeof algorithms;
const sign = (client: KMSClient, KeyId: Signer, Message: Uint8Array, more: Partial<SignCommandInput> = {}) =>
  client.send(new SignCommand({ KeyId, Message, SigningAlgorithm: algorithms[KeyId], ...more }));

async function publicKey(client: KMSClient, KeyId: string) {
  const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId }));
  return createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
}

describe.each<Signer>(["edwards", "p256"])("a signature by %s", (key) => {
  const isOf = async (client: KMSClient, message: Uint8Array, signature: Uint8Array | undefined) =>
    verify(
      key === "p256" ? "sha256" : null,
      message,
      await publicKey(client, key),
      signature ?? new Uint8Array(),
    );

  test("is of its message and of no other, by the key that KMS shows", async () => {
    const client = account();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4096 }), async (message) => {
        const { Signature, KeyId } = await sign(client, key, message);
        expect(KeyId).toBe(`arn:aws:kms:eu-west-1:123456789012:key/${key}`);
        expect(await isOf(client, message, Signature)).toBe(true);
        expect(await isOf(client, Buffer.concat([message, Buffer.of(0)]), Signature)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test("is the same in every run, and another by another key", async () => {
    const message = Buffer.from("message");
    const [first, again] = [await sign(account(), key, message), await sign(account(), key, message)];

    expect(first.Signature).toEqual(again.Signature);
    const other = key === "p256" ? "edwards" : "p256";
    expect((await sign(account(), other, message)).Signature).not.toEqual(first.Signature);
  });

  test("is refused of more than KMS takes, and of nothing", async () => {
    for (const size of [0, 4097])
      await expect(sign(account(), key, new Uint8Array(size))).rejects.toMatchObject({
        name: "ValidationException",
      });
  });
});

test("P-256 signs a digest as it signs what that is of; Ed25519 takes none", async () => {
  const client = account();
  const message = Buffer.from("message");
  const digest = createHash("sha256").update(message).digest();

  expect((await sign(client, "p256", digest, { MessageType: "DIGEST" })).Signature).toEqual(
    (await sign(client, "p256", message)).Signature,
  );
  for (const [key, wrong] of [
    ["p256", message],
    ["edwards", digest],
  ] as const)
    await expect(sign(client, key, wrong, { MessageType: "DIGEST" })).rejects.toMatchObject({
      name: "ValidationException",
    });
});

test("a code is of its message by its key, and no other is", async () => {
  const client = account();
  const of = { KeyId: "mac", Message: Buffer.from("arn"), MacAlgorithm: "HMAC_SHA_256" } as const;
  const { Mac } = await client.send(new GenerateMacCommand(of));

  expect(Mac).toHaveLength(32);
  expect(await client.send(new VerifyMacCommand({ ...of, Mac }))).toMatchObject({ MacValid: true });
  for (const wrong of [{ KeyId: "other-mac" }, { Message: Buffer.from("arm") }, { Mac: new Uint8Array(32) }])
    await expect(client.send(new VerifyMacCommand({ ...of, Mac, ...wrong }))).rejects.toMatchObject({
      name: "KMSInvalidMacException",
    });
});

test("a key is told with what it is for, and only symmetric ones rotate", async () => {
  const client = account();
  const told = async (KeyId: string) => (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;

  expect(await told("edwards")).toMatchObject({
    KeySpec: "ECC_NIST_EDWARDS25519",
    KeyUsage: "SIGN_VERIFY",
    SigningAlgorithms: ["ED25519_PH_SHA_512", "ED25519_SHA_512"],
  });
  expect(await told("mac")).toMatchObject({
    KeyUsage: "GENERATE_VERIFY_MAC",
    MacAlgorithms: ["HMAC_SHA_256"],
  });
  const rotation = await client.send(new GetKeyRotationStatusCommand({ KeyId: "edwards" }));
  expect(rotation.KeyRotationEnabled).toBe(false);
});

describe("a key that is not for that", () => {
  test.each([
    ["Disabled", "DisabledException"],
    ["PendingDeletion", "KMSInvalidStateException"],
  ] as const)("as it is %s is refused as %s", async (state, error) => {
    const client = account(state);
    const mac = { KeyId: "mac", Message: Buffer.from("a"), MacAlgorithm: "HMAC_SHA_256" } as const;

    await expect(sign(client, "edwards", Buffer.from("a"))).rejects.toMatchObject({ name: error });
    await expect(client.send(new GenerateMacCommand(mac))).rejects.toMatchObject({ name: error });
  });

  test("by its usage or its algorithm is refused so, and one that is not there not found", async () => {
    const client = account();
    const refused = (input: Partial<SignCommandInput>) => sign(client, "edwards", Buffer.from("a"), input);

    for (const wrong of [
      { KeyId: "volumes" },
      { KeyId: "mac" },
      { SigningAlgorithm: "ECDSA_SHA_256" },
    ] as const)
      await expect(refused(wrong)).rejects.toMatchObject({ name: "InvalidKeyUsageException" });
    await expect(refused({ KeyId: "nowhere" })).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(publicKey(client, "mac")).rejects.toMatchObject({ name: "UnsupportedOperationException" });
  });

  test("and an algorithm that the twin has not is refused by its name", async () => {
    const rsa = { SigningAlgorithm: "RSASSA_PSS_SHA_256" } as const;

    await expect(sign(account(), "p256", Buffer.from("a"), rsa)).rejects.toThrow(
      "the twin does not model Sign's SigningAlgorithm 'RSASSA_PSS_SHA_256'",
    );
  });
});
