/** A terminal or a pipe of any width, with the variables of any environment, that keeps what is written. */
import { WriteStream } from "node:tty";
import { runCommand } from "../../src/cli/command.ts";
import { streamOn } from "../../src/cli/terminal.ts";
import { widthOf } from "../../src/report/text/layout.ts";
import type { Spoken } from "./spoken.ts";

export interface Page {
  readonly isTTY: boolean;
  readonly width: number;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Node's own rules say whether there are colours. */
function keptOn({ isTTY, width, variables = {} }: Page) {
  const written: string[] = [];
  const device = { isTTY, columns: width, rows: 24, write: (text: string) => void written.push(text) };
  const hasColors = () => WriteStream.prototype.getColorDepth(variables) > 2;
  const environment = isTTY ? variables : { COLUMNS: String(width), ...variables };
  return {
    stream: streamOn({ ...device, hasColors } as unknown as WriteStream, environment),
    text: () => written.join(""),
  };
}

export async function sayOn(page: Page, ...args: readonly string[]): Promise<Spoken> {
  const [out, err] = [keptOn(page), keptOn(page)];
  const code = await runCommand(args, { out: out.stream, err: err.stream });
  return { code, out: out.text(), err: err.text() };
}

/** A word is not broken: a path, an option, or a name, with what it is indented by and a backslash after it. */
const besideWord = 8;

/** The lines that are wider than the page although they could be broken; wider than 110 nobody reads well. */
export function tooWide(text: string, { width }: Pick<Page, "width">): string[] {
  const most = Math.min(110, width);
  return text.split("\n").filter((line) => {
    const longest = Math.max(...line.trim().split(/ +/).map(widthOf));
    return widthOf(line) > most && longest + besideWord <= most;
  });
}

export const escapes = (text: string): boolean => text.includes(String.fromCodePoint(27));
