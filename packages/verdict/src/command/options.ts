/** What the command that judges a table takes, and what its help says: for any command line that offers it. */

export interface JudgeOption {
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

export const judgeSummary = "judge a candidate against stable by a CSV of minutes";

/** A paragraph each. */
export const judgeText = [
  "Judges a table of minutes, as if each had been looked at as it came: columns time, stable_requests, stable_bad, candidate_requests, candidate_bad; or stable_latency_sum and candidate_latency_sum, summed over the requests; or both. A file may be - for standard input. A cell without a number is missing evidence, never a zero.",
  "Rows before the candidate's first are stable's past, from which the noise is measured: an hour helps, a day is better.",
  "Says pass, fail, inconclusive or no-data; with --bake-minutes, undecided until these are over. Exits with 0 for pass, 2 fail, 5 inconclusive, 6 no-data, 7 undecided (8 pass, where --exit-zero does not name it), 64 for bad input.",
] as const;

export const judgeOptions = {
  kpi: {
    value: "KIND",
    help: "judge by this alone: availability, latency-threshold, custom, latency-mean (default: by what has columns)",
  },
  tolerance: { value: "RATIO", help: "up to 1 + this times as bad as stable is acceptable (default: 0)" },
  alpha: { value: "CHANCE", help: "that a healthy candidate ever fails (default: 0.01)" },
  beta: { value: "CHANCE", help: "that a bad candidate passes as proved safe (default: 0.01)" },
  "minimum-requests": { value: "N", help: "the candidate must have served to pass (default: 100)" },
  "interval-seconds": { value: "N", help: "length of a row (default: 60)" },
  "bake-minutes": { value: "N", help: "a stage ends after so many (default: with the table)" },
  "settle-minutes": { value: "N", help: "only what is far worse counts for so long (default: 0)" },
  shares: {
    value: "PERCENTS",
    help: "the candidate's share of each stage, such as 5,25,50; a column stage says which, from 1",
  },
  "candidate-instances": { value: "N", help: "what so few may differ by for good is tolerated" },
  "stable-instances": { value: "N", help: "the same" },
  settings: { value: "FILE", help: "any of these, and kpis, as keys of a file" },
  "exit-zero": { value: "LIST", help: "conclusions that exit with 0 (default: pass)" },
  json: { help: "print one JSON document and nothing else" },
} as const satisfies Readonly<Record<string, JudgeOption>>;
