/**
 * What people answered, an item each in a partition of the release's own: only the function that AWS has authenticated them for
 * may write there, and nobody changes or deletes what stands.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Approval, answerExpiresAt, isCounted, ruleOf, saidSince } from "../core/release/approving.ts";
import { answerUntil, momentOf } from "../core/release/asking.ts";
import type { EpochSeconds } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { itemsOf } from "./partition.ts";

const partition = (releaseId: string) => `answer#${releaseId}`;

/** Everything that was answered of a release, oldest stage first; what this version cannot read counts for nothing. */
export async function approvalsOf(aws: Aws, releaseId: string): Promise<readonly Approval[]> {
  const found: Approval[] = [];
  for await (const item of itemsOf(aws, partition(releaseId))) {
    const { success, data } = Approval.safeParse(item);
    if (success) found.push(data);
  }
  return found;
}

type Asked = Parameters<typeof answerUntil>[0] & {
  readonly before: { readonly lookedAt: EpochSeconds } | undefined;
};

/**
 * What people have answered of a stage so far, where its plan asks them, and whether a side has since the look before; with the
 * answers that it rests on.
 */
export async function saidOf(aws: Aws, releaseId: string, asked: Asked) {
  const [rule, untilSeconds] = [ruleOf(asked.plan), answerUntil(asked)];
  if (rule === undefined || untilSeconds === undefined) return undefined;
  const stage = { stage: asked.stage, shiftedAt: momentOf(asked.shiftedAtSeconds), untilSeconds };
  const approvals = await approvalsOf(aws, releaseId);
  const said = saidSince(stage, approvals, { rule, sinceSeconds: asked.before?.lookedAt });
  return { ...said, counted: approvals.filter((one) => isCounted(one, stage, said)) };
}

/** Adds one; the same by the same person stands as it was given first. */
export async function addApproval({ table, environment }: Aws, approval: Approval): Promise<void> {
  const { releaseId, stage, shiftedAt, answer, by } = approval;
  const sk = [stage, shiftedAt, answer, by.person].join("#");
  const Item = { pk: partition(releaseId), sk, expiresAt: answerExpiresAt(approval), ...approval };
  try {
    await table.send(
      new PutCommand({ TableName: environment.table, Item, ConditionExpression: "attribute_not_exists(pk)" }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
