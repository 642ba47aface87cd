/** The cells of the noise zoo: each kind of noise at two rates, on two ladders of shares, known from four pasts. */
import { KINDS, type Kind } from "./simulation/kinds.ts";

export type Past = "a day in halves" | "a day, successive" | "an hour" | "none";

export interface ZooCell {
  readonly name: string;
  /** Its name and place among KINDS. */
  readonly kind: Kind["name"];
  readonly where: Kind["where"];
  readonly requestsPerMinute: number;
  readonly badRate: number;
  readonly shares: readonly number[];
  readonly stageMinutes: number;
  readonly settleMinutes: number;
  readonly past: Past;
  readonly seconds: 10 | 60;
  /** The candidate fails so many times as often while a shift settles. */
  readonly coldFactor: number;
}

const PASTS: readonly Past[] = ["a day in halves", "a day, successive", "an hour", "none"];
const LADDERS: readonly (readonly number[])[] = [
  [0.05, 0.25, 0.5],
  [0.01, 0.05, 0.1],
];
/** Of stable, in two halves. */
export const zooHosts = 8;

type Service = { readonly kind: Kind } & Pick<
  ZooCell,
  "requestsPerMinute" | "badRate" | "shares" | "past" | "seconds"
>;

/** Half an hour a stage, of which six minutes settle, as a plan has it by default. */
function cellOf(service: Service, coldFactor = 1): ZooCell {
  const { kind, requestsPerMinute, badRate, shares, past, seconds } = service;
  const ladder = shares.map((share) => share * 100).join("/");
  const cold = coldFactor === 1 ? "" : `, cold ×${coldFactor}`;
  const rate = `${requestsPerMinute}/min at ${Number((badRate * 100).toFixed(4))} %`;
  const name = `${kind.name}, ${rate}, ${ladder} %, ${past}, ${seconds} s${cold}`;
  return {
    ...service,
    kind: kind.name,
    where: kind.where,
    name,
    stageMinutes: 30,
    settleMinutes: 6,
    coldFactor,
  };
}

export function zooCells(): readonly ZooCell[] {
  const all = KINDS.flatMap((kind) =>
    [600, 6000].flatMap((requestsPerMinute) =>
      LADDERS.flatMap((shares) =>
        PASTS.map((past) => cellOf({ kind, requestsPerMinute, badRate: 0.01, shares, past, seconds: 60 })),
      ),
    ),
  );
  return [...all, ...rareCells(), ...coldCells()];
}

/** Counts alone at rates of .05 to 5 bad events a minute, at both lengths of an interval. */
function rareCells(): ZooCell[] {
  const [kind] = KINDS;
  if (kind === undefined) return [];
  return ([10, 60] as const).flatMap((seconds) =>
    [0.05, 0.2, 0.5, 1, 5].flatMap((badPerMinute) =>
      PASTS.map((past) =>
        cellOf({
          kind,
          requestsPerMinute: 600,
          badRate: badPerMinute / 600,
          shares: [0.05, 0.25, 0.5],
          past,
          seconds,
        }),
      ),
    ),
  );
}

/** Caches that are cold for five minutes after each shift. */
function coldCells(): ZooCell[] {
  const [kind] = KINDS;
  if (kind === undefined) return [];
  return [600, 6000].map((requestsPerMinute) =>
    cellOf(
      {
        kind,
        requestsPerMinute,
        badRate: 0.01,
        shares: [0.05, 0.25, 0.5],
        past: "a day in halves" as const,
        seconds: 60 as const,
      },
      3,
    ),
  );
}
