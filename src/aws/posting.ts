/** The one way out of a function beside AWS: a text to a URL that a plan names, of whose answer only the status is read. */

/** @returns the status, be it a refusal. @throws what fetch does, and a TimeoutError once nobody has answered in time. */
export type Post = (url: string, json: string) => Promise<number>;

/**
 * Sends once. A redirection is an answer like any other: a plan names where it is sent, and nobody else does. The body that
 * comes back is not waited for.
 */
export const posting =
  (patienceMs: number): Post =>
  async (url, json) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: json,
      redirect: "manual",
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.body?.cancel();
    return response.status;
  };

/** In a rehearsal nothing leaves the process: whatever is sent is taken. */
export const postNowhere: Post = async () => 200;
