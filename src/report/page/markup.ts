/** Text on its way into a page: whatever a plan, a model or AWS said stays text there. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For content and for attributes in quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => entities[letter] ?? "");

/** Markup, put together of markup. */
export const joined = (parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n");
