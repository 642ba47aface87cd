/** `slipway rehearse --world all`: one release in every world that ships, side by side, and a table of what came of it. */
import { availableParallelism } from "node:os";
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { factsOf } from "../rehearsal/facts/facts.ts";
import type { RehearsalRequest } from "../rehearsal/release/request.ts";
import { openWorkerPool } from "../rehearsal/release/thread.ts";
import { worldsPage } from "../report/worlds.ts";
import { worstOf } from "./exit-codes.ts";
import type { NamedWorld } from "./inputs.ts";
import { BadInput, causesOf } from "./mistakes.ts";
import { rehearsalThread } from "./own-files.ts";
import { barOn, noBar } from "./progress/bar.ts";
import type { Terminal } from "./terminal.ts";

/** More threads than this are not worth their memory. */
const mostThreads = 4;

export interface AllWorlds {
  readonly worlds: readonly NamedWorld[];
  /** What is asked in each of them. */
  readonly request: Omit<RehearsalRequest, "world">;
  /** The command line that shows one of them whole, but for its world. */
  readonly command: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Resolves to the exit code of the worst. Throws BadInput where the event starts nothing anywhere. */
export async function rehearseAll(asked: AllWorlds, { out, err }: Terminal): Promise<number> {
  const { worlds, json, command } = asked;
  const all = await rehearsed(asked, asked.quiet ? noBar : barOn(err));
  out.write(
    json
      ? `${JSON.stringify({ worlds: all }, null, 2)}\n`
      : `${worldsPage(all, command, { width: out.columns, paint: out.paint }).join("\n")}\n`,
  );
  return worlds.length === 0 ? 0 : worstOf(all);
}

async function rehearsed(
  { worlds, request }: AllWorlds,
  bar: ReturnType<typeof barOn>,
): Promise<RehearsalFacts[]> {
  const requests = worlds.map(({ spec }) => ({ ...request, world: spec }));
  const of = requests.length;
  let done = 0;
  const tell = () => bar.tell({ phase: "worlds", done, of, runs: done, ofRuns: of });
  const crew = openWorkerPool(rehearsalThread, Math.min(mostThreads, of, availableParallelism()));
  try {
    tell();
    return await crew.rehearse(
      requests,
      (record, nth) => {
        if (record.outcome === "bad-input")
          throw new BadInput(
            causesOf(record.reason).map((cause) => `the event: ${cause}`),
            "no release was opened",
          );
        const [own, world] = [requests[nth], worlds[nth]];
        if (own === undefined || world === undefined) throw new RangeError(`there is no world ${nth}`);
        return factsOf(own, world.name, record);
      },
      () => {
        done += 1;
        tell();
      },
    );
  } finally {
    bar.end();
    await crew.close();
  }
}
