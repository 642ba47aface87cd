/** Step Functions of an account with several state machines: a call goes to the machine that its ARN names. */
import type { Operation, Service } from "./service.ts";

export interface Machine {
  readonly arn: string;
  readonly service: Service;
}

/** An ARN that is no machine's is the first one's to refuse. */
export function severalMachines([first, ...others]: readonly [Machine, ...Machine[]]): Service {
  const serviceOf = ({ stateMachineArn, executionArn }: Readonly<Record<string, unknown>>): Service => {
    const named = String(stateMachineArn ?? executionArn).replace(":execution:", ":stateMachine:");
    return others.find(({ arn }) => named === arn || named.startsWith(`${arn}:`))?.service ?? first.service;
  };
  const operations = Object.keys(first.service.operations).map((name): [string, Operation] => [
    name,
    (input, call) => {
      const operation = serviceOf(input).operations[name];
      if (operation === undefined) throw new Error(`there is no operation ${name}`);
      return operation(input, call);
    },
  ]);
  return { ...first.service, operations: Object.fromEntries(operations) };
}
