/**
 * Tells both sides of all teams, once a week, what comes, who must confirm what, what is held and what it costs. A schedule starts
 * it. It is no step of the flow, and changes nothing.
 */
import * as z from "zod";
import { digestOf } from "../src/aws/digest.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { plansInForce } from "../src/aws/plans.ts";
import { badState } from "../src/core/errors.ts";
import { digestMail, digestNotification, digestTitle } from "../src/core/release/digest-texts.ts";
import { mailSubject } from "../src/core/release/notice-texts.ts";

/** The schedule's constant input. */
const Input = z.looseObject({ digest: z.literal("schedule") });

/** What was told, in a line; absent where there is nobody to tell, since no plan is in force. */
const Output = z.object({ told: z.string().optional() });

/** Chosen: what a team plans by is two weeks. */
const daysAhead = 14;

/** Throws where the topic does not take it: Lambda tries again, twice, and the same id says that it is the same. */
export const tellDigest: Step<z.infer<typeof Input>, z.infer<typeof Output>> = async (
  _event,
  { aws, now, log },
) => {
  const { announce, environment } = aws;
  const { noticesTopic: topic, stack } = environment;
  if (announce === undefined || topic === undefined)
    throw badState("expected a topic to tell people by, found none");
  const { plans, unread } = await plansInForce(aws);
  if (plans.length + unread.length === 0) return {};
  const digest = await digestOf(aws, now(), daysAhead);
  const title = `${stack}: ${digestTitle(digest)}`;
  await announce({
    topic,
    subject: mailSubject({ title }),
    mail: digestMail(digest),
    others: JSON.stringify(digestNotification(digest, `digest-${stack}-${digest.at.slice(0, 10)}`)),
  });
  log.info("people were told what comes", { title, unseen: digest.unseen });
  return { told: title };
};

export const contract = { input: Input, output: Output };
export const handler = lambda(tellDigest, contract);
