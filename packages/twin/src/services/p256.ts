/**
 * ECDSA on P-256 with a nonce that follows from secret and message, for signatures that are the same in every run: Node's own
 * draws its nonce by chance, and signs no digest. Source: FIPS 186-5, section 6.4.1, and SEC 1 for the encodings.
 */
import { createECDH, createHmac, createPublicKey, type KeyObject } from "node:crypto";

/** The order of the curve's base point. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
/** From 1 up to the order, as secrets and nonces must be. */
const within = (bytes: Uint8Array): bigint => (numberOf(bytes) % (order - 1n)) + 1n;

/** The base point times a number, uncompressed: 4, x, y. */
function pointOf(factor: bigint): Buffer {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(bytesOf(factor));
  return curve.getPublicKey();
}

export function p256PublicKey(secret: Uint8Array): KeyObject {
  const point = pointOf(within(secret));
  const part = (from: number, to: number) => point.subarray(from, to).toString("base64url");
  return createPublicKey({
    key: { kty: "EC", crv: "P-256", x: part(1, 33), y: part(33, 65) },
    format: "jwk",
  });
}

/** In DER. */
export function p256Signature(secret: Uint8Array, digest: Uint8Array): Buffer {
  const nonce = within(createHmac("sha256", secret).update(digest).digest());
  const r = numberOf(pointOf(nonce).subarray(1, 33)) % order;
  const s = (inverse(nonce) * (numberOf(digest) + r * within(secret))) % order;
  return tagged(0x30, Buffer.concat([r, s].map(integer)));
}

/** By Fermat's little theorem: the order is prime. */
function inverse(value: bigint): bigint {
  let [result, base] = [1n, value];
  for (let left = order - 2n; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}

/** DER's INTEGER: no needless zero in front, and one where the first bit would make it negative. */
function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return tagged(0x02, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

const tagged = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.of(tag, content.byteLength), content]);
