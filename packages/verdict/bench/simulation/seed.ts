/** A seed from a name, so that a cell's releases depend on nothing but what it is: Fowler, Noll and Vo's hash 1a. */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
