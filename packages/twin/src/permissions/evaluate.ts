/**
 * What identity-based policies say to a request: an explicit deny before all, then an allow, else an implicit deny.
 * Boundaries, session and organisation policies are not modelled: a deployment has none of its own.
 *
 * Source: IAM user guide, policy evaluation logic.
 */
import type { Context } from "./conditions.ts";
import { type Right, readStatements, type StatementElement } from "./policy.ts";

/** One thing that AWS asks of the policies; a call may need several to be allowed. */
export interface AuthorisationRequest {
  /** `sagemaker:CreateModel` */
  readonly action: string;
  /** An ARN, or `*` for an action that AWS offers no resource scope for. */
  readonly resource: string;
  readonly context: Context;
}

export type Decision =
  /** `by` are all the rights that allow it: take any but the last one away and it is still allowed. */
  | { readonly effect: "allow"; readonly by: readonly Right[] }
  | { readonly effect: "explicit-deny" | "implicit-deny" };

/** All identity-based policies of one principal. */
export type Policies = (request: AuthorisationRequest) => Decision;

/** Makes statements ready. Throws on what is not modelled; so does the result, on a condition key not known. */
export function policiesOf(elements: readonly StatementElement[]): Policies {
  const statements = readStatements(elements);
  return (request) => {
    const by: Right[] = [];
    let denied = false;
    for (const { allows, rights, holds } of statements) {
      const met = rights.filter(
        ({ action, resource }) => action(request.action) && resource(request.resource),
      );
      if (met.length === 0 || !holds(request.context)) continue;
      if (allows) by.push(...met.map(({ right }) => right));
      else denied = true;
    }
    if (denied) return { effect: "explicit-deny" };
    return by.length > 0 ? { effect: "allow", by } : { effect: "implicit-deny" };
  };
}
