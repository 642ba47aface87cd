/**
 * What MLflow's webhooks are held to: that they are signed with the secret, and fresh. Signed is what was sent, to the byte, with
 * its id and its time (mlflow/webhooks/delivery.py: "v1," and the base64 of an HMAC-SHA256 over `ID.TIME.BODY`).
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { EpochMs } from "../core/units.ts";

/** What is read of a delivery, as its headers and its body say it. */
export interface Delivery {
  readonly id: string;
  /** Epoch seconds, in a text. */
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
}

/**
 * Chosen: MLflow tries a delivery three times more within some two minutes, with the same time, and clocks differ. What is
 * played again within it finds the execution that it had started. Milliseconds.
 */
export const freshMs = 300_000;

/** A delivery by what its request has; a text where it cannot be one. `headers`: by their names in lower case. */
export function deliveryIn(
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): Delivery | string {
  const lacks = Object.values(names).filter((name) => !headers[name]);
  if (lacks.length > 0)
    return `expected the headers of an MLflow webhook with a secret, found no ${lacks.join(" and no ")}`;
  const of = (name: keyof typeof names) => headers[names[name]] ?? "";
  return { id: of("id"), timestamp: of("timestamp"), signature: of("signature"), body };
}

const names = {
  id: "x-mlflow-delivery-id",
  timestamp: "x-mlflow-timestamp",
  signature: "x-mlflow-signature",
} as const;

/** Why it is not fresh, which is seen before any secret is read; undefined where it is. */
export function staleness({ timestamp }: Delivery, nowMs: EpochMs): string | undefined {
  const told = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN;
  if (Math.abs(nowMs - told) <= freshMs) return undefined;
  return `expected a time within ${freshMs / 60_000} minutes of now in ${names.timestamp}, found ${JSON.stringify(timestamp)}`;
}

export function signatureOf({ id, timestamp, body }: Omit<Delivery, "signature">, secret: string): string {
  const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`, "utf8");
  return `v1,${mac.digest("base64")}`;
}

/** Whether it was signed with the secret. */
export function isSignedWith({ signature, ...signed }: Delivery, secret: string): boolean {
  const [own, theirs] = [Buffer.from(signatureOf(signed, secret)), Buffer.from(signature)];
  return own.length === theirs.length && timingSafeEqual(own, theirs);
}
