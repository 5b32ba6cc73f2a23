import {
  endpointOf,
  findLocalAws,
  resetLocalAws,
  sizeOf,
  stopLocalAws,
  troubleOf,
  type LocalAws,
} from '../../local/index.js';
import { LabError } from '../../lab-error.js';
import { ask } from '../ask.js';
import type { CommandResult } from '../command.js';
import type { Edge } from '../edge.js';
import { tellOfGoneServer, tellOfOtherPort } from '../endpoints.js';
import { EXIT } from '../exit-codes.js';
import { dropLocalRecords } from '../home.js';
import { asLabError, ensureLocalAws } from '../place.js';

/** `local start|stop|status|reset`: the local AWS itself, whatever labs are in it. */
export type LocalVerb = 'start' | 'stop' | 'status' | 'reset';

export interface LocalOptions {
  readonly region: string | undefined;
  /** For `start`: a number, 0 for any free one. */
  readonly port?: string | undefined;
  /** For `start`: whether time is made real; as before when it is not given. */
  readonly likeAws?: boolean | undefined;
  /** For `reset`: do not ask before deleting. */
  readonly yes?: boolean | undefined;
}

export async function local(edge: Edge, verb: LocalVerb, options: LocalOptions): Promise<CommandResult> {
  if (verb !== 'start') refuseStartOptions(options);
  if (verb !== 'reset' && options.yes === true) throw needlessYes();
  try {
    return await carryOut(edge, verb, options);
  } catch (error) {
    throw asLabError(error);
  }
}

function refuseStartOptions({ port, likeAws }: LocalOptions): void {
  if (port === undefined && likeAws === undefined) return;
  throw new LabError('usage', `${port === undefined ? '--like-aws' : '--port'} goes with start alone.`, {
    hint: 'It is kept from one start to the next: `lab-setup local start --help`',
  });
}

const needlessYes = (): LabError =>
  new LabError('usage', '--yes goes with reset alone: nothing else here asks.', {
    hint: 'Leave it away: `lab-setup local --help`',
  });

function carryOut(edge: Edge, verb: LocalVerb, options: LocalOptions): Promise<CommandResult> {
  switch (verb) {
    case 'start':
      return start(edge, options);
    case 'stop':
      return stop(edge);
    case 'status':
      return status(edge);
    case 'reset':
      return reset(edge, options);
  }
}

/** What the lines of `local status` say begins here. */
const INDENT = 11;

const say = ({ screen }: Edge, line: string): void =>
  screen.result(screen.out.prose(line, { hang: line.startsWith(' ') ? INDENT : 0 }));

async function start(edge: Edge, { region, port, likeAws }: LocalOptions): Promise<CommandResult> {
  const found = await ensureLocalAws(edge, {
    region,
    port: port === undefined ? undefined : portNumber(port),
    likeAws,
  });
  const manner = found.likeAws ? ', and takes its time like AWS' : '';
  say(edge, `The local AWS runs at ${found.endpoint} (process ${found.pid})${manner}.`);
  await tellOfOtherPort(edge, found.endpoint);
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
  const folder = edge.home.localAws;
  const found = await findLocalAws(folder);
  const kept = { folder, diskBytes: await sizeOf(folder) };
  const state = `${folder}, ${megabytes(kept.diskBytes)} on disk`;
  if (!found) {
    const trouble = await troubleOf(folder);
    if (trouble) throw trouble;
    say(edge, 'The local AWS is not running. The next command that needs it starts it.');
    say(edge, `  state    ${state}`);
    return { exitCode: EXIT.ok, members: { local: { running: false, ...kept } } };
  }
  edge.screen.result(`The local AWS runs at ${found.endpoint}.`);
  say(edge, `  since    ${found.startedAt}`);
  say(edge, `  process  ${found.pid}, ${megabytes(found.memoryBytes)} of memory`);
  say(edge, `  account  ${found.account}`);
  say(edge, `  region   ${found.region}`);
  say(
    edge,
    `  time     ${found.likeAws ? 'like AWS, until `lab-setup local start --no-like-aws`' : 'everything at once'}`,
  );
  say(edge, `  state    ${state}`);
  say(edge, `  in it    ${inWords(found.contents)}`);
  return { exitCode: EXIT.ok, members: { local: { ...members(found), ...kept } } };
}

/** Asks as `down` does in a real account: unlike a local `down` it takes all labs, and what was made beside them. */
async function reset(edge: Edge, { yes = false }: LocalOptions): Promise<CommandResult> {
  if (!yes && edge.screen.interactive && !(await confirmReset(edge))) {
    edge.screen.result('Nothing was deleted.');
    return { exitCode: EXIT.failed };
  }
  // A reset is the way out of a configuration that cannot be read, too.
  const gone = await endpointOf(edge.home.localAws).catch(() => undefined);
  await resetLocalAws(edge.home.localAws);
  await dropLocalRecords(edge.home);
  edge.screen.result('The local AWS is stopped and all that was in it is deleted.');
  await tellOfGoneServer(edge, gone);
  return { exitCode: EXIT.ok, members: { local: { running: false } } };
}

async function confirmReset(edge: Edge): Promise<boolean> {
  const folder = edge.home.localAws;
  const bytes = await sizeOf(folder);
  if (bytes === 0) return true;
  // A reset is the way out of a state that cannot be read: then there is only its size to tell.
  const found = await findLocalAws(folder).catch(() => undefined);
  const what = found ? inWords(found.contents) : `${megabytes(bytes)} in ${folder}`;
  const { screen } = edge;
  screen.complain(screen.err.prose(`This deletes all that is in the local AWS, of every lab: ${what}.`));
  return ask(edge, 'Delete all of it?', 'nothing was deleted');
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** What counts are of, for one and for several. */
const NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  roles: ['role', 'roles'],
  functions: ['function', 'functions'],
  tables: ['table', 'tables'],
  restApis: ['REST API', 'REST APIs'],
  apiKeys: ['API key', 'API keys'],
  usagePlans: ['usage plan', 'usage plans'],
  logGroups: ['log group', 'log groups'],
};

/** `1 role, 2 tables`; what there is none of is left out. */
function inWords(contents: LocalAws['contents']): string {
  const parts = Object.entries(contents).flatMap(([kind, count]) =>
    count === 0 ? [] : [`${count} ${NOUNS[kind]?.[count === 1 ? 0 : 1] ?? kind}`],
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** All but the secret. */
function members(found: LocalAws): object {
  const { endpoint, account, region, pid, startedAt, version, likeAws, memoryBytes, contents } = found;
  return {
    running: true,
    endpoint,
    account,
    region,
    pid,
    startedAt,
    version,
    likeAws,
    memoryBytes,
    contents,
  };
}
