/** Starting the machine: who starts an execution knows whether it was started before. */
import { expect, test } from "vitest";
import { startMachine } from "../../src/aws/executions.ts";
import { openAccount } from "./account.ts";

test("an execution is started once under its name, with its input", async () => {
  const { aws, executions } = openAccount();

  expect(await startMachine(aws, "go-on", { release: 1 })).toBe(true);
  expect(await startMachine(aws, "go-on", { release: 2 })).toBe(false);

  expect(executions.started()).toEqual([{ name: "go-on", input: { release: 1 } }]);
});
