/**
 * Explores a release. Every run is followed by a calm in which the sweep comes, after a fault that lasts by one in which
 * it can put things right, and every invariant is checked.
 */
import type { Fault } from "#twin/engine";
import {
  type Exploration,
  type Explored,
  explore as exploreAny,
  type ExplorationOptions as Options,
  replay as replayAny,
} from "#twin/explorer";
import type { WorldSpec } from "#twin/world";
import type { RehearsalRequest } from "../release/request.ts";
import type { RunRecord } from "../release/run-record.ts";
import { findingOf } from "./findings.ts";
import { laid } from "./hands.ts";

/**
 * How long the account is watched after the last execution has ended: a sweep comes every ten minutes, and puts the
 * second attempt at a compensation off by ten minutes more.
 */
export const settleSeconds = 25 * 60;

/**
 * The same after a fault that lasts has ended: what cannot be put back is tried again after an hour at most, when the
 * sweep comes by next.
 */
export const recoverySeconds = 75 * 60;

export type ExplorationRequest = Omit<
  RehearsalRequest,
  "faults" | "listPoints" | "listMoments" | "settleSeconds" | "recoverySeconds"
>;

export interface ExplorationOptions
  extends Omit<Options<RehearsalRequest, RunRecord>, "requestOf" | "findingOf" | "laid"> {
  readonly request: ExplorationRequest;
}

export const explore = (options: ExplorationOptions): Promise<Exploration> => exploreAny(ofRelease(options));

/** Runs one experiment again, after the release without faults. */
export const replay = (options: ExplorationOptions, faults: readonly Fault[]): Promise<Exploration> =>
  replayAny(ofRelease(options), faults);

function ofRelease({ request, ...options }: ExplorationOptions): Options<RehearsalRequest, RunRecord> {
  const bad = isBad(request.world);
  return {
    ...options,
    laid,
    requestOf: (explored) => requestOf(request, explored),
    findingOf: (experiment, record, reference) => findingOf(experiment, record, bad ? reference : undefined),
  };
}

/** The run of an experiment. */
export const requestOf = (request: ExplorationRequest, explored: Explored): RehearsalRequest => ({
  ...request,
  ...explored,
  settleSeconds,
  recoverySeconds,
});

const isBad = ({ candidate: { errorFactor, latencyFactor } }: WorldSpec): boolean =>
  errorFactor > 1 || latencyFactor > 1;
