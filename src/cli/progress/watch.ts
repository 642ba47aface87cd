/** Shows how a rehearsal proceeds, in the way that suits the stream. */
import type { ReleaseProgress } from "../../rehearsal/release/request.ts";
import type { Stream } from "../terminal.ts";
import { lineByLine } from "./lines.ts";
import { atTheStart, follow } from "./phases.ts";
import { drawnInPlace, type Subject } from "./screen.ts";

export interface Watch {
  tell(progress: ReleaseProgress): void;
  end(): void;
}

/** For those who want no progress. */
export const unwatched: Watch = { tell: () => {}, end: () => {} };

/** `execution` is the release's own. */
export function watchOn(stream: Stream, subject: Subject, execution: string): Watch {
  let course = atTheStart;
  const screen = stream.live ? drawnInPlace(stream, subject) : { show: lineByLine(stream), end: () => {} };
  // The title at once: the first news of the release takes seconds.
  screen.show(course);
  return {
    tell(progress) {
      course = follow(course, progress, execution);
      screen.show(course);
    },
    end: screen.end,
  };
}
