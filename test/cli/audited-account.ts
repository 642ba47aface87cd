/** An account in which a release has changed an endpoint's minimum and count, with evidence stored, and others their part. */
import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import { UpdateEndpointWeightsAndCapacitiesCommand } from "@aws-sdk/client-sagemaker";
import { make } from "../../src/aws/changes.ts";
import { connect, type Wire } from "../../src/aws/clients.ts";
import { finishEvidence } from "../../src/aws/evidence.ts";
import { evidenceStore } from "../../src/aws/evidence-store.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { allLocks, readLock } from "../../src/aws/lock-item.ts";
import { sweepDays } from "../../src/aws/scaling-days.ts";
import type { Intent } from "../../src/core/release/change.ts";
import { countOf, scalingOf } from "../../src/core/release/resources.ts";
import type { Account } from "../aws/account.ts";
import { holding, subject } from "../aws/releases.ts";

type With = Pick<Account, "aws" | "tools">;

export const ofScaling = scalingOf("chat-assistant", "v6");
export const ofCount = countOf("chat-assistant", "v6");

/** Changes of a release, each stored by itself. */
export async function changed(account: Account, intents: readonly Intent[]): Promise<void> {
  const release = await holding(account);
  for (const intent of intents) {
    await make(account.tools, await Ledger.open(account.aws, release), intent);
    await stored(account);
    account.wait(5);
    account.settle();
  }
}

async function stored({ tools, aws }: With): Promise<void> {
  await finishEvidence(tools, evidenceStore(aws), {
    subject,
    item: await readLock(aws, subject),
    by: "sweep",
  });
}

export const raised = (to: number, id = `raise-${to}`): Intent => ({
  ...{ id, resource: ofScaling },
  to: (before) => ({ ...(before as { min: number }), min: to }),
});

/** The clients of somebody with a key of their own. */
const clientsOf = ({ wire }: Account, key: string) => {
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20261123/eu-west-1/x/aws4_request`;
  return connect({
    handle: (request: { headers: Readonly<Record<string, string>> }) =>
      wire.handle(Object.assign(request, { headers: { ...request.headers, authorization } }) as never),
  } as Wire);
};

export async function minimumBy(account: Account, key: string, MinCapacity: number): Promise<void> {
  await clientsOf(account, key).scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "sagemaker",
      ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
      ResourceId: ofScaling.name,
      MinCapacity,
    }),
  );
}

export async function countBy(account: Account, key: string, DesiredInstanceCount: number): Promise<void> {
  await clientsOf(account, key).sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: "chat-assistant",
      DesiredWeightsAndCapacities: [{ VariantName: "v6", DesiredInstanceCount }],
    }),
  );
}

/** Without anybody's key it is a step's, and no ledger knows of it. */
export async function minimumUntold({ aws }: With, MinCapacity: number): Promise<void> {
  await aws.scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "sagemaker",
      ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
      ResourceId: ofScaling.name,
      MinCapacity,
    }),
  );
}

/** What the sweep tells of days that are over. */
export async function sweepOf({ tools, aws }: With): Promise<void> {
  const store = evidenceStore(aws);
  if (store === undefined) throw new Error("expected a store");
  await sweepDays(tools, store, await allLocks(aws));
}

/** Auto scaling moves the fleet by its policy, now, as far as it tells. */
export function scalesByPolicy({ world }: Pick<Account, "world">, to: number): void {
  const target = [...world.state.scalableTargets.values()].find(
    ({ resourceId }) => resourceId === ofScaling.name,
  );
  if (target === undefined) throw new Error("expected a target");
  const { scalingActivities: all } = world.state;
  const reason = { by: "policy", policy: "keep-70", side: "high" } as const;
  all.push({
    id: `moved-${all.length}`,
    target,
    reason,
    description: `Setting desired instance count to ${to}.`,
    cause: "monitor alarm high in state ALARM triggered policy keep-70",
    startMs: world.nowMs,
    statusCode: "Successful",
    statusMessage: "",
  });
}
