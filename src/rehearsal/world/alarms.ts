/** CloudWatch alarms as they were put, and the state that they are in. */
export interface Alarm {
  readonly name: string;
}
