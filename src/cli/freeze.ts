/** `slipway freeze`: declares a time in which no new stage may start, for one endpoint or all, or lifts it. */
import type { Aws } from "../aws/clients.ts";
import { declareFreeze, liftFreeze, readFreeze } from "../aws/freezes.ts";
import { settled } from "../aws/settling.ts";
import { foundText, printable } from "../core/input/bad-input.ts";
import type { DeclaredFreeze } from "../core/plan/freeze.ts";
import { AwsName } from "../core/plan/plan.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadUsage, CommandFailed } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

export async function freeze(line: CommandLine, terminal: Terminal): Promise<number> {
  const [endpoint] = line.positionals;
  if (endpoint !== undefined && !AwsName.safeParse(endpoint).success)
    throw new BadUsage([`ENDPOINT: expected the name of an endpoint, found ${foundText(endpoint)}`]);
  const asked = line.switches.has("lift") ? lifting(line) : declaring(line);
  const { aws, who } = await bound(line, terminal);
  const said = await asked(aws, endpoint ?? "*", who);
  const where = endpoint === undefined ? "all endpoints" : `endpoint ${endpoint}`;
  tell(terminal.out, `${where}: ${printable(said)}`);
  return 0;
}

type Act = (aws: Aws, endpoint: string, who: string) => Promise<string>;

function lifting({ values }: CommandLine): Act {
  const beside = ["reason", "until"].filter((name) => values[name] !== undefined);
  if (beside.length > 0)
    throw new BadUsage(beside.map((name) => `--${name}: expected no --lift beside it, found both`));
  return async (aws, endpoint) => {
    let stood: DeclaredFreeze | undefined;
    const lifted = await settled(
      async () => {
        stood = await liftFreeze(aws, endpoint);
      },
      async () => (await readFreeze(aws, endpoint)) === undefined,
    );
    if (lifted.how !== "done") throw notDone(lifted, "lifted");
    return stood === undefined
      ? "no freeze is declared; windows in plans stand"
      : `the freeze is lifted (${textOf(stood)}); windows in plans stand`;
  };
}

function declaring({ values }: CommandLine): Act {
  const { reason, until, by } = values;
  const mistakes: string[] = [];
  if (reason === undefined) mistakes.push("--reason: expected why nothing may start, found nothing");
  if (until !== undefined && !(Date.parse(until) > Date.now()))
    mistakes.push(`--until: expected a time to come such as 2026-12-24T08:00:00Z, found ${foundText(until)}`);
  if (reason === undefined || mistakes.length > 0) throw new BadUsage(mistakes);
  const end = until === undefined ? {} : { until: new Date(until).toISOString() };
  return async (aws, endpoint, who) => {
    const wanted = { by: by ?? who, reason, ...end };
    let stood: DeclaredFreeze | undefined;
    const declared = await settled(
      async () => {
        stood = await declareFreeze(aws, endpoint, wanted);
      },
      async () => isSame(await readFreeze(aws, endpoint), wanted),
    );
    if (declared.how !== "done") throw notDone(declared, "declared");
    const instead = stood === undefined || isSame(stood, wanted) ? "" : `, in place of: ${textOf(stood)}`;
    return `no new stage starts ${end.until === undefined ? "until it is lifted" : `until ${end.until}`}${instead}`;
  };
}

const isSame = (one: DeclaredFreeze | undefined, other: DeclaredFreeze): boolean =>
  one?.by === other.by && one.reason === other.reason && one.until === other.until;

const textOf = ({ by, reason, until }: DeclaredFreeze) =>
  `${reason}, by ${by}${until === undefined ? "" : ` until ${until}`}`;

const notDone = ({ how, why }: { how: "failed" | "unknown"; why: string }, what: string) =>
  new CommandFailed(
    how === "failed"
      ? `nothing was changed: the freeze could not be ${what} (${why})`
      : `it could not be seen whether the freeze is ${what} (${why})`,
  );
