/** Raises of the candidate as its release has made them: how many, and for how long they have locked the endpoint beside traffic. */
import { isMoving, trafficPercent } from "../capacity/endpoint.ts";
import type { EpochMs } from "../units.ts";
import type { Change } from "./change.ts";
import type { Judgement } from "./release.ts";
import type { ShiftQuestion } from "./shift.ts";
import type { StageState } from "./stage.ts";

/** When the raise that the next stage waits for was first seen to be over, by an earlier look or by this one. */
export function raisedUntil(
  { raisedAt = "" }: Pick<StageState, "raisedAt">,
  judgement: Pick<Judgement, "raisedUntil"> | undefined,
  nowMs: EpochMs,
): string {
  const { raisedUntil: seen = "" } = judgement ?? {};
  return seen > raisedAt ? seen : new Date(nowMs).toISOString();
}

const isRaise = ({ id }: Pick<Change, "id">): boolean => id.startsWith("raise-");

type OfStage = Pick<StageState, "index">;
const raisesOfStage = ({ index }: OfStage): string => `raise-${index}-`;

/** The change by which a stage has the candidate raised to so many instances. */
export const raiseId = (stage: OfStage, instances: number): string => `${raisesOfStage(stage)}${instances}`;

/** Whether a stage has had it raised before, to whatever size. */
export const wasRaised = (changes: readonly Pick<Change, "id">[], stage: OfStage): boolean =>
  changes.some(({ id }) => id.startsWith(raisesOfStage(stage)));

/** How many raises the ledger has. */
export const raisesIn = (changes: readonly Change[]): number => changes.filter(isRaise).length;

/** How many instances the candidate had until each raise of the ledger: as many as it found, be they its own scaling's. */
export const sizesBefore = (changes: readonly Change[]): { untilMs: EpochMs; instances: number }[] =>
  changes.flatMap((change) =>
    isRaise(change) && typeof change.before === "number"
      ? [{ untilMs: Date.parse(change.at), instances: change.before }]
      : [],
  );

/** A raise whose step died before it could say so locks the endpoint, and is counted, all the same. */
export function withRaiseFound(
  stage: StageState,
  changes: readonly Change[],
  { endpoint, needs }: Pick<ShiftQuestion, "endpoint" | "needs">,
): StageState {
  const newest = changes.findLast(isRaise);
  const raises = raisesIn(changes);
  if (newest === undefined || raises <= stage.raises || !isMoving(endpoint)) return stage;
  const locks = trafficPercent(endpoint, needs.candidate.variant) > 0;
  return { ...stage, raises, ...(locks ? { raisedAt: newest.at } : {}) };
}

/** A raise that was under way has ended: its locked minutes are counted. */
export function unlocked(
  stage: StageState,
  judgement: Pick<Judgement, "raisedUntil"> | undefined,
  nowMs: EpochMs,
): StageState {
  const { raisedAt, ...rest } = stage;
  if (raisedAt === undefined) return stage;
  const lockedMs = Date.parse(raisedUntil(stage, judgement, nowMs)) - Date.parse(raisedAt);
  return { ...rest, lockedMinutes: stage.lockedMinutes + lockedMs / 60_000 };
}
