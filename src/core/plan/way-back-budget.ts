/** What a way back may spend, beside what its release may. */

interface Budgeted {
  readonly usdPerRelease: number;
  readonly wayBack: { readonly usd?: number | undefined };
}

/** US dollars on top of the steady fleet. */
export const wayBackUsd = ({ usdPerRelease, wayBack }: Budgeted): number => wayBack.usd ?? usdPerRelease / 2;
