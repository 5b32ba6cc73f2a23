import { findLocalAws, resetLocalAws, stopLocalAws, type LocalAws } from '../../local/index.js';
import { LabError } from '../../lab-error.js';
import type { CommandResult } from '../command.js';
import type { Edge } from '../edge.js';
import { EXIT } from '../exit-codes.js';
import { asLabError, ensureLocalAws } from '../place.js';

/** `local start|stop|status|reset`: the local AWS itself, whatever labs are in it. */
export type LocalVerb = 'start' | 'stop' | 'status' | 'reset';

export interface LocalOptions {
  readonly region: string | undefined;
  /** For `start`: a number, 0 for any free one. */
  readonly port: string | undefined;
}

export async function local(edge: Edge, verb: LocalVerb, options: LocalOptions): Promise<CommandResult> {
  try {
    return await carryOut(edge, verb, options);
  } catch (error) {
    throw asLabError(error);
  }
}

function carryOut(edge: Edge, verb: LocalVerb, options: LocalOptions): Promise<CommandResult> {
  switch (verb) {
    case 'start':
      return start(edge, options);
    case 'stop':
      return stop(edge);
    case 'status':
      return status(edge);
    case 'reset':
      return reset(edge);
  }
}

async function start(edge: Edge, { region, port }: LocalOptions): Promise<CommandResult> {
  const found = await ensureLocalAws(edge, {
    region,
    port: port === undefined ? undefined : portNumber(port),
  });
  edge.screen.result(`The local AWS runs at ${found.endpoint} (process ${found.pid}).`);
  return { exitCode: EXIT.ok, members: { local: members(found) } };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new LabError('usage', `--port ${text} is not a port.`, {
    hint: 'Give a number from 1 to 65535, or 0 for any free one.',
  });
}

async function stop(edge: Edge): Promise<CommandResult> {
  const stopped = await stopLocalAws(edge.home.localAws);
  edge.screen.result(
    stopped ? 'The local AWS is stopped. Its state is kept.' : 'The local AWS was not running.',
  );
  return { exitCode: EXIT.ok, members: { local: { running: false } } };
}

async function status(edge: Edge): Promise<CommandResult> {
  const found = await findLocalAws(edge.home.localAws);
  if (!found) {
    edge.screen.result('The local AWS is not running. The next command that needs it starts it.');
    return { exitCode: EXIT.ok, members: { local: { running: false } } };
  }
  edge.screen.result(`The local AWS runs at ${found.endpoint}.`);
  edge.screen.result(`  since    ${found.startedAt}`);
  edge.screen.result(`  process  ${found.pid}`);
  edge.screen.result(`  account  ${found.account}`);
  edge.screen.result(`  region   ${found.region}`);
  edge.screen.result(`  state    ${edge.home.localAws}`);
  return { exitCode: EXIT.ok, members: { local: members(found) } };
}

async function reset(edge: Edge): Promise<CommandResult> {
  await resetLocalAws(edge.home.localAws);
  edge.screen.result('The local AWS is stopped and all that was in it is deleted.');
  return { exitCode: EXIT.ok, members: { local: { running: false } } };
}

const members = ({ endpoint, account, region, pid, startedAt, version }: LocalAws): object => ({
  running: true,
  endpoint,
  account,
  region,
  pid,
  startedAt,
  version,
});
