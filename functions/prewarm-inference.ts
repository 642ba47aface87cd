/**
 * Puts the candidate beside stable at weight 0: holds stable's scale-in, makes the model and a configuration with
 * both variants, and moves the endpoint to it. Every change is in the ledger before it is made.
 */
import type { z } from "zod";
import { leaseAlongside } from "../src/aws/alongside.ts";
import { make } from "../src/aws/changes.ts";
import { viewFleets } from "../src/aws/fleets.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { plain } from "../src/aws/plain.ts";
import { candidateModel, readConfig, withVariants } from "../src/aws/sagemaker-models.ts";
import { type FleetView, isMoving } from "../src/core/capacity/endpoint.ts";
import { held, Scaling } from "../src/core/capacity/scaling.ts";
import { drifted } from "../src/core/errors.ts";
import { Planned } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import type { Plain } from "../src/core/release/plain.ts";
import { polling } from "../src/core/release/polling.ts";
import { type Needs, Progress } from "../src/core/release/release.ts";
import { endpointConfigOf, modelOf, routingOf, scalingOf } from "../src/core/release/resources.ts";
import { idleWaitSeconds } from "../src/core/wait.ts";

const Input = Planned.pick({ schema: true, release: true, plan: true, planning: true, prewarm: true });

export const prewarmInference: Step<z.infer<typeof Input>, Progress> = async (doc, tools) => {
  const { aws, now } = tools;
  const { needs } = doc.planning;
  const poll = polling(doc.prewarm, now);
  const { since } = poll;
  const endpoint = doc.plan.endpoint.name;
  const ledger = await Ledger.forward(aws, doc.release);
  if (ledger.find("join")?.state !== "applied") asPlanned(await viewFleets(aws, endpoint, needs));

  const waiting = (reason: string): Progress => ({
    status: "waiting",
    reason,
    since,
    waitSeconds: idleWaitSeconds(poll.waitedMs()),
  });
  const atWork = await leaseAlongside(tools, ledger, { needs, stage: 0 });
  if (atWork !== undefined) return waiting(atWork);
  const scaling = scalingOf(endpoint, needs.stable.variant);
  await make(tools, ledger, {
    id: "hold-scale-in",
    resource: scaling,
    to: (now) => (now === null ? null : plain(held(Scaling.parse(now)))),
  });
  const model = modelOf(needs.candidate.modelName);
  const candidate = await candidateModel(aws, {
    servingModel: needs.stable.modelName,
    packageArn: needs.candidate.packageArn,
    planned: doc.plan.endpoint.environment,
  });
  await make(tools, ledger, { id: "model", resource: model, to: candidate });
  const config = endpointConfigOf(needs.joinConfig);
  const joined = joining(await readConfig(aws, needs.stable.config), needs);
  await make(tools, ledger, { id: "join-config", resource: config, to: joined });

  if (ledger.find("join")?.state !== "applied") {
    const view = asPlanned(await viewFleets(aws, endpoint, needs));
    if (isMoving(view) && (view.to.place !== "joined" || view.at.place === "joined"))
      return waiting(`endpoint ${endpoint} is ${view.status}`);
  }
  await make(tools, ledger, {
    id: "join",
    resource: routingOf(endpoint),
    to: needs.joinConfig,
  });
  const { instances, instanceType } = needs.candidate;
  const reason = `${instances} ${instanceType} are being raised`;
  return { status: "done", reason, waitSeconds: poll.waitSeconds(), since };
};

/**
 * What joins was planned beside what served then. On an endpoint that somebody else moves meanwhile, as another stack
 * does that releases there too, it would take their variant away. @throws Drifted before anything of it is changed.
 */
function asPlanned(view: FleetView): FleetView {
  const theirs = [view.at, view.to].find(({ place }) => place !== "before" && place !== "joined");
  if (theirs === undefined) return view;
  throw drifted(
    `endpoint ${view.name} is moved to ${theirs.called} by someone else, this release was planned on ${view.called.before}`,
  );
}

function joining(config: Plain, { candidate }: Needs): Plain {
  return withVariants(config, (variants) => [
    ...variants,
    {
      ...variants[0],
      VariantName: candidate.variant,
      ModelName: candidate.modelName,
      InstanceType: candidate.instanceType as never,
      InitialInstanceCount: candidate.instances,
      InitialVariantWeight: 0,
    },
  ]);
}

export const contract = { input: Input, output: Progress, document: forward };
export const handler = lambda(prewarmInference, contract);
