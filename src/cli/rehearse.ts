/** `slipway rehearse`: one release in one world, in a thread of its own, and what came of it. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { gatesOf } from "../core/gates/settings.ts";
import { factsOf } from "../rehearsal/facts/facts.ts";
import { followedOn } from "../rehearsal/release/followed.ts";
import { releasedFirst } from "../rehearsal/release/released.ts";
import type { RehearsalRequest, ReleaseProgress } from "../rehearsal/release/request.ts";
import { openThread } from "../rehearsal/release/thread.ts";
import { releasePage } from "../report/page/release-page.ts";
import { summaryOf } from "../report/summary/summary.ts";
import { variantsMarkdown } from "../report/variants-markdown.ts";
import { toldByRehearsal } from "../report/view/rehearsed.ts";
import { releaseView } from "../report/view/release-view.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { askedFor } from "./asked-for.ts";
import { rehearsalThread } from "./code-files.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { gateFindingOptions } from "./finding-options.ts";
import { findingsTeller, toldPlan } from "./findings.ts";
import { besideOf, type NamedWorld, readEvent, readWorld, seedRule } from "./inputs.ts";
import { BadUsage, refuseBadEvent } from "./mistakes.ts";
import { unwatched, watchOn } from "./progress/watch.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** What the first execution of a rehearsal is called. */
const execution = "rehearsal";

/** Resolves to the exit code. Throws BadUsage and BadInput before anything is run. */
export async function rehearse(line: CommandLine, { out, err }: Terminal): Promise<number> {
  mayWrite(line.values.report);
  mayWrite(line.values.markdown);
  const others = line.lists.compare ?? [];
  if (line.values.world === everyWorld && others.length > 0)
    throw new BadUsage([`--compare: expected no --world ${everyWorld} beside it, found both`]);
  if (line.values.world === everyWorld || others.length > 0) refuseFindings(line);
  if (line.values.world === everyWorld)
    return (await import("./rehearse-several.ts")).inAllWorlds(line, { out, err });
  if (others.length > 0) return (await import("./rehearse-several.ts")).beside(line, { out, err });
  const tellFindings = findingsTeller(line, { out, err });
  const plan = toldPlan(line, tellFindings);
  const world = readWorld(line.values.world ?? "healthy", line.values.traffic);
  const event = readEvent(line.values.event, plan, world.spec);
  const seed = numberOf(line, "seed", seedRule);
  const title = `rehearsing ${plan.model} in the world ${world.name}, seed ${seed}`;
  const watch = line.switches.has("quiet")
    ? unwatched
    : watchOn(err, { title, stages: plan.rollout.stages }, execution);
  const beside = besideOf(line, plan, world.spec);
  const asked = askedFor(line, seed);
  const request = { ...asked, ...followedOn(plan, asked), ...beside, plan, world: world.spec, event };
  const facts = await rehearsed(request, world, watch.tell).finally(watch.end);
  const { report, markdown } = line.values;
  if (markdown !== undefined) {
    const heading = { title: `${plan.model}, seed ${seed}`, column: "world" };
    written(markdown, variantsMarkdown([{ name: world.name, facts }], heading));
  }
  const released = releasedFirst(request);
  const view = releaseView(toldByRehearsal(facts, released));
  const outcome = `the release ended as ${facts.outcome}: ${facts.reason}`;
  tellFindings({ gates: { gates: gatesOf(released), rows: view.gates, outcome } });
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

/** They are of one release. */
function refuseFindings({ values, lists }: CommandLine): void {
  const beside = lists.compare === undefined ? `--world ${everyWorld}` : "--compare";
  const given = Object.keys(gateFindingOptions).filter((name) => values[name] !== undefined);
  if (given.length > 0)
    throw new BadUsage(given.map((name) => `--${name}: expected no ${beside} beside it, found both`));
}

/** What stands for every world that ships. */
const everyWorld = "all";

async function rehearsed(
  request: RehearsalRequest,
  world: NamedWorld,
  tell: (progress: ReleaseProgress) => void,
): Promise<RehearsalFacts> {
  const thread = openThread(rehearsalThread);
  try {
    const record = await thread.rehearse(request, tell);
    refuseBadEvent(record);
    return factsOf(request, world.name, record);
  } finally {
    await thread.close();
  }
}
