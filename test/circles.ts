/** Which parts of a graph lead back to themselves: its strongly connected components, by Tarjan (SIAM J. Comput. 1, 1972). */

/** Names that lead to each other, each set of them once; a name that leads to itself alone is one too. */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const places = new Map<string, number>();
  const open: string[] = [];

  /** Returns the earliest place that is open and that the name leads to. */
  function visit(name: string): number {
    const place = places.size;
    places.set(name, place);
    open.push(name);
    const next = graph.get(name) ?? [];
    let earliest = place;
    for (const to of next)
      if (!places.has(to)) earliest = Math.min(earliest, visit(to));
      else if (open.includes(to)) earliest = Math.min(earliest, places.get(to) ?? place);
    if (earliest < place) return earliest;
    const circle = open.splice(open.indexOf(name));
    if (circle.length > 1 || next.includes(name)) circles.push(circle.sort());
    return place;
  }

  for (const name of graph.keys()) if (!places.has(name)) visit(name);
  return circles;
}
