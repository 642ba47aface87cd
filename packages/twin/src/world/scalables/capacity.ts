/** Sets the capacity of what a model leans on: refused as its service refuses it, and there after a while. */
import type { Clock } from "../clock.ts";
import type { Actor } from "../events.ts";
import type { Process } from "../process.ts";
import type { VisibleState } from "../state.ts";
import type { Change, ScalableKind } from "./kind.ts";
import { kindOf } from "./registry.ts";
import type { Scalable } from "./scalable-state.ts";

/** The kind of one that exists. */
export function ownKind(scalable: Scalable): ScalableKind {
  const kind = kindOf(scalable);
  if (kind === undefined) throw new Error(`expected a kind of scalable, found ${scalable.dimension}`);
  return kind;
}

/** @throws AwsError where its service refuses it. `settled` is called when all has come that will. */
export function setCapacity(
  world: Process & VisibleState,
  change: Change,
  by: Actor,
  settled?: () => void,
): void {
  ownKind(change.scalable).admit?.(world, change);
  applyChange(world, change, by, settled);
}

/** The same for what has been admitted; a change that is under way is superseded. */
export function applyChange(
  world: Process,
  { scalable, to }: Change,
  by: Actor,
  settled: () => void = () => {},
): void {
  const { id, desired: from } = scalable;
  scalable.changes += 1;
  scalable.desired = to;
  scalable.lastModifiedMs = world.nowMs;
  if (to > from) scalable.raisedMs = world.nowMs;
  if (to < from) scalable.loweredMs.push(world.nowMs);
  if (to !== from) world.record({ kind: "scalable", subject: id, from, to, by });
  const mine = scalable.changes;
  const steps = ownKind(scalable).steps(world, { scalable, to });
  scalable.changing = true;
  scalable.short = false;
  const finish = () => {
    scalable.changing = false;
    scalable.short = scalable.ready < scalable.desired;
    settled();
  };
  const later = (afterMs: number, run: () => void) => {
    if (afterMs === 0) run();
    else
      world.after(afterMs * world.spec.alongside.slowness, () => {
        if (scalable.changes === mine) run();
      });
  };
  for (const { afterMs, ready } of steps) later(afterMs, () => reach(world, scalable, ready));
  later(Math.max(0, ...steps.map(({ afterMs }) => afterMs)), finish);
}

function reach(world: Clock, scalable: Scalable, ready: number): void {
  scalable.ready = ready;
  scalable.levels.push({ atMs: world.nowMs, ready });
}
