/** Options of every command that rehearses. */
import type { Option } from "./arguments.ts";

export const world: Option = {
  value: "NAME|FILE",
  help: "what the release meets: a world that ships with Slipway, or a file (default: healthy)",
};
export const event: Option = {
  value: "FILE",
  help: "what starts the release, as JSON (default: a run by hand of version 7)",
};
export const seed: Option = { value: "N", help: "what all chance comes from (default: 1)" };

export const turns: Option = {
  value: "N",
  help: "a release that waits goes on in a new execution after so many looks (default: as deployed, 1200)",
};
