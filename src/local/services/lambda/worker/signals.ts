import { syncBuiltinESMExports } from 'node:module';

/**
 * Takes from the process what reaches other processes: on AWS there are none beside the function's own, here there is
 * the server that started it. A process may still signal itself.
 */
export function forbidSignals(): void {
  const self = process.pid;
  for (const name of ['kill', '_kill']) replace(name, onlyTo(self, member(name)));
  // The second is not in the types: SIGUSR1 to any process, which makes a Node.js open its debugger.
  for (const name of ['abort', '_debugProcess', '_debugEnd']) replace(name, () => refuse(name));
  // `import { kill } from 'node:process'` is to see the same.
  syncBuiltinESMExports();
}

/** `process.kill` goes through `process._kill`, which is in no types and can be called as well. */
function onlyTo(self: number, send: unknown): (pid: unknown, ...signal: unknown[]) => unknown {
  return (pid, ...signal) => {
    if (pid !== self || typeof send !== 'function') return refuse('kill');
    const result: unknown = Reflect.apply(send, process, [self, ...signal]);
    return result;
  };
}

const member = (name: string): unknown => Object.getOwnPropertyDescriptor(process, name)?.value;

function replace(name: string, value: unknown): void {
  Object.defineProperty(process, name, { value, configurable: false, writable: false, enumerable: true });
}

function refuse(name: string): never {
  throw Object.assign(new Error(`The local AWS lets a function signal no other process (process.${name}).`), {
    code: 'ERR_ACCESS_DENIED',
  });
}
