/** The summary of a rehearsal that a person reads at a glance. */
import type { RehearsalFacts } from "../../core/facts/rehearsal-facts.ts";
import { expenses } from "./expenses.ts";
import { headline } from "./headline.ts";
import { apart, type Page } from "./page.ts";
import { pool } from "./pool.ts";
import { promises } from "./promises.ts";
import { stages, traffic } from "./traffic.ts";
import { work } from "./work.ts";

/** In lines. */
export function summaryOf(facts: RehearsalFacts, page: Page): string[] {
  return apart([
    headline(facts, page),
    traffic(facts, page),
    stages(facts, page),
    pool(facts, page),
    [...expenses(facts, page), ...promises(facts, page)],
    work(facts, page),
  ]);
}
