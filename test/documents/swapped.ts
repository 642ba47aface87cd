/**
 * A release that today's Lambdas bring to a moment at which older ones were once, and whose document and table items are then
 * exactly what those had written: whoever watches from the beginning sees all of it.
 */
import type { AslDefinition, AslState, Observer } from "#twin/engine";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import type { ReleaseScene } from "../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import type { Captured, Moment } from "./captured.ts";

/** `event` is what the captured execution was started with. */
export function swapped(run: Captured, moment: Moment, event: unknown): Promise<RunRecord> {
  return rehearseHere(
    { plan: run.plan as unknown as Plan, world: loadWorld(run.world), event, seed: run.seed },
    {
      ...releaseParts,
      definition: withSwap(releaseParts.definition, moment),
      observe: [...(releaseParts.observe ?? []), itemsOf(moment)],
    },
  );
}

/** Every way into the moment's state leads by a choice, which leads by the document of before once. */
function withSwap(definition: AslDefinition, { state, document }: Moment): AslDefinition {
  const leadingOn = JSON.parse(
    JSON.stringify(definition.States).replaceAll(`"Next":"${state}"`, '"Next":"IsItThen"'),
  ) as Record<string, AslState>;
  const { judgement } = document as { judgement?: { turns: number } };
  const swap = { Variable: "$.judgement.turns", NumericEquals: judgement?.turns, Next: "AsBefore" };
  const looked = { Type: "Choice", Choices: [swap], Default: state };
  const isLater = state === "CheckKpis" && judgement !== undefined;
  const States: Record<string, AslState> = {
    ...leadingOn,
    IsItThen: {
      Type: "Choice",
      Choices: [
        { Variable: "$.asBefore", IsPresent: true, Next: "SinceThen" },
        { Variable: "$.judgement", IsPresent: true, Next: "WhichLook" },
      ],
      Default: isLater ? state : "AsBefore",
    },
    SinceThen: { Type: "Pass", Next: state },
    WhichLook: isLater ? looked : { Type: "Pass", Next: state },
    AsBefore: { Type: "Pass", Result: { ...(document as object), asBefore: true }, Next: state },
  };
  return { ...definition, States };
}

/** Has the items of the moment in the table by the time at which its document is. */
const itemsOf =
  ({ items }: Moment) =>
  ({ services }: ReleaseScene): Observer => ({
    name: "as-before",
    entered: ({ state }) => {
      if (state !== "AsBefore") return;
      const put = services.find(({ name }) => name === "dynamodb")?.operations.PutItem;
      for (const Item of items) {
        const input = { TableName: rehearsedDeployment.table, Item };
        void put?.(input, { service: "dynamodb", operation: "PutItem", input, at: Date.now() });
      }
    },
    findings: () => null,
  });
