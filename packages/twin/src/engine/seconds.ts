/** Seconds as a record tells them. */

/** From `startMs` to `atMs`, to the millisecond. */
export const seconds = (atMs: number, startMs: number): number => Math.round(atMs - startMs) / 1000;
