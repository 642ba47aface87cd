/** Names of what a release creates, short enough for AWS and the same at every retry. */

/** SageMaker allows 63 characters in the names of models, configs, variants and jobs. */
const limit = 63;

/** What tells releases of a milestone apart: the version, or the day a milestone without one was due. */
export function labelOf(
  due: { version?: number | undefined; scheduledTime?: string | undefined },
  startedAt: string,
): string {
  return due.version === undefined ? (due.scheduledTime ?? startedAt).slice(0, 10) : `v${due.version}`;
}

/** The identity of a release: `chat-assistant-v7-production`, with `-r2` at a second attempt. */
export function releaseIdOf(release: {
  model: string;
  label: string;
  milestone: string;
  attempt: number;
}): string {
  const again = release.attempt > 1 ? `-r${release.attempt}` : "";
  return `${release.model}-${release.label}-${release.milestone}${again}`;
}

/** A resource name of a release: its id with a suffix, shortened at the model's end where needed. */
export function resourceName(releaseId: string, suffix = ""): string {
  const tail = suffix === "" ? "" : `-${suffix}`;
  const whole = `${releaseId}${tail}`;
  if (whole.length <= limit) return whole;
  const kept = releaseId.slice(-(limit - tail.length - 9)).replace(/^-+/, "");
  return `${checksum(releaseId)}-${kept}${tail}`;
}

/** The candidate's variant: `v7`, `v7-r2` at a second attempt. */
export function variantName(version: number, attempt: number): string {
  return attempt > 1 ? `v${version}-r${attempt}` : `v${version}`;
}

/** FNV-1a, 32 bits, as eight hexadecimal digits: keeps shortened names apart. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
