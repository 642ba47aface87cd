/** Any two metrics of a team's own: bad events, and the total that they are part of. */
import * as z from "zod";
import { tell } from "../../input/bad-input-schema.ts";
import { compared, comparedBy, counted, Metric } from "./fields.ts";
import { defineKind, type Part } from "./kind.ts";

const schema = z
  .strictObject({ kind: z.literal("custom"), ...compared, bad: Metric, total: Metric })
  .superRefine(({ bad, total }, ctx) => {
    if (JSON.stringify(bad) === JSON.stringify(total))
      tell(ctx, ["total"], { expected: "another metric than bad", found: "the same" });
  })
  .describe("Any two metrics: bad events and the total they are part of.");

const sumOf = (metric: z.infer<typeof Metric>): Part => ({ ...metric, statistic: "Sum" });

export const custom = defineKind<z.infer<typeof schema>, "total" | "bad", typeof schema>(schema, {
  kind: "custom",
  parts: ({ total, bad }) => ({ total: sumOf(total), bad: sumOf(bad) }),
  sample: (read) => counted(read("total"), [read("bad")]),
  settings: (kpi, by) => ({ shape: "count", verb: "goes wrong", ...comparedBy(kpi, by) }),
  whereUnlike: () => "all",
  countsRequests: false,
});
