/** `slipway loadtest`: a fleet without traffic tested under load from here, as a release tests its candidate. */
import type { Aws } from "../aws/clients.ts";
import { type FleetUnderTest, fleetToTest, type LoadRoundTold, testUnderLoad } from "../aws/load-testing.ts";
import { ratesOf } from "../core/load/course.ts";
import type { LoadProof } from "../core/load/load-test.ts";
import { type LoadStepTold, stepsTold } from "../core/load/told.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import type { Plan } from "../core/plan/plan.ts";
import { loadTable } from "../report/summary/load-test.ts";
import { count } from "../report/text/figures.ts";
import { loadSeen } from "../report/view/load-rows.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { failureCode } from "./exit-codes.ts";
import { readPlan, seedRule } from "./inputs.ts";
import { BadInput, BadUsage, looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Stream, Terminal } from "./terminal.ts";

/** Not enough; where nothing can be said, the command has failed. */
const notEnoughCode = 2;
const codes: Readonly<Partial<Record<LoadProof["status"], number>>> = {
  enough: 0,
  "not-enough": notEnoughCode,
};

/** Changes nothing. Throws BadUsage, BadInput and CommandFailed; nothing was sent then. */
export async function loadTest(line: CommandLine, terminal: Terminal): Promise<number> {
  const [file] = line.positionals;
  if (file === undefined) throw new BadUsage(["PLAN: expected the file of a plan, found nothing"]);
  const seed = numberOf(line, "seed", seedRule);
  const plan = readPlan(file);
  const consent = plan.loadTest;
  if (consent === undefined)
    throw new BadInput([
      {
        file,
        where: "loadTest",
        expected: "what to send, and the consent to it (docs/PLANS.md, A test under load)",
        found: "nothing",
      },
    ]);
  const { aws } = await bound(line, terminal);
  const found = await meantBy(aws, line, { plan, loadTest: consent });
  const { out, err } = terminal;
  tell(err, beginning(found));
  const latest = new Lateness();
  const proof = await looked("the test could not be finished", () =>
    testUnderLoad(aws, found, {
      seed: `loadtest ${seed}`,
      onRound: (told) => {
        latest.add(told);
        tell(err, err.paint.dim(told.proof.reason));
      },
    }),
  );
  if (latest.isTooLate(plan))
    tell(
      err,
      `${err.paint.yellow("!")} one in a hundred requests left more than ${Math.round(latest.p99())} ms late: this machine is too slow for that rate, and what it waited is counted as the model's`,
    );
  if (line.switches.has("json")) out.write(`${JSON.stringify(toldAs(found, proof, latest), null, 2)}\n`);
  else tellAll(out, found, proof);
  return codes[proof.status] ?? failureCode;
}

async function meantBy(
  aws: Aws,
  { values }: CommandLine,
  of: { readonly plan: Plan; readonly loadTest: LoadTest },
): Promise<FleetUnderTest> {
  const endpoint = values.endpoint ?? of.plan.endpoint.name;
  const asked = { ...of, endpoint, variant: values.variant, nowMs: Date.now() };
  const found = await looked("nothing was sent", () => fleetToTest(aws, asked));
  if ("refused" in found) throw new BadInput([found.refused], "nothing was sent");
  return found;
}

function beginning({ endpoint, variant, question }: FleetUnderTest): string {
  const { loadTest: test, fleet } = question;
  const { cap, spike = 0 } = ratesOf(question);
  const size =
    fleet.instances < fleet.finalInstances
      ? `${fleet.instances} of the ${fleet.finalInstances} instances that the plan's peak takes, by their part of it`
      : `${fleet.instances} ${fleet.instanceType}`;
  return `${variant} of ${endpoint}, ${size}: up to ${rate(Math.max(cap, spike))} requests/s for at most ${test.maxMinutes} minutes and ${count(test.maxRequests)} requests; Ctrl-C ends it, and nothing is left behind`;
}

/** By how much requests left later than they were meant to. */
class Lateness {
  readonly #all: number[] = [];
  add({ lateness }: LoadRoundTold): void {
    for (const milliseconds of lateness) this.#all.push(milliseconds);
  }
  p99(): number {
    const sorted = this.#all.toSorted((a, b) => a - b);
    return sorted[Math.floor(0.99 * sorted.length)] ?? 0;
  }
  /** More than a tenth of what is waited for an answer is no more the model's own. */
  isTooLate({ requirements }: Plan): boolean {
    return this.p99() > requirements.latencyMsP99 / 10;
  }
}

/** What `--json` prints. */
export interface LoadTestTold {
  readonly endpoint: string;
  readonly variant: string;
  readonly instances: number;
  readonly status: LoadProof["status"];
  readonly reason: string;
  /** That were sent, those that are not counted among them. */
  readonly requests: number;
  /** Requests per second up to which the requirements are kept: between the two, nineteen times of twenty; 0, or absent: below, or above, all that was tried. */
  readonly knee?: { readonly from: number; readonly to?: number | undefined };
  /** The 99th percentile of how much later than meant requests left, milliseconds. */
  readonly sentLateMsP99: number;
  readonly steps: readonly LoadStepTold[];
}

function toldAs(
  { endpoint, variant, question }: FleetUnderTest,
  proof: LoadProof,
  late: Lateness,
): LoadTestTold {
  const { status, reason, sent, knee, recovery, steps } = proof;
  return {
    endpoint,
    variant,
    instances: question.fleet.instances,
    status,
    reason,
    requests: sent,
    ...(knee && { knee }),
    ...(recovery && { recovery }),
    sentLateMsP99: Number(late.p99().toFixed(1)),
    steps: stepsTold(question, steps),
  };
}

function tellAll(out: Stream, { question }: FleetUnderTest, proof: LoadProof): void {
  const shown = loadSeen({ ...proof, steps: stepsTold(question, proof.steps) });
  out.write(`${loadTable(shown, { width: out.columns, paint: out.paint }).join("\n")}\n`);
  tell(out, proof.reason);
}

const rate = (value: number): string => Number(value.toPrecision(3)).toString();
