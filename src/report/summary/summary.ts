/** The summary of a rehearsal that a person reads at a glance. */
import type { RehearsalFacts } from "../../core/facts/rehearsal-facts.ts";
import { expenses } from "./expenses.ts";
import { headline } from "./headline.ts";
import type { Page } from "./page.ts";
import { promises } from "./promises.ts";
import { stages, traffic } from "./traffic.ts";
import { work } from "./work.ts";

/** In lines; sections are apart by an empty one. */
export function summaryOf(facts: RehearsalFacts, page: Page): string[] {
  const sections = [
    headline(facts, page),
    traffic(facts, page),
    stages(facts, page),
    [...expenses(facts, page), ...promises(facts, page)],
    work(facts, page),
  ];
  return sections.filter((section) => section.length > 0).flatMap((section) => ["", ...section]);
}
