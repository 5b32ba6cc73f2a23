/** Settings that send calls to another server than the one that is meant, and how a shell is pointed at the local AWS again. */
import type { Target } from '../aws/target.js';
import { LabError } from '../lab-error.js';
import { shellWord } from '../shell-word.js';
import { DEFAULT_LAB } from '../tutorial/lab.js';
import type { Edge } from './edge.js';
import { readRecord, type LabRecord } from './home.js';

/** A setting that would send calls elsewhere, and where it stands. */
export interface Override {
  readonly setting: string;
  readonly url: string;
}

/** The services that lab-setup calls, as the shared configuration spells them; in the environment they are upper case. */
export const SERVICES = ['iam', 'sts', 'lambda', 'api_gateway', 'dynamodb', 'cloudwatch_logs'];

/** The one that `env` sets. */
const SHELL_ENDPOINT = 'AWS_ENDPOINT_URL';

/** All endpoints that the environment sets, the general one first. */
export function endpointOverrides(environment: Edge['environment']): Override[] {
  if (environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return [];
  const names = [SHELL_ENDPOINT, ...SERVICES.map((each) => `${SHELL_ENDPOINT}_${each.toUpperCase()}`)];
  return names.flatMap((setting) => {
    const url = environment[setting];
    return url ? [{ setting, url }] : [];
  });
}

/** Where a local AWS is, and what is known of the lab that it is looked for. */
export interface LocalPlace {
  /** Where it runs or will run again; undefined before its first start. */
  readonly endpoint: string | undefined;
  readonly record: LabRecord | undefined;
  /** The command prints the line that sets the shell's endpoint, so it does not matter where that points now. */
  readonly setsEndpoint?: boolean | undefined;
}

/** @throws LabError where the environment points elsewhere than to the local AWS */
export function refuseOtherServers(environment: Edge['environment'], place: LocalPlace): void {
  const { endpoint, setsEndpoint = false } = place;
  const other = endpointOverrides(environment)
    .filter(({ setting }) => !(setsEndpoint && setting === SHELL_ENDPOINT))
    .find(({ url }) => !isServer(url, endpoint));
  if (!other) return;
  // `env` set it, most likely, before the local AWS got another port.
  const cure =
    other.setting === SHELL_ENDPOINT && isOnThisMachine(other.url)
      ? `Point this shell at the local AWS again: \`${pointingLine(place)}\`. Or unset it`
      : 'Unset it';
  throw contradicts(other, 'local', cure);
}

export function contradicts({ setting, url }: Override, kind: Target['kind'], cure = 'Unset it'): LabError {
  const flags = `${kind === 'local' ? '--target aws ' : ''}--endpoint-url ${shellWord(url)}`;
  return new LabError('usage', `${setting} points to ${url}, which is not what --target ${kind} means.`, {
    hint: `${cure}, or say that you mean that server: ${flags}`,
  });
}

/** After a start: says so where the reader's shell points to another port of this machine. */
export async function tellOfOtherPort(edge: Edge, endpoint: string): Promise<void> {
  const url = shellEndpoint(edge);
  if (url !== undefined && isOnThisMachine(url) && !isServer(url, endpoint)) await tellHowToPoint(edge, url);
}

/** After a reset: says so where the reader's shell points to the one that is gone. */
export async function tellOfGoneServer(edge: Edge, gone: string | undefined): Promise<void> {
  const url = shellEndpoint(edge);
  if (url !== undefined && isServer(url, gone)) await tellHowToPoint(edge, url);
}

const shellEndpoint = ({ environment }: Edge): string | undefined =>
  endpointOverrides(environment).find(({ setting }) => setting === SHELL_ENDPOINT)?.url;

async function tellHowToPoint({ home, screen }: Edge, url: string): Promise<void> {
  // A record that cannot be read is told of by the command that needs it.
  const record = await readRecord(home, DEFAULT_LAB).catch(() => undefined);
  const line = pointingLine({ record });
  const remark = `${SHELL_ENDPOINT} of this shell still points to ${url}. Point it at the local AWS again: \`${line}\``;
  screen.progress(screen.err.prose(remark));
}

/** Of a lab in a real account, `env` alone would point the shell there. */
function pointingLine({ record }: Pick<LocalPlace, 'record'>): string {
  const target = record?.target === 'aws' ? ' --target local' : '';
  return `eval "$(lab-setup env${target})"`;
}

const isOnThisMachine = (url: string): boolean =>
  URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

const isServer = (url: string, endpoint: string | undefined): boolean =>
  endpoint !== undefined && isOnThisMachine(url) && new URL(url).port === new URL(endpoint).port;
