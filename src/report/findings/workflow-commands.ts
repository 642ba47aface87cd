/** Findings as GitHub's workflow commands, which it shows at the file's lines of a pull request. */
import type { Finding, Findings } from "./findings.ts";

/** A line each: `::error file=plans/a.yml,line=3,title=…::…`. */
export const workflowCommands = ({ findings }: Findings): string[] => findings.map(commandOf);

function commandOf({ level, file, line, message }: Finding): string {
  const properties = {
    file,
    ...(line !== undefined && { line: String(line) }),
    title: level === "error" ? "the plan has a mistake" : "the plan is valid, but",
  };
  const told = Object.entries(properties).map(([name, value]) => `${name}=${inProperty(value)}`);
  return `::${level} ${told.join(",")}::${inMessage(message)}`;
}

/** As @actions/core writes them (packages/core/src/command.ts of actions/toolkit). */
const inMessage = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const inProperty = (text: string): string => inMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
