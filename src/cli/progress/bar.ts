/** How far an exploration is: a bar drawn over in place where somebody looks, a line each tenth where nobody does. */
import type { ExplorationProgress } from "../../rehearsal/explore/exploration.ts";
import { count } from "../../report/text/figures.ts";
import { bar } from "../../report/text/graphs.ts";
import type { Stream } from "../terminal.ts";

export interface Bar {
  tell(progress: ExplorationProgress): void;
  end(): void;
}

/** For those who want no progress. */
export const noBar: Bar = { tell: () => {}, end: () => {} };

const width = 24;

export function barOn(stream: Stream): Bar {
  return stream.live ? drawnInPlace(stream) : lineByLine(stream);
}

const text = ({ phase, done, of }: ExplorationProgress): string => `${phase}: ${count(done)} of ${count(of)}`;

function drawnInPlace(stream: Stream): Bar {
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

function lineByLine(stream: Stream): Bar {
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
