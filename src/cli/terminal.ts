/** Where the command speaks: standard output for its answer, standard error for progress, mistakes and questions. */
import { createInterface } from "node:readline";
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
  /** Begins to ask whoever sits there; absent where nobody does. */
  readonly converse?: () => Conversation;
}

export interface Conversation {
  /** A line that is typed in answer, without its end; undefined where the input has ended, or is interrupted. */
  ask(question: string): Promise<string | undefined>;
  close(): void;
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
  const own = { out: streamOn(process.stdout, environment), err: streamOn(process.stderr, environment) };
  const isAttended = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return isAttended
    ? { ...own, converse: () => conversationOn(process.stdin, process.stderr, own.err) }
    : own;
}

/**
 * One reader for all questions: lines that were typed or pasted ahead answer those that follow. A terminal that cannot move
 * its cursor edits its lines by itself.
 */
function conversationOn(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  { live }: Stream,
): Conversation {
  const reader = createInterface({ input, output, terminal: live });
  const ahead: string[] = [];
  let waiting: ((line: string | undefined) => void) | undefined;
  let isOver = false;
  const answer = (line: string | undefined) => {
    const wait = waiting;
    waiting = undefined;
    if (wait !== undefined) wait(line);
    else if (line !== undefined) ahead.push(line);
  };
  reader.on("line", answer);
  reader.on("close", () => {
    isOver = true;
    answer(undefined);
  });
  return {
    ask(question) {
      if (isOver && ahead.length === 0) return Promise.resolve(undefined);
      output.write(question);
      const next = ahead.shift();
      if (next === undefined)
        return new Promise((resolve) => {
          waiting = resolve;
        });
      output.write("\n");
      return Promise.resolve(next);
    },
    close: () => reader.close(),
  };
}
