/** `slipway rehearse`: one release in one world, in a thread of its own, and what came of it. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import type { Progress, RehearsalRequest } from "../rehearsal/engine/request.ts";
import { openThread } from "../rehearsal/engine/worker-thread.ts";
import { recoverySeconds, settleSeconds } from "../rehearsal/explore/explorer.ts";
import { factsOf } from "../rehearsal/facts/facts.ts";
import { summaryOf } from "../report/summary/summary.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { faultsOf } from "./faults.ts";
import { type NamedWorld, readEvent, readPlan, readWorld, seedRule, turnsOf } from "./inputs.ts";
import { BadInput, causesOf } from "./mistakes.ts";
import { rehearsalThread } from "./own-files.ts";
import { unwatched, watchOn } from "./progress/watch.ts";
import type { Terminal } from "./terminal.ts";

/** What the first execution of a rehearsal is called. */
const execution = "rehearsal";

/** Resolves to the exit code. Throws BadUsage and BadInput before anything is run. */
export async function rehearse(line: CommandLine, { out, err }: Terminal): Promise<number> {
  const plan = readPlan(line.positionals[0]);
  const world = readWorld(line.values.world ?? "healthy");
  const event = readEvent(line.values.event, plan);
  const seed = numberOf(line, "seed", seedRule);
  const title = `rehearsing ${plan.model} in the world ${world.name}, seed ${seed}`;
  const watch = line.switches.has("quiet")
    ? unwatched
    : watchOn(err, { title, stages: plan.rollout.stages }, execution);
  const faults = faultsOf(line);
  // What a fault leaves behind is the sweep's, which comes by the clock.
  const calm = faults.length === 0 ? {} : { settleSeconds, recoverySeconds };
  const request = { plan, world: world.spec, event, seed, faults, ...turnsOf(line), ...calm };
  const facts = await rehearsed(request, world, watch.tell).finally(watch.end);
  const page = { width: out.columns, paint: out.paint };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(facts, null, 2)}\n`
      : `${summaryOf(facts, page).join("\n")}\n`,
  );
  return exitCodeOf(facts);
}

async function rehearsed(
  request: RehearsalRequest,
  world: NamedWorld,
  tell: (progress: Progress) => void,
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
