/** Every right of the deployed roles, and which of the questions that runs asked it alone says yes to. */
import {
  type Asked,
  everyRequest,
  policiesOf,
  type Right,
  type RoleOf,
  type Roles,
  readStatements,
  type StatementElement,
} from "#twin/permissions";

/** One action on one resource in one statement of one role. */
export interface OwnedRight extends Right {
  readonly principal: string;
}

/** The statements of each principal: functions by their state, `machine`, `rule`, `scheduler`. */
export function statementsOf(roles: Roles): Record<string, readonly StatementElement[]> {
  const rule = roles.rules.find(({ role }) => role !== undefined)?.role;
  const functions = Object.entries(roles.functions).map(([state, { statements }]) => [state, statements]);
  return {
    ...Object.fromEntries(functions),
    machine: roles.machine.statements,
    rule: rule?.statements ?? [],
    scheduler: roles.scheduler.statements,
  };
}

export function rightsOf(roles: Roles): OwnedRight[] {
  return Object.entries(statementsOf(roles)).flatMap(([principal, statements]) =>
    readStatements(statements).flatMap(({ rights }) => rights.map(({ right }) => ({ principal, ...right }))),
  );
}

export const rightName = ({ principal, statement, action, resource }: OwnedRight): string =>
  `${principal} #${statement} ${action} ${resource.split(":").slice(2).join(":") || resource}`;

/** Roles without some rights, each named by its place in `rightsOf`: the names in them are not the same for every plan. */
export function without(roles: Roles, places: ReadonlySet<number>): Roles {
  let nth = 0;
  const rest = (statements: readonly StatementElement[]): StatementElement[] =>
    statements.flatMap((statement) => {
      const [actions, resources] = [statement.Action, statement.Resource].map((each) => [each ?? []].flat());
      return (actions ?? []).flatMap((Action) => {
        const Resource = (resources ?? []).filter(() => !places.has(nth++));
        return Resource.length === 0 ? [] : [{ ...statement, Action, Resource }];
      });
    });
  const less = <Role extends RoleOf>(role: Role): Role => ({ ...role, statements: rest(role.statements) });
  const functions = Object.entries(roles.functions).map(([state, role]) => [state, less(role)]);
  const machine = less(roles.machine);
  const rules = roles.rules.map((rule) =>
    rule.role === undefined ? rule : { ...rule, role: less(rule.role) },
  );
  const scheduler = less(roles.scheduler);
  return { ...roles, functions: Object.fromEntries(functions), machine, rules, scheduler };
}

const policiesIn = (roles: Roles) =>
  new Map(Object.entries(statementsOf(roles)).map(([name, each]) => [name, policiesOf(each)]));

/** What of the questions that were asked the roles say no to. */
export function refused(roles: Roles, asked: readonly Asked[]): Asked[] {
  const policies = policiesIn(roles);
  return asked.filter(
    ({ principal, action, resource, keys }) =>
      policies.get(principal)?.({ action, resource, context: { ...everyRequest, ...keys } }).effect !==
      "allow",
  );
}

/** What would be denied without each right that something rests on alone, by the right's name. */
export function needed(roles: Roles, asked: readonly Asked[]): Map<string, Asked[]> {
  const found = new Map<string, Asked[]>();
  const policies = policiesIn(roles);
  for (const question of asked) {
    const { principal, action, resource, keys } = question;
    const decision = policies.get(principal)?.({ action, resource, context: { ...everyRequest, ...keys } });
    if (decision?.effect !== "allow" || decision.by.length !== 1) continue;
    const [only] = decision.by;
    if (only === undefined) continue;
    const name = rightName({ principal, ...only });
    found.set(name, [...(found.get(name) ?? []), question]);
  }
  return found;
}
