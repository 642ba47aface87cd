/** The command that judges a table, for command lines that offer it: what it takes, what it says, what it exits with. */
export { mistakeText } from "../minutes/mistakes.ts";
export { type JudgeOption, judgeOptions, judgeSummary, judgeText } from "./options.ts";
export { type JudgeAnswer, type JudgeRequest, runJudge } from "./run.ts";
export type { PlacedMistake, SettingsFile } from "./settings-given.ts";
