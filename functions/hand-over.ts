/**
 * Has a release that waits go on in a new execution, before this one's history or time runs out. The new one takes the
 * lock over once this one has ended well; until then the release is this one's. Asking twice is asking once.
 */
import { startMachine } from "../src/aws/executions.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { badState } from "../src/core/errors.ts";
import { Opened } from "../src/core/release/document/document.ts";
import { handing } from "../src/core/release/document/reading.ts";
import { executionName } from "../src/core/release/names.ts";
import { HandedOver } from "../src/core/release/release.ts";

export const handOver: Step<Opened, HandedOver> = async (document, { aws, now }) => {
  const { release } = document;
  const ledger = await Ledger.forward(aws, release);
  const { stack } = aws.environment;
  const name = executionName("go-on", { stack, releaseId: release.id, nth: `${release.fence}` });
  await ledger.nameSuccessor({ name, at: new Date(now()).toISOString() });
  // The same input again is the same execution while that runs (StartExecution, API reference).
  if (!(await startMachine(aws, name, { goOn: { releaseId: release.id, document } })))
    throw badState(`${name} is over, and ${release.id} cannot go on in it`);
  return { outcome: "handed-over", reason: `${release.id} goes on in execution ${name}`, to: name };
};

export const contract = { input: Opened, output: HandedOver, document: handing };
export const handler = lambda(handOver, contract);
