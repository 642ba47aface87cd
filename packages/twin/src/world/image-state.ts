/** What the account's registry has of images, and KMS of keys. Times are epoch milliseconds. */
export interface StoredImage {
  /** Whose registry it is in, twelve digits. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly pushedMs: number;
  readonly scan: "complete" | "active" | "in-progress" | "failed" | "none";
  readonly scannedMs: number;
  /** Whether a version newer than what serves at the start has it. */
  readonly isNew: boolean;
}

/** A key of KMS. */
export interface StoredKey {
  readonly id: string;
  readonly spec: KeySpec;
  readonly creationMs: number;
  readonly manager: "CUSTOMER" | "AWS";
  readonly state: "Enabled" | "Disabled" | "PendingDeletion";
  readonly rotates: boolean;
  /** Other regions in which it is. */
  readonly replicas: readonly string[];
}

/** What it is made of, and so what it is for: to encrypt, to sign, or to authenticate messages. */
export type KeySpec = "SYMMETRIC_DEFAULT" | "ECC_NIST_EDWARDS25519" | "ECC_NIST_P256" | "HMAC_256";
