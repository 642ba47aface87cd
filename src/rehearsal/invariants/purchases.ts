/**
 * Training plans that are bought, by what was written to the table before: only the function that takes orders buys one, once somebody
 * has asked for its offering, another who owns capacity has agreed, and the call was written down; and once for each asking.
 */
import { isRecord, plainItem } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import type { ObservedCall } from "./observation.ts";

export interface Purchases {
  /** What is wrong with a call that buys one; undefined for a call that does not. */
  onCall(seen: ObservedCall): readonly string[] | undefined;
}

export const isPurchase = ({ call }: Pick<ObservedCall, "call">): boolean =>
  call.service === "sagemaker" && call.operation === "CreateTrainingPlan";

/** One thing that was said of an asking. */
interface Said {
  readonly said: string;
  readonly asking: string;
  /** The last part of the ARN of who did. */
  readonly name: string;
  /** Of who has asked: for which offering. */
  readonly offering: string;
}

export function createPurchases({ planOf }: Pick<CheckContext, "planOf">): Purchases {
  const { team } = planOf(undefined);
  const owners = (team?.capacity.owners ?? []).map((owner) => owner.toLowerCase());
  const all: Said[] = [];
  const bought = new Set<string>();

  function wrongWith(id: string): string[] {
    const asked = all.findLast(({ said, offering }) => said === "asked" && offering === id);
    if (asked === undefined) return [`offering ${id} was bought, and nobody had asked for it`];
    const own = all.filter(({ asking }) => asking === asked.asking);
    const isAgreed = own.some(
      ({ said, name }) => said === "agreed" && name !== asked.name && owners.includes(name),
    );
    return [
      ...(isAgreed ? [] : [`offering ${id} was bought, and no other who owns capacity had agreed`]),
      ...(own.some(({ said }) => said === "buying")
        ? []
        : [`offering ${id} was bought, and its call was not written down`]),
      ...(bought.has(asked.asking) ? [`offering ${id} was bought twice for one asking`] : []),
    ];
  }

  return {
    onCall(seen) {
      const said = saidIn(seen);
      if (said !== undefined) all.push(said);
      const { call, frame, tookEffect } = seen;
      if (!isPurchase(seen) || frame === undefined || !tookEffect) return undefined;
      const id = String(call.input.TrainingPlanOfferingId);
      const by = frame.state === "TakeOrder" ? [] : [`offering ${id} was bought by ${frame.state}`];
      const wrong = [...by, ...wrongWith(id)];
      bought.add(all.findLast((one) => one.said === "asked" && one.offering === id)?.asking ?? id);
      return wrong;
    },
  };
}

function saidIn({ call, tookEffect }: ObservedCall): Said | undefined {
  const item = call.service === "dynamodb" && call.operation === "PutItem" ? call.input.Item : undefined;
  if (!isRecord(item) || !tookEffect) return undefined;
  const { pk, said, model, milestone, askedAt, by, offering } = plainItem(item);
  if (pk !== "answer#purchase/" || !isRecord(by)) return undefined;
  const arn = String(by.arn);
  return {
    said: String(said),
    asking: [model, milestone, askedAt].join(),
    name: arn.slice(arn.lastIndexOf("/") + 1).toLowerCase(),
    offering: isRecord(offering) ? String(offering.id) : "",
  };
}
