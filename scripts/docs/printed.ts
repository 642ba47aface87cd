/** What a command line prints where there is no terminal, and none of the usual variables. */
import { runCommand } from "../../src/cli/command.ts";
import { streamOn } from "../../src/cli/terminal.ts";

export async function printed(words: readonly string[]): Promise<string> {
  let text = "";
  const device = {
    isTTY: false,
    columns: 0,
    rows: 0,
    hasColors: () => false,
    write: (more: string) => {
      text += more;
    },
  };
  const out = streamOn(device, {});
  await runCommand(words, { out, err: streamOn({ ...device, write: () => {} }, {}) });
  return text;
}

/** Of what is printed, the block whose first line begins so. */
export function blockOf(text: string, begin: string): string {
  const block = text.split(/\n\s*\n/).find((each) => each.trimStart().startsWith(begin));
  if (block === undefined) throw new Error(`expected a block that begins with ${begin}, found none`);
  return block.replace(/^\n+/, "");
}
