/**
 * Runs each case on both engines and compares: the first is what `slipway rehearse` runs, the second the deployed
 * bundles under another interpreter of the deployed definition. Both must end alike, by the same states, the same
 * calls and the same changes of the account. Exit code 0 also where the interpreter is not installed: it is said.
 *
 * Usage: npm run second-engine -- [--package FOLDER] [--case TEXT] [--plant], after npm run package
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { cases } from "./cases.ts";
import { readDeployment } from "./deployment.ts";
import { rehearsed } from "./first.ts";
import { differences } from "./outcome.ts";
import { openSecondEngine } from "./second.ts";

const { values } = parseArgs({
  options: {
    package: { type: "string", default: ".serverless" },
    case: { type: "string", default: "" },
    // A difference is planted in the second engine's definition: each case of a rollout must show it.
    plant: { type: "boolean", default: false },
  },
});

const probe = spawnSync("python3", ["-c", "import moto.server, moto.stepfunctions.parser.models"]);
if (probe.status !== 0) {
  console.log("skipped: moto with its Step Functions interpreter is not installed for python3");
  process.exit(0);
}

/** Whatever hangs; what was started ends with this process. */
const longestMs = 1_200_000;
setTimeout(() => {
  console.error(`not over after ${longestMs / 1000} s`);
  process.exit(1);
}, longestMs).unref();

const deployment = await readDeployment(values.package);
process.once("exit", deployment.remove);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const planted = deployment.definition.replace('"StringEquals": "advance"', '"StringEquals": "never"');
if (values.plant && planted === deployment.definition)
  throw new Error("expected a condition to plant a difference in");
const second = await openSecondEngine(deployment, values.plant ? planted : deployment.definition);
let different = 0;
try {
  for (const each of cases.filter(({ name }) => name.includes(values.case))) {
    const beganMs = performance.now();
    const { event, ...there } = await second.run(each);
    const here = await rehearsed({ ...each.request, event });
    const outcome = here.executions[0]?.outcome;
    const unexpected =
      outcome === each.expected ? [] : [`expected ${each.expected}, the first engine says ${outcome}`];
    const found = [...unexpected, ...differences(here, there)];
    const apart = here.changedAtSeconds.map((at, i) => Math.abs(at - (there.changedAtSeconds[i] ?? at)));
    const states = there.executions.map((execution) => execution.states.length).join(" + ");
    const took = `${((performance.now() - beganMs) / 1000).toFixed(1)} s`;
    const same = `the same: ${outcome}, ${states} states, ${there.changes.length} changes, at most ${Math.max(0, ...apart).toFixed(3)} s apart`;
    console.log(
      `${found.length === 0 ? "✔" : "✖"} ${each.name}: ${found.length === 0 ? same : ""} (${took})`,
    );
    for (const difference of found) console.log(`    ${difference}`);
    if (found.length > 0) different += 1;
  }
} finally {
  await second.close();
}
process.exitCode = different === 0 ? 0 : 1;
