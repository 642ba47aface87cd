/** `slipway costs`: what the releases of a month cost, against what they were planned at and the budget of the month. */
import type { Bound } from "../aws/binding.ts";
import { accountCosts, type CostQuestion } from "../aws/cost-explorer.ts";
import { monthOfCosts } from "../aws/month-costs.ts";
import { foundText, printable } from "../core/input/bad-input.ts";
import { type MonthCosts, type MonthSpan, monthOf, monthSpan } from "../core/release/month-costs.ts";
import { monthPage } from "../report/month-costs.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadUsage, looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing; with --cost-explorer it asks what is paid for by the request. */
export async function costs(line: CommandLine, terminal: Terminal): Promise<number> {
  const nowMs = Date.now();
  const asked = monthAsked(line, nowMs);
  const model = line.values.plan;
  const found = await bound(line, terminal);
  const { aws } = found;
  const { out, err } = terminal;
  const { costs: own, unread } = await looked("what releases have cost could not be read", () =>
    monthOfCosts(aws, { ...asked, nowMs, model }),
  );
  const lacks = [
    ...(unread.past > 0 ? [`${unread.past} of another version of slipway cannot be read`] : []),
    ...unread.plans.map(
      (one) => `the plan of ${printable(one)} is of another version of slipway, and left out`,
    ),
  ];
  for (const lack of lacks) tell(err, `${err.paint.yellow("!")} ${lack}`);
  const month: MonthCosts = line.switches.has("cost-explorer")
    ? { ...own, account: await billed(found, { ...asked.span, nowMs, model }) }
    : own;
  if (line.switches.has("json")) out.write(`${JSON.stringify(month, null, 2)}\n`);
  else if (month.plans.length === 0 && month.account === undefined)
    tell(out, `no plan is in force in ${aws.environment.stack}, and none was released in ${month.month}`);
  else {
    const page = { width: out.columns, paint: out.paint, ofOne: model !== undefined };
    out.write(`${monthPage(month, page).join("\n")}\n`);
  }
  return 0;
}

/** That nobody may ask is told, and the rest with it. */
function billed({ aws, credentials, endpoint }: Bound, question: CostQuestion) {
  if (credentials === undefined) return { refused: "no credentials to ask with" };
  const { region, account } = aws.environment;
  return accountCosts({ region, account, credentials, endpoint }, question);
}

/** Throws BadUsage. */
function monthAsked({ values }: CommandLine, nowMs: number): { month: string; span: MonthSpan } {
  const month = values.month ?? monthOf(nowMs);
  const span = monthSpan(month);
  if (span !== undefined && span.fromMs <= nowMs) return { month, span };
  const expected = `expected a month up to this one, such as ${monthOf(nowMs)}`;
  throw new BadUsage([`--month: ${expected}, found ${foundText(month)}`]);
}
