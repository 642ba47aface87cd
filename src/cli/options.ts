/** Options that several commands take. */
import { worldNames } from "../rehearsal/worlds/load.ts";
import type { Option } from "./arguments.ts";

export const world: Option = {
  value: "NAME|FILE",
  help: "what the release meets: a world that ships with Slipway, or a file (default: healthy)",
  choices: worldNames,
};
export const traffic: Option = {
  value: "FILE",
  help: "traffic of your own, as it was: a CSV of times and requests, or the JSON of aws cloudwatch get-metric-data or get-metric-statistics",
};
export const json: Option = { help: "print one JSON document and nothing else" };
export const reportFile: Option = {
  value: "FILE",
  help: "write the release as one page of HTML, to be looked at in a browser",
};
export const markdownFile: Option = {
  value: "FILE",
  help: "write what came of it as Markdown, for a pull request",
};
export const gatesFile: Option = {
  value: "FILE",
  help: "write each gate that the plan asks for as JUnit's XML: one that does not pass is a test that fails",
};
export const otlpFile: Option = {
  value: "FILE",
  help: "write the trace of a release that is over, as OTLP's JSON",
};
export const start: Option = {
  value: "TIME",
  help: "when the release begins, by the clock of freezes and dates (default: 2026-01-05T08:00:00Z)",
};
export const event: Option = {
  value: "FILE",
  help: "what starts the release, as JSON (default: a run by hand of the version after the one that serves: 7 after 6)",
};
export const beside: Option = {
  value: "PLAN",
  help: "another plan of the same stack, with an endpoint of its own: a release of its begins meanwhile",
};
export const besideAfter: Option = {
  value: "MINUTES",
  help: "how long after the first that one begins (default: 5)",
};
export const seed: Option = { value: "N", help: "what all chance comes from (default: 1)" };

export const answer: Option = {
  value: "ANSWER",
  help: "what somebody answers within a minute or two where a stage asks, proceed or roll-back (default: nobody answers)",
  choices: () => ["proceed", "roll-back"],
};

export const turns: Option = {
  value: "N",
  help: "a release that waits goes on in a new execution after so many looks (default: as deployed, 1200)",
};
