/** `slipway completion`: the script by which a shell completes a command line. */
import { foundText } from "../core/input/bad-input.ts";
import type { Command, CommandLine } from "./arguments.ts";
import { bashScript } from "./completion/bash.ts";
import { type Completed, completedOf } from "./completion/completed.ts";
import { fishScript } from "./completion/fish.ts";
import { zshScript } from "./completion/zsh.ts";
import { BadUsage } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

const scripts = new Map<string, (all: readonly Completed[]) => string[]>([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);

/** `commands` are all that there are: their table loads this file, and cannot be imported by it. */
export async function completion(
  { positionals: [shell] }: CommandLine,
  { out }: Terminal,
  commands: readonly Command[],
): Promise<number> {
  const script = scripts.get(shell ?? "");
  if (script === undefined)
    throw new BadUsage([
      `SHELL: expected one of ${[...scripts.keys()].join(", ")}, found ${foundText(shell)}`,
    ]);
  out.write(`${script(commands.map(completedOf)).join("\n")}\n`);
  return 0;
}
