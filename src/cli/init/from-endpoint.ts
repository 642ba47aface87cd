/** What an endpoint that is there shows of the answers: its instances, and what its auto scaling says that one serves. */
import { endpointAtRest } from "../../aws/endpoint-at-rest.ts";
import { foundText } from "../../core/input/bad-input.ts";
import { AwsName } from "../../core/plan/plan.ts";
import type { CommandLine } from "../arguments.ts";
import { bound } from "../binding.ts";
import { BadInput, BadUsage, looked } from "../mistakes.ts";
import type { Terminal } from "../terminal.ts";
import { kindsUtilisation } from "./model-kinds.ts";
import type { AlreadyKnown } from "./questions.ts";

interface Shown {
  readonly known: AlreadyKnown;
  /** A sentence each, for the plan's head. */
  readonly found: readonly string[];
}

/** What is given by name outranks what is found. Without --from-endpoint nothing is asked. Throws BadUsage and BadInput. */
export async function endpointAnswers(
  line: CommandLine,
  terminal: Terminal,
  given: AlreadyKnown,
): Promise<Shown> {
  const { "from-endpoint": name } = line.values;
  if (name === undefined) return { known: given, found: [] };
  if (!AwsName.safeParse(name).success)
    throw new BadUsage([`--from-endpoint: expected the name of an endpoint, found ${foundText(name)}`]);
  const { aws } = await bound(line, terminal);
  const { account, region } = aws.environment;
  const endpoint = await looked("the endpoint could not be read", () => endpointAtRest(aws, name));
  if (endpoint === undefined)
    throw new BadInput(
      [
        `--from-endpoint: expected an endpoint in account ${account}, ${region}, found none called ${foundText(name)}`,
      ],
      "nothing was written",
    );
  if (endpoint.variants.length !== 1)
    throw new BadInput(
      [
        `--from-endpoint: expected an endpoint with one variant, found ${endpoint.variants.length} on ${foundText(name)}`,
      ],
      "nothing was written",
    );
  const [variant] = endpoint.variants;
  const { instanceType = "", instances = 0, scaling } = variant ?? {};
  const served = scaling?.invocationsPerMinute;
  const fill = kindsUtilisation(given.kind);
  return {
    known: {
      endpoint: name,
      ...(instanceType !== "" && { "instance-type": instanceType }),
      ...(instances > 0 && { instances: String(instances) }),
      ...(served !== undefined && {
        "requests-per-second-per-instance": rounded((served / 60 / fill) * 100),
      }),
      ...given,
    },
    found: [
      `Of endpoint ${name} in account ${account}, ${region}: variant ${variant?.name} with ${instances} ${instanceType}.`,
      scaling === undefined
        ? "It has no auto scaling."
        : `Auto scaling from ${scaling.min} to ${scaling.max} instances, which a release carries over.`,
      ...(served === undefined || given["requests-per-second-per-instance"] !== undefined
        ? []
        : [
            `What an instance serves follows from the ${served} invocations a minute that it scales for, taken for ${fill} % of full load: measure it.`,
          ]),
    ],
  };
}

const rounded = (value: number): string => String(Number(value.toPrecision(3)));
