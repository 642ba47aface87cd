/** CloudFormation, as far as it says what stacks there are and what they put out: the way from a stage to its things. */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { text } from "./protocol-input.ts";
import { notModelled, type Service } from "./service.ts";

export interface Stack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly createdMs: number;
  readonly description: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export function cloudFormation(stacks: readonly Stack[]): Service {
  return {
    name: "cloudformation",
    title: "CloudFormation",
    protocol: {
      kind: "query",
      version: "2010-05-15",
      xmlNamespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    },
    operations: {
      DescribeStacks(input) {
        const unknown = Object.keys(input).find((name) => name !== "StackName");
        if (unknown !== undefined) throw notModelled(`CloudFormation.DescribeStacks with ${unknown}`);
        const wanted = text(input, "StackName");
        const found = stacks.filter((stack) => [undefined, stack.name, idOf(stack)].includes(wanted));
        // The wording is that of the service; only the code is documented (API reference, DescribeStacks).
        if (found.length === 0 && wanted !== undefined)
          throw new AwsError("ValidationError", `Stack with id ${wanted} does not exist`);
        return { Stacks: found.map(described) };
      },
    },
  };
}

const idOf = ({ account, region, name }: Stack) =>
  `arn:aws:cloudformation:${region}:${account}:stack/${name}/00000000-0000-4000-8000-000000000000`;

function described(stack: Stack): Json {
  return {
    StackId: idOf(stack),
    StackName: stack.name,
    Description: stack.description,
    CreationTime: new Date(stack.createdMs).toISOString(),
    StackStatus: "CREATE_COMPLETE",
    Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };
}
