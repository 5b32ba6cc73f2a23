import { setMaxListeners } from 'node:events';
import { whereAmI } from '../aws/caller.js';
import { createClients, type Aws } from '../aws/clients.js';
import type { Place, Target } from '../aws/target.js';
import type { Waiting } from '../aws/waiting.js';
import type { LookEnv, StepEnv, Unplaced } from '../tutorial/env.js';
import { describeLab, type Lab } from '../tutorial/lab.js';
import type { Edge } from './edge.js';
import { checkFlags, type GlobalFlags } from './flags.js';
import { keepCopy, readRecord, recordOf, refuseOtherAccount, type LabRecord } from './home.js';
import { resolveTarget, type OpenOptions } from './place.js';
import { callLine } from './render/lines.js';
import { shippedHandler } from './shipped.js';

/** What a command begins with, while AWS is asked whose account this is. Reads may go out meanwhile; nothing else. */
export interface Opening {
  readonly edge: Edge;
  readonly lab: Lab;
  readonly target: Target;
  /** Where the lab is known to be. */
  readonly record: LabRecord | undefined;
  readonly aws: Aws;
  /** Hears from now on what the clients wait for: quotas of the account, other changes of the same thing. */
  onWait(listener: (text: string) => void): void;
  /** The environment of a step's look, whose notes go to `note`. */
  lookEnv(note: (text: string) => void): LookEnv;
  /** When AWS has answered, and the header line is said. @throws LabError when the lab is in another account */
  readonly located: Promise<Context>;
  /** Ends all calls and connections. */
  close(): void;
}

/** All that a command is given: which lab, where, and the means to work on it. */
export interface Context extends Opening {
  readonly place: Place;
  /** Where this command works, in the form of a record. */
  readonly here: LabRecord;
  /** The environment of a step whose notes go to `note`. */
  stepEnv(note: (text: string) => void): StepEnv;
}

/** Flags, record and environment as one value; tells the header line as soon as it is known. */
export async function openContext(
  edge: Edge,
  options: { command: string; flags: GlobalFlags } & OpenOptions,
): Promise<Opening> {
  const request = checkFlags(options.flags);
  const record = await readRecord(edge.home, request.lab);
  const target = await resolveTarget(edge, request, record, options);
  const lab = describeLab(request.lab, { roleArn: request.roleArn, policy: request.policy });
  const handler = await shippedHandler(edge.package);
  const closing = new AbortController();
  const signal = AbortSignal.any([edge.signal, closing.signal]);
  // Each call that waits listens to it. Where AWS is not reached all of a look wait at once, and Node would warn of a leak.
  setMaxListeners(0, signal);
  const waitingFor = (note: (text: string) => void): Waiting => ({ clock: edge.clock, signal, note });
  const said = new Set<string>();
  const tell = (text: string): void => {
    // A look is a dozen calls at once, which all wait for the same.
    if (!said.has(text)) edge.screen.progress(edge.screen.err.prose(`   ${text}`));
    said.add(text);
  };
  // The header line is always the first. Where none comes, for nobody tells whose account it is, that is what is waited for.
  let tellWait = (text: string): void => void located.then(() => tell(text)).catch(() => undefined);
  const detail = (text: string): void => edge.screen.detail(text);
  const aws = createClients(target, {
    waiting: waitingFor((text) => tellWait(text)),
    identityWaiting: waitingFor(tell),
    onWarning: detail,
    onCall: (call) => void located.catch(() => undefined).then(() => detail(callLine(call))),
  });
  const unplaced = (note: (text: string) => void): Unplaced => ({
    lab,
    aws,
    handler,
    waiting: waitingFor(note),
    keepCopy: (name, content) => keepCopy(edge.home, { name, content, at: new Date(edge.clock.now()) }),
  });
  const opening = {
    edge,
    lab,
    target,
    record,
    aws,
    onWait: (listener: (text: string) => void) => {
      tellWait = listener;
    },
    lookEnv: (note: (text: string) => void): LookEnv => {
      const placed = located.then((context) => context.stepEnv(note));
      // Not every look waits for it; who does is told.
      placed.catch(() => undefined);
      return { ...unplaced(note), located: placed };
    },
    close: () => {
      // The command has had its last word.
      tellWait = () => undefined;
      closing.abort();
      aws.close();
    },
  };
  const locate = async (): Promise<Context> => {
    const place = await whoAmI(aws, target);
    edge.screen.progress(
      edge.screen.err.prose(headerOf(options.command, { lab, target, place }), { hang: 2 }),
    );
    const here = recordOf(target, place);
    refuseOtherAccount(lab.name, record, here);
    return { ...opening, located, place, here, stepEnv: (note) => ({ ...unplaced(note), place }) };
  };
  const located = locate();
  return { ...opening, located };
}

/** `lab-setup up: local AWS at http://127.0.0.1:41233, account 000000000000, region us-east-1` */
function headerOf(
  command: string,
  { lab, target, place }: { lab: Lab; target: Target; place: Place },
): string {
  const server =
    target.kind === 'local' ? `local AWS at ${target.endpoint ?? ''}` : (target.endpoint ?? 'AWS');
  const name = lab.name === 'default' ? '' : `, lab ${lab.name}`;
  return `lab-setup ${command}: ${server}, account ${place.account}, region ${place.region}${name}`;
}

async function whoAmI(aws: Aws, { account, region }: Target): Promise<Place> {
  // The local AWS, which has proved who it is, has but one account; STS would only repeat it.
  return account === undefined ? whereAmI(aws, region) : { partition: 'aws', account, region };
}
