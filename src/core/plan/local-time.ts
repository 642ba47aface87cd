/** Whether local times exist: where clocks are put forward they skip some, and where they are put back they show some twice. */

const dayMs = 86_400_000;

/** How often a clock in the zone shows a time, yyyy-mm-ddThh:mm:ss with seconds or without. `timeZone` is an IANA name. */
export function timesShown(at: string, timeZone: string): number {
  const whole = `${at.slice(0, 16)}:${at.slice(17, 19) || "00"}`;
  const asUtc = Date.parse(`${whole}Z`);
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  // The Swedish form is ISO 8601's but for the space between date and time.
  const shownAt = (ms: number) => format.format(ms).replace(" ", "T");
  const offsets = [asUtc - dayMs, asUtc + dayMs].map((ms) => Date.parse(`${shownAt(ms)}Z`) - ms);
  return new Set(offsets.map((offset) => asUtc - offset).filter((ms) => shownAt(ms) === whole)).size;
}
