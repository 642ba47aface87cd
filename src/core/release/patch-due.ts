/**
 * A patch release that is due: as of when it looks, which versions it passes over for what became of them before, and what it
 * tells where none is left.
 */
import { behindText, type PatchStatus } from "../gates/patching.ts";
import type { ReleaseRequest } from "../request/normalised.ts";
import { type EpochMs, epochMs } from "../units.ts";
import type { Holder } from "./lock.ts";
import type { ReleaseRecord } from "./record.ts";

/** Whether a request leaves it to what serves whether a version is released, and which. */
export const choosesPatch = ({ milestone, version }: ReleaseRequest): boolean =>
  milestone === "patch" && version === undefined;

/** What grows too old until its date is behind on it: a release that is started ahead looks as of then. */
export const patchAsOf = ({ dueAt }: ReleaseRequest, nowMs: EpochMs): EpochMs =>
  dueAt === undefined ? nowMs : Math.max(nowMs, epochMs(dueAt));

/** What an execution has claimed already, and whether its turn has come. */
export type OwnPlace = { readonly is: "holder" | "waiting" } & Pick<Holder, "releaseId" | "version">;

export function ownPlaceIn(
  { holder, queue = [] }: { readonly holder?: Holder | undefined; readonly queue?: readonly Holder[] },
  execution: string,
): OwnPlace | undefined {
  if (holder?.execution === execution) return { is: "holder", ...placeOf(holder) };
  const own = queue.find((each) => each.execution === execution);
  return own && { is: "waiting", ...placeOf(own) };
}

const placeOf = ({ releaseId, version }: Holder) => ({ releaseId, version });

/** What became of a version before. */
export interface PastOfVersion {
  /** Why it has not passed staging, where it has to. */
  readonly unstaged: string | undefined;
  /** Its newest releases on the endpoint. */
  readonly production: Past | undefined;
  readonly patch: Past | undefined;
}
type Past = Pick<ReleaseRecord, "release" | "status" | "closing">;

/** Each date is a try of its own: a version that was refused on an earlier one is released on the next. */
export const tryOfDate = ({ scheduledTime }: ReleaseRequest): string | undefined =>
  scheduledTime === undefined ? undefined : `patch of ${scheduledTime}`;

/** The release that another execution has opened for the same date. */
export function openedFor(
  request: ReleaseRequest,
  { patch }: PastOfVersion,
  execution: string,
): string | undefined {
  const key = tryOfDate(request);
  const isOthers = patch !== undefined && patch.release.execution !== execution;
  return isOthers && key !== undefined && patch.release.attemptKey === key ? patch.release.id : undefined;
}

/** Why a version is passed over for that; undefined where nothing is against it. */
export function lackByPast(
  { unstaged, production, patch }: PastOfVersion,
  execution: string,
): string | undefined {
  if (unstaged !== undefined) return unstaged;
  for (const record of [production, patch]) {
    if (record === undefined || record.release.execution === execution) continue;
    const { release, status, closing } = record;
    if (status !== "closed") return `${release.id} is under way`;
    if (closing?.outcome === "rolled-back" || closing?.outcome === "stopped")
      return `${release.id} was ${closing.outcome}; a run by hand releases it all the same`;
  }
  return undefined;
}

/** Why a version of another type is no patch: it may need another size, and other eyes. */
export const lackByType = (releaseType: string | undefined): string | undefined =>
  releaseType === undefined || releaseType === "patch"
    ? undefined
    : `the registry has it as a ${releaseType} release`;

export interface PassedOver {
  readonly version: number;
  readonly lack: string;
}

/** Chosen: what is read; the newest are told. */
const mostTold = 3;

/** What is behind, why none of the newer versions patches it, and what is wanted. */
export function unpatchedText(status: PatchStatus, passedOver: readonly PassedOver[]): string {
  const told = passedOver.slice(0, mostTold).map(({ version, lack }) => `version ${version}: ${lack}`);
  const more = passedOver.length - told.length;
  const none =
    told.length === 0
      ? "no newer version is approved"
      : `no newer version that is approved patches it (${told.join("; ")}${more > 0 ? `; and ${more} more` : ""})`;
  return `${behindText(status)}; ${none}; wanted: a version with a patched image, approved`;
}
