/** What S3 keeps of buckets and of the versions of their objects. Times are epoch milliseconds. */
export interface Bucket {
  readonly region: string;
  /** Whether objects may be locked in it, and so whether it keeps all their versions. */
  readonly objectLock: boolean;
}

/** What HEAD and GET say of it; `none` is of objects from before 2023. */
export interface ObjectEncryption {
  readonly by: "none" | "AES256" | "aws:kms";
  readonly keyArn?: string;
}

/** Until when nobody deletes a version: in governance mode, but for whoever may bypass that. */
export interface Retention {
  readonly mode: "GOVERNANCE" | "COMPLIANCE";
  readonly untilMs: number;
}

export interface ObjectVersion {
  readonly id: string;
  readonly atMs: number;
  /** Absent: it marks that the object was deleted. */
  readonly body?: string;
  readonly retention?: Retention;
}
