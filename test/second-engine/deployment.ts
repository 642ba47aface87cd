/** What `npm run package` made, ready to run here: bundles, environments, and the definition with its ARNs. */
import { rmSync } from "node:fs";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { type Json, onlyFile, type Resource } from "../deployment/packaged.ts";

export interface DeployedFunction {
  /** `slipway-dev-shiftTraffic` */
  readonly functionName: string;
  readonly bundlePath: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

export interface Deployment {
  /** By the function's name in serverless.yml: `shiftTraffic`. */
  readonly functions: Readonly<Record<string, DeployedFunction>>;
  /** The Amazon States Language definition, JSON text. */
  readonly definition: string;
  /** Deletes the unpacked bundles. */
  remove(): void;
}

type Resources = Readonly<Record<string, Resource>>;

/** Reads the folder of a package for stage dev. Throws when it is not there, or holds what cannot be resolved. */
export async function readDeployment(folder: string): Promise<Deployment> {
  const template = await readFile(join(folder, "cloudformation-template-update-stack.json"), "utf8");
  const { Resources: resources } = JSON.parse(template) as { Resources: Resources };
  const unpacked = await mkdtemp(join(tmpdir(), "second-engine-"));
  const zips = (await readdir(folder)).filter((name) => name.endsWith(".zip"));
  const functions = await Promise.all(
    zips.map(async (zip): Promise<[string, DeployedFunction]> => {
      const name = zip.replace(".zip", "");
      const bundlePath = join(unpacked, `${name}.cjs`);
      await writeFile(bundlePath, onlyFile(await readFile(join(folder, zip))));
      const logicalId = `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;
      const { Environment, FunctionName, Timeout } = propertiesOf(resources, logicalId);
      const variables = (Environment as { Variables: Record<string, Json> }).Variables;
      const environment = Object.fromEntries(
        Object.entries(variables).map(([key, value]) => [key, given[key] ?? resolved(value, resources)]),
      );
      const timeoutSeconds = Number(Timeout);
      return [name, { functionName: String(FunctionName), bundlePath, environment, timeoutSeconds }];
    }),
  );
  const { DefinitionString } = propertiesOf(resources, "ReleaseStateMachine");
  return {
    functions: Object.fromEntries(functions),
    definition: resolved(DefinitionString ?? null, resources),
    remove: () => rmSync(unpacked, { recursive: true, force: true }),
  };
}

function propertiesOf(resources: Resources, logicalId: string): Resource["Properties"] {
  const found = resources[logicalId];
  if (found === undefined) throw new Error(`expected the resource ${logicalId} in the template`);
  return found.Properties;
}

const { account, region, stack, table, schedulerRoleArn, scheduleGroup, noticesTopic, evidence } =
  rehearsedDeployment;
/** What CloudFormation would know of stage dev. */
const known: Readonly<Record<string, string>> = {
  "AWS::StackName": stack,
  "AWS::AccountId": account,
  "AWS::Region": region,
  "AWS::Partition": "aws",
  Table: table,
  "SchedulerRole.Arn": schedulerRoleArn,
  ScheduleGroup: scheduleGroup,
  Notices: noticesTopic ?? "",
  EvidenceBucket: evidence?.bucket ?? "",
  "EvidenceKey.Arn": evidence?.keyId ?? "",
};

/** The account's roles are those of a rehearsal, whatever the package was made with. */
const given: Readonly<Record<string, string>> = {
  SLIPWAY_ROLE_PARAMETERS: Object.entries(rehearsedDeployment.roleParameters ?? {})
    .map((pair) => pair.join("="))
    .join(" "),
};

/** A value of the template as text: Ref, Fn::GetAtt and Fn::Sub as CloudFormation reads them. */
function resolved(value: Json, resources: Resources): string {
  if (typeof value !== "object" || value === null) return String(value);
  const [[intrinsic, operand] = ["", null]] = Object.entries(value as Record<string, Json>);
  if (intrinsic === "Ref") return reference(String(operand), resources);
  if (intrinsic === "Fn::GetAtt") return reference((operand as string[]).join("."), resources);
  if (intrinsic !== "Fn::Sub")
    throw new Error(`expected Ref, Fn::GetAtt or Fn::Sub, found ${JSON.stringify(value)}`);
  const [text = "", variables = {}] = [operand].flat() as [string, Record<string, Json>?];
  return text.replace(/\$\{([^!}]+)\}/g, (_, name: string) =>
    variables[name] === undefined ? reference(name, resources) : resolved(variables[name], resources),
  );
}

function reference(name: string, resources: Resources): string {
  const found = known[name];
  if (found !== undefined) return found;
  const [logicalId = "", attribute] = name.split(".");
  const { Type, Properties } = resources[logicalId] ?? {};
  if (Type === "AWS::Lambda::Function" && attribute === "Arn")
    return `arn:aws:lambda:${region}:${account}:function:${String(Properties?.["FunctionName"])}`;
  if (Type === "AWS::Lambda::Version" || Type === "AWS::Lambda::Alias")
    return `${resolvedFunction(Properties?.["FunctionName"] ?? null, resources)}:1`;
  throw new Error(`expected something that is known of stage dev, found a reference to ${name}`);
}

/** A function is named by its name or its ARN. */
function resolvedFunction(value: Json, resources: Resources): string {
  const { Ref } = (value ?? {}) as { Ref?: string };
  return Ref === undefined ? resolved(value, resources) : reference(`${Ref}.Arn`, resources);
}
