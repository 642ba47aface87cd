/** What capture.ts wrote down of one rehearsal: the calls that changed the account, and moments of its executions. */
import { readFileSync } from "node:fs";
import type { Json } from "#twin/vocabulary";
import { rehearsedDeployment } from "../../src/core/deployment.ts";

export interface Captured {
  readonly name: string;
  readonly world: string;
  readonly seed: number;
  /** ISO 8601, when the event was delivered. */
  readonly startedAt: string;
  readonly plan: Json;
  /** Calls that took effect, oldest first, the table's and the bus's left out. */
  readonly calls: readonly {
    readonly service: string;
    readonly operation: string;
    readonly at: string;
    readonly input: { readonly [member: string]: Json };
  }[];
  readonly moments: readonly Moment[];
}

/** An execution as it entered a state. */
export interface Moment {
  readonly execution: string;
  readonly state: string;
  /** How many entries into the state came before. */
  readonly nth: number;
  /** The call that the state's step was about to make; absent: the state was just entered. */
  readonly calling?: string;
  readonly at: string;
  readonly document: unknown;
  /** The items of the table at this moment, in DynamoDB's form. */
  readonly items: readonly Json[];
}

/** The machine of those days, whose executions are those of the rehearsed deployment today. */
const machineOf: Readonly<Record<string, string>> = { unnumbered: "slipway-release" };

export function captured(folder: string, name: string): Captured {
  const file = new URL(`../data/documents/${folder}/${name}.json`, import.meta.url);
  const today = rehearsedDeployment.stateMachineArn.split(":").at(-1) ?? "";
  return JSON.parse(readFileSync(file, "utf8").replaceAll(machineOf[folder] ?? today, today));
}

/** The first entry into a state at or after a number of entries. */
export function momentOf({ moments }: Captured, state: string, nth = 0): Moment {
  const found = moments.find((moment) => moment.state === state && moment.nth >= nth);
  if (found === undefined) throw new Error(`expected an entry into ${state}, found none`);
  return found;
}
