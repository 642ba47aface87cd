/** Evidence of harm with one of the candidate's hosts left out, for each: no single host decides. */
import type { Stakes } from "../kept.ts";
import type { CountSample } from "../observations/samples.ts";
import { harmAfter, logEvidence, type Next } from "./harm.ts";
import type { IntervalEvidence } from "./interval.ts";
import { logSum } from "./spending.ts";

/** By the host that is left out. */
export type Without = Readonly<Record<string, Stakes>>;

type Hosts = Readonly<Record<string, CountSample>>;

/** With one interval more; a host that is new had no part in what came before. */
export function withoutEach(
  before: { readonly without: Without; readonly harm: Stakes },
  seen: {
    readonly candidate: CountSample;
    readonly hosts: Hosts;
    /** What the interval says where this is all that the candidate had. */
    readonly weigh: (candidate: CountSample) => IntervalEvidence | null;
  },
  next: Next,
): Without {
  const { candidate: all, hosts } = seen;
  const names = new Set([...Object.keys(before.without), ...Object.keys(hosts)]);
  const stakes: [string, Stakes][] = [];
  for (const name of names) {
    const own = hosts[name] ?? { requests: 0, bad: 0 };
    const evidence = seen.weigh({
      requests: Math.max(0, all.requests - own.requests),
      bad: Math.max(0, Math.min(all.bad, all.bad - own.bad)),
    });
    stakes.push([name, harmAfter(before.without[name] ?? before.harm, evidence ?? { harm: [] }, next)]);
  }
  return Object.fromEntries(keptOf(stakes, hosts));
}

/** Hosts that are remembered: more than are judged at one time, so that those that leave and come make no state that grows. */
const KEPT_HOSTS = 64;

/**
 * Of hosts that are not seen, those whose leaving out takes away most: from now on all of them gain alike, and the least
 * of all decides.
 */
function keptOf(
  stakes: readonly (readonly [string, Stakes])[],
  hosts: Hosts,
): readonly (readonly [string, Stakes])[] {
  if (stakes.length <= KEPT_HOSTS) return stakes;
  const seen = stakes.filter(([name]) => name in hosts);
  const ranked = stakes
    .filter(([name]) => !(name in hosts))
    .map((each) => ({ each, logE: logSum(each[1].logStakes) + each[1].logBoost }))
    .toSorted((a, b) => a.logE - b.logE);
  return [...seen, ...ranked.slice(0, Math.max(0, KEPT_HOSTS - seen.length)).map(({ each }) => each)];
}

/** Fewer hosts than this cannot outvote one. */
const LEAST_HOSTS = 3;

/** The evidence with that host left out which leaves least; null where there are too few to say. */
export function leastWithout(
  without: Without,
  at: Parameters<typeof logEvidence>[1],
): { readonly host: string; readonly logE: number } | null {
  const all = Object.entries(without).map(([host, stakes]) => ({
    host,
    logE: logEvidence(stakes, at) + stakes.logBoost,
  }));
  if (all.length < LEAST_HOSTS) return null;
  return all.reduce((least, each) => (each.logE < least.logE ? each : least));
}
