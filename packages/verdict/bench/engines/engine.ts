/** What judges a release in the bench, whoever made it. */
import type { CountNoise } from "../../src/index.ts";
import type { Cell } from "../cells.ts";
import type { Minute } from "../simulation/minutes.ts";

export interface Engine {
  readonly name: string;
  /** A new release; `noise` is what was measured on stable before it. */
  start(cell: Cell, noise: CountNoise): void;
  /** The next stage begins; called for the first one too. */
  stage(stage: number): void;
  /** @returns whether the release is to be rolled back now */
  minute(seen: Minute): boolean;
}
