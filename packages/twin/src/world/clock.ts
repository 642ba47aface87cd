/** The world's time: what tells it, what waits for it, and what moves it along. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** For what comes about by itself. */
export interface Timers {
  after(delayMs: number, run: () => void): void;
  /** Tells of moments, epoch milliseconds, at which something changes by the clock alone. */
  mark(...atMs: number[]): void;
}

/** For whoever drives a world: time moves only when somebody asks it to. */
export interface DrivenClock extends Clock {
  /** Lives on until `atMs`, epoch milliseconds; a moment already past changes nothing. */
  advanceTo(atMs: number): void;
  /** The next moment, already known, at which something changes by itself. */
  nextChangeMs(): number | undefined;
}

/** When the world began, epoch milliseconds. */
export interface Beginning {
  readonly startMs: number;
  /** The whole minute at or before the start, from which traffic comes. */
  readonly firstTickMs: number;
}
