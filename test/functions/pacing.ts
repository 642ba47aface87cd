/** The clock of a test's account, moved on to each moment that something waits for, the earliest first, as soon as all wait. */
import { setImmediate as turn } from "node:timers/promises";
import type { Pacing } from "../../src/aws/pacing.ts";

interface Moved {
  now(): number;
  wait(minutes: number): void;
}

export function pacingOf(account: Moved): Pacing {
  const waiting: { readonly atMs: number; readonly go: () => void }[] = [];
  let isMoving = false;
  const move = async () => {
    isMoving = true;
    while (waiting.length > 0) {
      for (let nth = 0; nth < 20; nth++) await turn();
      const [earliest] = waiting.sort((a, b) => a.atMs - b.atMs).splice(0, 1);
      account.wait(Math.max(0, (earliest?.atMs ?? 0) - account.now()) / 60_000);
      earliest?.go();
    }
    isMoving = false;
  };
  const until = (atMs: number) =>
    new Promise<void>((go) => {
      waiting.push({ atMs, go });
      if (!isMoving) void move();
    });
  return { nowMs: () => account.now(), until };
}
