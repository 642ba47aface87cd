/** Reads a plan out of the text of its file: the plan, or every mistake in it with its line. */
import type { Mistake } from "../input/bad-input.ts";
import { checkText } from "../input/checked-file.ts";
import { Plan } from "./plan.ts";

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** `file` is only named in mistakes; the caller has read it. YAML 1.2, of which JSON is a part. */
export function parsePlan(text: string, file: string): ParsedPlan {
  const checked = checkText(Plan, text, file);
  return checked.ok ? { ok: true, plan: checked.value } : checked;
}
