/** What of a release's evidence is the same for all changes of a step, as far as its document and its lock say it. */
import * as z from "zod";
import { Artefacts } from "../release/artefacts.ts";
import { groundsOf } from "../release/grounds.ts";
import type { LockItem, Order } from "../release/lock.ts";
import type { Resting } from "./claims.ts";

/** Of a document that any version wrote: absent where it cannot be read. */
const told = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const Asked = z.object({
  model: told(z.string()),
  version: told(z.int()),
  packageArn: told(z.string()),
  artefacts: told(Artefacts),
  milestone: told(z.string()),
  releaseType: told(z.string()),
  attempt: told(z.int()),
  openedAt: told(z.string()),
  dueAt: told(z.string()),
  trigger: told(z.string()),
  planSha256: told(z.string().regex(/^[0-9a-f]{64}$/)),
  retentionDays: told(z.int().min(1)),
  claimed: told(z.object({ commit: told(z.string()), run: told(z.string()) })),
});

/** Which release it is, and under which lock it acts. */
export interface UnderLock {
  readonly id: string;
  readonly subject: string;
  readonly execution: string;
  readonly fence: number;
}

export function restingOf(
  release: UnderLock,
  { order, grounds: all = {} }: Pick<LockItem, "order" | "grounds">,
  leads: "forward" | "back",
): Resting {
  const { id, subject, execution, fence } = release;
  const { planSha256: plan, claimed, ...asked } = Asked.parse(release);
  const given = { ...asked, plan, claimed };
  const grounds = groundsOf(all, leads);
  return {
    subject,
    release: { id, execution, fence, ...withoutAbsent(given) },
    ...(grounds !== undefined && { grounds }),
    ...(order !== undefined && { order: givenBy(order) }),
  };
}

function givenBy({ kind, at, by, pseudonym }: Order): NonNullable<Resting["order"]> {
  if (kind === "supersede") return { kind, at, release: by };
  return { kind, at, ...(pseudonym !== undefined && { by: pseudonym }) };
}

const withoutAbsent = <T extends object>(members: T): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
