/**
 * Takes what MLflow tells of its registry: that an alias was set on a version. Its URL is open to the internet, since MLflow signs
 * by a secret and not as AWS does; what is not signed with it, or not fresh, goes no further. It starts the state machine
 * as a rule does with an event, which looks at what is approved for itself. It is no step of the flow.
 */
import * as z from "zod";
import { startMachine } from "../src/aws/executions.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { type Delivery, deliveryIn, isSignedWith, staleness } from "../src/aws/webhooks.ts";
import { checkJson } from "../src/core/input/json-text.ts";
import { executionName } from "../src/core/release/names.ts";
import { aliasEventSource, aliasEventType } from "../src/core/request/alias-set.ts";

/** Of a request to a function URL (Lambda developer guide, "Request payload format"), what is read of it. */
const Input = z.looseObject({
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(""),
  isBase64Encoded: z.boolean().default(false),
});

const Output = z.object({ statusCode: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });
type Output = z.infer<typeof Output>;

/** What MLflow sends (mlflow/webhooks/types.py, ModelVersionAliasCreatedPayload, under `data`). */
const AliasCreated = z.looseObject({
  entity: z.literal("model_version_alias"),
  action: z.literal("created"),
  timestamp: z.string().optional(),
  data: z.looseObject({ name: z.string(), alias: z.string(), version: z.string() }),
});

/** Chosen: the longest names that MLflow has are some hundred characters. */
const mostBytes = 16_384;

export const takeWebhook: Step<z.infer<typeof Input>, Output> = async (event, { aws, now, log }) => {
  const { headers, isBase64Encoded } = event;
  const { webhookSecret } = aws.environment;
  if (webhookSecret === undefined || aws.secret === undefined) return told(404, "no webhooks are taken here");
  const body = isBase64Encoded ? Buffer.from(event.body, "base64").toString("utf8") : event.body;
  if (Buffer.byteLength(body) > mostBytes) return told(413, `expected at most ${mostBytes} bytes`);
  const delivery = deliveryIn(headers, body);
  if (typeof delivery === "string") return told(401, delivery);
  const stale = staleness(delivery, now());
  if (stale !== undefined) return told(401, stale);
  if (!isSignedWith(delivery, await aws.secret(webhookSecret))) {
    log.warn("a webhook was not signed with the secret", { delivery: delivery.id.slice(0, 100) });
    return told(401, "expected a signature by the secret that this stack was given, found another");
  }
  const input = inputOf(delivery);
  if (input === undefined) return told(200, "only an alias that is set on a version starts anything");
  const { stack } = aws.environment;
  const releaseId = `${input.detail.name}-${input.detail.version}`;
  // A delivery that is tried again, or played again, is the execution that there is.
  const name = executionName("webhook", { stack, releaseId, nth: "", of: [delivery.id] });
  await startMachine(aws, name, input);
  return told(202, `execution ${name} says what comes of it`);
};

/** The event that the machine is started with; undefined of what is no alias that was set. */
function inputOf({ id, body }: Delivery) {
  const json = checkJson(body, "webhook");
  const read = json.ok ? AliasCreated.safeParse(json.value) : undefined;
  if (read?.success !== true) return undefined;
  const { timestamp, data } = read.data;
  const { name, alias, version } = data;
  const detail = { delivery: id, ...(timestamp !== undefined && { timestamp }), name, alias, version };
  return { source: aliasEventSource, "detail-type": aliasEventType, detail };
}

const told = (statusCode: number, said: string): Output => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ said }),
});

export const contract = { input: Input, output: Output };
export const handler = lambda(takeWebhook, contract);
