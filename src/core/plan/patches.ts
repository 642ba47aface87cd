/** What a plan with patch releases says beside their dates: what a candidate of that type runs on. */
import type * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";

interface WithPatches {
  readonly releaseTypes: { readonly patch?: object | undefined };
  readonly milestones: { readonly patch?: object | undefined };
}

export function checkPatches({ releaseTypes, milestones }: WithPatches, ctx: z.RefinementCtx): void {
  if (milestones.patch === undefined || releaseTypes.patch !== undefined) return;
  tell(ctx, ["milestones", "patch"], {
    expected: "none, or releaseTypes.patch: what such a release runs on",
    found: "a patch milestone, and no such type",
  });
}
