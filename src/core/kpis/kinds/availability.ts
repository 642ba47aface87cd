/** How often requests fail: 5XX answers, and 4XX where a plan counts them, of all invocations. */
import * as z from "zod";
import { compared, comparedBy, counted, measured, requests } from "./fields.ts";
import { defineKind } from "./kind.ts";

const schema = z
  .strictObject({
    kind: z.literal("availability"),
    ...compared,
    count4xx: z.boolean().default(false).describe("Whether 4XX answers count as errors too."),
  })
  .describe("5XX errors of all invocations.");

export const availability = defineKind<z.infer<typeof schema>, "total" | "bad5xx" | "bad4xx", typeof schema>(
  schema,
  {
    kind: "availability",
    parts: ({ count4xx }) => ({
      total: requests,
      bad5xx: measured("server-errors", "Sum"),
      ...(count4xx ? { bad4xx: measured("client-errors", "Sum") } : {}),
    }),
    sample: (read, { count4xx }) => counted(read("total"), [read("bad5xx"), count4xx ? read("bad4xx") : 0]),
    settings: (kpi, by) => ({ shape: "count", verb: "fails", ...comparedBy(kpi, by) }),
    whereUnlike: () => "nothing-while-short",
    countsRequests: true,
  },
);
