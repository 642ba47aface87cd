/**
 * one-at-a-time: an endpoint, or a pool, belongs to one release from the taking of its lock to its freeing. Every
 * change of it that reaches AWS comes from the execution that holds its lock then; between the taking and the freeing
 * no other release changes it. A release that has to wait says who it waits for.
 */
import type { StateEntry } from "../engine/execution-hooks.ts";
import { isRecord } from "./attribute-values.ts";
import { holds } from "./locks.ts";
import { mutationOf } from "./mutations.ts";
import { type Checker, type Seen, textOf, violationsOf, whereOf } from "./observation.ts";
import type { Scene } from "./scene.ts";

export function oneAtATime(scene: Scene): Checker {
  const name = "one-at-a-time";
  const { violations, report } = violationsOf(name);
  /** Releases that have ever held a lock. */
  const holders = new Set<string>();

  function check(seen: Seen, execution: string): void {
    const subject = subjectOf(seen);
    const lock = subject === undefined ? scene.locks.heldBy(execution) : scene.locks.of(subject);
    if (lock !== undefined && holds(lock, execution)) return;
    const holder = lock?.holder === undefined ? "nobody" : lock.holder.releaseId;
    report(
      `${seen.call.operation} of execution ${execution} changed ${subject ?? "the account"} while ${holder} held its lock`,
      whereOf(seen),
    );
  }

  return {
    name,
    violations,
    onCall(seen) {
      const { call, frame, tookEffect } = seen;
      if (frame !== undefined && tookEffect && mutationOf(call) !== undefined) check(seen, frame.execution);
    },
    onLock: ({ passage }) => void holders.add(passage.releaseId),
    onEntry({ document, execution, atMs }: StateEntry) {
      if (!isRecord(document) || document.route !== "queued") return;
      const reason = String(document.reason ?? "");
      if (![...holders].some((releaseId) => reason.includes(releaseId)))
        report(`execution ${execution} waits and does not say for whom: "${reason}"`, { atMs });
    },
  };
}

/** The subject of the lock that a call falls under, where the call itself says it. */
function subjectOf({ call }: Seen): string | undefined {
  const endpoint =
    textOf(call, "EndpointName") || /^endpoint\/([^/]+)\/variant\//.exec(textOf(call, "ResourceId"))?.[1];
  return endpoint === undefined || endpoint === "" ? undefined : `endpoint/${endpoint}`;
}
