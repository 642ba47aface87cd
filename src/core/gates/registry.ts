/** The gates by their names: what each goes by, and how it is judged. */
import { artefactEncryption } from "./artefacts.ts";
import {
  interContainerTraffic,
  keyRotation,
  keyUsable,
  networkIsolation,
  volumeEncryption,
  vpc,
} from "./encryption.ts";
import { approval, dataLocation, separationOfDuties, wayBack } from "./governance.ts";
import { imageAge, imageDigest, vulnerabilities } from "./image.ts";
import type { FactName, Gate } from "./judging.ts";
import type { GateName } from "./names.ts";
import { leastPrivilege } from "./own-roles.ts";

export const allGates: Readonly<Record<GateName, Gate>> = {
  "volume-encryption": volumeEncryption,
  "key-usable": keyUsable,
  "key-rotation": keyRotation,
  "artefact-encryption": artefactEncryption,
  "inter-container-traffic": interContainerTraffic,
  "network-isolation": networkIsolation,
  vpc,
  "image-digest": imageDigest,
  vulnerabilities,
  "image-age": imageAge,
  "data-location": dataLocation,
  approval,
  "separation-of-duties": separationOfDuties,
  "way-back": wayBack,
  "least-privilege": leastPrivilege,
};

/** What has to be looked up for some gates. */
export const factsFor = (gates: readonly GateName[]): ReadonlySet<FactName> =>
  new Set(gates.flatMap((gate) => allGates[gate].by));
