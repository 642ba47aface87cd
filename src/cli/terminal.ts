/** Where the command speaks: standard output for its answer, standard error for progress and mistakes. */
import { type Paint, paintOf } from "../report/text/paint.ts";
import { failureCode } from "./exit-codes.ts";

export interface Stream {
  write(text: string): void;
  /** Whether a person looks at it, on a terminal that can move its cursor: lines may be drawn over. */
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

type Environment = Readonly<Record<string, string | undefined>>;
/** What of a stream of Node's decides how it is written to. */
type Device = Pick<NodeJS.WriteStream, "isTTY" | "columns" | "rows" | "hasColors"> & {
  write(text: string): unknown;
};

const pageColumns = 96;
const fewestColumns = 40;
const widestColumns = 110;

/**
 * FORCE_COLOR decides where it is given (0 and false mean none); else Node's own rules, which heed NO_COLOR and TERM
 * (node:tty, getColorDepth). COLUMNS stands in where no terminal says how wide it is. TERM=dumb draws nothing over.
 */
export function streamOn(device: Device, { FORCE_COLOR, COLUMNS, TERM }: Environment): Stream {
  const isTerminal = device.isTTY === true;
  const live = isTerminal && TERM !== "dumb";
  const colours =
    FORCE_COLOR === undefined ? isTerminal && device.hasColors() : !/^(0|false)$/i.test(FORCE_COLOR);
  const said = /^[1-9]\d{0,5}$/.test(COLUMNS ?? "") ? Number(COLUMNS) : pageColumns;
  return {
    write: (text) => void device.write(text),
    live,
    get columns() {
      const columns = isTerminal && device.columns > 0 ? device.columns : said;
      return Math.min(widestColumns, Math.max(fewestColumns, columns));
    },
    get rows() {
      return live ? device.rows : Number.POSITIVE_INFINITY;
    },
    paint: paintOf(colours),
  };
}

/**
 * The process's own streams. A reader that goes away, as `head` does, ends the command quietly; what cannot be
 * written for another reason, as on a full disk, ends it with a line that says so.
 */
export function processTerminal(environment: Environment): Terminal {
  const names = [
    [process.stdout, "standard output"],
    [process.stderr, "standard error"],
  ] as const;
  for (const [stream, name] of names)
    stream.on("error", ({ code, message }: NodeJS.ErrnoException) => {
      if (code === "EPIPE") process.exit();
      if (stream === process.stdout)
        process.stderr.write(`✖ ${name} cannot be written to: ${code ?? message}\n`);
      process.exit(failureCode);
    });
  return { out: streamOn(process.stdout, environment), err: streamOn(process.stderr, environment) };
}
