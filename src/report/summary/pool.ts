/** What a capacity milestone raised: how long the pool was there, who used it, and why it was given back. */
import type { PoolFacts } from "../../core/facts/rehearsal-facts.ts";
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

const endText = ({ endedBy }: PoolFacts): string => endedBy ?? "not yet: its lease goes on";
