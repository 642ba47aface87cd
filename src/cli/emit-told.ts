/** What `slipway emit` tells: the document that it prints with --json, and the same in lines. */
import type { Emission, EmissionSight, ExecutionEnd } from "../aws/emissions.ts";
import { releaseAsked } from "../aws/emissions.ts";
import { printable } from "../core/input/bad-input.ts";
import type { Outcome } from "../core/release/closing.ts";
import type { Claimed } from "../core/request/claimed.ts";
import { claimedText } from "../report/claimed.ts";
import { code, markdownTable, plain } from "../report/markdown.ts";
import {
  failureCode,
  outcomeCode,
  refusedCode,
  stillRunningCode,
  unopenedCode,
  waitsForPersonCode,
} from "./exit-codes.ts";
import { causesOf } from "./mistakes.ts";

/** How it came to the release: it started it, found it under way, or found it over. */
export type EmitWay = "started" | "attached" | "repeated";

export interface EmitTold {
  /** The release's id; of one that has not opened, the id that it is to have. */
  readonly release: string;
  readonly model: string;
  readonly version: number;
  readonly milestone: string;
  readonly how: EmitWay;
  /** `bad-input`: the request was refused as no input of the machine, or as one of a version that is not approved. */
  readonly outcome: Outcome | "bad-input" | "under-way";
  readonly reason: string;
  /** The execution that was asked to open it, an ARN; absent where a release was found. */
  readonly execution?: string;
  /** What a stage asks a person. */
  readonly question?: {
    /** The stage's index, from 0. */
    readonly stage: number;
    readonly reason: string;
    /** The commands that answer. */
    readonly proceed: string;
    readonly rollBack: string;
  };
  /** What whoever asked for the release has said of themselves; not of whoever asks now. */
  readonly claimed?: Claimed;
  /** What to do next, each a command. */
  readonly next: {
    readonly watch: string;
    readonly stop?: string;
    /** Asks the same once more: it attaches, or repeats the outcome. */
    readonly same: string;
    /** Starts one more attempt. */
    readonly again?: string;
  };
  readonly exitCode: number;
}

/** How far it was followed. */
export type EmissionEnd = EmissionSight & {
  /** Nobody waits: it was only started, or the deadline came, or the command was told to end. */
  readonly left?: "started" | "deadline" | "told";
};

export interface EmissionFacts {
  readonly emission: Emission;
  readonly how: EmitWay;
  readonly execution?: string | undefined;
  readonly end: EmissionEnd;
  /** The command line once more, which waits; with a key for one more attempt. */
  readonly words: (more: { readonly attempt?: string }) => string;
  /** The words that say which deployment it is for. */
  readonly where: string;
  readonly failOnIgnored: boolean;
  /** Of a command that was told to end. */
  readonly toldCode: number;
}

export function emitTold(facts: EmissionFacts): EmitTold {
  const { emission, how, execution, end, words, where } = facts;
  const { model, version, milestone } = emission;
  const record = "record" in end ? end.record : undefined;
  const release = record?.release.id ?? releaseAsked(emission);
  const order = (words: string) => `slipway ${words}${where}`;
  const { outcome, reason } = outcomeOf(end);
  const question = end.is === "under-way" ? end.question : undefined;
  return {
    release,
    model,
    version,
    milestone,
    how,
    outcome,
    reason,
    ...(execution !== undefined && { execution }),
    ...(question !== undefined && {
      question: {
        stage: question.stage,
        reason: question.reason,
        proceed: order(`approve ${release} --rollout-stage ${question.stage}`),
        rollBack: order(`approve ${release} --rollout-stage ${question.stage} --reject`),
      },
    }),
    ...(record?.release.claimed !== undefined && { claimed: record.release.claimed }),
    next: {
      watch: order(`${outcome === "under-way" ? "watch" : "report"} ${release}`),
      ...(outcome === "under-way" && { stop: order(`stop ${release}`) }),
      same: words({}),
      ...(record?.status === "closed" && {
        // The same words twice are one attempt.
        again: words({ attempt: `retry-${record.release.attempt + 1}` }),
      }),
    },
    exitCode: codeOf(facts, outcome),
  };
}

