/** An account in which the minimum of an endpoint's fleet is set by what was learnt of it, under a load that a test says. */
import { watchLoad } from "../../functions/watch-load.ts";
import { allWatched, boundsSince } from "../../src/aws/watched-bounds.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Account } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { accountWith } from "./run.ts";

export const within = { minInstances: 3, maxInstances: 12 };
export const plan: Plan = { ...sample, proposals: { adjust: "automatic", within, watchDays: 1 } };
export const endpoint = plan.endpoint.name;
const bySchedule = { watch: "schedule" } as const;

/** Each day alike: busy in the afternoon. Requests per second. */
const dayOf = (quiet: number, busy: number): number[] =>
  Array.from({ length: 24 * 12 }, (_, nth) => 300 * (nth >= 168 && nth < 204 ? busy : quiet));
export const daily = (quiet: number, busy: number, { traffic, ...more }: SpecInput = {}): SpecInput => ({
  traffic: { recording: { everySeconds: 300, requests: dayOf(quiet, busy) }, ...traffic },
  ...more,
});

export const adjusting = (spec: SpecInput, of: Plan = plan): Promise<Account> =>
  accountWith({ plan: of, spec });

/** Looks time and again for some hours; what was set and told, each sentence once. */
export async function looking(account: Account, hours: number, everyMinutes = 5) {
  const [set, lines] = [[] as string[], new Set<string>()];
  for (let waited = 0; waited < hours * 60; waited += everyMinutes) {
    account.wait(everyMinutes);
    const look = await watchLoad(bySchedule, account.tools);
    if (look.failed > 0) throw new Error(JSON.stringify([look, account.logged]));
    set.push(...look.set);
    for (const line of look.lines) lines.add(line);
  }
  return { set, lines: [...lines] };
}

export const entries = (account: Account) => boundsSince(account.aws, "");
export const keptOf = async (account: Account) => (await allWatched(account.aws)).watched[0];
export const outcomes = async (account: Account) =>
  (await entries(account)).map(({ adjusted }) => adjusted?.outcome);
