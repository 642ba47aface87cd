/**
 * The provisioned concurrency of a function that a release leans on: so many instances at least. Named by Application Auto
 * Scaling's resource id.
 */
import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  ProvisionedConcurrencyConfigNotFoundException,
  ProvisionedConcurrencyStatusEnum,
  PutProvisionedConcurrencyConfigCommand,
  ResourceConflictException,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { defineLease } from "./lease.ts";

function partsOf(name: string): { readonly FunctionName: string; readonly Qualifier: string } {
  const [, FunctionName = "", Qualifier = ""] = name.split(":");
  return { FunctionName, Qualifier };
}

export const lambdaConcurrency = defineLease({
  kind: "lambda-concurrency",
  async view({ lambda }, name) {
    try {
      const found = await lambda.send(new GetProvisionedConcurrencyConfigCommand(partsOf(name)));
      const { RequestedProvisionedConcurrentExecutions: asked = 0, Status, StatusReason } = found;
      const isReady = Status === ProvisionedConcurrencyStatusEnum.READY;
      // What is allocated while more is prepared can be used; `Available` is less what is in use.
      const there = isReady ? asked : (found.AllocatedProvisionedConcurrentExecutions ?? 0);
      const isFailed = Status === ProvisionedConcurrencyStatusEnum.FAILED;
      return { asked, there, ...(isFailed && { failure: StatusReason ?? "Lambda gave no reason" }) };
    } catch (error) {
      if (error instanceof ProvisionedConcurrencyConfigNotFoundException) return { asked: 0, there: 0 };
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  },
  async lower({ lambda }, name, to) {
    const of = partsOf(name);
    try {
      if (to === 0) await lambda.send(new DeleteProvisionedConcurrencyConfigCommand(of));
      else
        await lambda.send(
          new PutProvisionedConcurrencyConfigCommand({ ...of, ProvisionedConcurrentExecutions: to }),
        );
      return true;
    } catch (error) {
      // "another operation is in progress" (API reference).
      if (error instanceof ResourceConflictException) return false;
      throw error;
    }
  },
});
