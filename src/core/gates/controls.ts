/**
 * Controls as data: what each gate supports of which framework, and what it does not show. controls.yml is what people write;
 * controls.json is made of it (`npm run controls`). Nothing here says that anything is complied with.
 */
import * as z from "zod";
import written from "./controls.json" with { type: "json" };
import { gateNames } from "./names.ts";

const frameworkNames = ["gdpr", "hipaa", "soc2", "iso42001", "euAiAct"] as const;
type FrameworkName = (typeof frameworkNames)[number];

const clauses = z.array(z.string().min(1)).min(1).describe("Clauses of it.");
const Control = z.strictObject({
  supports: z
    .strictObject({
      gdpr: clauses.optional(),
      hipaa: clauses.optional(),
      soc2: clauses.optional(),
      iso42001: clauses.optional(),
      euAiAct: clauses.optional(),
    })
    .refine((supports) => Object.keys(supports).length > 0, "one framework at least")
    .describe("Which clauses a passed gate is an observation for."),
  doesNotShow: z.string().min(20).describe("What nobody may conclude from it."),
});

export const Controls = z.strictObject({
  version: z.int().min(1).describe("Grows with each change of what is said."),
  checkedBy: z.string().min(1).describe("Who has compared the clauses with their texts, and when."),
  frameworks: z.record(z.enum(frameworkNames), z.string().min(1)).describe("What each framework is called."),
  controls: z.record(z.enum(gateNames), Control).describe("By the gate's name, every one of them."),
});
type Controls = z.infer<typeof Controls>;

const controls: Controls = written;

/** One framework, with what of it a gate supports. */
export interface SupportedControl {
  readonly framework: FrameworkName;
  readonly called: string;
  readonly clauses: readonly string[];
}

/** In the frameworks' order. */
export function supportedBy(gate: keyof Controls["controls"]): SupportedControl[] {
  const { supports } = controls.controls[gate];
  return frameworkNames.flatMap((framework) => {
    const of = supports[framework];
    return of === undefined ? [] : [{ framework, called: controls.frameworks[framework], clauses: of }];
  });
}

export const notShownBy = (gate: keyof Controls["controls"]): string => controls.controls[gate].doesNotShow;
