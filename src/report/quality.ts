/** What a plan has of quality watched, in a sentence. */
import type { QualityOutlook } from "../core/kpis/quality-outlook.ts";
import { type Page, paragraph } from "./summary/page.ts";
import { duration } from "./text/figures.ts";

/** None where nothing is watched. */
export function qualityLines(quality: QualityOutlook | undefined, page: Page): string[] {
  if (quality === undefined) return [];
  const { qualityDays, kpis, onHarm } = quality;
  const named = kpis.map(({ name, delayHours, seesDeviations }) => {
    const late = delayHours === 0 ? "" : `known ${duration(delayHours * 3600)} late, `;
    return `${name} (${late}finds ${seesDeviations.toFixed(1)} of a day's standard deviations about every other time, after eight quiet weeks)`;
  });
  const then = onHarm === "tell" ? "harm is told" : "harm is told, and what served before is released again";
  return paragraph(
    page,
    "quality",
    `for ${qualityDays} days after a promotion, by ${named.join("; ")}; ${then}`,
  );
}
