/** `slipway plan`: what a plan means. */
import type { Aws } from "../aws/clients.ts";
import { pastReleases } from "../aws/history.ts";
import { listingAt } from "../aws/price-list.ts";
import { reservationsSeen } from "../aws/reservations.ts";
import { calendarWarnings } from "../core/calendar/calendar.ts";
import { cronWarnings } from "../core/calendar/cron-warnings.ts";
import { raiseHourWarnings } from "../core/calendar/raise-hours.ts";
import { type ReservationSeen, trainingPlansOf } from "../core/calendar/reservations.ts";
import { reservedOutlook, reservedWarnings } from "../core/calendar/reserved-dates.ts";
import type { RaisesLesson } from "../core/learning/by-hour.ts";
import { rememberedSince } from "../core/learning/forgetting.ts";
import { neededBy } from "../core/outlook/quota-room.ts";
import { type KnownOfAccount, type Outlook, outlookOf } from "../core/outlook.ts";
import type { Plan } from "../core/plan/plan.ts";
import { launchesOf } from "../core/release/past.ts";
import { raisesLessons } from "../core/release/raise-lessons.ts";
import type { EpochMs } from "../core/units.ts";
import { outlookPage } from "../report/outlook.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { expectedLoadIn } from "./expected-load.ts";
import { findingsTeller, told, toldPlanFile } from "./findings.ts";
import { readWorld } from "./inputs.ts";
import { checkWithin, type KnownLimits, limitsBy, limitsOf, withinText } from "./limits-of-plan.ts";
import { looked } from "./mistakes.ts";
import { aheadOf, type Looking, roomBeside } from "./plan-ahead.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. Throws BadInput, and where it looks at a deployment BadUsage and CommandFailed. */
export async function plan(line: CommandLine, terminal: Terminal): Promise<number> {
  const { out } = terminal;
  const tellFindings = findingsTeller(line, terminal);
  const limitsFile = told(() => limitsBy(line), tellFindings);
  const file = toldPlanFile(line, tellFindings);
  const { plan: valid } = file;
  const nowMs = Date.now();
  const known =
    line.values.stage === undefined ? nothing : await knownIn(line, terminal, { plan: valid, nowMs });
  const { region = line.values.region } = known;
  const limits = limitsFile ?? known.limits;
  told(() => checkWithin(file, limits, { region }), tellFindings);
  if (limits !== undefined) tell(terminal.err, withinText(limits));
  const { spec } = readWorld(line.values.world ?? "healthy");
  const meant = outlookOf(valid, expectedLoadIn(spec, valid), known);
  const { launches = [], raises, seen } = known;
  const reserved = reservedOutlook(valid, { nowMs, launches, seen });
  const warnings = [
    ...meant.warnings,
    ...calendarWarnings(valid, { launches, nowMs }),
    ...cronWarnings(valid, nowMs),
    ...raiseHourWarnings(valid, { launches, raises, nowMs }),
    ...reservedWarnings(valid, reserved),
  ];
  tellFindings({ plan: { warnings } });
  const account = await inAccount(known.aws, { plan: valid, meant, nowMs, err: terminal.err });
  const outlook = { ...meant, ...account, ...(reserved.length > 0 && { reserved }), warnings };
  const page = { width: out.columns, paint: out.paint };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(outlook, null, 2)}\n`
      : `${outlookPage(outlook, page).join("\n")}\n`,
  );
  return 0;
}

interface Asked extends Looking {
  readonly plan: Plan;
  readonly meant: Outlook;
}

/** What the account has room for beside it, and what it is in the way of; nothing where none is named. */
async function inAccount(
  aws: Aws | undefined,
  { plan: own, meant, ...looking }: Asked,
): Promise<Pick<Outlook, "quotas" | "ahead">> {
  if (aws === undefined) return {};
  const { err } = looking;
  const quotas = await roomBeside(aws, own, { needed: neededBy(meant.releases), err });
  const ahead = await aheadOf(aws, own, looking);
  return {
    ...(quotas !== undefined && { quotas }),
    ...(ahead !== undefined && { ahead }),
  };
}

interface Known extends KnownOfAccount {
  /** The deployment's, where one is named. */
  readonly aws?: Aws;
  readonly raises: readonly RaisesLesson[];
  readonly region?: string;
  readonly limits?: KnownLimits | undefined;
  readonly seen: readonly ReservationSeen[];
}

const nothing: Known = { raises: [], seen: [] };

async function knownIn(
  line: CommandLine,
  terminal: Terminal,
  { plan: own, nowMs }: { readonly plan: Plan; readonly nowMs: EpochMs },
): Promise<Known> {
  const { aws } = await bound(line, terminal);
  const { past } = await looked("the history could not be read", () =>
    pastReleases(aws, rememberedSince(nowMs)),
  );
  const listing = await looked("the fetched prices could not be read", () => listingAt(aws, nowMs));
  if (listing.refused !== undefined) tell(terminal.err, listing.refused);
  const { seen, unseen } = await looked("training plans could not be looked at", () =>
    reservationsSeen(aws, trainingPlansOf(own)),
  );
  tell(terminal.err, ...unseen);
  const limits = await limitsOf(aws);
  const { region } = aws.environment;
  const launches = launchesOf(past, nowMs);
  return { aws, launches, raises: raisesLessons(past, nowMs), listing, region, limits, seen };
}
