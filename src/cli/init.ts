/** `slipway init`: writes a plan to begin with. */
import { existsSync, writeFileSync } from "node:fs";
import { foundText } from "../core/input/bad-input.ts";
import { pairs, wrap } from "../report/text/layout.ts";
import type { CommandLine } from "./arguments.ts";
import { quoted } from "./completion/completed.ts";
import { allAnswers, givenAnswers } from "./init/answers.ts";
import { type Drafted, draftOf } from "./init/draft.ts";
import { endpointAnswers } from "./init/from-endpoint.ts";
import { aboutKind } from "./init/model-kinds.ts";
import { type AlreadyKnown, unknownPrice } from "./init/questions.ts";
import { BadInput, CommandFailed } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

/** Writes one file, which was not there, and touches nothing else. Throws BadUsage, BadInput and CommandFailed. */
export async function init(line: CommandLine, terminal: Terminal): Promise<number> {
  const given = givenAnswers(line.values);
  refuseWhereTaken(given.output);
  const { known, found } = await endpointAnswers(line, terminal, given);
  const answers = await allAnswers(known, terminal);
  const { output = "" } = answers;
  refuseWhereTaken(output);
  const text = draftOf({ ...draftedBy(answers), found });
  if (output === "-") terminal.out.write(text);
  else write(output, text);
  const stream = output === "-" ? terminal.err : terminal.out;
  stream.write(`${nextSteps(answers, stream).join("\n")}\n`);
  return 0;
}

function refuseWhereTaken(path: string | undefined): void {
  if (path === undefined || path === "-" || !existsSync(path)) return;
  throw new BadInput(
    [`--output: expected a file that is not there yet, found ${foundText(path)}, which is not overwritten`],
    "nothing was written",
  );
}

/** Whatever has come to be there meanwhile is not overwritten either. */
function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw new CommandFailed(
      `${path} could not be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function draftedBy(answers: AlreadyKnown): Omit<Drafted, "found"> {
  const {
    kind = "",
    model = "",
    endpoint = "",
    "instance-type": instanceType = "",
    price,
    owner = "",
  } = answers;
  return {
    kind,
    model,
    endpoint,
    instanceType,
    owner,
    instances: Number(answers.instances),
    requestsPerSecondPerInstance: Number(answers["requests-per-second-per-instance"]),
    peakRequestsPerSecond: Number(answers.load),
    ...(price !== undefined && { usdPerHour: price === unknownPrice ? price : Number(price) }),
  };
}

function nextSteps(
  { output = "", kind = "", model }: AlreadyKnown,
  { columns, paint }: Terminal["out"],
): string[] {
  const file = output === "-" ? "FILE" : fileWord(output);
  const what = `${output === "-" ? "" : `${file}: `}a plan to begin with for ${model}, ${aboutKind(kind)}`;
  const [first = "", ...more] = wrap(what, columns - 2);
  return [
    `${paint.green("✔")} ${first}`,
    ...more.map((line) => `  ${line}`),
    "",
    "next:",
    ...pairs(
      [
        [`slipway plan ${file}`, "what it means: sizes, quota, cost, how soon a bad candidate is found"],
        [`slipway rehearse ${file}`, "a release of it, in virtual time; --world all in every world"],
      ],
      columns,
    ),
  ];
}

const fileWord = (path: string): string => (/^[\w./-]+$/.test(path) ? path : quoted(path));
