/** How far an exploration is: a bar drawn over in place where somebody looks, a line each tenth where nobody does. */
import type { ExplorationProgress } from "#twin/explorer";
import { count, duration } from "../../report/text/figures.ts";
import { bar } from "../../report/text/graphs.ts";
import type { Stream } from "../terminal.ts";

/** Of an exploration, or of several rehearsals. */
export type BarProgress = Omit<ExplorationProgress, "phase"> & {
  readonly phase: ExplorationProgress["phase"] | "worlds" | "variants";
};

export interface Bar {
  tell(progress: BarProgress): void;
  end(): void;
}

/** For those who want no progress. */
export const noBar: Bar = { tell: () => {}, end: () => {} };

const width = 24;

/** `nowMs` is any clock that does not run backwards. */
export function barOn(stream: Stream, nowMs: () => number = () => performance.now()): Bar {
  const text = textFrom(nowMs);
  return stream.live ? drawnInPlace(stream, text) : lineByLine(stream, text);
}

type Text = (progress: BarProgress) => string;

/** How far it is, how long it took and, by the pace of its phase, how long that has to go. */
function textFrom(nowMs: () => number): Text {
  const startedMs = nowMs();
  let phaseMs = startedMs;
  let current = "";
  return ({ phase, done, of, runs, ofRuns }) => {
    if (phase !== current) phaseMs = nowMs();
    current = phase;
    const all = ofRuns === undefined || of === ofRuns ? "" : `, ${count(runs)} of ${count(ofRuns)} runs`;
    const seconds = (nowMs() - startedMs) / 1000;
    const toGo = ofRuns === undefined ? of - done : ofRuns - runs;
    const left = done === 0 ? 0 : ((nowMs() - phaseMs) / 1000 / done) * toGo;
    const rest = left === 0 ? "" : `, some ${duration(left)} to go`;
    return `${phase}: ${count(done)} of ${count(of)}${all}, ${duration(seconds)}${rest}`;
  };
}

function drawnInPlace(stream: Stream, text: Text): Bar {
  const erase = "\r\u001b[K";
  return {
    tell(progress) {
      const { filled, rest } = bar(progress.of === 0 ? 0 : progress.done / progress.of, width);
      const { paint } = stream;
      stream.write(`${erase}  ${paint.cyan(filled)}${paint.dim(rest)} ${text(progress)}`);
    },
    end: () => stream.write(erase),
  };
}

function lineByLine(stream: Stream, text: Text): Bar {
  let told = "";
  return {
    tell(progress) {
      const tenth = progress.of === 0 ? 10 : Math.floor((10 * progress.done) / progress.of);
      const here = `${progress.phase} ${tenth}`;
      if (here === told || progress.of === 0) return;
      told = here;
      stream.write(`${text(progress)}\n`);
    },
    end: () => {},
  };
}
