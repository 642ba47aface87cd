/** What a capacity milestone raised: how long the pool was there, who used it, or how many nodes; and why it was given back. */
import type { NodesFacts, PoolFacts } from "../../core/facts/rehearsal-facts.ts";
import { clock, counted, duration } from "../text/figures.ts";
import { type Page, paragraph } from "./page.ts";

export function pool(facts: PoolFacts | undefined, page: Page): string[] {
  if (facts === undefined) return [];
  return [...paragraph(page, "pool", thereText(facts)), ...paragraph(page, "given back", endText(facts))];
}

function thereText({ fromSeconds, untilSeconds, thereSeconds, primings, jobs }: PoolFacts): string {
  const heldSeconds = untilSeconds - fromSeconds;
  const there = `there for ${duration(thereSeconds)} of ${duration(heldSeconds)}, from ${clock(fromSeconds)} to ${clock(untilSeconds)}`;
  const primed = `primed ${primings === 1 ? "once" : counted(primings, "time")}`;
  return `${there}; ${primed}, ${jobs === 0 ? "no job of the team's" : `${counted(jobs, "job")} of the team's`} took it`;
}

export function nodes(facts: NodesFacts | undefined, page: Page): string[] {
  if (facts === undefined) return [];
  const { group, before, raised, fromSeconds, untilSeconds } = facts;
  const until = untilSeconds === null ? "; it is not as before" : ` to ${clock(untilSeconds)}`;
  const text = `${group} was to have ${raised} instead of ${before} from ${clock(fromSeconds)}${until}`;
  const isTakenBack = untilSeconds !== null && facts.endedBy === null;
  const end = isTakenBack ? [] : paragraph(page, "given back", endText(facts));
  return [...paragraph(page, "nodes", text), ...end];
}

const endText = ({ endedBy }: Pick<PoolFacts, "endedBy">): string => endedBy ?? "not yet: its lease goes on";
