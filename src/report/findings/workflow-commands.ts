/** Findings as GitHub's workflow commands, which it shows at the file's lines of a pull request. */
import type { Finding, Findings } from "./findings.ts";

/** A line each: `::error file=plans/a.yml,line=3,title=…::…`. */
export const workflowCommands = ({ findings }: Findings): string[] => findings.map(commandOf);

const titles = {
  plan: { error: "the plan has a mistake", warning: "the plan is valid, but" },
  gates: { error: "a gate bars the way forward", warning: "a gate is waived, or was not asked" },
} as const;

function commandOf({ level, file, line, message, isGates }: Finding): string {
  const properties = {
    file,
    ...(line !== undefined && { line: String(line) }),
    title: titles[isGates ? "gates" : "plan"][level],
  };
  const told = Object.entries(properties).map(([name, value]) => `${name}=${inProperty(value)}`);
  return `::${level} ${told.join(",")}::${inMessage(message)}`;
}

/** As @actions/core writes them (packages/core/src/command.ts of actions/toolkit). */
const inMessage = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const inProperty = (text: string): string => inMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
