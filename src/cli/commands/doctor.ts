import { createClients } from '../../aws/clients.js';
import type { Target } from '../../aws/target.js';
import { LabError } from '../../lab-error.js';
import { describeLab, type Lab } from '../../tutorial/lab.js';
import {
  checkCredentials,
  checkHome,
  checkLocalAws,
  checkNode,
  checkPackage,
  describeTarget,
  READS,
} from '../checks.js';
import type { CommandResult } from '../command.js';
import type { Edge } from '../edge.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { checkFlags, type GlobalFlags } from '../flags.js';
import { placeText, readRecord, type LabRecord } from '../home.js';
import { labName } from '../lab-name.js';
import { findTarget } from '../place.js';
import { toLabError } from '../render/error.js';
import { callLine } from '../render/lines.js';

/** One line of the examination. */
interface Finding {
  readonly name: string;
  readonly says: string;
  /** What is wrong, where something is. */
  readonly error?: LabError;
}

/** Looks at one thing, tells it, and gives what was found; undefined where something is wrong. */
type Examine = <T>(
  name: string,
  check: () => T | Promise<T>,
  says: (found: T) => string,
) => Promise<{ readonly found: T } | undefined>;

/** Checks all that a lab needs around it, each with its fix. Starts nothing and changes nothing. */
export async function doctor(edge: Edge, flags: GlobalFlags): Promise<CommandResult> {
  const request = checkFlags(flags);
  const lab = describeLab(request.lab);
  const findings: Finding[] = [];
  const examine: Examine = async (name, check, says) => {
    const finding = await attempt(name, check, says);
    // What a check fails with after Ctrl-C says nothing of what it looks at.
    edge.signal.throwIfAborted();
    findings.push(finding);
    for (const line of linesOf(finding, edge)) edge.screen.result(line);
    return 'found' in finding ? finding : undefined;
  };
  await examine('node', () => checkNode(edge), String);
  await examine('package', () => checkPackage(edge), String);
  await examine('home', () => checkHome(edge), String);
  const record = await examine('record', () => readRecord(edge.home, lab.name), describeRecord(lab));
  const settings =
    record && (await examine('target', () => findTarget(edge, request, record.found), describeTarget));
  if (settings && (settings.found?.kind ?? 'local') === 'local')
    await examine('local-aws', () => checkLocalAws(edge, settings.found), String);
  if (settings?.found)
    await examineAccount(edge, { target: settings.found, lab, record: record?.found }, examine);
  return conclude(edge, findings);
}

async function attempt<T>(
  name: string,
  check: () => T | Promise<T>,
  says: (found: T) => string,
): Promise<Finding & ({ readonly found: T } | { readonly error: LabError })> {
  try {
    const found = await check();
    return { name, says: says(found), found };
  } catch (thrown) {
    const error = toLabError(thrown);
    return { name, says: error.message, error };
  }
}

/** Who the caller is, and what they may read. Without accepted credentials the rest would say the same once more. */
async function examineAccount(
  edge: Edge,
  where: { target: Target; lab: Lab; record: LabRecord | undefined },
  examine: Examine,
): Promise<void> {
  const { clock, signal, screen } = edge;
  const { target, lab } = where;
  const waiting = { clock, signal, note: (text: string) => screen.progress(`   ${text}`) };
  const aws = createClients(target, { waiting, onCall: (call) => screen.detail(callLine(call)) });
  try {
    const known = await examine('credentials', () => checkCredentials(aws, where), String);
    if (!known) return;
    for (const [service, read] of Object.entries(READS))
      await examine(
        service,
        () => read(aws, lab),
        () => 'may be read',
      );
  } finally {
    aws.close();
  }
}

const describeRecord =
  ({ name }: Lab) =>
  (record: LabRecord | undefined): string => {
    if (!record)
      return `the lab${labName(name)} has not been brought up from here yet; that is done with \`lab-setup up\``;
    return `the lab${labName(name)} is on ${placeText(record)}`;
  };

function linesOf({ name, says, error }: Finding, { screen }: Edge): string[] {
  const { paint, prose } = screen.out;
  const mark = error ? paint('red', 'failed') : paint('green', 'ok    ');
  const fix =
    error?.hint === undefined ? [] : [prose(`        ${''.padEnd(11)} → ${error.hint}`, { hang: 22 })];
  return [prose(`${mark}  ${name.padEnd(11)} ${says}`, { hang: 20 }), ...fix];
}

function conclude({ screen }: Edge, findings: readonly Finding[]): CommandResult {
  const { unbroken } = screen.out;
  const members = {
    checks: findings.map(({ name, says, error }) => ({
      name,
      ok: !error,
      says: unbroken(says),
      fix: error?.hint === undefined ? null : unbroken(error.hint),
    })),
  };
  const errors = findings.flatMap(({ error }) => error ?? []);
  const [first] = errors;
  if (!first) {
    screen.result('\nNothing stands in the way.');
    return { exitCode: EXIT.ok, members };
  }
  const failed = findings.flatMap(({ name, error }) => (error ? name : []));
  const error = new LabError(first.code, `Something is wrong with: ${failed.join(', ')}.`, {
    hint: 'Do what stands behind the arrow, from the top; then run `lab-setup doctor` again.',
  });
  return { exitCode: exitCodeOf(error.code), members, error };
}
