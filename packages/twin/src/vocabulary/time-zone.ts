/** Wall clocks of IANA time zones: what a clock on the wall shows at a moment, and the moment at which it shows it. */

/** Throws RangeError for a zone that the tz database does not know. */
export function assertZone(zone: string): void {
  formatOf(zone);
}

/** What the wall clock shows at `atMs`, written as if it were UTC epoch milliseconds. */
export function wallMsAt(atMs: number, zone: string): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The first moment at which the wall clock shows `wallMs`, or undefined where it never does, because clocks jump
 * over it in spring. An hour that comes twice in autumn counts once, the first time.
 */
export function momentOfWall(wallMs: number, zone: string): number | undefined {
  const offsets = [-1, 1].map((days) => offsetAt(wallMs + days * DAY_MS, zone));
  const moments = offsets
    .map((offset) => wallMs - offset)
    .filter((moment) => wallMsAt(moment, zone) === wallMs);
  return moments.length > 0 ? Math.min(...moments) : undefined;
}

/** How far the wall clock is ahead of UTC. No zone changes its offset twice within two days. */
function offsetAt(atMs: number, zone: string): number {
  return wallMsAt(atMs, zone) - Math.floor(atMs / 1000) * 1000;
}

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const numeric = {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  } as const;
  const options = {
    ...numeric,
    second: "numeric",
    timeZone: zone,
    calendar: "iso8601",
    hourCycle: "h23",
  } as const;
  const format = new Intl.DateTimeFormat("en-US", options);
  formats.set(zone, format);
  return format;
}
