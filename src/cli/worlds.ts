/** `slipway worlds`: the worlds that ship, each in a line. */
import { loadWorld, worldNames } from "../rehearsal/worlds/load.ts";
import { pairs, wrap } from "../report/text/layout.ts";
import type { CommandLine } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. */
export async function worlds(line: CommandLine, { out }: Terminal): Promise<number> {
  const all = worldNames().map((name) => ({ name, description: loadWorld(name).description }));
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(all, null, 2)}\n`
      : `${pageOf(all, out.columns).join("\n")}\n`,
  );
  return 0;
}

function pageOf(all: readonly { name: string; description: string }[], width: number): string[] {
  return [
    ...pairs(
      all.map(({ name, description }) => [name, description]),
      width,
    ),
    "",
    ...wrap(
      "A file of your own works wherever a name does. docs/WORLDS.md lists its keys; plans/world.schema.json lets editors complete and check it.",
      width,
    ),
  ];
}
