/** Under which keys evidence lies in its bucket: an entry by its chain and number, a chain's signed head by its day, and what auto scaling did by its day. */

const folder = (subject: string): string => encodeURIComponent(subject);

export const packsPrefix = (subject: string): string => `packs/${folder(subject)}/`;
export const packKey = (subject: string, sequence: number): string =>
  `${packsPrefix(subject)}${String(sequence).padStart(10, "0")}.json`;

export const headsPrefix = (subject: string): string => `heads/${folder(subject)}/`;
/** `day`: 2026-01-05, UTC. */
export const headKey = (subject: string, day: string): string => `${headsPrefix(subject)}${day}.json`;

export const daysPrefix = (subject: string): string => `days/${folder(subject)}/`;
export const dayKey = (subject: string, day: string): string => `${daysPrefix(subject)}${day}.json`;
