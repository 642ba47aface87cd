/** What a command finds wrong with a file, for the programs that a pipeline shows it with. */

import { foundText } from "../core/input/bad-input.ts";
import { type Findings, findingsIn } from "../report/findings/findings.ts";
import { junitOf } from "../report/findings/junit.ts";
import { sarifOf } from "../report/findings/sarif.ts";
import { workflowCommands } from "../report/findings/workflow-commands.ts";
import type { CommandLine, Option } from "./arguments.ts";
import { BadUsage } from "./mistakes.ts";
import { samplePlanPath, versionOf } from "./own-files.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

export const findingOptions: Readonly<Record<string, Option>> = {
  junit: { value: "FILE", help: "write mistakes as JUnit's XML, which CI systems show as tests" },
  sarif: { value: "FILE", help: "write mistakes and warnings as SARIF 2.1.0, for code scanning" },
  annotations: {
    value: "github",
    help: "tell them to GitHub as well, which shows them at their lines",
    choices: () => ["github"],
  },
};

/** Throws BadUsage and BadInput where they could not be told, before anything is looked at. */
export function findingsTeller(
  { positionals: [path = samplePlanPath], values }: CommandLine,
  { err }: Terminal,
): (found: Parameters<typeof findingsIn>[1]) => void {
  const { junit, sarif, annotations } = values;
  if (annotations !== undefined && annotations !== "github")
    throw new BadUsage([`--annotations: expected github, found ${foundText(annotations)}`]);
  mayWrite(junit);
  mayWrite(sarif);
  return (found) => {
    const findings: Findings = findingsIn(path, found);
    if (junit !== undefined) written(junit, junitOf(findings));
    if (sarif !== undefined) written(sarif, `${JSON.stringify(sarifOf(findings, versionOf()), null, 2)}\n`);
    if (annotations !== undefined) tell(err, ...workflowCommands(findings));
  };
}
