/** A test of a scene's fleet by what ships: the course, the sender, the tallies. */
import { sendSlice } from "../../src/aws/load-slice.ts";
import { byChance } from "../../src/core/load/arrivals.ts";
import { answersOf, kneeSeen } from "../../src/core/load/course.ts";
import { halfWidthOf, type Knee } from "../../src/core/load/knee.ts";
import { afterRound, begun, type LoadProof, nextSlice } from "../../src/core/load/load-test.ts";
import { type Scene, served } from "./scene.ts";
import { inVirtualTime } from "./virtual-time.ts";

export interface Tested {
  /** What the release goes by, what full instances serve being part of it; undefined: open. */
  readonly isEnough: boolean | undefined;
  /** Whether the peak is kept to, whatever else was asked; undefined: open. */
  readonly isPeakKept: boolean | undefined;
  readonly knee: Knee;
  /** Until that was answered, and until the end, minutes; the hold at full load counted apart. */
  readonly answeredMinutes: number;
  readonly minutes: number;
  /** From its beginning to its end, the hold too. */
  readonly testedMs: number;
  /** The widest load, requests per second. */
  readonly most: number;
  /** Half of the knee's width over its middle, after so many minutes without the hold. */
  readonly widths: readonly { readonly minute: number; readonly halfWidth: number }[];
}

/** Between two invocations: a transition of the machine, and what the function does besides, milliseconds. */
const betweenMs = 1_500;

/** What of the answer is about the peak; whether full instances serve what the plan says is another question. */
function peakAnswer({ question }: Scene, { steps }: LoadProof): boolean | undefined {
  const { refusal, peak } = answersOf(question, steps);
  if (refusal !== undefined && refusal.requestsPerSecond <= peak.requestsPerSecond) return false;
  return peak.finding.answer === "within" ? true : undefined;
}

/** What is noted after each look. */
class Notes {
  readonly widths: { readonly minute: number; readonly halfWidth: number }[] = [];
  holdMs = 0;
  most = 0;
  #answeredMs: number | undefined;

  look(scene: Scene, proof: LoadProof, { beganMs, nowMs, slice }: Look): void {
    if (slice?.step.name === "full") this.holdMs += nowMs - beganMs;
    this.most = Math.max(this.most, slice?.step.requestsPerSecond ?? 0);
    const minute = (nowMs - this.holdMs) / 60_000;
    this.widths.push({ minute, halfWidth: halfWidthOf(kneeSeen(scene.question, proof.steps)) });
    if (peakAnswer(scene, proof) !== undefined) this.#answeredMs ??= nowMs - this.holdMs;
  }

  answeredMinutes(): number {
    return this.#answeredMs === undefined ? Number.NaN : this.#answeredMs / 60_000;
  }
}

interface Look {
  readonly beganMs: number;
  readonly nowMs: number;
  readonly slice: ReturnType<typeof nextSlice>;
}

export async function shipped(scene: Scene): Promise<Tested> {
  const { question, seed, law } = scene;
  const { agenda, send } = served(scene);
  const how = { seed: `bench ${seed}`, arriving: law.arriving ?? byChance, send, wayMs: 0 };
  const notes = new Notes();
  return inVirtualTime(agenda, async (pacing) => {
    let proof = begun(question, new Date(0).toISOString());
    while (proof.status === "testing" && proof.answeredAt === undefined) {
      const beganMs = agenda.now();
      const slice = nextSlice(question, proof, beganMs);
      const round = slice && (await sendSlice({ ...how, question, proof, slice, pacing }));
      proof = afterRound(question, { proof, slice: round }, agenda.now());
      notes.look(scene, proof, { beganMs, nowMs: agenda.now(), slice });
      await pacing.until(agenda.now() + 1000 + betweenMs);
    }
    // After its rest, as the release gets it.
    const { status } = afterRound(question, { proof }, agenda.now());
    return {
      isEnough: status === "open" ? undefined : status === "enough",
      isPeakKept: peakAnswer(scene, proof),
      knee: kneeSeen(question, proof.steps),
      answeredMinutes: notes.answeredMinutes(),
      minutes: notes.widths.at(-1)?.minute ?? 0,
      testedMs: agenda.now(),
      most: notes.most,
      widths: notes.widths,
    };
  });
}
