/** Where a release goes on that is taken up in a new execution, and the document that it goes on with. */
import { SlipwayError } from "../../errors.ts";
import { takenUp } from "../turns.ts";
import { Joined, Opened, Staged } from "./document.ts";
import { upcast } from "./reading.ts";

export type Resumed =
  | (Opened & { readonly resume: "PlanCapacity" })
  | (Joined & { readonly resume: "ShiftTraffic" })
  | (Staged & { readonly resume: "CheckKpis" });

/**
 * A stage that is in force is judged on, one that is not is shifted to; before that, the release is planned. Undefined
 * where the document is none that goes forward here.
 */
export function resumed(handedOver: unknown): Resumed | undefined {
  const document = understood(handedOver);
  const opened = Opened.safeParse(document);
  if (!opened.success) return undefined;
  const { stage } = opened.data;
  if (stage === undefined) return { ...takenUp(opened.data), resume: "PlanCapacity" };
  if (stage.shiftedAt === undefined) {
    const joined = Joined.safeParse(document);
    return joined.success ? { ...takenUp(joined.data), resume: "ShiftTraffic" } : undefined;
  }
  const staged = Staged.safeParse(document);
  return staged.success ? { ...takenUp(staged.data), resume: "CheckKpis" } : undefined;
}

function understood(handedOver: unknown): unknown {
  try {
    return upcast(handedOver);
  } catch (error) {
    if (error instanceof SlipwayError && error.name === "BadState") return undefined;
    throw error;
  }
}
