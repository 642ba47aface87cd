/** Where the command speaks: standard output for its answer, standard error for progress and mistakes. */
import { type Paint, paintOf } from "../report/text/paint.ts";

export interface Stream {
  write(text: string): void;
  /** Whether a person looks at it: lines may be drawn over. */
  readonly live: boolean;
  /** The size of the terminal, or of a page where there is none. */
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
}

export interface Terminal {
  readonly out: Stream;
  readonly err: Stream;
}

const pageColumns = 96;
const widestColumns = 110;

/** Colours by Node's own rules, which heed NO_COLOR, FORCE_COLOR and TERM (node:tty, getColorDepth). */
function streamOn(stream: NodeJS.WriteStream): Stream {
  const live = stream.isTTY === true;
  return {
    write: (text) => void stream.write(text),
    live,
    get columns() {
      return Math.min(widestColumns, Math.max(40, live ? stream.columns : pageColumns));
    },
    get rows() {
      return live ? stream.rows : Number.POSITIVE_INFINITY;
    },
    paint: paintOf(live && stream.hasColors()),
  };
}

/** The process's own streams. A reader that goes away, as `head` does, ends the command quietly. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
      throw error;
    });
  return { out: streamOn(process.stdout), err: streamOn(process.stderr) };
}
