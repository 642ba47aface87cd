/**
 * `npm run mutate:permissions -- [--rerun N] [--seed S]`: how many rights the runs miss when they are taken away, and
 * which they do not. Of those that are missed, a sample is taken away from the roles of a run that is then played again.
 */
import { parseArgs } from "node:util";
import { beyondRuns } from "./beyond-runs.ts";
import { mutantsOf, questions } from "./mutants.ts";
import { agrees, type PlayedRun, type Rerun, rerunSample, rerunWithoutSurvivors } from "./reruns.ts";
import { rightName } from "./rights.ts";
import { permissionRuns, play } from "./runs.ts";

const { values } = parseArgs({
  options: { rerun: { type: "string", default: "24" }, seed: { type: "string", default: "1" } },
});
const [size, seed] = [Number(values.rerun), Number(values.seed)];
if (!Number.isInteger(size) || size < 0 || !Number.isInteger(seed))
  throw new Error("expected --rerun and --seed to be whole numbers");

const runs: PlayedRun[] = [];
for (const run of permissionRuns) runs.push({ run, played: await play(run) });
const asked = questions(runs.map(({ played }) => played));
const { rights, killed, survivors } = mutantsOf(asked);
const beyond = survivors.filter((right) => beyondRuns.some(({ is }) => is(right)));
const unexplained = survivors.filter((right) => !beyond.includes(right));
console.log(`${asked.length} questions of the runs, ${rights.length} rights (action × resource × statement)`);
console.log(
  `${killed.size} missed by a run, ${beyond.length} beyond any run, ${unexplained.length} missed by nobody`,
);
for (const right of unexplained) console.log(`  ${rightName(right)}`);

const line = ({ action, resource }: { action: string; resource: string }) => `${action} on ${resource}`;
function tell(rerun: Rerun): void {
  const { right, run, foretold, denied, trouble } = rerun;
  console.log(`${agrees(rerun) ? "as foretold" : "DISAGREES"}: ${right}, in "${run}"`);
  if (!agrees(rerun)) console.log(`  foretold: ${foretold === undefined ? "nothing" : line(foretold)}`);
  console.log(`  denied: ${denied === undefined ? "nothing" : line(denied)}`);
  console.log(`  ${trouble[0] ?? "the run ends as it does with it"}`);
}
const sample = await rerunSample(runs, { size, seed }, tell);
const bare = size === 0 ? [] : await rerunWithoutSurvivors(runs, new Set(survivors.map(rightName)));
for (const rerun of bare) if (!agrees(rerun)) tell(rerun);
const red = sample.filter(({ trouble }) => trouble.length > 0);
const disagreeing = [...sample, ...bare].filter((rerun) => !agrees(rerun));
console.log(
  `played again: ${sample.length} runs without one right each (seed ${seed}), ${red.length} red; ` +
    `${bare.length} without the ${survivors.length} that no run misses; ${disagreeing.length} disagreements`,
);
process.exitCode = unexplained.length + disagreeing.length === 0 ? 0 : 1;
