/**
 * Tells people of a release what its events on the bus are about: in their chats and by mail, by way of a topic. A rule starts it,
 * beside the flow, so that whatever fails here changes no release.
 */
import * as z from "zod";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { badState } from "../src/core/errors.ts";
import { ReleaseNews } from "../src/core/release/news.ts";
import { noticeOf } from "../src/core/release/notice.ts";
import { chatNotification, mailSubject, mailText } from "../src/core/release/notice-texts.ts";

/** An event of the stack's own. */
const Input = z.looseObject({ id: z.string(), detail: ReleaseNews });

const Output = z.object({ told: z.string().optional() });

/** Throws where the topic does not take it: Lambda tries an event again, twice, and the same id says that it is the same. */
export const tellPeople: Step<z.infer<typeof Input>, z.infer<typeof Output>> = async (
  event,
  { aws, log },
) => {
  const { announce, environment } = aws;
  const { noticesTopic: topic } = environment;
  if (announce === undefined || topic === undefined)
    throw badState("expected a topic to tell people by, found none");
  const notice = noticeOf(event.detail);
  if (notice === undefined) return {};
  await announce({
    topic,
    subject: mailSubject(notice),
    mail: mailText(notice),
    others: JSON.stringify(chatNotification(notice, event.id)),
  });
  const { eventType, threadId: releaseId } = notice;
  log.info("people were told", { releaseId, eventType });
  return { told: eventType };
};

export const contract = { input: Input, output: Output };
export const handler = lambda(tellPeople, contract);
