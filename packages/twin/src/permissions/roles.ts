/** The roles of a deployment, and who may start and invoke what in it. */
import type { StatementElement } from "./policy.ts";

/** Who may assume a role. */
export interface TrustStatement extends Omit<StatementElement, "Resource" | "NotResource"> {
  readonly Principal: { readonly Service: string | readonly string[] };
}

export interface RoleOf {
  /** The role's name. */
  readonly role: string;
  readonly trust: readonly TrustStatement[];
  readonly statements: readonly StatementElement[];
}

/** A rule of EventBridge and one of its targets; a function is invoked by its own policy, a machine by a role. */
export interface Rule {
  readonly arn: string;
  readonly on: "event" | "schedule";
  readonly target: string;
  readonly role?: RoleOf;
}

/** Who may invoke a function: AWS::Lambda::Permission. */
export interface Invoker {
  readonly Action: string;
  readonly FunctionName: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
}

export interface Roles {
  /** By the name of the Task state, and of the sweep. */
  readonly functions: Readonly<Record<string, RoleOf & { readonly arn: string }>>;
  /** The ARN that each Task state of the deployed definition invokes. */
  readonly tasks: Readonly<Record<string, string>>;
  readonly machine: RoleOf;
  readonly scheduler: RoleOf;
  readonly rules: readonly Rule[];
  readonly invokers: readonly Invoker[];
}
