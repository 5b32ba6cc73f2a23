import { createServer, type ServerResponse } from 'node:http';
import { portOf } from '../../src/local/server.js';

/** A door at which functions wait until a test lets them go on: `await fetch(gate)`. */
export interface Gate {
  readonly url: string;
  /** Resolves when so many wait. */
  waiting(count: number): Promise<void>;
  /** Lets go on who waits, and all who come later. */
  open(): void;
  close(): Promise<void>;
}

export async function startGate(): Promise<Gate> {
  const waiting: ServerResponse[] = [];
  const watchers: { count: number; resolve: () => void }[] = [];
  let isOpen = false;
  const server = createServer((_request, response) => {
    if (isOpen) return void response.end();
    waiting.push(response);
    for (const { count, resolve } of watchers) if (waiting.length >= count) resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const open = (): void => {
    isOpen = true;
    for (const response of waiting.splice(0)) response.end();
  };
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    waiting: (count) =>
      new Promise((resolve) => {
        watchers.push({ count, resolve });
        if (waiting.length >= count) resolve();
      }),
    open,
    close: async () => {
      open();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits until `condition` holds, and gives up after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited in vain');
}
