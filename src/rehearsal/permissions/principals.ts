/**
 * Who is asked in a deployment: the roles that its functions, its state machine, its rule and its schedules run with,
 * each assumed by the service that uses it.
 */
import type { Deployment } from "../../core/deployment.ts";
import { type Decision, policiesOf } from "./evaluate.ts";
import { everyRequest, type Requirement } from "./requirement.ts";
import type { RoleOf, Roles, TrustStatement } from "./roles.ts";

export interface Principal {
  /** `ShiftTraffic`, `machine`, `rule`, `scheduler`. */
  readonly name: string;
  /** Of the session: `arn:aws:sts::…:assumed-role/ROLE/SESSION`. */
  readonly arn: string;
  decide(question: string, requirement: Requirement): Decision;
}

export interface Principals {
  /** Undefined for what the deployment has no function of. */
  functionOf(state: string): Principal | undefined;
  readonly machine: Principal;
  readonly rule: Principal;
  readonly scheduler: Principal;
}

/** Policies and their decisions outlive a run: the same roles are asked the same in all of them. */
const known = new WeakMap<Roles, Principals>();

export function principalsOf(roles: Roles, deployment: Deployment): Principals {
  const found = known.get(roles);
  if (found !== undefined) return found;
  const { account, region, stateMachineArn } = deployment;
  const functions = new Map(
    Object.entries(roles.functions).map(([state, role]) => [
      state,
      principal(state, role, {
        account,
        service: "lambda.amazonaws.com",
        session: role.arn.split(":").at(-1) ?? state,
      }),
    ]),
  );
  const starter = roles.rules.find((rule) => rule.target === stateMachineArn);
  if (starter?.role === undefined)
    throw new Error("expected a rule that starts the state machine, found none");
  const opened: Principals = {
    functionOf: (state) => functions.get(state),
    machine: principal("machine", roles.machine, {
      account,
      service: `states.${region}.amazonaws.com`,
      session: "release",
      sourceArn: stateMachineArn,
    }),
    rule: principal("rule", starter.role, {
      account,
      service: "events.amazonaws.com",
      session: "rule",
      sourceArn: starter.arn,
    }),
    scheduler: principal("scheduler", roles.scheduler, {
      account,
      service: "scheduler.amazonaws.com",
      session: "schedule",
    }),
  };
  known.set(roles, opened);
  return opened;
}

interface Assumed {
  readonly account: string;
  readonly service: string;
  readonly session: string;
  /** What the service acts for, where it says so. */
  readonly sourceArn?: string;
}

/** @throws Error when the service may not assume the role: then nothing of it could run. */
function principal(name: string, { role, trust, statements }: RoleOf, assumed: Assumed): Principal {
  if (!trust.some((statement) => trusts(statement, assumed)))
    throw new Error(`${assumed.service} may not assume the role ${role}`);
  const policies = policiesOf(statements);
  const decisions = new Map<string, Decision>();
  return {
    name,
    arn: `arn:aws:sts::${assumed.account}:assumed-role/${role}/${assumed.session}`,
    decide(question, { action, resource, keys }) {
      const before = decisions.get(question);
      if (before !== undefined) return before;
      const decision = policies({ action, resource, context: { ...everyRequest, ...keys } });
      decisions.set(question, decision);
      return decision;
    },
  };
}

function trusts({ Principal: { Service }, ...statement }: TrustStatement, assumed: Assumed): boolean {
  if (![Service].flat().includes(assumed.service)) return false;
  const context = {
    ...everyRequest,
    "aws:sourceaccount": assumed.account,
    "aws:sourcearn": assumed.sourceArn,
  };
  const policies = policiesOf([{ ...statement, Resource: "*" }]);
  return policies({ action: "sts:AssumeRole", resource: "*", context }).effect === "allow";
}
