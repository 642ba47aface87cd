/** What is kept of a subject's lock: who holds it, under which fence, who waits, what was ordered, and the holder's ledger. */
import type { StoredChanges } from "./document/ledger.ts";
import type { Grounds } from "./grounds.ts";
import type { JsonValue } from "./json-value.ts";
import type { Remainder } from "./remainder.ts";

/** Who holds a lock, or waits for it: a release, and the execution that acts for it. */
export interface Holder {
  readonly releaseId: string;
  readonly execution: string;
  readonly since: string;
  readonly version?: number | undefined;
}

/** An order to a running release to walk back: from a newer release, or from a person. */
export interface Order {
  readonly kind: "supersede" | "stop" | "roll-back";
  readonly by: string;
  readonly at: string;
  /** By which evidence knows the person who gave it. */
  readonly pseudonym?: string;
}

export interface Successor {
  readonly name: string;
  readonly at: string;
}

/** Who waits, and where: in the execution, or in the one that is to take its place over. */
export interface Waiting extends Holder {
  readonly successor?: Successor | undefined;
}

/** The attempts so far to undo what a holder that died has left. */
export interface Compensation {
  readonly attempt: number;
  /** The name of the newest attempt's execution. */
  readonly name: string;
  /** ISO 8601, when the newest attempt was decided on. */
  readonly at: string;
}

/** Calls that may have gone out for a change, and whose outcome nobody has written down yet. */
export interface Begun {
  /** When first, and when last, ISO 8601. */
  readonly since: string;
  readonly at: string;
  /** Of an undo: what was found, and what is put back, where it is not what the ledger says of the changes. */
  readonly from?: { readonly is: JsonValue };
  readonly to?: { readonly is: JsonValue };
}

/** What is claimed of the evidence of a subject, and how far its chain has come. It outlives whoever holds the lock. */
export interface LockEvidence {
  /** The number that the next claim takes, from 1. */
  readonly next: number;
  /** By number: what waits to be signed and stored, as core/evidence writes it. */
  readonly claimed: Readonly<Record<string, string>>;
  /** The last entry that is stored, and its signed head. */
  readonly head?: {
    readonly sequence: number;
    readonly hash: string;
    readonly at: string;
    readonly envelope: string;
  };
  /** How many changes there was no room for. */
  readonly untold?: { readonly count: number; readonly since: string; readonly until: string };
  /** The head that was stored last among those of days. */
  readonly told?: { readonly day: string; readonly sequence: number };
  /** From which day on what auto scaling does is told, and the last day of which that is stored; absent of what is no endpoint. */
  readonly days?: { readonly first: string; readonly last?: ToldDay };
  /** When the minimum was set that was claimed last, ISO 8601. */
  readonly minimum?: string;
  /** Which breaking of a glass was claimed last: of which release, and when it was asked for. */
  readonly glass?: string;
  /** What was claimed last of a training plan's purchase: of which, and how far it had come. */
  readonly purchase?: string;
}

/** A day of auto scaling's that is stored, and the envelope of its statement, which says of how many days it is the last. */
export interface ToldDay {
  readonly day: string;
  readonly hash: string;
  readonly envelope: string;
  readonly retentionDays?: number;
}

export interface LockItem {
  /** Grows with each taking; a write under an older fence fails. */
  readonly fence: number;
  readonly holder?: Holder;
  /** First come, first served. */
  readonly queue?: readonly Waiting[];
  readonly promoted?: boolean;
  readonly order?: Order;
  /** As the table has them: document/ledger.ts reads them. */
  readonly changes?: StoredChanges;
  /** Attempts to undo what a holder that died has left. */
  readonly compensation?: Compensation;
  /** The execution, by its name, in which the holder's release is to go on, and since when; it has not taken the lock yet. */
  readonly successor?: Successor | undefined;
  /** What the holder could not put back: while this stands, the lock is held although nobody is at work. */
  readonly remainder?: readonly Remainder[];
  /** Until when a minimum is being set or a spike sent, while nobody holds the lock: nobody takes it before. ISO 8601. */
  readonly adjusting?: string;
  /** Absent where there is no evidence, or was none when the lock was taken. */
  readonly evidence?: LockEvidence;
  /** What the holder's way forward rests on; absent where nothing was asked, or no evidence is kept. */
  readonly grounds?: Grounds;
  /** By change, or by what is put back: `undoMark`. */
  readonly begun?: Readonly<Record<string, Begun>>;
}

/** A lock with what it is of: `endpoint/NAME` or `pool/MODEL/MILESTONE`. */
export type Lock = LockItem & { readonly subject: string };
export type HeldLock = Lock & { readonly holder: Holder };
