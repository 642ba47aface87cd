/** Gathers the answers: what the command line gives, what an endpoint shows, and what a person at a terminal says. */
import { foundText } from "../../core/input/bad-input.ts";
import { fold, pairs } from "../../report/text/layout.ts";
import { BadUsage, CommandFailed } from "../mistakes.ts";
import { tell } from "../telling.ts";
import type { Conversation, Terminal } from "../terminal.ts";
import { type AlreadyKnown, choicesOf, type PlanQuestion, questions } from "./questions.ts";

/** Throws BadUsage with a line for each that is wrong. */
export function givenAnswers(values: Readonly<Record<string, string>>): AlreadyKnown {
  const given = questions.flatMap((question) => {
    const text = values[question.name];
    return text === undefined ? [] : [{ question, text }];
  });
  const known: AlreadyKnown = Object.fromEntries(given.map(({ question, text }) => [question.name, text]));
  const mistakes = given.flatMap(({ question, text }) =>
    question.allows(text)
      ? []
      : [`--${question.name}: expected ${question.expected(known)}, found ${foundText(text)}`],
  );
  if (mistakes.length > 0) throw new BadUsage(mistakes);
  return known;
}

/** The rest: asked at a terminal, else as it is where nobody says otherwise. Throws BadUsage with a line for each that is missing. */
export async function allAnswers(known: AlreadyKnown, { err, converse }: Terminal): Promise<AlreadyKnown> {
  if (converse === undefined) return withoutAsking(known);
  const conversation = converse();
  try {
    let all = known;
    for (const question of questions)
      if (isOpen(question, all))
        all = { ...all, [question.name]: await askedOf(question, all, { err, conversation }) };
    return all;
  } finally {
    conversation.close();
  }
}

const isOpen = ({ name, applies }: PlanQuestion, known: AlreadyKnown): boolean =>
  known[name] === undefined && (applies?.(known) ?? true);

function withoutAsking(known: AlreadyKnown): AlreadyKnown {
  let all = known;
  const missing: string[] = [];
  for (const question of questions) {
    if (!isOpen(question, all)) continue;
    if (question.otherwise === undefined)
      missing.push(`--${question.name}: expected ${question.expected(all)}, found nothing`);
    else all = { ...all, [question.name]: question.otherwise(all) };
  }
  if (missing.length > 0) throw new BadUsage(missing);
  return all;
}

interface Asking {
  readonly err: Terminal["err"];
  readonly conversation: Conversation;
}

/** Until the answer is right; an empty one takes what is proposed. */
async function askedOf(
  question: PlanQuestion,
  known: AlreadyKnown,
  { err, conversation }: Asking,
): Promise<string> {
  const proposed = (question.suggests ?? question.otherwise)?.(known);
  const choices = choicesOf(question);
  if (choices.length > 0) err.write(`${pairs(choices, err.columns).join("\n")}\n`);
  const hint = proposed === undefined || proposed === "" ? "" : ` [${proposed}]`;
  for (;;) {
    const said = await conversation.ask(`${fold(`${question.asks}${hint}`, err.columns - 1).join("\n")} `);
    if (said === undefined) throw new CommandFailed("nothing was written: not all was answered");
    const text = said.trim() === "" ? proposed : said.trim();
    if (text !== undefined && question.allows(text)) return text;
    tell(err, `${err.paint.red("✖")} expected ${question.expected(known)}, found ${foundText(text)}`);
  }
}
