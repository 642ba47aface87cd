/** A look at one thing that a release needs: a look that is refused is told, and does not end the others. */
import { amiss, type Readiness } from "../../core/release/readiness.ts";
import { failureOf } from "../errors.ts";

export async function readinessOf(what: string, look: () => Promise<Readiness>): Promise<Readiness> {
  try {
    return await look();
  } catch (error) {
    const known = failureOf(error);
    const advice =
      known.name === "AwsRefused"
        ? "allow it: docs/OPERATIONS.md has the statements that slipway doctor needs"
        : "run it again";
    return amiss(what, `could not be looked at: ${known.message}`, advice);
  }
}
