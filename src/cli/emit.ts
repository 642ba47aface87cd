/**
 * `slipway emit`: the release of a version, started once for whoever asks, a pipeline above all, and waited for. Asked again
 * it attaches while the release runs, and tells its outcome once it is over.
 */
import { setTimeout as timer } from "node:timers/promises";
import type { Aws } from "../aws/clients.ts";
import { type Emission, type Emitted, emit as emitted, releaseAsked, sightOf } from "../aws/emissions.ts";
import { pipelineRun } from "../aws/pipeline-run.ts";
import { readPlan as planInForce } from "../aws/plans.ts";
import { foundText, printable } from "../core/input/bad-input.ts";
import { nameInArn } from "../core/release/names.ts";
import type { EpochMs } from "../core/units.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import {
  type EmissionEnd,
  type EmitWay,
  emitLines,
  emitMarkdown,
  emitTold,
  failureMarkdown,
  reasonsOf,
} from "./emit-told.ts";
import { type Followed, type WaitingClock, waitFor } from "./emit-waiting.ts";
import { emitWords, whereWords } from "./emit-words.ts";
import { noPlan, readPlan } from "./inputs.ts";
import { BadUsage, CommandFailed, looked } from "./mistakes.ts";
import { replyTo } from "./orders.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { type ToldToEnd, toldToEnd } from "./told-to-end.ts";
import { mayWrite, whatIsInTheWay, written } from "./written-files.ts";

/** What the command has to do with beside the account. */
export interface EmitSurroundings extends WaitingClock {
  /** Instead of the process's own. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly toldToEnd: () => ToldToEnd;
  /** Whose account it is, as every command finds it. */
  readonly bound: typeof bound;
}

const ownProcess = (): EmitSurroundings => ({
  now: () => Date.now(),
  wait: (ms, signal) => timer(ms, undefined, { signal }).catch(() => undefined),
  toldToEnd,
  bound,
});

export async function emit(
  line: CommandLine,
  terminal: Terminal,
  around: EmitSurroundings = ownProcess(),
): Promise<number> {
  try {
    return await emitOn(line, terminal, around);
  } catch (error) {
    tellFailure(line, error as Error);
    throw error;
  }
}

/** A run's summary says why there is no outcome, too. */
function tellFailure({ positionals: [plan = "PLAN"], values: { markdown } }: CommandLine, error: Error) {
  if (markdown === undefined || whatIsInTheWay(markdown) !== undefined) return;
  written(markdown, failureMarkdown(plan, error));
}

async function emitOn(line: CommandLine, terminal: Terminal, around: EmitSurroundings): Promise<number> {
  const asked = askedFor(line, around.variables);
  mayWrite(line.values.markdown);
  const { model } = readPlan(asked.path);
  const told = around.toldToEnd();
  try {
    const { aws, who } = await around.bound(line, terminal);
    const plan = await looked("nothing was started", () => planInForce(aws, model));
    if (plan === undefined) throw noPlan(aws.environment.stack, model);
    const { claimed, ...rest } = asked.emission;
    const emission = { ...rest, model, claimed: { ...claimed, role: who } };
    return await emitFor({ aws, who, emission, asked, line, terminal, told, around });
  } finally {
    told.end();
  }
}

interface Asked {
  readonly path: string;
  readonly emission: Omit<Emission, "model">;
  readonly waits: boolean;
  readonly timeoutMs: number;
  readonly everySeconds: number;
  readonly stops: boolean;
}

/** Throws BadUsage with one message per mistake. */
function askedFor(line: CommandLine, variables: EmitSurroundings["variables"]): Asked {
  const { positionals, values, switches } = line;
  const run = pipelineRun(variables);
  const key = values.attempt ?? run.key;
  const again = switches.has("again");
  const milestone = oneOf(line, "milestone", ["production", "staging"]);
  const onCancel = oneOf(line, "on-cancel", ["leave", "stop"]);
  const timeoutMs = durationOf(values.timeout ?? "4h");
  const mistakes = [
    ...(positionals[0] === undefined
      ? ["PLAN: expected the file of the plan by whose model to release, found nothing"]
      : []),
    ...(values.version === undefined ? ["--version: expected the version to release, found nothing"] : []),
    ...(timeoutMs === undefined
      ? [`--timeout: expected a time such as 90m or 4h, at most 20d, found ${foundText(values.timeout)}`]
      : []),
    ...(again && key === undefined
      ? [
          "--attempt: expected a key that tells this attempt from the others, found none, nor a run of GitHub, GitLab, CodeBuild or Jenkins in the environment",
        ]
      : []),
    ...((key ?? "").length > 300 ? ["--attempt: expected a key of at most 300 characters"] : []),
  ];
  if (mistakes.length > 0) throw new BadUsage(mistakes);
  const version = numberOf(line, "version", { default: 0, min: 1, max: 1_000_000, whole: true });
  const { reason: note } = values;
  return {
    path: positionals[0] ?? "",
    emission: { version, milestone, asks: { key, again }, note, claimed: run.claimed },
    waits: switches.has("wait"),
    timeoutMs: timeoutMs ?? 0,
    everySeconds: numberOf(line, "every", { default: 30, min: 1, max: 3600, whole: true }),
    stops: onCancel === "stop",
  };
}

