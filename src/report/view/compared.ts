/** One thing of a release as it was planned, and as it happened. */
export interface Comparison {
  readonly what: string;
  /** Empty where nothing was planned of it. */
  readonly planned: string;
  readonly happened: string;
  /** Whether it went beyond what the plan allows. */
  readonly isBeyond: boolean;
}
