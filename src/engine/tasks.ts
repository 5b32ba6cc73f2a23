import type { AnyStep } from '../tutorial/step.js';
import type { GraphNode } from './graph.js';

/** What this run made was given up for what another run of the same lab made. */
export class Yielded extends Error {
  override readonly name = 'Yielded';
}

/** One thing to do in a walk that makes, and the step in whose name it is done. */
export interface Task<Env, Look> extends GraphNode {
  readonly step: AnyStep<Env, Look>;
  readonly kind: 'ensure' | 'agree' | 'finish';
}

const agreedOn = (step: string): string => `${step}, agreed on`;

/**
 * Each step's own work in the order of `nodes`, and what follows it. While other runs are asked whether they go on with the
 * same thing, its parts are made already: they go with it. Whatever else needs it waits for the answer, since what is used
 * wins.
 */
export function tasksOf<Env, Look>(
  steps: readonly AnyStep<Env, Look>[],
  nodes: readonly GraphNode[],
): ReadonlyMap<string, Task<Env, Look>> {
  const walked = new Set(nodes.map(({ id }) => id));
  const contested = new Set(
    steps.filter((step) => 'agree' in step && walked.has(step.id)).map(({ id }) => id),
  );
  const tasks = nodes.flatMap(({ id, after }): Task<Env, Look>[] => {
    const step = steps.find((each) => each.id === id);
    if (!step) return [];
    const agreed = step.needs.filter((need) => contested.has(need) && need !== step.partOf).map(agreedOn);
    return [
      { id, after: [...after, ...agreed], step, kind: 'ensure' },
      ...(step.agree ? [{ id: agreedOn(id), after: [id], step, kind: 'agree' as const }] : []),
      ...(step.finish
        ? [{ id: `${id}, finished`, after: [id], ends: true, step, kind: 'finish' as const }]
        : []),
    ];
  });
  return new Map(tasks.map((task) => [task.id, task]));
}
