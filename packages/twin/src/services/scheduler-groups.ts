/**
 * Scheduler's schedule groups. A group that is deleted is gone at once with its schedules, where Scheduler takes a
 * while (DeleteScheduleGroup, API reference).
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { integer, requiredText, text } from "./protocol-input.ts";
import { page } from "./protocol-paging.ts";
import type { Operation } from "./service.ts";

interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly clientToken: string | undefined;
}

export interface Groups {
  /** Throws ResourceNotFoundException for a group that does not exist. */
  require(name: string): string;
  readonly operations: Readonly<Record<string, Operation>>;
}

const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
/** The group of schedules that name none. It is always there. */
export const defaultGroup = "default";

export interface GroupsOptions {
  /** `arn:aws:scheduler:REGION:ACCOUNT:schedule-group`. */
  readonly arnPrefix: string;
  /** Groups that are there from the start, besides the default. */
  readonly names: readonly string[];
  readonly onDeleted: (group: string) => void;
}

export function groupsOf({ arnPrefix, names, onDeleted }: GroupsOptions): Groups {
  const groups = new Map<string, Group>();
  const add = (name: string, createdMs: number, clientToken?: string) =>
    groups.set(name, { name, arn: `${arnPrefix}/${name}`, createdMs, clientToken });
  for (const name of [defaultGroup, ...names]) add(name, 0);
  const find = (name: string): Group => {
    const found = groups.get(name);
    if (found !== undefined) return found;
    throw new AwsError("ResourceNotFoundException", `Schedule group ${name} does not exist.`, {
      statusCode: 404,
    });
  };
  return {
    require: (name) => find(name).name,
    operations: {
      CreateScheduleGroup(input, call) {
        const name = requiredText(input, "Name");
        if (!NAME.test(name)) throw new AwsError("ValidationException", `Invalid group name ${name}.`);
        const token = text(input, "ClientToken");
        const existing = groups.get(name);
        if (existing !== undefined && (token === undefined || existing.clientToken !== token))
          throw new AwsError("ConflictException", `Schedule group ${name} already exists.`, {
            statusCode: 409,
          });
        if (existing === undefined) add(name, call.at, token);
        return { ScheduleGroupArn: find(name).arn };
      },
      GetScheduleGroup: (input) => view(find(requiredText(input, "Name"))),
      DeleteScheduleGroup(input) {
        const { name } = find(requiredText(input, "Name"));
        if (name === defaultGroup)
          throw new AwsError("ValidationException", "The default schedule group cannot be deleted.");
        groups.delete(name);
        onDeleted(name);
        return {};
      },
      ListScheduleGroups(input) {
        const prefix = text(input, "NamePrefix") ?? "";
        const limit = integer(input, "MaxResults", { min: 1, max: 100 }) ?? 100;
        const invalidToken = () => new AwsError("ValidationException", "Invalid NextToken provided.");
        const matching = [...groups.values()]
          .filter(({ name }) => name.startsWith(prefix))
          .sort((one, other) => (one.name < other.name ? -1 : 1));
        const { items, nextToken } = page(matching, { limit, token: text(input, "NextToken"), invalidToken });
        return { ScheduleGroups: items.map(view), NextToken: nextToken };
      },
    },
  };
}

function view({ name, arn, createdMs }: Group): { readonly [member: string]: Json } {
  const at = createdMs / 1000;
  return { Name: name, Arn: arn, State: "ACTIVE", CreationDate: at, LastModificationDate: at };
}
