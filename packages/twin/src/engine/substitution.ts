/** Puts properties of built-in objects and modules aside for the length of a rehearsal, and back afterwards. */

/** Defines each property anew, on the object itself; the returned function restores what was there. */
export function substitute(target: object, properties: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(properties).map(
    (key) => [key, Object.getOwnPropertyDescriptor(target, key)] as const,
  );
  for (const [key, value] of Object.entries(properties))
    Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: true });
  return () => {
    for (const [key, descriptor] of before)
      if (descriptor === undefined) Reflect.deleteProperty(target, key);
      else Object.defineProperty(target, key, descriptor);
  };
}
