/** A week of requests by ten minutes from nine in the morning on, when the accounts of these tests begin: each day has one hill. */
export const daily = (of: {
  /** Requests per second at most, and when in UTC; the part of it that comes otherwise, and how wide the hill is, slots squared. */
  readonly peak: number;
  readonly aroundHour: number;
  readonly least: number;
  readonly width: number;
}) => ({
  everySeconds: 600,
  requests: Array.from({ length: 7 * 144 }, (_, nth) => {
    const slot = (nth + 54) % 144;
    const hill = Math.exp(-((slot - 6 * of.aroundHour) ** 2) / of.width);
    return Math.round(600 * of.peak * (of.least + (1 - of.least) * hill));
  }),
});
