/** An account in which the minimum of an endpoint's fleet follows its load, which goes as a test says. */
import { expect, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import type { ScalableTarget } from "#twin/world";
import { watchLoad } from "../../functions/watch-load.ts";
import { planInForce } from "../../src/aws/plans.ts";
import { allWatched } from "../../src/aws/watched-bounds.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { ScalingRule } from "../../src/core/plan/scaling-rule.ts";
import type { Account } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { accountWith as anyAccount } from "./run.ts";

export const denied = new AwsError("AccessDeniedException", "not authorized to perform it", {
  statusCode: 403,
});

export const rule = ScalingRule.parse({ minInstances: 4, maxInstances: 14, maxUsdPerHour: 20 });
export const plan: Plan = { ...sample, scaling: rule };
export const bySchedule = { watch: "schedule" } as const;
export const endpoint = plan.endpoint.name;

/** Requests per second, each for so many minutes. An instance serves 8.4 of them, and there is room for a fifth more. */
const loads = (...parts: readonly (readonly [requestsPerSecond: number, minutes: number])[]): SpecInput => ({
  traffic: {
    recording: {
      everySeconds: 60,
      requests: parts.flatMap(([load, minutes]) => Array.from({ length: minutes }, () => load * 60)),
    },
  },
});
/** The sample's eight instances have room; soon nobody has. */
export const busy = loads([45, 5], [80, 700], [45, 300]);
export const quietLater = loads([45, 5], [80, 25], [30, 700], [45, 300]);
/** Of minutes without requests nothing is reported. */
export const silentLater = loads([45, 5], [80, 25], [0, 700], [45, 300]);

export function targetOf({ world }: Account, variant = "v6"): ScalableTarget {
  const target = world.state.scalableTargets.get(`endpoint/${endpoint}/variant/${variant}`);
  if (target === undefined) throw new Error(`expected a scalable target of ${variant}, found none`);
  return target;
}
export const minimum = (account: Account, variant = "v6") => targetOf(account, variant).minCapacity;

/** Nothing but the rule moves the fleet: the twin's target tracking is a test of its own (test/rehearsal). */
export async function accountWith(options: Parameters<typeof anyAccount>[0]): Promise<Account> {
  const account = await anyAccount(options);
  targetOf(account).policies.clear();
  return account;
}

export async function look(account: Account) {
  const { lines, set, failed } = await watchLoad(bySchedule, account.tools);
  return { lines, set, failed };
}

/** Looks every five minutes for a while; what was told, each sentence once. */
export async function looking(account: Account, minutes: number) {
  const lines = new Set<string>();
  for (let waited = 0; waited < minutes; waited += 5) {
    account.wait(5);
    for (const line of (await look(account)).lines) lines.add(line);
  }
  return [...lines];
}

/** An account whose minimum has just been raised by its load. */
export async function raised(spec: SpecInput = busy): Promise<Account> {
  const account = await accountWith({ plan, spec });
  await looking(account, 15);
  expect(minimum(account)).toBe(12);
  account.settle();
  return account;
}

/** Has something happen whenever a client is about to send a command of that name; what it throws is what the client throws. */
export function beforeCall(
  client: { send: unknown },
  names: string | readonly string[],
  act: (nth: number) => unknown,
): void {
  const send = (Object.getPrototypeOf(client).send as (command: object) => Promise<unknown>).bind(client);
  let nth = 0;
  const hooked = async (command: object) => {
    if ([names].flat().includes(command.constructor.name.replace(/Command$/, ""))) await act(++nth);
    return send(command);
  };
  vi.spyOn(client as { send: typeof hooked }, "send").mockImplementation(hooked);
}

export const kept = async (account: Account) => (await allWatched(account.aws)).watched;
export const inForce = async ({ aws }: Account) => {
  const found = await planInForce(aws, plan.model);
  if (found === undefined) throw new Error("expected a plan in force, found none");
  return found;
};
export const registered = ({ calls }: Account) =>
  calls.filter(({ operation }) => operation === "RegisterScalableTarget").length;
