/** Waits for a release that was asked for: looks at it again and again until it is over, asks a person, or time is up. */
import type { Aws } from "../aws/clients.ts";
import { type Emission, type EmissionSight, sightOf } from "../aws/emissions.ts";
import type { EpochMs } from "../core/units.ts";
import { clock } from "../report/text/figures.ts";
import type { EmissionEnd } from "./emit-told.ts";
import { CommandFailed } from "./mistakes.ts";
import { fleetText } from "./progress/lines.ts";
import { courseOf } from "./progress/told-course.ts";
import { readerOf } from "./release-told.ts";

/** What of its surroundings a command that waits has to do with. */
export interface WaitingClock {
  now(): EpochMs;
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Followed {
  /** Of a release that is known. */
  readonly releaseId?: string | undefined;
  /** That was asked to open it; an ARN. */
  readonly execution?: string | undefined;
}

interface Patience {
  readonly clock: WaitingClock;
  readonly untilMs: EpochMs;
  readonly everySeconds: number;
  readonly signal: AbortSignal;
  /** A line of progress. */
  readonly say: (line: string) => void;
}

/** Chosen: so many looks in a row that fail, and whoever waits had better know. The release goes on without. */
const mostFailures = 5;

export async function waitFor(
  aws: Aws,
  emission: Emission,
  followed: Followed,
  { clock, untilMs, everySeconds, signal, say }: Patience,
): Promise<EmissionEnd> {
  const begunMs = clock.now();
  const course = courseReader(aws);
  let releaseId = followed.releaseId;
  let failures = 0;
  let last: EmissionSight = { is: "opening" };
  for (;;) {
    try {
      last = await sightOf(aws, emission, { ...followed, releaseId, nowMs: clock.now() });
      if ("record" in last) releaseId = last.record.release.id;
      if (isEnd(last)) return last;
      say(`${elapsed(begunMs, clock.now())}  ${await course(last)}`);
      failures = 0;
    } catch (error) {
      failures += 1;
      const why = `${(error as Error).name}: ${(error as Error).message}`;
      if (failures >= mostFailures)
        throw new CommandFailed(
          `it could not be looked at any more: ${why}; it goes on without, and the same command once more attaches`,
        );
      say(`${elapsed(begunMs, clock.now())}  it could not be looked at, and is looked at again: ${why}`);
    }
    if (signal.aborted) return { ...last, left: "told" };
    const leftMs = untilMs - clock.now();
    if (leftMs <= 0) return { ...last, left: "deadline" };
    await clock.wait(Math.min(everySeconds * 1000, leftMs), signal);
  }
}

const isEnd = (sight: EmissionSight): boolean =>
  sight.is === "over" ||
  sight.is === "not-opened" ||
  (sight.is === "under-way" && sight.question !== undefined);

const elapsed = (fromMs: EpochMs, nowMs: EpochMs): string => clock((nowMs - fromMs) / 1000);

/** What is to be told of a release that goes on: its newest phase and its fleets. Of its journal only what is new is read. */
function courseReader(aws: Aws): (sight: EmissionSight) => Promise<string> {
  let read: { id: string; look: ReturnType<typeof readerOf> } | undefined;
  return async (sight) => {
    if (sight.is !== "under-way") return "opens";
    const { record, waitsFor } = sight;
    const { id } = record.release;
    if (waitsFor !== undefined) return `${id} waits for ${waitsFor}`;
    if (read?.id !== id) read = { id, look: readerOf(aws, id) };
    const { phases, fleets } = courseOf((await read.look()).told);
    const of = fleets.length === 0 ? "" : ` (${fleets.map(fleetText).join(", ")})`;
    return `${id}: ${phases.at(-1)?.title ?? "under way"}${of}`;
  };
}
