/** The faults that a command line names, as `kind=point`. */

import { type Fault, parseFault } from "#twin/engine";
import { foundText } from "../core/input/bad-input.ts";
import { handKinds } from "../rehearsal/release/hand-calls.ts";
import type { CommandLine, Option } from "./arguments.ts";
import { BadUsage } from "./mistakes.ts";

export const faultOption: Option = {
  value: "FAULT",
  help: "a fault to happen, as slipway explore names it; may be given again",
  repeatable: true,
};

/** Throws BadUsage with one message for each that is none. */
export function faultsOf({ lists }: CommandLine): Fault[] {
  const texts = lists.fault ?? [];
  const faults = texts.map((text) => parseFault(text, handKinds));
  const mistakes = texts.filter((_, i) => faults[i] === undefined).map(mistakeOf);
  if (mistakes.length > 0) throw new BadUsage(mistakes);
  return faults.filter((fault) => fault !== undefined);
}

const mistakeOf = (text: string): string =>
  `--fault: expected a kind and a point such as throttled=call:ShiftTraffic[1]/sagemaker.DescribeEndpoint#1@1, found ${foundText(text)}`;
