/** Training jobs and the warm pools that they leave behind. */
export interface TrainingJob {
  readonly name: string;
}
