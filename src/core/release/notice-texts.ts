/** A notice as it is read: in a chat, and in a mail. */
import { printable } from "../input/bad-input.ts";
import type { NextStep } from "./next-steps.ts";
import type { Notice } from "./notice.ts";

/** Chosen: what is read at a glance; a mail has all of it. */
const mostCharacters = 300;

/** What a notification says, as plain text; `nextSteps` alone may have marks of its own. */
interface Told {
  /** The same for one that comes twice. */
  readonly id: string;
  readonly threadId: string;
  readonly eventType: string;
  readonly title: string;
  /** Paragraphs or items, each on a line of its own. */
  readonly lines: readonly string[];
  readonly next: readonly NextStep[];
  readonly keywords: readonly string[];
  readonly relatedResources: readonly string[];
  readonly additionalContext: Readonly<Record<string, string>>;
}

/**
 * In the schema of custom notifications of Amazon Q Developer in chat applications (its administrator guide, "Custom
 * notifications": version 1.0, source custom; threadId groups updates where the channel's preferences allow it), which shows it in
 * Slack and Teams.
 */
export function notificationOf({ id, title, lines, next, keywords, ...metadata }: Told) {
  const { threadId, eventType, relatedResources, additionalContext } = metadata;
  return {
    version: "1.0",
    source: "custom",
    id,
    content: {
      textType: "client-markdown",
      title: plain(title),
      ...(lines.length > 0 && { description: lines.map(plain).join("\n") }),
      nextSteps: next.map(({ to, command: line }) => `${plain(to)}: \`${plain(line)}\``),
      keywords: keywords.map(plain),
    },
    metadata: { threadId, summary: plain(title), eventType, relatedResources, additionalContext },
  } as const;
}

/** A release's notice; `id` is the event's. */
export function chatNotification({ threadId, eventType, title, why, next, news }: Notice, id: string) {
  const { stack, subject, model, milestone } = news;
  return notificationOf({
    id,
    threadId,
    eventType,
    title,
    lines: why === "" ? [] : [shortened(why)],
    next,
    keywords: [model, milestone].filter((each) => each !== undefined),
    relatedResources: [subject],
    additionalContext: { stack, release: threadId },
  });
}

/** The same for somebody who reads mail. */
export const mailText = ({ threadId, title, why, next, news }: Notice): string =>
  [
    `${printable(title)}.`,
    ...(why === "" ? [] : ["", printable(why)]),
    ...(next.length === 0 ? [] : ["", "What to do next:"]),
    ...next.flatMap(({ to, command: line }) => [`- ${to}:`, `    ${printable(line)}`]),
    "",
    `Release ${threadId} of ${news.stack}`,
    "",
  ].join("\n");

/**
 * A subject as SNS takes one: ASCII without line breaks, below 100 characters, and not a space at its beginning (Publish, API
 * reference).
 */
export const mailSubject = ({ title }: Pick<Notice, "title">): string =>
  title
    .replace(/[^\x20-\x7e]/g, "?")
    .trim()
    .slice(0, 99) || "A release";

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= mostCharacters ? text : `${characters.slice(0, mostCharacters - 1).join("")}…`;
}

/** Without what chats read as a mention, a link or the end of a command: what people wrote elsewhere is only shown. */
const plain = (text: string): string =>
  printable(text).replaceAll("<", "‹").replaceAll(">", "›").replaceAll("`", "'").replaceAll("@", "＠");
