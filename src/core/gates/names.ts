/**
 * The gates that a plan may ask for, and the profiles that choose some of them: which of what a regulation or a report is
 * about can be looked up in an account. controls.yml says what each supports, and what it does not show.
 */

/** In the order in which they are asked and told. */
export const gateNames = [
  "volume-encryption",
  "key-usable",
  "key-rotation",
  "artefact-encryption",
  "inter-container-traffic",
  "network-isolation",
  "vpc",
  "image-digest",
  "vulnerabilities",
  "image-age",
  "data-location",
  "approval",
  "separation-of-duties",
  "way-back",
  "least-privilege",
] as const;
export type GateName = (typeof gateNames)[number];

export const profileNames = ["none", "gdpr", "hipaa", "soc2", "strict"] as const;
export type ProfileName = (typeof profileNames)[number];

/** Chosen for what each is about; no profile shows that anything is kept to. */
export const profiles: Readonly<Record<ProfileName, readonly GateName[]>> = {
  none: [],
  gdpr: [
    "volume-encryption",
    "key-usable",
    "artefact-encryption",
    "vulnerabilities",
    "image-age",
    "data-location",
    "way-back",
  ],
  hipaa: [
    "volume-encryption",
    "key-usable",
    "artefact-encryption",
    "inter-container-traffic",
    "vpc",
    "vulnerabilities",
    "separation-of-duties",
    "way-back",
    "least-privilege",
  ],
  soc2: [
    "volume-encryption",
    "key-usable",
    "key-rotation",
    "artefact-encryption",
    "vpc",
    "image-digest",
    "vulnerabilities",
    "image-age",
    "approval",
    "separation-of-duties",
    "way-back",
    "least-privilege",
  ],
  strict: gateNames,
};
