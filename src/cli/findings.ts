/** What a command finds wrong with a plan, or the gates of its release, for the programs that a pipeline shows it with. */
import { foundText } from "../core/input/bad-input.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type Findings, findingsIn } from "../report/findings/findings.ts";
import { type GatesTold, gateFindings } from "../report/findings/gates.ts";
import { junitOf } from "../report/findings/junit.ts";
import { sarifOf } from "../report/findings/sarif.ts";
import { workflowCommands } from "../report/findings/workflow-commands.ts";
import type { CommandLine } from "./arguments.ts";
import { type PlanFile, readPlanFile } from "./inputs.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import { samplePlanPath, versionOf } from "./own-files.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** What can be told. */
interface Found {
  readonly plan: Parameters<typeof findingsIn>[1];
  readonly gates: GatesTold;
}

export type TellFindings = (found: Partial<Found>) => void;

/** Throws BadUsage and BadInput where they could not be told, before anything is looked at. */
export function findingsTeller(
  { positionals: [path = samplePlanPath], values }: CommandLine,
  { err }: Terminal,
): TellFindings {
  const { junit, sarif, annotations } = values;
  if (annotations !== undefined && annotations !== "github")
    throw new BadUsage([`--annotations: expected github, found ${foundText(annotations)}`]);
  mayWrite(junit);
  mayWrite(sarif);
  return ({ plan = {}, gates }) => {
    const findings: Findings = gates === undefined ? findingsIn(path, plan) : gateFindings(path, gates);
    if (junit !== undefined) written(junit, junitOf(findings));
    if (sarif !== undefined) written(sarif, `${JSON.stringify(sarifOf(findings, versionOf()), null, 2)}\n`);
    if (annotations !== undefined) tell(err, ...workflowCommands(findings));
  };
}

/** The plan; its mistakes are told as findings, too, before they end the command. Throws BadInput. */
export const toldPlan = (line: CommandLine, tellFindings: TellFindings): Plan =>
  toldPlanFile(line, tellFindings).plan;

/** The same with its text. */
export const toldPlanFile = ({ positionals: [path] }: CommandLine, tellFindings: TellFindings): PlanFile =>
  told(() => readPlanFile(path), tellFindings);

/** Bad input is told as findings, too, before it ends the command. */
export function told<T>(look: () => T, tellFindings: TellFindings): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof BadInput) tellFindings({ plan: { mistakes: error.found } });
    throw error;
  }
}
