/** What an endpoint must be like when a promoted release gives its lock back. */
import type { ResourceRef } from "../../core/release/change.ts";
import type { AccountSnapshot } from "./account-snapshot.ts";
import type { CheckContext } from "./check-context.ts";
import type { AccountDifference } from "./kinds/define.ts";
import { allKinds } from "./kinds/registry.ts";
import { routingOf } from "./kinds/routing.ts";
import { endpointBefore, endpointOf, type Passage } from "./passages.ts";

/** What is otherwise; nothing where an outside hand moved the endpoint. */
export function notSteady(
  passage: Passage,
  account: AccountSnapshot,
  context: CheckContext,
): AccountDifference[] {
  const name = endpointOf(passage) ?? "";
  const resource = routingOf(name);
  const [before, now] = [endpointBefore(passage), account.endpoints.get(name)];
  const isTouched = (one: ResourceRef) => context.outside.touched(one) !== undefined;
  if (isTouched(resource)) return [];
  if (before === undefined || now === undefined) return [{ what: `endpoint ${name} is gone`, resource }];
  return allKinds.flatMap((kind) => {
    const things = account.things[kind.kind];
    const lent = context.loans.of(kind, passage.before, name);
    return kind.unsteady?.({ before, now, things, lent, isTouched }) ?? [];
  });
}

/** What there was, with one endpoint and all of its own as it is in the steady state of a promotion. */
export function rebased(before: AccountSnapshot, now: AccountSnapshot, endpoint: string): AccountSnapshot {
  const serving = now.endpoints.get(endpoint);
  if (serving === undefined) return before;
  const things = allKinds.map(({ kind, steady }) => {
    const [was, is] = [before.things[kind], now.things[kind]];
    return [kind, steady === undefined ? was : steady(was, is, serving)] as const;
  });
  return {
    endpoints: new Map([...before.endpoints, [endpoint, serving]]),
    things: Object.fromEntries(things) as AccountSnapshot["things"],
  };
}
