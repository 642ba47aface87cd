/** Whether the invariants held, and whatever else makes a rehearsal worth less than it looks. */
import type { RehearsalFacts, ViolationFacts } from "../../core/facts/rehearsal-facts.ts";
import { clock, counted } from "../text/figures.ts";
import { wrap } from "../text/layout.ts";
import { labelled, type Page, roomFor } from "./page.ts";

const mostShown = 8;

export function promises(facts: RehearsalFacts, page: Page): string[] {
  const names = Object.keys(facts.invariants);
  const broken = names.filter((name) => (facts.invariants[name] ?? 0) > 0);
  if (broken.length === 0)
    return [
      ...labelled(page, "invariants", [`${page.paint.green("✔")} all ${names.length} held`]),
      ...doubts(facts, page),
    ];
  const head = `${page.paint.red("✖")} ${page.paint.bold(`${broken.length} of ${names.length} broken`)}: ${broken
    .map((name) => `${name} (${facts.invariants[name]})`)
    .join(", ")}`;
  const shown = facts.violations.slice(0, mostShown);
  const more = facts.violations.length - shown.length;
  return [
    ...labelled(page, "invariants", [head]),
    ...labelled(
      page,
      "",
      shown.flatMap((violation) => told(violation, roomFor(page))),
    ),
    ...(more > 0 ? labelled(page, "", [`… and ${counted(more, "more", "more")}: see --json`]) : []),
    ...doubts(facts, page),
  ];
}

function told({ invariant, atSeconds, what, state }: ViolationFacts, width: number): string[] {
  const where = state === null ? "" : ` in ${state}`;
  return wrap(`${clock(atSeconds)}${where}, ${invariant}: ${what}`, width);
}

/** Anything that went on behind the outcome's back. */
function doubts({ notModelled, undelivered, dropped }: RehearsalFacts, page: Page): string[] {
  const lines = [
    ...notModelled.map((each) => `not modelled by the twin: ${each}`),
    ...undelivered.map((each) => `not started: ${each}`),
    ...dropped.map((each) => `given up after all retries: ${each}`),
  ];
  return labelled(
    page,
    "but",
    lines.flatMap((line) => wrap(line, roomFor(page))).map((line) => page.paint.red(line)),
  );
}
