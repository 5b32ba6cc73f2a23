import { checkGraph, ready, type GraphNode } from './graph.js';

/** How a walk ended: each node is done, failed, or was never started. */
export interface WalkReport {
  readonly done: ReadonlySet<string>;
  readonly failed: ReadonlyMap<string, unknown>;
}

/**
 * Runs `work` for each node, starting it the moment all that comes before it is done.
 * - `onFailure: 'drain'`: after a failure nothing new starts, and what runs, or was begun, comes to its end.
 * - `onFailure: 'go-on'`: only what comes after the failed node is left out.
 * When the signal is aborted the walk ends at once: what runs is neither awaited nor reported as done.
 * Never rejects for a failure of `work`.
 */
export async function walk(
  nodes: readonly GraphNode[],
  options: { readonly onFailure: 'drain' | 'go-on'; readonly signal: AbortSignal },
  work: (id: string) => Promise<void>,
): Promise<WalkReport> {
  checkGraph(nodes);
  const done = new Set<string>();
  const started = new Set<string>();
  const failed = new Map<string, unknown>();
  await new Promise<void>((resolve) => {
    const end = (): void => {
      options.signal.removeEventListener('abort', end);
      resolve();
    };
    let running = 0;
    const startReady = (): void => {
      const isDraining = options.onFailure === 'drain' && failed.size > 0;
      const open = nodes.filter(({ ends }) => ends === true || !isDraining);
      for (const id of options.signal.aborted ? [] : ready(open, { done, started })) {
        started.add(id);
        running += 1;
        work(id)
          .then(
            () => void done.add(id),
            (error: unknown) => void failed.set(id, error),
          )
          .finally(() => {
            running -= 1;
            startReady();
          });
      }
      if (running === 0) end();
    };
    options.signal.addEventListener('abort', end);
    startReady();
  });
  // Copies: what ends after an interruption must not change what was reported.
  return { done: new Set(done), failed: new Map(failed) };
}
