/** Runs a command line in this process and gives what it said: the same function that the command calls. */
import { runCommand } from "../../src/cli/command.ts";
import type { Stream } from "../../src/cli/terminal.ts";
import { paintOf } from "../../src/report/text/paint.ts";

export interface Spoken {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A stream that keeps what is written; `live` makes it a terminal, without colours. */
export function keptStream(live = false): Stream & { readonly text: string } {
  const written: string[] = [];
  return {
    write: (text) => void written.push(text),
    live,
    columns: 100,
    rows: live ? 24 : Number.POSITIVE_INFINITY,
    paint: paintOf(false),
    get text() {
      return written.join("");
    },
  };
}

export async function say(...args: readonly string[]): Promise<Spoken> {
  const out = keptStream();
  const err = keptStream();
  const code = await runCommand(args, { out, err });
  return { code, out: out.text, err: err.text };
}
