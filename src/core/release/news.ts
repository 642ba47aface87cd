/** What an event of the bus says of a release, as far as people are told by it, and what is called how. */
import * as z from "zod";

/** What of an event of the bus is told by; what else it says is not read. */
export const ReleaseNews = z.looseObject({
  stack: z.string(),
  releaseId: z.string().min(1),
  subject: z.string(),
  model: z.string().optional(),
  version: z.int().optional(),
  milestone: z.string().optional(),
  state: z.string(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  /** KPIs by whose evidence it was rolled back. */
  harm: z.array(z.string()).optional(),
  trigger: z.string().optional(),
  /** Until when it waits or holds, ISO 8601. */
  until: z.string().nullish(),
  /** Of the rollout, from 0. */
  stage: z.int().optional(),
  /** Sides of the plan's team that have to answer still. */
  sides: z.array(z.string()).optional(),
});
export type ReleaseNews = z.infer<typeof ReleaseNews>;

/** `chat-assistant v7 to production`; `chat-assistant, training` of capacity alone. */
export function whatOf({ releaseId, model, version, milestone }: ReleaseNews): string {
  if (model === undefined) return releaseId;
  if (version !== undefined)
    return `${model} v${version}${milestone === undefined ? "" : ` to ${milestone}`}`;
  return milestone === undefined ? model : `${model}, ${milestone}`;
}

/** Which deployment a command is for: stacks are named after their stages. */
export const atStage = (stack: string): string => `--stage ${stack.replace(/^slipway-/, "")}`;
export const at = ({ stack }: ReleaseNews): string => atStage(stack);
