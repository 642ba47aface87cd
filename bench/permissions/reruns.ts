/** Plays runs again with a right truly gone, and holds what becomes of them to what asking again foretold. */

import type { Asked, Roles } from "#twin/permissions";
import { streams } from "#twin/world";
import { type RoleParameters, rolesWith } from "../../src/rehearsal/permissions/deployed-roles.ts";
import { needed, rightName, rightsOf, without } from "./rights.ts";
import { narrowestRoles, type PermissionRun, type Played, play, troubleOf } from "./runs.ts";

export interface PlayedRun {
  readonly run: PermissionRun;
  readonly played: Played;
}

export interface Rerun {
  /** The right's name. */
  readonly right: string;
  readonly run: string;
  /** What asking again says is denied first. */
  readonly foretold: Asked | undefined;
  readonly denied: Asked | undefined;
  /** What somebody would notice of it: an execution that ends in another way, or what nobody should find in a run. */
  readonly trouble: readonly string[];
}

type Way = RoleParameters["autoScalingChecks"];

/** A right, by its place, and a run that it alone lets do something; in the way of `autoScalingChecks` that makes it so. */
interface Candidate {
  readonly place: number;
  readonly way: Way;
  readonly of: PlayedRun;
  readonly foretold: Asked;
}

function candidates(runs: readonly PlayedRun[]): Map<number, Candidate[]> {
  const found = new Map<number, Candidate[]>();
  for (const of of runs)
    for (const way of ["open", "via-service"] as const) {
      const roles = rolesWith({ ...narrowestRoles, ...of.run.request.roles, autoScalingChecks: way });
      const missed = needed(roles, of.played.permissions);
      rightsOf(roles).forEach((right, place) => {
        const [foretold] = missed.get(rightName(right)) ?? [];
        if (foretold !== undefined)
          found.set(place, [...(found.get(place) ?? []), { place, way, of, foretold }]);
      });
    }
  return found;
}

/** A sample of the rights that runs miss, each with one of the runs that do. */
export async function rerunSample(
  runs: readonly PlayedRun[],
  { size, seed }: { size: number; seed: number },
  told: (rerun: Rerun) => void = () => {},
): Promise<Rerun[]> {
  const draw = streams(seed);
  const drawn = [...candidates(runs).values()]
    .map((each, nth) => ({ each, key: draw("right", nth).uniform() }))
    .sort((one, other) => one.key - other.key)
    .slice(0, size);
  const reruns: Rerun[] = [];
  for (const { each } of drawn) {
    const place = each[0]?.place ?? 0;
    const chosen = each[Math.floor(draw("run", place).uniform() * each.length)];
    if (chosen === undefined) continue;
    const rerun = await rerunWithout(chosen);
    told(rerun);
    reruns.push(rerun);
  }
  return reruns;
}

async function rerunWithout({ place, way, of, foretold }: Candidate): Promise<Rerun> {
  const { run } = of;
  let right = "";
  const request = { ...run.request, roles: { ...run.request.roles, autoScalingChecks: way } };
  const played = await play({ ...run, request }, (deployed) => {
    const gone = rightsOf(deployed)[place];
    right = gone === undefined ? "" : rightName(gone);
    return without(deployed, new Set([place]));
  });
  return { right, run: run.name, foretold, denied: played.denied[0], trouble: noticed(of.played, played) };
}

/** Every run without all the rights that none is said to ask for: the first denial of each, and what became of it. */
export async function rerunWithoutSurvivors(
  runs: readonly PlayedRun[],
  survivors: ReadonlySet<string>,
): Promise<Rerun[]> {
  const names = rightsOf(rolesWith({ ...narrowestRoles, autoScalingChecks: "open" })).map(rightName);
  const places = new Set([...names.keys()].filter((place) => survivors.has(names[place] ?? "")));
  const right = `${places.size} rights`;
  const bare = (deployed: Roles) => without(deployed, places);
  const reruns: Rerun[] = [];
  for (const { run, played: before } of runs) {
    const played = await play(run, bare);
    const [denied] = played.denied;
    reruns.push({ right, run: run.name, foretold: undefined, denied, trouble: noticed(before, played) });
  }
  return reruns;
}

function noticed(before: Played, after: Played): string[] {
  const [as, now] = [before, after].map(({ executions }) =>
    executions.map(({ outcome, reason }) => `${outcome}: ${reason}`),
  );
  const otherwise = now?.filter((ending, nth) => ending !== as?.[nth]) ?? [];
  const fewer = (as?.length ?? 0) > (now?.length ?? 0) ? ["an execution is missing"] : [];
  return [...otherwise, ...fewer, ...troubleOf(after)];
}

export const agrees = ({ foretold, denied, trouble }: Rerun): boolean =>
  JSON.stringify(foretold) === JSON.stringify(denied) && (foretold !== undefined || trouble.length === 0);
