/**
 * What Lambda asks of its caller: a function's alias or version, and for aliases the function.
 *
 * Source: Service Authorization Reference.
 */
import type { Input } from "../services/service.ts";
import { arnOf, type Requires, text } from "./requirement.ts";

/** A name, an ARN or the last parts of one. */
const functionOf = (input: Input): string => {
  const nameOrArn = text(input, "FunctionName");
  return `function:${nameOrArn.slice(nameOrArn.lastIndexOf(":") + 1)}`;
};

const onQualified =
  (operation: string): Requires =>
  (input) => [
    {
      action: `lambda:${operation}`,
      resource: arnOf("lambda", `${functionOf(input)}:${text(input, "Qualifier")}`),
    },
  ];

export const lambda: Readonly<Record<string, Requires>> = {
  GetAlias: (input) => [{ action: "lambda:GetAlias", resource: arnOf("lambda", functionOf(input)) }],
  GetProvisionedConcurrencyConfig: onQualified("GetProvisionedConcurrencyConfig"),
  PutProvisionedConcurrencyConfig: onQualified("PutProvisionedConcurrencyConfig"),
  DeleteProvisionedConcurrencyConfig: onQualified("DeleteProvisionedConcurrencyConfig"),
};
