/**
 * One region of one account in virtual time, put together of what its parts need: each part takes those of these
 * interfaces that it uses, whoever checks a world takes its view, and services and engine hold all of it.
 */
import type { Billing, Costs } from "./bill.ts";
import type { Beginning, Clock, DrivenClock, Timers } from "./clock.ts";
import type { EventLog, Recorder, Told } from "./events.ts";
import type { MetricReader } from "./metric-reader.ts";
import type { PastSamples } from "./metric-state.ts";
import type { Timeline } from "./minutes.ts";
import type { Ordinals } from "./ordinals.ts";
import type { Probing } from "./probes.ts";
import type { Queues } from "./queues.ts";
import type { Quotas } from "./quotas.ts";
import type { Chance } from "./random.ts";
import type { Throughputs } from "./service-model.ts";
import type { Scenario } from "./settled.ts";
import type { VisibleState, WorldState } from "./state.ts";
import type { Arrivals } from "./traffic.ts";

/**
 * A world to look at: what it was made of, what time it is, what exists, what happened, what it costs, and what CloudWatch
 * shows. By way of this nobody moves its time, draws of its chance, or adds or takes anything away.
 */
export interface WorldView
  extends Clock,
    Beginning,
    Scenario,
    VisibleState,
    EventLog,
    Timeline,
    MetricReader,
    Costs,
    Quotas,
    Throughputs {}

/** All of a world. */
export interface World
  extends WorldView,
    DrivenClock,
    Timers,
    Recorder,
    Told,
    Chance,
    Ordinals,
    Billing,
    Arrivals,
    Probing,
    Queues,
    PastSamples {
  readonly state: WorldState;
}
