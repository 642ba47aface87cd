/** The `slipway` command. */
import * as nodeModule from "node:module";

// What was compiled once is kept under the system's directory of temporary files (or NODE_COMPILE_CACHE): the next command begins
// in half the time. Before everything else is imported; Node 20 has no such thing.
nodeModule.enableCompileCache?.();

// The SDK says at length that its later versions will need a newer Node; the one in here is bundled, and does not.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const [{ runCommand }, { processTerminal }] = await Promise.all([
  import("./command.ts"),
  import("./terminal.ts"),
]);
process.exitCode = await runCommand(process.argv.slice(2), processTerminal(process.env));
