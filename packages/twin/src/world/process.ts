/** What a change that takes time goes by: how long it takes is drawn, its end is waited for, and what it does is told. */
import type { Clock, Timers } from "./clock.ts";
import type { Recorder } from "./events.ts";
import type { Chance } from "./random.ts";
import type { Specified } from "./settled.ts";

export type Process = Clock & Timers & Recorder & Chance & Specified;
