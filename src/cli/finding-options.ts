/** Options with which a command writes what it finds, for the programs that a pipeline shows it with. */
import type { Option } from "./arguments.ts";

/** Of a plan that is read. */
export const findingOptions: Readonly<Record<string, Option>> = {
  junit: { value: "FILE", help: "write mistakes as JUnit's XML, which CI systems show as tests" },
  sarif: { value: "FILE", help: "write mistakes and warnings as SARIF 2.1.0, for code scanning" },
  annotations: {
    value: "github",
    help: "tell them to GitHub as well, which shows them at their lines",
    choices: () => ["github"],
  },
};

/** Of a release that is rehearsed. */
export const gateFindingOptions: typeof findingOptions = {
  junit: {
    value: "FILE",
    help: "write the plan's mistakes, and each gate that it asks for, as JUnit's XML: one that does not pass is a test that fails",
  },
  sarif: {
    value: "FILE",
    help: "write the plan's mistakes, and gates that do not pass, as SARIF 2.1.0, for code scanning",
  },
  annotations: {
    value: "github",
    help: "tell them to GitHub as well, which shows them at the plan",
    choices: () => ["github"],
  },
};
