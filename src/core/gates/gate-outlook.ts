/** What a plan's gates ask for, before anything is looked up: how much, who has waived which, what each supports, and what not. */
import { notShownBy, type SupportedControl, supportedBy } from "./controls.ts";
import type { GateName } from "./names.ts";
import { type Gates, gatesOf, type Waiver } from "./settings.ts";

export interface GateOutlook {
  readonly profile: Gates["profile"];
  /** How long a release holds whose gates fail, minutes. */
  readonly deadlineMinutes: number;
  /** Whether what is no worse than what serves passes. */
  readonly passesKept: boolean;
  /** In the order in which they are asked. */
  readonly gates: readonly AskedGate[];
}

interface AskedGate {
  readonly gate: GateName;
  readonly supports: readonly SupportedControl[];
  readonly doesNotShow: string;
  readonly waiver?: Waiver;
}

/** Undefined where the plan asks for none. */
export function gateOutlook({ gates }: { readonly gates?: Gates | undefined }): GateOutlook | undefined {
  const asked = gatesOf({ gates });
  if (gates === undefined || asked.length === 0) return undefined;
  return {
    profile: gates.profile,
    deadlineMinutes: gates.deadlineMinutes,
    passesKept: gates.keptExposures !== "fail",
    gates: asked.map((gate) => {
      const waiver = gates.waivers?.find((each) => each.gate === gate);
      return {
        gate,
        supports: supportedBy(gate),
        doesNotShow: notShownBy(gate),
        ...(waiver && { waiver }),
      };
    }),
  };
}
