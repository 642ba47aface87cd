/** How the release ended and why, in the first lines. */
import type { BesideFacts, RehearsalFacts } from "../../core/facts/rehearsal-facts.ts";
import { printable } from "../../core/input/bad-input.ts";
import { nobodyAnswered } from "../../core/release/bake.ts";
import type { Outcome } from "../../core/release/closing.ts";
import { duration } from "../text/figures.ts";
import { wrap } from "../text/layout.ts";
import type { Paint } from "../text/paint.ts";
import { margin, type Page } from "./page.ts";

type Colour = "green" | "yellow" | "red" | "dim";

const marks: Readonly<Record<Outcome, { readonly mark: string; readonly colour: Colour }>> = {
  promoted: { mark: "✔", colour: "green" },
  done: { mark: "✔", colour: "green" },
  ignored: { mark: "–", colour: "dim" },
  "rolled-back": { mark: "↩", colour: "yellow" },
  superseded: { mark: "↩", colour: "yellow" },
  stopped: { mark: "↩", colour: "yellow" },
  refused: { mark: "⊘", colour: "yellow" },
  failed: { mark: "✖", colour: "red" },
};

/** An outcome's mark in its colour. */
export const outcomeMark = (outcome: Outcome, paint: Paint): string =>
  paint[marks[outcome].colour](marks[outcome].mark);

/** How somebody is made to answer in a rehearsal. */
const howToAnswer = "Rehearse it with --answer proceed or --answer roll-back, and somebody does.";

export function headline(facts: RehearsalFacts, { width, paint }: Page): string[] {
  const { outcome, reason, virtualSeconds, startedAt, world, seed, beside = [] } = facts;
  const { mark, colour } = marks[outcome];
  const style: Paint[Colour] = paint[colour];
  const indent = margin + margin;
  return [
    ...(margin.length + 4 + outcome.length + subject(facts).length <= width
      ? [`${margin}${style(mark)} ${paint.bold(style(outcome))}  ${subject(facts)}`]
      : [
          `${margin}${style(mark)} ${paint.bold(style(outcome))}`,
          ...wrap(subject(facts), width - indent.length).map((line) => indent + line),
        ]),
    ...wrap(printable(`${reason}.`).replace(/\.\.$/, "."), width - indent.length).map(
      (line) => indent + line,
    ),
    ...(reason.startsWith(nobodyAnswered) ? wrap(howToAnswer, width - indent.length) : []).map(
      (line) => indent + line,
    ),
    ...beside.flatMap((one) => wrap(besideIt(one), width - indent.length)).map((line) => indent + line),
    "",
    ...wrap(
      `${duration(virtualSeconds)} of virtual time from ${momentOf(startedAt)}, seed ${seed}, in the world ${world.name}: ${printable(decapitalised(world.description))}`,
      width - indent.length,
    ).map((line) => paint.dim(indent + line)),
  ];
}

/** A release beside it ends as the last of its executions did. */
function besideIt({ model, milestone, executions }: BesideFacts): string {
  const {
    outcome = "never started",
    reason = "",
    startSeconds = 0,
    stopSeconds = null,
  } = executions.at(-1) ?? {};
  const from = executions[0]?.startSeconds ?? startSeconds;
  const time = stopSeconds === null ? "" : ` after ${duration(stopSeconds - from)}`;
  const which = milestone === undefined ? `Beside it, ${model}` : `Then ${milestone}`;
  return printable(`${which}: ${outcome}${time}. ${reason}`).replace(/\.?$/, ".");
}

function subject({ model, version, milestone }: RehearsalFacts): string {
  if (milestone === "") return `${model}: no release was opened`;
  const what = version === null ? model : `${model} v${version}`;
  return `${what} to ${milestone}`;
}

const momentOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

const decapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
