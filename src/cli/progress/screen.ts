/** Progress on a live terminal: the phases of the release, drawn over again in place. */
import { clock, duration } from "../../report/text/figures.ts";
import { bar } from "../../report/text/graphs.ts";
import { padEnd, padStart, widthOf } from "../../report/text/layout.ts";
import type { Paint } from "../../report/text/paint.ts";
import type { Stream } from "../terminal.ts";
import { fleetText } from "./lines.ts";
import type { Course, Phase } from "./phases.ts";

export interface Subject {
  /** What is rehearsed, in a few words. */
  readonly title: string;
  /** The stages as planned. */
  readonly stages: readonly { readonly trafficPercent: number; readonly bakeMinutes: number }[];
}

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const titleWidth = 28;

/** The lines of one picture; `frame` counts pictures and turns the spinner. */
export function picture(course: Course, subject: Subject, stream: Stream, frame: number): string[] {
  const { paint, columns } = stream;
  const now = clock(course.nowSeconds);
  const title = `  ${subject.title}`;
  const room = Math.max(now.length + 2, Math.min(columns, 76) - widthOf(title));
  const fleets = course.fleets.map((fleet) => `${fleet.side} ${fleetText(fleet)}`).join(" · ");
  return [
    title + padStart(now, room),
    "",
    ...course.phases.map((_, i) => phaseLine(course, i, subject, { paint, frame })),
    ...toCome(course, subject).map((each) => paint.dim(`    ${each}`)),
    "",
    `  ${paint.dim(fleets)}`,
    ...(course.notes ?? []).map((note) => `  ${paint.dim(note)}`),
  ];
}

function phaseLine(
  course: Course,
  i: number,
  subject: Subject,
  { paint, frame }: { paint: Paint; frame: number },
): string {
  const phase = course.phases[i];
  if (phase === undefined) return "";
  const text = padEnd(titleOf(phase), titleWidth);
  if (i === course.phases.length - 1 && !course.over)
    return `  ${paint.cyan(spinner[frame % spinner.length] ?? "")} ${paint.bold(text)} ${doing(phase, course, subject, paint)}`;
  const mark = course.phases[i + 1]?.key === "RollBack" ? paint.yellow("↩") : paint.green("✔");
  return `  ${mark} ${text} ${paint.dim(took(phase))}`;
}

/** Shares stand below each other. */
const titleOf = ({ title, stage }: Phase): string => (stage === undefined ? title : padStart(title, 16));

const took = ({ fromSeconds, untilSeconds }: Phase): string =>
  duration((untilSeconds ?? fromSeconds) - fromSeconds);

function doing(phase: Phase, course: Course, { stages }: Subject, paint: Paint): string {
  const bakeMinutes = stages[phase.stage ?? -1]?.bakeMinutes;
  if (bakeMinutes === undefined) return course.state;
  const { filled, rest } = bar((course.nowSeconds - phase.fromSeconds) / 60 / bakeMinutes, 12);
  return `${paint.cyan(filled)}${paint.dim(rest)} ${course.state}`;
}

/** Phases after which no stage is ahead any more. */
const decided = new Set(["PromoteModel", "PrewarmTraining", "RollBack", "ScaleDown", "CloseRelease"]);

/** What is still ahead of a release that goes well. */
function toCome({ phases }: Course, { stages }: Subject): string[] {
  const reached = Math.max(-1, ...phases.map(({ stage }) => stage ?? -1));
  if (phases.length === 0 || phases.some(({ key }) => decided.has(key))) return [];
  const ahead = stages
    .slice(reached + 1)
    .map(({ trafficPercent }) => padStart(`${trafficPercent} % of traffic`, 16));
  return [...ahead, "promote"];
}

const everyMs = 60;

/** Draws on the stream until it is ended; what was drawn is then gone. */
export function drawnInPlace(stream: Stream, subject: Subject): { show(course: Course): void; end(): void } {
  let drawn = 0;
  let frame = 0;
  let course: Course | undefined;
  const erase = () => (drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`);
  const draw = () => {
    if (course === undefined) return;
    const lines = picture(course, subject, stream, frame)
      .map((line) => clipped(line, stream.columns))
      .slice(-Math.max(1, stream.rows - 1));
    stream.write(`${erase()}${lines.join("\n")}\n`);
    drawn = lines.length;
    frame += 1;
  };
  const timer = setInterval(draw, everyMs);
  return {
    show(next) {
      course = next;
      if (drawn === 0) draw();
    },
    end() {
      clearInterval(timer);
      stream.write(erase());
      drawn = 0;
    },
  };
}

/** A line that would run over its end loses its colours and its tail: what is drawn over must be one row each. */
function clipped(line: string, columns: number): string {
  if (widthOf(line) < columns) return line;
  const plain = line.replace(new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g"), "");
  return `${[...plain].slice(0, columns - 2).join("")}…`;
}
