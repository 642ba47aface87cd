/**
 * Stands where AWS would ask for permission in a rehearsal: before each call of a Lambda, before the state machine
 * invokes one, and before a rule or a schedule starts something. Whoever calls from outside is not asked, nor is a
 * function or a role that the deployment has not: it is somebody's own.
 */
import type { Call } from "../services/service.ts";
import { AwsError } from "../vocabulary/aws-error.ts";
import { account } from "../world/state.ts";
import type { Context } from "./conditions.ts";
import type { Decision } from "./evaluate.ts";
import { arns, wildcards } from "./pattern.ts";
import { type Principal, principalsOf } from "./principals.ts";
import type { Facts, Requirement } from "./requirement.ts";
import { requirementsOf } from "./requirements.ts";
import type { Roles } from "./roles.ts";

export interface Gate {
  /** @throws AwsError, in the words of the service that refuses, when the function of a state may not make a call. */
  call(call: Call, state: string): void;
  /** What the function of a state calls with: an ARN, as AWS tells of its session. */
  callerOf(state: string): string | undefined;
  /** @throws AwsError when the state machine may not invoke the function of a state. */
  task(state: string): void;
  /** @throws AwsError when the rule may not start its state machine, or the role of a schedule the one it names. */
  start(by: "rule" | { readonly scheduleRole: string; readonly machine: string }): void;
  /** @throws AwsError when the rule or the rate that names a function may not invoke it. */
  invoke(name: string, on: "event" | "schedule"): void;
  /** What was asked so far, each once: for which principal, and what for. */
  asked(): readonly Asked[];
  /** Of these, what no policy allowed, oldest first. */
  denied(): readonly Asked[];
}

/** One question to the policies of one principal, by its name in the Roles. */
export interface Asked {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly keys?: Context;
}

/** `stateMachineArn` is the machine that the roles are deployed with. */
export function openGate(roles: Roles, facts: Facts, stateMachineArn: string): Gate {
  const asked = new Map<string, Asked>();
  const denied: Asked[] = [];
  const ask = (principal: Principal, requirement: Requirement, service: string): void => {
    const { action, resource, keys } = requirement;
    const question = `${action} ${resource} ${keys === undefined ? "" : JSON.stringify(keys)}`;
    const key = `${principal.name} ${question}`;
    const { effect } = principal.decide(question, requirement);
    if (!asked.has(key)) {
      const one = { principal: principal.name, action, resource, ...(keys && { keys }) };
      asked.set(key, one);
      if (effect !== "allow") denied.push(one);
    }
    if (effect !== "allow") throw refusal(principal, requirement, { effect, service });
  };
  const principals = principalsOf(roles, stateMachineArn);
  const starting = (machine: string) => ({ action: "states:StartExecution", resource: machine });
  return {
    call(call, state) {
      const principal = principals.functionOf(state);
      if (principal === undefined) return;
      for (const requirement of requirementsOf(call, facts)) ask(principal, requirement, call.service);
    },
    callerOf: (state) => principals.functionOf(state)?.arn,
    task(state) {
      const resource = roles.tasks[state] ?? state;
      ask(principals.machine, { action: "lambda:InvokeFunction", resource }, "lambda");
    },
    start(by) {
      if (by === "rule") {
        if (principals.rule !== undefined) ask(principals.rule, starting(stateMachineArn), "states");
        return;
      }
      if (by.scheduleRole === `arn:aws:iam::${account}:role/${roles.scheduler.role}`)
        ask(principals.scheduler, starting(by.machine), "states");
    },
    invoke(name, on) {
      if (roles.functions[name] !== undefined && !mayInvoke(roles, name, on))
        throw new AwsError("AccessDeniedException", `no rule on ${on} may invoke ${name} by its policy`);
    },
    asked: () => [...asked.values()],
    denied: () => [...denied],
  };
}

/** A function's own policy: who may invoke it, and on behalf of which rule. */
function mayInvoke(roles: Roles, name: string, on: "event" | "schedule"): boolean {
  const arn = roles.functions[name]?.arn;
  const rules = roles.rules.filter((rule) => rule.on === on && rule.target === arn);
  return rules.some((rule) =>
    roles.invokers.some(
      ({ Action, FunctionName, Principal: service, SourceArn = "*" }) =>
        Action === "lambda:InvokeFunction" &&
        FunctionName === arn &&
        service === "events.amazonaws.com" &&
        (SourceArn === "*" ? wildcards : arns)(SourceArn)(rule.arn),
    ),
  );
}

/** What a REST service refuses with; the others answer 400. SageMaker's 400 is observed (aws/aws-cdk#11594). */
const forbidden: ReadonlySet<string> = new Set(["scheduler", "sagemaker-runtime", "lambda", "s3"]);

/**
 * Access denied as AWS words it (IAM user guide, access denied error messages). Unconfirmed: that Application Auto
 * Scaling's ValidationException carries the same words, and the status of services other than SageMaker.
 */
function refusal(
  { arn }: Principal,
  { action, resource, refusedAs }: Requirement,
  { effect, service }: { effect: Exclude<Decision["effect"], "allow">; service: string },
): AwsError {
  const why =
    effect === "explicit-deny"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
  const on = resource === "*" ? "" : ` on resource: ${resource}`;
  const message = `User: ${arn} is not authorized to perform: ${action}${on} ${why}`;
  return new AwsError(refusedAs ?? "AccessDeniedException", message, {
    statusCode: forbidden.has(service) ? 403 : 400,
  });
}
