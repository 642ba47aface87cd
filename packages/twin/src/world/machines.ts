/** How many cores and accelerators an instance type has, by the rules that its family's names follow (EC2's tables). */
export interface Machine {
  readonly cores: number;
  readonly gpus: number;
}

const smallCores: Readonly<Record<string, number>> = { medium: 2, large: 2, xlarge: 4 };
/** Accelerators of the sizes that have more than one. */
const manyGpus: Readonly<Record<string, number>> = {
  "g4dn.12xlarge": 4,
  "g5.12xlarge": 4,
  "g5.24xlarge": 4,
  "g5.48xlarge": 8,
  "g6.12xlarge": 4,
  "g6.24xlarge": 4,
  "g6.48xlarge": 8,
};

/** `ml.g5.2xlarge` has eight cores and one accelerator. */
export function machineOf(instanceType: string): Machine {
  const [, family = "", size = ""] = instanceType.split(".");
  const times = Number(/^(\d+)xlarge$/.exec(size)?.[1] ?? Number.NaN);
  const cores = smallCores[size] ?? (Number.isNaN(times) ? 4 : 4 * times);
  if (/^p\d/.test(family)) return { cores, gpus: 8 };
  return { cores, gpus: /^g\d/.test(family) ? (manyGpus[`${family}.${size}`] ?? 1) : 0 };
}

/** A machine's CPU, summed over its cores, at a load of 0 to 1. */
export const cpuPercent = (instanceType: string, load: number): number =>
  machineOf(instanceType).cores * (8 + 62 * Math.min(1, load));

/** Types with local storage, as the EC2 guide lists them ("Instance store volumes"); a part of those that SageMaker hosts. */
export const hasLocalStorage = (instanceType: string): boolean =>
  /^ml\.([cmr]\d\w*d|g4dn|g5|g6e?|p4de?|p5\w*|trn1n?)\./.test(instanceType);
