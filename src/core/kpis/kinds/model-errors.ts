/** How often the container errs, whatever it answers: 4XX, 5XX, broken connections, malformed answers and time-outs. */
import * as z from "zod";
import { compared, comparedBy, counted, measured, requests } from "./fields.ts";
import { defineKind } from "./kind.ts";

const schema = z
  .strictObject({ kind: z.literal("model-errors"), ...compared })
  .describe(
    "Answers of the model's container that are not 2XX, of all invocations: 4XX, 5XX, broken connections, malformed answers and time-outs.",
  );

/** InvocationModelErrors: 1 for each request whose answer was no 2XX, otherwise 0 (SageMaker developer guide, endpoint metrics). */
export const modelErrors = defineKind<z.infer<typeof schema>, "total" | "bad", typeof schema>(schema, {
  kind: "model-errors",
  parts: () => ({ total: requests, bad: measured("model-errors", "Sum") }),
  sample: (read) => counted(read("total"), [read("bad")]),
  settings: (kpi, by) => ({ shape: "count", verb: "errs", ...comparedBy(kpi, by) }),
  whereUnlike: () => "nothing-while-short",
  countsRequests: true,
});
