/** One cell of the noise zoo: healthy releases of that noise, and how many of them the shipped verdict rolls back. */
import { type CountPast, measureCountNoise } from "../src/index.ts";
import { Shipped } from "./engines/shipped.ts";
import { Chance } from "./simulation/chance.ts";
import { KINDS, type Kind, type Source } from "./simulation/kinds.ts";
import type { Minute } from "./simulation/minutes.ts";
import { seedOf } from "./simulation/seed.ts";
import { type Past, type ZooCell, zooHosts } from "./zoo-cells.ts";

export interface ZooResult {
  readonly cell: ZooCell;
  readonly releases: number;
  readonly rolledBack: number;
}

export interface ZooEffort {
  readonly releases: number;
  /** Histories are measured once and serve several releases. */
  readonly histories: number;
}

export function measureZoo(cell: ZooCell, { releases, histories }: ZooEffort): ZooResult {
  const chance = new Chance(seedOf(cell.name));
  const noises = Array.from({ length: histories }, () => measureCountNoise(historyOf(cell, chance), 60));
  const engine = new Shipped();
  let rolledBack = 0;
  for (let release = 0; release < releases; release++) {
    const noise = noises[release % histories];
    if (noise === undefined) continue;
    engine.start({ ...cell, settles: cell.settleMinutes > 0, seconds: cell.seconds }, noise);
    if (isRolledBack(cell, chance, engine)) rolledBack += 1;
  }
  return { cell, releases, rolledBack };
}

function isRolledBack(cell: ZooCell, chance: Chance, engine: Shipped): boolean {
  const { requestsPerMinute, seconds, shares, stageMinutes, settleMinutes, badRate } = cell;
  const kind = kindOf(cell);
  const [candidate, stable] = [kind.source(chance, "release"), kind.source(chance, "release")];
  const perMinute = 60 / seconds;
  const requests = requestsPerMinute / perMinute;
  for (const [stage, share] of shares.entries()) {
    engine.stage(stage);
    for (let nth = 0; nth < stageMinutes * perMinute; nth++) {
      const minute = nth / perMinute;
      const candidateRequests = Math.max(1, Math.round(requests * share));
      const stableRequests = Math.round(requests) - candidateRequests;
      const cold = minute < settleMinutes - 1 ? cell.coldFactor : 1;
      const seen: Minute = {
        candidateRequests,
        stableRequests,
        missing: false,
        settling: minute < settleMinutes,
        candidateBad: Math.min(candidateRequests, candidate(candidateRequests * badRate * cold)),
        stableBad: Math.min(stableRequests, stable(stableRequests * badRate)),
      };
      if (engine.minute(seen)) return true;
    }
  }
  return false;
}

function kindOf({ kind }: ZooCell): Kind {
  const found = KINDS.find(({ name }) => name === kind);
  if (found === undefined) throw new RangeError(`kind: expected one of the zoo's, found ${kind}`);
  return found;
}

const minutesOf: Readonly<Record<Past, number>> = {
  "a day in halves": 1440,
  "a day, successive": 1440,
  "an hour": 60,
  none: 0,
};

/** Stable's past, of eight hosts in two halves. */
function historyOf(cell: ZooCell, chance: Chance): CountPast[] {
  const { requestsPerMinute, badRate, past } = cell;
  const sources = sourcesOf(kindOf(cell), chance);
  return Array.from({ length: minutesOf[past] }, (_, minute) => {
    const hosts = sources((requestsPerMinute * badRate) / zooHosts);
    const bad = sum(hosts);
    const row = { at: minute * 60, requests: requestsPerMinute, bad };
    if (past === "a day, successive") return row;
    const inHalf = hosts.slice(0, zooHosts / 2);
    const ones = inHalf.map((each) => ({ requests: requestsPerMinute / zooHosts, bad: each }));
    return { ...row, half: { requests: requestsPerMinute / 2, bad: sum(inHalf) }, ones };
  });
}

/** The bad events of each host in the next minute; a half's fall on its hosts by chance. */
function sourcesOf(kind: Kind, chance: Chance): (perHost: number) => number[] {
  const another = (): Source => kind.source(chance, "history");
  if (kind.byHost) {
    const hosts = Array.from({ length: zooHosts }, another);
    return (perHost) => hosts.map((host) => host(perHost));
  }
  const halves = [another(), another()];
  return (perHost) => halves.flatMap((half) => dealt(half((perHost * zooHosts) / 2), zooHosts / 2, chance));
}

function dealt(bad: number, hosts: number, chance: Chance): number[] {
  const shares = Array.from({ length: hosts }, () => 0);
  for (let nth = 0; nth < bad; nth++) {
    const host = Math.floor(chance.uniform() * hosts);
    shares[host] = (shares[host] ?? 0) + 1;
  }
  return shares;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
