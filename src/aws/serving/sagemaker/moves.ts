/**
 * How an endpoint goes from one place of a release to another: by UpdateEndpoint, to a configuration that is made before. Each
 * is like the one that serves, with a variant more or less.
 */
import { type Tag, tagsOf } from "../../../core/plan/tags.ts";
import type { Change, Intent } from "../../../core/release/change.ts";
import type { JsonValue } from "../../../core/release/json-value.ts";
import type { Promoted } from "../../../core/release/leaving.ts";
import type { Needs } from "../../../core/release/release.ts";
import { endpointConfigOf, modelOf, routingOf } from "../../../core/release/resources.ts";
import type { Move, ServingPlatform } from "../../../core/release/serving-platform.ts";
import type { WayBackNeeds } from "../../../core/release/undoing.ts";
import { asJson } from "../../as-json.ts";
import type { Aws } from "../../clients.ts";
import { candidateModel, readConfig, withVariants } from "./models.ts";
import { holdStable } from "./scaling.ts";

type Joining = Parameters<ServingPlatform["join"]>[0];

/** What is created so. Of a thing that was there before tags are not known, and nobody's to give. */
const tagged = (content: JsonValue, Tags: readonly Tag[] | undefined): JsonValue =>
  asJson({ ...(content as object), Tags });

/** The tags that the release's own configuration was intended with; none where older code intended it. */
const tagsKnown = ({ changes }: Knowing): Tag[] | undefined =>
  (changes.find(({ id }) => id === "join-config")?.after as { Tags?: Tag[] } | null | undefined)?.Tags;

/** Where a release has been before. */
interface Knowing {
  readonly changes: readonly Change[];
}

const moveTo = (endpoint: string, to: string, prepare: AsyncIterable<Intent>): Move => ({
  resource: routingOf(endpoint),
  to,
  prepare,
});

/** Holds stable's scale-in, then makes the candidate's model and the configuration that has both variants. */
export function joining(aws: Aws, { release, plan, needs }: Joining): Move {
  const tags = tagsOf(release, plan);
  async function* prepare(): AsyncGenerator<Intent> {
    yield holdStable(plan.endpoint.name, needs);
    const model = await candidateModel(aws, {
      servingModel: needs.stable.modelName,
      packageArn: needs.candidate.packageArn,
      planned: plan.endpoint.environment,
    });
    yield { id: "model", resource: modelOf(needs.candidate.modelName), to: tagged(model, tags) };
    const joined = withCandidate(await readConfig(aws, needs.stable.config), needs);
    yield { id: "join-config", resource: endpointConfigOf(needs.joinConfig), to: tagged(joined, tags) };
  }
  return moveTo(plan.endpoint.name, needs.joinConfig, prepare());
}

const withCandidate = (config: JsonValue, { candidate }: Needs): JsonValue =>
  withVariants(config, (variants) => [
    ...variants,
    {
      ...variants[0],
      VariantName: candidate.variant,
      ModelName: candidate.modelName,
      InstanceType: candidate.instanceType as never,
      InitialInstanceCount: candidate.instances,
      InitialVariantWeight: 0,
      CapacityReservationConfig: reservationOf(candidate),
    },
  ]);

/** What the candidate runs on is its plan's to say, whatever stable runs on. */
const reservationOf = ({ reserved }: Needs["candidate"]) =>
  reserved === undefined
    ? undefined
    : ({
        CapacityReservationPreference: "capacity-reservations-only",
        MlReservationArn: reserved.trainingPlan,
      } as const);

/** The configuration that has both variants, as it is, or as the ledger knows it where somebody has deleted it. */
const joinedConfig = async (aws: Aws, { joinConfig }: { joinConfig: string }, { changes }: Knowing) =>
  (await readConfig(aws, joinConfig)) ?? changes.find(({ id }) => id === "join-config")?.after ?? null;

/** While it serves nothing, stable's configuration looks unused; if somebody has deleted it, it is made again. */
export function leavingCandidate(
  aws: Aws,
  { name, needs, changes }: Knowing & { readonly name: string; readonly needs: WayBackNeeds },
): Move {
  const { stable, candidate } = needs;
  async function* prepare(): AsyncGenerator<Intent> {
    if ((await readConfig(aws, stable.config)) !== null) return;
    const to = withVariants(await joinedConfig(aws, needs, { changes }), (all) =>
      all.filter((one) => one.VariantName !== candidate.variant),
    );
    yield { id: "stable-config", resource: endpointConfigOf(stable.config), to: tagged(to, undefined) };
  }
  return moveTo(name, stable.config, prepare());
}

/** Makes the configuration that has the candidate alone. */
export function leavingStable(aws: Aws, { name, needs, changes }: Promoted & Knowing): Move {
  async function* prepare(): AsyncGenerator<Intent> {
    const alone = withVariants(await joinedConfig(aws, needs, { changes }), (all) =>
      all
        .filter((v) => v.VariantName === needs.candidate.variant)
        .map((v) => ({ ...v, InitialVariantWeight: 1 })),
    );
    yield {
      id: "final-config",
      resource: endpointConfigOf(needs.finalConfig),
      to: tagged(alone, tagsKnown({ changes })),
    };
  }
  return moveTo(name, needs.finalConfig, prepare());
}
