/**
 * When a schedule fires: `at(…)`, `rate(…)` and `cron(…)` of EventBridge Scheduler, in any time zone. Source:
 * "Schedule types in EventBridge Scheduler", user guide.
 */
import { Cron } from "croner";
import { momentOfWall, wallMsAt } from "./time-zone.ts";

export interface Expression {
  /** One-time: it completes by firing, and start and end dates do not count. */
  readonly once: boolean;
  /** The first firing later than `afterMs`, epoch milliseconds. */
  next(afterMs: number): number | undefined;
}

/**
 * Returns undefined for an expression that Scheduler refuses. A rate counts from `anchorMs`, and fires there first.
 * `zone` is an IANA time zone that exists.
 */
export function parseExpression(expression: string, zone: string, anchorMs: number): Expression | undefined {
  const [, kind, body] = /^(at|rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  switch (kind) {
    case "at":
      return parseAt(body ?? "", zone);
    case "rate":
      return parseRate(body ?? "", anchorMs);
    case "cron":
      return parseCron(body ?? "", zone);
    default:
      return undefined;
  }
}

/** A wall time that clocks skip in spring is taken as refused: the user guide says so of cron only. */
function parseAt(body: string, zone: string): Expression | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) return undefined;
  const wallMs = Date.parse(`${body}Z`);
  // Date.parse takes 30 February for 2 March.
  const exists = !Number.isNaN(wallMs) && new Date(wallMs).toISOString().startsWith(body);
  const atMs = exists ? momentOfWall(wallMs, zone) : undefined;
  if (atMs === undefined) return undefined;
  return { once: true, next: (afterMs) => (atMs > afterMs ? atMs : undefined) };
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** A day of a rate is 24 hours, whatever the clocks do. */
function parseRate(body: string, anchorMs: number): Expression | undefined {
  const [, value, unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
  const everyMs = Number(value) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
  if (Number.isNaN(everyMs)) return undefined;
  const next = (afterMs: number) =>
    afterMs < anchorMs ? anchorMs : anchorMs + (Math.floor((afterMs - anchorMs) / everyMs) + 1) * everyMs;
  return { once: false, next };
}

/**
 * Minutes, hours, day of month, month, day of week (1 is Sunday), year; exactly one of the two days is `?`. The
 * pattern runs over the wall clock: a time that does not exist is skipped, one that comes twice fires once.
 */
function parseCron(body: string, zone: string): Expression | undefined {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6 || (fields[2] === "?") === (fields[4] === "?")) return undefined;
  const walls = wallTimes(fields);
  if (!walls) return undefined;
  return {
    once: false,
    next(afterMs) {
      let wall = walls.nextRun(new Date(wallMsAt(afterMs, zone)));
      while (wall) {
        const moment = momentOfWall(wall.getTime(), zone);
        if (moment !== undefined && moment > afterMs) return moment;
        wall = walls.nextRun(wall);
      }
      return undefined;
    },
  };
}

/** The pattern over UTC, which stands for the wall clock; undefined where it is not a pattern. */
function wallTimes(fields: readonly string[]): Cron | undefined {
  // A lone L as day of week is the week's last day, Saturday; the library knows it only behind a day's number.
  const pattern = fields.map((field, index) => (index === 4 && field === "L" ? "7" : field)).join(" ");
  try {
    return new Cron(`0 ${pattern}`, { timezone: "UTC", alternativeWeekdays: true, sloppyRanges: true });
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    return undefined;
  }
}
