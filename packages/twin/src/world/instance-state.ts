/** The machines that endpoints and training jobs run on. */

/** One machine. It is paid from launch until it is gone, takes requests from ready on, and answers them from warm on. */
export interface Instance {
  readonly id: string;
  readonly instanceType: string;
  /** The training plan that it is on, by ARN; absent: it is of the region's pool. */
  readonly reservation?: string;
  readonly launchedMs: number;
  readonly readyMs: number;
  readonly warmMs: number;
}
