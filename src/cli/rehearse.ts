/** `slipway rehearse`: one release in one world, in a thread of its own, and what came of it. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { recoverySeconds, settleSeconds } from "../rehearsal/explore/exploration.ts";
import { factsOf } from "../rehearsal/facts/facts.ts";
import { releasedFirst } from "../rehearsal/release/released.ts";
import type { RehearsalRequest, ReleaseProgress } from "../rehearsal/release/request.ts";
import { openThread } from "../rehearsal/release/thread.ts";
import { worldNames } from "../rehearsal/worlds/load.ts";
import { releasePage } from "../report/page/release-page.ts";
import { summaryOf } from "../report/summary/summary.ts";
import { toldByRehearsal } from "../report/view/rehearsed.ts";
import { releaseView } from "../report/view/release-view.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { faultsOf } from "./faults.ts";
import {
  answerOf,
  besideOf,
  type NamedWorld,
  readEvent,
  readPlan,
  readWorld,
  readWorlds,
  seedRule,
  startOf,
  turnsOf,
} from "./inputs.ts";
import { BadInput, causesOf } from "./mistakes.ts";
import { rehearsalThread } from "./own-files.ts";
import { unwatched, watchOn } from "./progress/watch.ts";
import { rehearseAll } from "./rehearse-all.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** What the first execution of a rehearsal is called. */
const execution = "rehearsal";

/** Resolves to the exit code. Throws BadUsage and BadInput before anything is run. */
export async function rehearse(line: CommandLine, { out, err }: Terminal): Promise<number> {
  if (line.values.world === everyWorld) return inAllWorlds(line, { out, err });
  mayWrite(line.values.report);
  const plan = readPlan(line.positionals[0]);
  const world = readWorld(line.values.world ?? "healthy", line.values.traffic);
  const event = readEvent(line.values.event, plan, world.spec);
  const seed = numberOf(line, "seed", seedRule);
  const title = `rehearsing ${plan.model} in the world ${world.name}, seed ${seed}`;
  const watch = line.switches.has("quiet")
    ? unwatched
    : watchOn(err, { title, stages: plan.rollout.stages }, execution);
  const beside = besideOf(line, plan, world.spec);
  const request = { ...askedFor(line, seed), ...beside, plan, world: world.spec, event };
  const facts = await rehearsed(request, world, watch.tell).finally(watch.end);
  const { report } = line.values;
  const view = releaseView(toldByRehearsal(facts, releasedFirst(request)));
  if (report !== undefined) {
    written(report, releasePage(view));
    tell(err, err.paint.dim(`the page of the release is in ${report}`));
  }
  const page = { width: out.columns, paint: out.paint };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(facts, null, 2)}\n`
      : `${summaryOf(view, page).join("\n")}\n`,
  );
  return exitCodeOf(facts);
}

/** What is asked of a rehearsal, whatever its plan and world. */
function askedFor(line: CommandLine, seed: number) {
  const faults = faultsOf(line);
  // What a fault leaves behind is the sweep's, which comes by the clock.
  const calm = faults.length === 0 ? {} : { settleSeconds, recoverySeconds };
  return { seed, faults, ...answerOf(line), ...turnsOf(line), ...startOf(line), ...calm };
}

/** What stands for every world that ships. */
const everyWorld = "all";

async function inAllWorlds(line: CommandLine, terminal: Terminal): Promise<number> {
  const [path] = line.positionals;
  const plan = readPlan(path);
  const worlds = readWorlds(worldNames(), line.values.traffic);
  const [first] = worlds;
  if (first === undefined) throw new Error("no world ships");
  const event = readEvent(line.values.event, plan, first.spec);
  const beside = besideOf(line, plan, first.spec);
  const request = { ...askedFor(line, numberOf(line, "seed", seedRule)), ...beside, plan, event };
  const command = ["slipway rehearse", path ?? [], seedIn(line)].flat().join(" ");
  const [json, quiet] = [line.switches.has("json"), line.switches.has("quiet")];
  return rehearseAll({ worlds, request, command, json, quiet }, terminal);
}

const seedIn = ({ values }: CommandLine): string[] =>
  values.seed === undefined ? [] : ["--seed", values.seed];

async function rehearsed(
  request: RehearsalRequest,
  world: NamedWorld,
  tell: (progress: ReleaseProgress) => void,
): Promise<RehearsalFacts> {
  const thread = openThread(rehearsalThread);
  try {
    const record = await thread.rehearse(request, tell);
    if (record.outcome === "bad-input")
      throw new BadInput(
        causesOf(record.reason).map((cause) => `the event: ${cause}`),
        "no release was opened",
      );
    return factsOf(request, world.name, record);
  } finally {
    await thread.close();
  }
}
