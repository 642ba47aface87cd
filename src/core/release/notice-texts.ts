/** A notice as it is read: in a chat, and in a mail. */
import { printable } from "../input/bad-input.ts";
import type { Notice } from "./notice.ts";

/** Chosen: what is read at a glance; a mail has all of it. */
const mostCharacters = 300;

/**
 * The notice in the schema of custom notifications of Amazon Q Developer in chat applications (its administrator guide, "Custom
 * notifications": version 1.0, source custom; threadId groups updates where the channel's preferences allow it), which shows it in
 * Slack and Teams. `id` is the event's, so that one that comes twice says so.
 */
export function chatNotification({ threadId, eventType, title, why, next, news }: Notice, id: string) {
  const { stack, subject, model, milestone } = news;
  return {
    version: "1.0",
    source: "custom",
    id,
    content: {
      textType: "client-markdown",
      title: plain(title),
      ...(why !== "" && { description: plain(shortened(why)) }),
      nextSteps: next.map(({ to, command: line }) => `${to}: \`${plain(line)}\``),
      keywords: [model, milestone].filter((each) => each !== undefined),
    },
    metadata: {
      threadId,
      summary: plain(title),
      eventType,
      relatedResources: [subject],
      additionalContext: { stack, release: threadId },
    },
  } as const;
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
export const plain = (text: string): string =>
  printable(text).replaceAll("<", "‹").replaceAll(">", "›").replaceAll("`", "'").replaceAll("@", "＠");