/** The first where nothing is said. */
function oneOf<T extends string>({ values }: CommandLine, name: string, all: readonly [T, ...T[]]): T {
  const text = values[name] ?? all[0];
  const found = all.find((each) => each === text);
  if (found !== undefined) return found;
  throw new BadUsage([`--${name}: expected ${all.join(" or ")}, found ${foundText(text)}`]);
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** As long as an execution may run. */
const longestMs = 20 * 86_400_000;

/** Milliseconds; undefined where it is no time. */
function durationOf(text: string): number | undefined {
  const [, amount, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(amount) * (units[unit] ?? Number.NaN);
  return ms > 0 && ms <= longestMs ? ms : undefined;
}

interface Emitting {
  readonly aws: Aws;
  readonly who: string;
  readonly emission: Emission;
  readonly asked: Asked;
  readonly line: CommandLine;
  readonly terminal: Terminal;
  readonly told: ToldToEnd;
  readonly around: EmitSurroundings;
}

async function emitFor(all: Emitting): Promise<number> {
  const { aws, emission, asked, terminal, told, around } = all;
  const untilMs: EpochMs = around.now() + asked.timeoutMs;
  const mayStart = () => {
    if (told.signal.aborted) throw new ToldBefore();
  };
  const found = await emitted(aws, emission, { nowMs: around.now, mayStart }).catch((error: Error) => {
    if (error instanceof ToldBefore) return undefined;
    throw new CommandFailed(
      `it is not known whether ${releaseAsked(emission)} is started: ${error.name}: ${error.message}; the same command once more finds it, and starts no second one`,
    );
  });
  if (found === undefined) {
    tell(terminal.err, "nothing was started");
    return told.code();
  }
  const followed = followedBy(found);
  const how = wayOf(found);
  const end = await endOf(all, found, { ...followed, untilMs });
  if (end.left === "told")
    await leave(all, "record" in end ? { releaseId: end.record.release.id } : followed);
  return say(all, { how, execution: followed.execution, end });
}

class ToldBefore extends Error {}

const followedBy = (found: Emitted): Followed =>
  found.how === "found" ? { releaseId: found.record.release.id } : { execution: found.execution };

function wayOf(found: Emitted): EmitWay {
  if (found.how !== "found") return found.how;
  return found.record.status === "open" ? "attached" : "repeated";
}

async function endOf(
  { aws, emission, asked, terminal, told, around }: Emitting,
  found: Emitted,
  { untilMs, ...followed }: Followed & { readonly untilMs: EpochMs },
): Promise<EmissionEnd> {
  if (found.how === "found" && found.record.status !== "open") return { is: "over", record: found.record };
  if (!asked.waits)
    return found.how === "found"
      ? { is: "under-way", record: found.record, left: "started" }
      : { is: "opening", left: "started" };
  const { everySeconds } = asked;
  const say = (text: string) => tell(terminal.err, printable(text));
  return waitFor(aws, emission, followed, { clock: around, untilMs, everySeconds, signal: told.signal, say });
}

/** Told to end: the release is left to itself, or stopped where that was asked for. */
async function leave({ aws, emission, asked, terminal: { err }, around }: Emitting, followed: Followed) {
  if (!asked.stops) return;
  const nowMs = around.now();
  const seen = await sightOf(aws, emission, { ...followed, nowMs });
  if (seen.is === "opening" && followed.execution !== undefined)
    await replyTo(aws, { order: "stop-opening", execution: nameInArn(followed.execution) });
  const now = seen.is === "opening" ? await sightOf(aws, emission, { ...followed, nowMs }) : seen;
  if (now.is !== "under-way") return tell(err, "nothing of it is left to stop");
  const { said } = await replyTo(aws, { order: "stop", releaseId: now.record.release.id });
  tell(err, printable(said));
}

function say(
  { emission, line, terminal: { out, err }, told }: Emitting,
  facts: { how: EmitWay; execution: string | undefined; end: EmissionEnd },
): number {
  const { end } = facts;
  const document = emitTold({
    ...facts,
    emission,
    words: (more) => emitWords(line, more),
    where: whereWords(line),
    failOnIgnored: line.switches.has("fail-on-ignored"),
    toldCode: told.code(),
  });
  const { markdown } = line.values;
  if (markdown !== undefined) written(markdown, emitMarkdown(document));
  const isJson = line.switches.has("json");
  if (document.outcome === "bad-input" && end.is === "not-opened")
    tell(err, ...reasonsOf(end.end).map((each) => `${err.paint.red("✖")} ${printable(each)}`));
  tell(isJson ? err : out, ...emitLines(document));
  if (isJson) out.write(`${JSON.stringify(document, null, 2)}\n`);
  return document.exitCode;
}
