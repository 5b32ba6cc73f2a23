import { describe, expect, test } from '@jest/globals';
import { checkGraph, ready, turned, type GraphNode } from '../../src/engine/graph.js';

/** `'A, A -> B, B C -> D'`: B comes after A, D after B and C. */
function graph(picture: string): GraphNode[] {
  return picture.split(', ').map((part) => {
    const [before, id] = part.includes(' -> ') ? part.split(' -> ') : ['', part];
    return { id: id ?? '', after: (before ?? '').split(' ').filter((each) => each !== '') };
  });
}

/** The order in which nodes become ready when all that are ready are done at once. */
function rounds(nodes: GraphNode[]): string {
  const done = new Set<string>();
  const order: string[] = [];
  for (;;) {
    const next = ready(nodes, { done, started: done });
    if (next.length === 0) return order.join(' | ');
    order.push(next.join(' '));
    for (const id of next) done.add(id);
  }
}

describe('a graph of steps', () => {
  test.each([
    ['A', 'A'],
    ['A, B, C', 'A B C'],
    ['A, A -> B, B -> C', 'A | B | C'],
    ['A, B, A B -> C, A -> D', 'A B | C D'],
  ])('%s runs as %s', (picture, expected) => {
    expect(rounds(graph(picture))).toBe(expected);
  });

  test.each([
    ['A, A -> B, B -> C', 'C | B | A'],
    ['A, B, A B -> C', 'C | A B'],
  ])('%s with its arrows turned runs as %s', (picture, expected) => {
    expect(rounds(turned(graph(picture)))).toBe(expected);
  });

  test('that goes round in a circle is refused, with its members named', () => {
    expect(() => checkGraph(graph('A, C -> B, B -> C'))).toThrow('in a circle: B, C');
  });

  test('that names a step which does not exist is refused', () => {
    expect(() => checkGraph(graph('A, X -> B'))).toThrow('B comes after X, which does not exist');
  });
});