function outcomeOf(end: EmissionEnd): Pick<EmitTold, "outcome" | "reason"> {
  switch (end.is) {
    case "opening":
      return { outcome: "under-way", reason: "" };
    case "under-way":
      return { outcome: "under-way", reason: end.question?.reason ?? "" };
    case "not-opened":
      return { outcome: end.end.outcome, reason: reasonsOf(end.end).join("; ") };
    case "over": {
      const { outcome = "failed", reason = "" } = end.record.closing ?? {};
      return { outcome, reason };
    }
  }
}

/** One for each mistake. */
export const reasonsOf = ({ outcome, reason }: ExecutionEnd): string[] =>
  outcome === "bad-input" ? causesOf(reason) : [reason];

function codeOf({ end, failOnIgnored, toldCode }: EmissionFacts, outcome: EmitTold["outcome"]): number {
  if (end.left === "told") return toldCode;
  if (outcome === "ignored") return failOnIgnored ? refusedCode : outcomeCode(outcome);
  if (end.is === "not-opened") return unopenedCode(end.end.outcome);
  if (outcome !== "under-way" && outcome !== "bad-input") return outcomeCode(outcome);
  if (end.left === "deadline") return stillRunningCode;
  if (end.left === "started") return 0;
  return end.is === "under-way" && end.question !== undefined ? waitsForPersonCode : failureCode;
}

const ends: Readonly<Record<Exclude<EmitTold["outcome"], "under-way">, string>> = {
  promoted: "was promoted",
  done: "had its capacity",
  ignored: "was not opened, the request is ignored",
  "rolled-back": "was rolled back",
  superseded: "was superseded",
  stopped: "was stopped",
  refused: "was refused, nothing was changed",
  failed: "failed",
  "bad-input": "was not opened, the request is no good",
};

/** The same in lines: what is so, then what can be done. */
export function emitLines({ release, how, outcome, reason, question, next, exitCode }: EmitTold): string[] {
  const said = reason === "" ? "" : `: ${printable(reason)}`;
  if (outcome !== "under-way")
    return [
      `${release} ${how === "repeated" ? "is over already: it " : ""}${ends[outcome]}${said}`,
      ...(next.again === undefined ? [] : [`for one more attempt: ${next.again}`]),
    ];
  if (question !== undefined && exitCode === waitsForPersonCode)
    return [
      `${release} waits for a person, stage ${question.stage}${said}`,
      `to go on: ${question.proceed}`,
      `to roll back: ${question.rollBack}`,
      `then, to follow it: ${next.same}`,
    ];
  return [
    `${release} is ${how === "started" ? "started" : "under way already"}${exitCode === stillRunningCode ? ", and not over at the deadline" : ""}`,
    `to follow it: ${next.watch}`,
    `to wait for it: ${next.same}`,
    `to stop it: ${next.stop}`,
  ];
}

/** The same as Markdown, for the summary of a run. */
export function emitMarkdown(told: EmitTold): string {
  const { release, outcome, reason, question, claimed = {}, next } = told;
  const commands =
    question === undefined ? next : { proceed: question.proceed, "roll back": question.rollBack, ...next };
  const whose = claimedText(claimed);
  return `${[
    `### ${plain(release)}: ${plain(question === undefined ? outcome : "waits for a person")}`,
    "",
    ...(reason === "" ? [] : [`${plain(reason)}`, ""]),
    ...(whose === undefined ? [] : [`${plain(whose.charAt(0).toUpperCase())}${plain(whose.slice(1))}.`, ""]),
    ...markdownTable(
      ["to", "command"],
      Object.entries(commands).map(([name, command]) => [plain(titles[name] ?? name), code(command)]),
    ),
  ].join("\n")}\n`;
}

/** Of a command that failed, and has no document to tell of. */
export const failureMarkdown = (plan: string, { message }: Error): string =>
  `### ${plain(plan)}: slipway emit failed\n\n${message
    .split("\n")
    .map((each) => `- ${plain(each)}\n`)
    .join("")}`;

const titles: Readonly<Record<string, string>> = {
  proceed: "go on",
  watch: "see it",
  stop: "stop it",
  same: "wait for it, or hear how it ended",
  again: "make one more attempt",
};
