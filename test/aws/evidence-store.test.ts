/** The store of evidence on the twin: what is signed by which key, and that no object is written twice. */
import { createPublicKey, verify } from "node:crypto";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { type EvidenceStore, evidenceStore, signingKeyOf } from "../../src/aws/evidence-store.ts";
import { sha256 } from "../../src/aws/sha256.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { openAccount } from "./account.ts";

const place = rehearsedDeployment.evidence;
if (place === undefined) throw new Error("expected the rehearsed deployment to keep evidence");

function opened() {
  const account = openAccount();
  const store = evidenceStore(account.aws);
  if (store === undefined) throw new Error("expected a store");
  return { ...account, store };
}
const until = (account: { world: { startMs: number } }, hours: number) => ({
  retainUntil: new Date(account.world.startMs + hours * 3_600_000),
});
async function listed(store: EvidenceStore, prefix: string): Promise<string[]> {
  const keys = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

test("a deployment without evidence has no store", () => {
  const { aws } = openAccount();
  const { evidence: _, ...environment } = aws.environment;

  expect(evidenceStore({ ...aws, environment })).toBeUndefined();
});

test.each(["ECC_NIST_EDWARDS25519", "ECC_NIST_P256"] as const)(
  "what is signed by a key of %s is verified by that key, which its name is the digest of",
  async (spec) => {
    const { store, world, aws } = opened();
    const id = place.keyId.split("/").at(-1) ?? "";
    const key = world.state.keys.get(id);
    if (key !== undefined) world.state.keys.set(id, { ...key, spec });
    const message = new TextEncoder().encode("DSSEv1 …");

    const { keyid, sig } = await store.sign(message);
    const { spki } = await signingKeyOf(aws, place);

    expect(keyid).toBe(sha256(spki));
    const publicKey = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    const hash = spec === "ECC_NIST_P256" ? "sha256" : null;
    expect(verify(hash, message, publicKey, Buffer.from(sig, "base64"))).toBe(true);
  },
);

test("a key that signs by nothing known here is named", async () => {
  const { aws, world } = openAccount();
  const id = place.keyId.split("/").at(-1) ?? "";
  const key = world.state.keys.get(id);
  if (key !== undefined) world.state.keys.set(id, { ...key, spec: "HMAC_256" });

  await expect(signingKeyOf(aws, place)).rejects.toThrow(/HMAC_256/);
});

test("the public key is asked for once, but again where that failed", async () => {
  const { store, calls, fail } = opened();
  const asked = () => calls.filter(({ operation }) => operation === "GetPublicKey").length;
  fail("GetPublicKey", new AwsError("DisabledException", "disabled"), 1);

  await expect(store.sign(new Uint8Array([1]))).rejects.toMatchObject({ name: "DisabledException" });
  await store.sign(new Uint8Array([1]));
  await store.sign(new Uint8Array([2]));

  expect(asked()).toBe(2);
});

test("an object is written once, whatever comes under its name later, and is locked until its time", async () => {
  const account = opened();
  const { store, aws, world } = account;

  expect(await store.putAbsent("packs/a/1.json", "first", until(account, 2))).toBe("written");
  for (const again of ["first", "second"])
    expect(await store.putAbsent("packs/a/1.json", again, until(account, 2))).toBe("there");
  expect(await store.get("packs/a/1.json")).toBe("first");
  const version = world.state.objectVersions.get(`${place.bucket}/packs/a/1.json`)?.at(-1);
  expect(version?.retention).toEqual({ mode: "GOVERNANCE", untilMs: world.startMs + 7_200_000 });
  const VersionId = version?.id;
  await expect(
    aws.s3.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: "packs/a/1.json", VersionId })),
  ).rejects.toMatchObject({ name: "AccessDenied" });
});

test("where somebody else is at the same key it is tried again, three times at most", async () => {
  const account = opened();
  const conflict = new AwsError("ConditionalRequestConflict", "at once", { statusCode: 409 });
  account.fail("PutObject", conflict, 3);

  expect(await account.store.putAbsent("a", "text", until(account, 1))).toBe("written");
  account.fail("PutObject", conflict, 4);
  await expect(account.store.putAbsent("b", "text", until(account, 1))).rejects.toMatchObject({
    name: "ConditionalRequestConflict",
  });
});

test("what is not there is undefined, and what is refused is thrown", async () => {
  const { store, fail } = opened();

  expect(await store.get("nothing")).toBeUndefined();
  fail("GetObject", new AwsError("AccessDenied", "no", { statusCode: 403 }), 1);
  await expect(store.get("nothing")).rejects.toMatchObject({ name: "AccessDenied" });
});

test("all keys that begin so are listed in order, beyond what one page holds", async () => {
  const { store, world } = opened();
  const keys = Array.from({ length: 2_345 }, (_, nth) => `packs/a/${String(nth).padStart(10, "0")}.json`);
  for (const key of [...keys.toReversed(), "packs/b/1.json"])
    world.state.objects.set(`${place.bucket}/${key}`, "{}");

  expect(await listed(store, "packs/a/")).toEqual(keys);
  expect(await listed(store, "packs/c/")).toEqual([]);
});
