/** Step Functions' Cause of a failed Lambda, a JSON text, as a sentence for a person. */
export function causeText(cause: string | undefined): string {
  if (cause === undefined || cause === "") return "no cause was given";
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === "object" && parsed !== null && "errorMessage" in parsed)
      return String(parsed.errorMessage);
  } catch {
    return cause;
  }
  return cause;
}
