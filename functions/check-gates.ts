/**
 * Asks the plan's security and compliance gates before anything is changed: what one of them says no to, or does not know, is
 * refused, and nothing has to be put back. Later they are asked again before each share (src/aws/gate-hold.ts).
 */
import type { z } from "zod";
import { noteGates, restOnGates } from "../src/aws/gate-hold.ts";
import { askGates } from "../src/aws/gates.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { answeredText, blockedText } from "../src/core/gates/gate-answer.ts";
import { Planned } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { Gated } from "../src/core/release/gated.ts";

const Input = Planned.pick({ schema: true, release: true, plan: true, planning: true });

export const checkGates: Step<z.infer<typeof Input>, Gated> = async ({ release, plan, planning }, tools) => {
  const ledger = await Ledger.forward(tools.aws, release);
  const answered = await askGates(tools, { plan, needs: planning.needs, release });
  const { answers } = answered;
  const blocked = blockedText(answers);
  await noteGates(tools, ledger, { answers, isBlocked: blocked !== undefined });
  if (blocked === undefined) await restOnGates(tools, ledger, answered);
  return {
    status: blocked === undefined ? "pass" : "refused",
    reason: blocked ?? answeredText(answers),
    answers,
    lookedAt: new Date(tools.now()).toISOString(),
  };
};

export const contract = { input: Input, output: Gated, document: forward };
export const handler = lambda(checkGates, contract);
