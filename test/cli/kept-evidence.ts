/** A chain of evidence in an account, signed by its KMS, with its head in the table and one of a day in the bucket. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { evidenceStore } from "../../src/aws/evidence-store.ts";
import { sha256 } from "../../src/aws/sha256.ts";
import { type Canonical, canonical } from "../../src/core/evidence/canonical.ts";
import { type Head, headType, pae, statementType } from "../../src/core/evidence/envelope.ts";
import { headKey, packKey } from "../../src/core/evidence/keys.ts";
import type { ChangePack, Pack } from "../../src/core/evidence/pack.ts";
import { statementText } from "../../src/core/evidence/statement.ts";
import type { Account } from "../aws/account.ts";
import { packOf } from "../core/evidence/chain.ts";

export const subject = "endpoint/chat-assistant";

export async function keepEvidence(
  { aws, now }: Pick<Account, "aws" | "now">,
  length: number,
  more: Partial<ChangePack> = {},
): Promise<void> {
  const store = evidenceStore(aws);
  if (store === undefined) throw new Error("expected a store");
  const retainUntil = new Date(now() + 86_400_000);
  const signed = async (payloadType: string, payload: string): Promise<Canonical> => ({
    payload: Buffer.from(payload).toString("base64"),
    payloadType,
    signatures: [{ ...(await store.sign(pae(payloadType, payload))) }],
  });
  const headOf = async (sequence: number, hash: string) => {
    const head: Head = { subject, sequence, hash, at: "2026-01-06T00:00:00.000Z" };
    return { ...head, envelope: canonical(await signed(headType, canonical(head))) };
  };
  let previous: string | null = null;
  for (let sequence = 1; sequence <= length; sequence++) {
    const pack = { ...packOf(subject, sequence), ...more } as Pack;
    const payload = statementText(pack, { subject, sequence, previous }, sha256);
    const text = canonical({ envelope: await signed(statementType, payload), pack } as Canonical);
    await store.putAbsent(packKey(subject, sequence), text, { retainUntil });
    previous = sha256(payload);
    const head = await headOf(sequence, previous);
    if (sequence === 2) await store.putAbsent(headKey(subject, "2026-01-05"), head.envelope, { retainUntil });
    if (sequence < length) continue;
    const evidence = { next: length + 1, claimed: {}, head };
    const Item = { pk: "lock", sk: subject, fence: 0, evidence };
    await aws.table.send(new PutCommand({ TableName: aws.environment.table, Item }));
  }
}
