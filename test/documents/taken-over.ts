/**
 * An execution that older Lambdas have brought to a moment, taken on by the Lambdas and the machine of today: the account is
 * brought to that moment, and then the machine enters the state with the document that was written.
 */
import type { AslState } from "#twin/engine";
import type { Plan } from "../../src/core/plan/plan.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import type { RehearsalParts, RehearsalRequest } from "../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { asBefore } from "./as-before.ts";
import type { Captured, Moment } from "./captured.ts";

type Options = Pick<RehearsalRequest, "stopAfterSeconds">;

/** The rest of the release, under the name that its execution had then; what it hands over to are today's own. */
export async function takenOver(run: Captured, moment: Moment, options: Options = {}): Promise<RunRecord> {
  // After the items of that moment are there.
  const at = new Date(Date.parse(moment.at) + 1000).toISOString().replace(/\.\d+Z$/, "Z");
  const handedOver = moment.state === "OpenRelease";
  return rehearseHere(
    {
      plan: run.plan as unknown as Plan,
      world: loadWorld(run.world),
      event: { asBefore: { at, document: handedOver ? { handOver: {} } : moment.document } },
      seed: run.seed,
      startMs: Date.parse(run.startedAt),
      settleSeconds: 3 * 3600,
      // Names of before documents had a number carry no stack; a deployment whose releases still bear them is told so.
      roles: { ownNames: "*" },
      ...(handedOver && { also: [startOf(run, moment)] }),
      ...options,
    },
    partsOf(run, moment, handedOver ? "HandedOver" : moment.state),
  );
}

/** The start of the execution in which the release goes on. */
const startOf = ({ startedAt }: Captured, { at, execution, document }: Moment) => ({
  afterSeconds: Math.ceil((Date.parse(at) - Date.parse(startedAt)) / 1000) + 2,
  event: document,
  name: execution.split(":").at(-1) ?? "",
});

function partsOf(run: Captured, moment: Moment, state: string): RehearsalParts {
  const { definition } = releaseParts;
  const States: Record<string, AslState> = {
    TakenOver: {
      Type: "Choice",
      Choices: [{ Variable: "$.asBefore", IsPresent: true, Next: "UntilThen" }],
      Default: definition.StartAt,
    },
    UntilThen: { Type: "Wait", TimestampPath: "$.asBefore.at", Next: "AsItWas" },
    AsItWas: { Type: "Pass", InputPath: "$.asBefore.document", Next: state },
    ...definition.States,
  };
  return {
    ...releaseParts,
    definition: { ...definition, StartAt: "TakenOver", States },
    // Whoever watches would miss what was seen of the release before.
    observe: [asBefore(run, moment)],
  };
}
