/** What a release in place means for stable, its window and its way back: some paragraphs of a plan's page. */
import type { InPlaceOutlook } from "../core/outlook/in-place-outlook.ts";
import { type Page, paragraph } from "./summary/page.ts";
import { count, counted, duration } from "./text/figures.ts";

/** In lines; none where the plan consents to none. */
export function inPlaceLines(outlook: InPlaceOutlook | undefined, page: Page): string[] {
  if (outlook === undefined) return [];
  const { window, mostRequestsPerSecond, minutes, windowMinutes, wayBack } = outlook;
  const { stableInstances, keptInstances, candidateInstances, grownInstances, surgeInstances } = outlook;
  const carried = `${count(outlook.carriedRequestsPerSecond)} requests per second`;
  const on = window.days === undefined ? "every day" : window.days.join(", ");
  return [
    ...paragraph(
      page,
      "in place",
      `by the plan's consent ${on} from ${window.from} to ${window.to} ${window.timeZone}, at no more than ${count(mostRequestsPerSecond)} requests per second: stable shrinks from ${stableInstances} instances to ${keptInstances}, or keeps as many more as the quota leaves, ${candidateInstances} join, and what is promoted grows to ${grownInstances}`,
    ),
    ...paragraph(
      page,
      "",
      `takes ${duration(minutes * 60)} of the window's ${duration(windowMinutes * 60)}, 0 locked minutes, and ${surgeInstances === 0 ? "no instance" : counted(surgeInstances, "instance")} more than stand between releases; nothing scales by itself meanwhile`,
    ),
    ...paragraph(
      page,
      "goes back",
      `by weights within ${duration(wayBack.trafficMinutes * 60)}, and stable can take back ${carried}; a load above that ends the release. Stable is ${stableInstances} again ${duration(wayBack.wholeMinutes * 60)} after that begins, and what is promoted grows as late: what comes beyond ${carried} until then is more than it is planned for`,
    ),
  ];
}
