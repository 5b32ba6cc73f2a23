/** A node and the nodes that come before it. */
export interface GraphNode {
  readonly id: string;
  readonly after: readonly string[];
  /** It ends what those before it began, and is done even where something else has failed meanwhile. */
  readonly ends?: boolean;
}

/** The same nodes with the arrows turned: what came first comes last. */
export function turned(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.map(({ id }) => ({
    id,
    after: nodes.filter((other) => other.after.includes(id)).map((other) => other.id),
  }));
}

/** The nodes that may start now, in the order they were given. */
export function ready(
  nodes: readonly GraphNode[],
  progress: { readonly done: ReadonlySet<string>; readonly started: ReadonlySet<string> },
): string[] {
  return nodes
    .filter(({ id, after }) => !progress.started.has(id) && after.every((each) => progress.done.has(each)))
    .map(({ id }) => id);
}

/** @throws Error when a node names one that does not exist, or when the arrows go round in a circle. */
export function checkGraph(nodes: readonly GraphNode[]): void {
  const ids = new Set(nodes.map(({ id }) => id));
  for (const { id, after } of nodes) {
    for (const each of after)
      if (!ids.has(each)) throw new Error(`${id} comes after ${each}, which does not exist`);
  }
  const done = new Set<string>();
  for (;;) {
    const next = ready(nodes, { done, started: done });
    if (next.length === 0) break;
    for (const id of next) done.add(id);
  }
  const circle = nodes.filter(({ id }) => !done.has(id)).map(({ id }) => id);
  if (circle.length > 0) throw new Error(`these come after one another in a circle: ${circle.join(', ')}`);
}
