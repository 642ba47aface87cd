/** Numbers for what has none of its own: the instances that an owner launched, the requests that came to an endpoint, … */
export interface Ordinals {
  /** How many there have been by a name, counting this one. */
  nextOrdinal(of: string): number;
}

export function createOrdinals(): Ordinals {
  const counts = new Map<string, number>();
  return {
    nextOrdinal: (of) => {
      const nth = (counts.get(of) ?? 0) + 1;
      counts.set(of, nth);
      return nth;
    },
  };
}
