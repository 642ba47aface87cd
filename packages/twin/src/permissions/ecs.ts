/**
 * What ECS asks of its caller: the service, under the condition key of its cluster.
 *
 * Source: Service Authorization Reference.
 */
import type { Input } from "../services/service.ts";
import { arnOf, type Requirement, type Requires, text } from "./requirement.ts";

/** A short name, or the last part of an ARN. */
const shortName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);

function onService(action: string, input: Input, service: string): Requirement {
  const cluster = shortName(text(input, "cluster") || "default");
  return {
    action,
    resource: arnOf("ecs", `service/${cluster}/${shortName(service)}`),
    keys: { "ecs:cluster": arnOf("ecs", `cluster/${cluster}`) },
  };
}

export const ecs: Readonly<Record<string, Requires>> = {
  DescribeServices: (input) =>
    (Array.isArray(input.services) ? input.services : []).map((service) =>
      onService("ecs:DescribeServices", input, String(service)),
    ),
  UpdateService: (input) => [onService("ecs:UpdateService", input, text(input, "service"))],
};
