/** What a stage asks people, and the answer of one of them: checked by who AWS says it was, and added to what was answered. */
import { notFound } from "../core/errors.ts";
import { type Approval, answeredTo } from "../core/release/approving.ts";
import { type Answered, answerText, nextForAnswer } from "../core/release/ordering.ts";
import { personOf } from "../core/release/person.ts";
import { askedBy } from "../core/release/standing.ts";
import type { EpochMs } from "../core/units.ts";
import { addApproval, approvalsOf } from "./approvals.ts";
import type { Aws } from "./clients.ts";
import { authorOf } from "./model-registry.ts";
import { all, notDone, type OrderOutcome, part } from "./orders.ts";
import { settled } from "./settling.ts";
import { type FoundRelease, lookAt } from "./standing.ts";

/** What a stage asks, with what was answered so far. @throws NotFound when there is no such release. */
export async function asked(aws: Aws, releaseId: string): Promise<AskedNow> {
  const { standing, question } = await lookAt(aws, releaseId, { question: true });
  return { standing, question, before: await approvalsOf(aws, releaseId) };
}

interface AskedNow {
  readonly standing: FoundRelease["standing"];
  readonly question: FoundRelease["question"];
  readonly before: readonly Approval[];
}

/** Answers the question that a stage asks. Rejects only while nothing has been changed. @throws NotFound when it is not taken. */
export async function answer(aws: Aws, given: Answered & { readonly nowMs: EpochMs }): Promise<OrderOutcome> {
  const { releaseId, nowMs } = given;
  const { standing, question, before } = await asked(aws, releaseId);
  const author = question?.rule.notAuthor === true ? await authorOf(aws, question.packageArn) : undefined;
  const next = nextForAnswer({
    given,
    standing,
    question,
    before,
    author: author === undefined ? undefined : personOf(author, aws.environment.namedRoles),
    nowMs,
  });
  if (next.do === "refuse") throw notFound(next.why);
  if (next.do === "nothing") return all(next.said);
  const { approval } = next;
  let now = [...before, approval];
  const told = await settled(
    () => addApproval(aws, approval),
    async () => {
      now = [...(await approvalsOf(aws, releaseId))];
      return now.some(({ at, by }) => at === approval.at && by.arn === approval.by.arn);
    },
  );
  if (told.how !== "done")
    return part(`${releaseId}, stage ${approval.stage}: ${notDone(told, "recorded", "the answer")}`);
  const said =
    question === undefined
      ? { by: [], lacks: 0, missing: [] }
      : answeredTo(askedBy(question), now, question.rule);
  return all(answerText(approval, said));
}
