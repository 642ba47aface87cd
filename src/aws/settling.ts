/** What came of a change that a person ordered: as it was answered, or as the account shows it. */

export type Settled =
  | { readonly how: "done" }
  /** It is not so, and why. */
  | { readonly how: "failed"; readonly why: string }
  /** Whether it is so could not be seen. */
  | { readonly how: "unknown"; readonly why: string };

/** Never rejects. An answer that says nothing good may have been lost on its way, so that the account is looked at. */
export async function settled(act: () => Promise<unknown>, isSo: () => Promise<boolean>): Promise<Settled> {
  try {
    await act();
    return { how: "done" };
  } catch (error) {
    const { name, message, $fault } = error as Error & { $fault?: string };
    const why = `${name}: ${message}`;
    try {
      return (await isSo()) ? { how: "done" } : { how: "failed", why };
    } catch {
      return { how: $fault === "client" ? "failed" : "unknown", why };
    }
  }
}
