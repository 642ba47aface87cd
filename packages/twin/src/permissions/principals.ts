/**
 * Who is asked in a deployment: the roles that its functions, its state machine, its rule and its schedules run with,
 * each assumed by the service that uses it.
 */
import { account, region } from "../world/state.ts";
import { type Decision, policiesOf } from "./evaluate.ts";
import { everyRequest, type Requirement } from "./requirement.ts";
import type { RoleOf, Roles, TrustStatement } from "./roles.ts";

export interface Principal {
  /** `Charge`, `machine`, `rule`, `scheduler`. */
  readonly name: string;
  /** Of the session: `arn:aws:sts::…:assumed-role/ROLE/SESSION`. */
  readonly arn: string;
  decide(question: string, requirement: Requirement): Decision;
}

export interface Principals {
  /** Undefined for what the deployment has no function of. */
  functionOf(state: string): Principal | undefined;
  readonly machine: Principal;
  /** Of the rule that starts the machine, where there is one. */
  readonly rule: Principal | undefined;
  readonly scheduler: Principal;
}

/** Policies and their decisions outlive a run: the same roles are asked the same in all of them. */
const known = new WeakMap<Roles, Principals>();

/** @throws Error when a rule starts the machine without a role. */
export function principalsOf(roles: Roles, stateMachineArn: string): Principals {
  const found = known.get(roles);
  if (found !== undefined) return found;
  const functions = new Map(
    Object.entries(roles.functions).map(([state, role]) => [
      state,
      principal(state, role, {
        service: "lambda.amazonaws.com",
        session: role.arn.split(":").at(-1) ?? state,
      }),
    ]),
  );
  const starter = roles.rules.find((rule) => rule.target === stateMachineArn);
  if (starter !== undefined && starter.role === undefined)
    throw new Error("expected the rule that starts the state machine to have a role, found none");
  const opened: Principals = {
    functionOf: (state) => functions.get(state),
    machine: principal("machine", roles.machine, {
      service: `states.${region}.amazonaws.com`,
      session: "machine",
      sourceArn: stateMachineArn,
    }),
    rule:
      starter?.role &&
      principal("rule", starter.role, {
        service: "events.amazonaws.com",
        session: "rule",
        sourceArn: starter.arn,
      }),
    scheduler: principal("scheduler", roles.scheduler, {
      service: "scheduler.amazonaws.com",
      session: "schedule",
    }),
  };
  known.set(roles, opened);
  return opened;
}

interface Assumed {
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
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${assumed.session}`,
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
    "aws:sourceaccount": account,
    "aws:sourcearn": assumed.sourceArn,
  };
  const policies = policiesOf([{ ...statement, Resource: "*" }]);
  return policies({ action: "sts:AssumeRole", resource: "*", context }).effect === "allow";
}
