/** A release as a person reads it on a terminal at a glance. */
import type { ReleaseView } from "../view/release-view.ts";
import { comparison } from "./comparison.ts";
import { expenses } from "./expenses.ts";
import { gatesTable } from "./gates.ts";
import { headline } from "./headline.ts";
import { loadTest } from "./load-test.ts";
import { apart, type Page } from "./page.ts";
import { nodes, pool } from "./pool.ts";
import { promises } from "./promises.ts";
import { stages, traffic } from "./traffic.ts";
import { work } from "./work.ts";

/** In lines. */
export function summaryOf(view: ReleaseView, page: Page): string[] {
  const { rehearsed } = view;
  return apart([
    headline(view, page),
    traffic(view, page),
    loadTest(view, page),
    stages(view, page),
    gatesTable(view, page),
    ...(rehearsed === undefined
      ? [comparison(view, page)]
      : [
          pool(rehearsed.pool, page),
          nodes(rehearsed.nodes, page),
          [...expenses(rehearsed.outlay, page), ...promises(rehearsed.promises, page)],
          work(rehearsed, page),
        ]),
  ]);
}
