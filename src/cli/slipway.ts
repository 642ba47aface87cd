/** The `slipway` command. */
import { runCommand } from "./command.ts";
import { processTerminal } from "./terminal.ts";

// The SDK says at length that its later versions will need a newer Node; the one in here is bundled, and does not.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

process.exitCode = await runCommand(process.argv.slice(2), processTerminal(process.env));
