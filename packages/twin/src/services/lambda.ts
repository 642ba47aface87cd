/** AWS Lambda in the twin, as far as provisioned concurrency goes: its configuration, and aliases that may have one. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { called } from "../world/events.ts";
import type { World } from "../world/region.ts";
import { setCapacity } from "../world/scalables/capacity.ts";
import type { Scalable } from "../world/scalables/scalable-state.ts";
import { arn } from "../world/state.ts";
import { members, present } from "./members.ts";
import { onTime } from "./on-time.ts";
import type { RawAnswer, Route, Service } from "./service.ts";

const concurrencyPath = "/2019-09-30/functions/{FunctionName}/provisioned-concurrency";
const routes: readonly Route[] = [
  { method: "PUT", path: concurrencyPath, operation: "PutProvisionedConcurrencyConfig" },
  { method: "GET", path: concurrencyPath, operation: "GetProvisionedConcurrencyConfig" },
  { method: "DELETE", path: concurrencyPath, operation: "DeleteProvisionedConcurrencyConfig" },
  { method: "GET", path: "/2015-03-31/functions/{FunctionName}/aliases/{Name}", operation: "GetAlias" },
  { method: "GET", path: "/2015-03-31/functions/{FunctionName}/aliases", operation: "ListAliases" },
  { method: "GET", path: "/2015-03-31/functions/{FunctionName}", operation: "GetFunction" },
  {
    method: "GET",
    path: "/2015-03-31/functions/{FunctionName}/versions",
    operation: "ListVersionsByFunction",
  },
  { method: "POST", path: "/2015-03-31/functions/{FunctionName}/invocations", operation: "Invoke" },
];

/** REST JSON (service model 2015-03-31, botocore 1.43). */
export function lambda(world: World): Service {
  return {
    name: "lambda",
    title: "Lambda",
    protocol: { kind: "rest", routes },
    operations: onTime(world, {
      PutProvisionedConcurrencyConfig: (input) =>
        put(world, members({ operation: "PutProvisionedConcurrencyConfig", schema: wanted }, input)),
      GetProvisionedConcurrencyConfig: (input) =>
        get(world, members({ operation: "GetProvisionedConcurrencyConfig", schema: qualified }, input)),
      DeleteProvisionedConcurrencyConfig: (input) =>
        remove(world, members({ operation: "DeleteProvisionedConcurrencyConfig", schema: qualified }, input)),
      GetAlias: (input) => getAlias(world, members({ operation: "GetAlias", schema: named }, input)),
    }),
  };
}

const FunctionName = z.string().min(1).max(140);
const qualified = z.strictObject({ FunctionName, Qualifier: z.string().min(1).max(128) });
const wanted = qualified.extend({ ProvisionedConcurrentExecutions: z.int().min(1) });
const named = z.strictObject({ FunctionName, Name: z.string().min(1).max(128) });

function put(world: World, input: z.output<typeof wanted>): RawAnswer {
  const scalable = find(world, input);
  const { ProvisionedConcurrentExecutions: to } = input;
  setCapacity(world, { scalable, to }, called("PutProvisionedConcurrencyConfig"));
  return answer(202, config(scalable));
}

function get(world: World, input: z.output<typeof qualified>): Json {
  const scalable = find(world, input);
  if (scalable.desired === 0)
    throw new AwsError(
      "ProvisionedConcurrencyConfigNotFoundException",
      "No Provisioned Concurrency Config found for this function",
      { statusCode: 404 },
    );
  return config(scalable);
}

/** That deleting what is not there succeeds is unconfirmed: its errors name no other. */
function remove(world: World, input: z.output<typeof qualified>): RawAnswer {
  const scalable = find(world, input);
  if (scalable.desired > 0)
    setCapacity(world, { scalable, to: 0 }, called("DeleteProvisionedConcurrencyConfig"));
  return answer(204, undefined);
}

function getAlias(world: World, { FunctionName: of, Name }: z.output<typeof named>): Json {
  const scalable = world.state.scalables.get(idOf(of, Name));
  if (scalable === undefined || /^\d+$/.test(Name))
    throw notFound(`Cannot find alias arn: ${functionArn(of, Name)}`);
  return {
    AliasArn: functionArn(of, Name),
    Name,
    FunctionVersion: "1",
    Description: "",
    RevisionId: `00000000-0000-4000-8000-${scalable.creationMs.toString(16).padStart(12, "0")}`,
  };
}

/** The version or alias that is named, which `$LATEST` cannot be. */
function find(world: World, { FunctionName: of, Qualifier }: z.output<typeof qualified>): Scalable {
  // In the words of hashicorp/terraform-provider-aws#12120.
  if (Qualifier === "$LATEST")
    throw new AwsError(
      "InvalidParameterValueException",
      "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
    );
  const scalable = world.state.scalables.get(idOf(of, Qualifier));
  if (scalable === undefined) throw notFound(`Function not found: ${functionArn(of, Qualifier)}`);
  return scalable;
}

const notFound = (message: string): AwsError =>
  new AwsError("ResourceNotFoundException", message, { statusCode: 404 });

/** A name, an ARN or the last parts of one. */
const shortName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf(":") + 1);
const idOf = (of: string, qualifier: string): string => `function:${shortName(of)}:${qualifier}`;
const functionArn = (of: string, qualifier: string): string => arn("lambda", idOf(of, qualifier));

function config({ desired, ready, changing, short, lastModifiedMs }: Scalable): Json {
  return {
    RequestedProvisionedConcurrentExecutions: desired,
    AvailableProvisionedConcurrentExecutions: Math.min(ready, desired),
    AllocatedProvisionedConcurrentExecutions: Math.min(ready, desired),
    Status: changing ? "IN_PROGRESS" : short ? "FAILED" : "READY",
    // One of the reasons that accounts have seen (serverless/serverless#7250).
    ...present("StatusReason", !changing && short ? "FUNCTION_ERROR_INIT_FAILURE" : undefined),
    LastModified: new Date(lastModifiedMs).toISOString().replace(/\.\d+Z$/, "+0000"),
  };
}

const answer = (statusCode: number, body: Json | undefined): RawAnswer => ({
  raw: {
    statusCode,
    headers: { "content-type": "application/json" },
    body: body === undefined ? "" : JSON.stringify(body),
  },
});
