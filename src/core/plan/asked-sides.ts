/** Sides of a team that a plan has asked: they have owners, and as many as have to say yes. */
import type * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import type { InconclusivePolicy } from "./inconclusive.ts";
import { sidesOf, type Team } from "./team.ts";

type Asking = { readonly onInconclusive: InconclusivePolicy };

interface WithTeam {
  readonly team?: Team | undefined;
  readonly rollout: Asking;
  readonly milestones: {
    readonly staging?:
      | { readonly release?: { readonly rollout?: Asking | undefined } | undefined }
      | undefined;
  };
}

export function checkSides({ team, rollout, milestones }: WithTeam, ctx: z.RefinementCtx): void {
  const staging = milestones.staging?.release?.rollout;
  const all = [
    { path: ["rollout"], policy: rollout.onInconclusive },
    { path: ["milestones", "staging", "release", "rollout"], policy: staging?.onInconclusive },
  ];
  for (const { path, policy } of all) {
    if (policy?.action !== "ask" || policy.sides === undefined) continue;
    const at = [...path, "onInconclusive"];
    if (team === undefined) {
      tell(ctx, [...at, "sides"], {
        expected: "none, or a team that says who owns them",
        found: policy.sides.join(" and "),
      });
      continue;
    }
    const may = sidesOf(team, policy.sides).flatMap(({ owners }) => owners).length;
    if ((policy.people ?? 1) > may)
      tell(ctx, [...at, "people"], {
        expected: `at most ${may}, as many as own ${policy.sides.join(" and ")}`,
        found: String(policy.people),
      });
  }
}
