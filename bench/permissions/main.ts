/** `npm run mutate:permissions`: how many rights the runs miss when they are taken away, and which they do not. */

import { beyondRuns } from "./beyond-runs.ts";
import { mutantsOf, questions } from "./mutants.ts";
import { rightName } from "./rights.ts";

const asked = await questions();
const { rights, killed, survivors } = mutantsOf(asked);
const beyond = survivors.filter((right) => beyondRuns.some(({ is }) => is(right)));
const unexplained = survivors.filter((right) => !beyond.includes(right));
console.log(`${asked.length} questions of the runs, ${rights.length} rights (action × resource × statement)`);
console.log(
  `${killed.size} missed by a run, ${beyond.length} beyond any run, ${unexplained.length} missed by nobody`,
);
for (const right of unexplained) console.log(`  ${rightName(right)}`);
process.exitCode = unexplained.length === 0 ? 0 : 1;
