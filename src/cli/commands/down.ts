import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ifThere } from '../../aws/errors.js';
import { down as takeDown, type DownReport } from '../../engine/down.js';
import type { Listener, StepReport } from '../../engine/events.js';
import { inspectAll } from '../../engine/inspect.js';
import { LabError } from '../../lab-error.js';
import { ask } from '../ask.js';
import type { CommandResult, EarlyCommand } from '../command.js';
import type { Context } from '../context.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { dropRecord, isAt, placeText } from '../home.js';
import { labName } from '../lab-name.js';
import { leftLines } from '../leftovers.js';
import { flagsOf } from '../place-flags.js';
import { toLabError } from '../render/error.js';
import { stepMembers } from '../render/json.js';
import { stepLabel, stepLines } from '../render/lines.js';
import { interruptedDown } from '../render/next.js';
import { createProgress } from '../render/progress.js';
import { lookingOf, walkOf } from '../walk.js';

export interface DownOptions {
  /** Do not ask before deleting. */
  readonly yes: boolean;
  /** Remove an adopted table too. */
  readonly includeAdopted: boolean;
}

/** Takes the lab down, reads everything again, and prints the receipt. */
export const down: EarlyCommand<DownOptions> = async (opening, { yes, includeAdopted }) => {
  const { screen } = opening.edge;
  let hear: Listener = () => undefined;
  const looking = inspectAll(lookingOf(opening, (event) => hear(event)));
  const context = await opening.located;
  if (!yes && context.target.kind === 'aws' && !screen.interactive) throw needsYes(context);
  const progress = await createProgress(opening.edge, 'spinner only');
  hear = progress.listener;
  context.onWait((text) => progress.listener({ kind: 'note', step: 'aws', text }));
  const report = await takeDown({
    // The receipt tells how each step ended; until then only what is under way is of interest.
    ...walkOf(context, progress.listener),
    looked: await looking,
    includeAdopted,
    confirm: async (looks) => {
      if (yes || context.target.kind !== 'aws' || !looks.some(isOurs)) return true;
      progress.end();
      return confirm(context, looks);
    },
  }).finally(() => progress.end());
  return conclude(context, report);
};

function needsYes({ target }: Context): LabError {
  const where = target.endpoint ?? 'a real account';
  return new LabError('usage', `down deletes things in ${where}, and there is no terminal to ask on.`, {
    hint: 'Say that you mean it: `lab-setup down --yes`',
  });
}

const isOurs = ({ outcome }: StepReport): boolean => outcome === 'in-order' || outcome === 'drifted';

async function confirm(context: Context, looks: readonly StepReport[]): Promise<boolean> {
  const { edge, place, lab } = context;
  const { screen } = edge;
  const list = (head: string, steps: readonly StepReport[]): void => {
    if (steps.length > 0) screen.complain(screen.err.prose(head));
    for (const step of steps) {
      const remark = step.remark === undefined ? '' : ` (${step.remark})`;
      screen.complain(screen.err.prose(`  ${stepLabel(step).trimEnd()}${remark}`, { hang: 6 }));
    }
  };
  const kept = looks.filter(({ outcome }) => outcome === 'kept');
  list(`This keeps of the lab${labName(lab.name)}:`, kept);
  const things = looks.filter(isOurs);
  list(
    `This deletes ${kept.length > 0 ? 'the rest of it' : `the lab${labName(lab.name)}`} in account ${place.account}, region ${place.region}:`,
    things,
  );
  if (things.some(({ id }) => id === 'table')) {
    screen.complain(`The table ${lab.table.name} holds ${await itemCount(context)}.`);
  }
  return ask(edge, kept.length > 0 ? 'Delete the rest?' : 'Delete all of it?', 'nothing was deleted');
}

/** Counting costs reads, so it ends early; ItemCount would be hours old. */
const COUNT_LIMIT = 10_000;

async function itemCount({ aws, lab }: Context): Promise<string> {
  const answer = await ifThere(
    aws.dynamodb.send(new ScanCommand({ TableName: lab.table.name, Select: 'COUNT', Limit: COUNT_LIMIT })),
  );
  const count = answer?.Count ?? 0;
  const items = count === 1 ? 'item' : 'items';
  return answer?.LastEvaluatedKey === undefined ? `${count} ${items}` : `more than ${count} ${items}`;
}

async function conclude(context: Context, report: DownReport): Promise<CommandResult> {
  const { screen, home } = context.edge;
  const members = { steps: stepMembers(report.steps) };
  if (report.kind === 'declined') {
    screen.result('Nothing was deleted.');
    return { exitCode: EXIT.failed, members };
  }
  for (const line of report.steps.flatMap((step) => stepLines({ ...step, differences: [] }, screen.out))) {
    screen.result(line);
  }
  if (report.kind === 'failed') {
    const error = toLabError(report.error).inStep(report.step);
    return { exitCode: exitCodeOf(error.code), members, error };
  }
  if (report.kind === 'interrupted') {
    return { exitCode: EXIT.interrupted, members, error: interruptedDown(report.steps) };
  }
  if (!report.clean) {
    const error = new LabError('not-in-order', 'Not everything could be removed.', {
      hint: 'Run `lab-setup down` again.',
    });
    return { exitCode: EXIT.notInOrder, members, error };
  }
  // A lab of this name that stands elsewhere keeps its record.
  if (context.record && isAt(context.record, context.here)) await dropRecord(home, context.lab.name);
  const left = report.steps.flatMap((step) => step.left ?? []);
  for (const line of leftLines(context, left)) screen.result(line);
  screen.result('');
  for (const line of lastWords(context, report.steps, left.length)) screen.result(screen.out.prose(line));
  screen.progress(screen.err.prose(afterwards(context)));
  return { exitCode: EXIT.ok, members };
}

/** Where a lab of this name stands elsewhere, that one is what commands go on meaning: nothing of it was looked at here. */
function afterwards({ target, lab, record, here }: Context): string {
  if (record && !isAt(record, here)) {
    return `The lab${labName(lab.name)} on ${placeText(record)} was not touched; \`lab-setup down --target ${record.target}\` takes that one down.`;
  }
  return target.kind === 'local'
    ? 'The local AWS goes on running until it is unused for an hour; stop it now with `lab-setup local stop`.'
    : 'From now on commands mean the local AWS again, unless they say --target aws.';
}

/** `left` counts what stands beside the lab's things and stays; how that goes is said of each. */
function lastWords({ here }: Context, steps: readonly StepReport[], left: number): string[] {
  const kept = steps.filter(({ outcome }) => outcome === 'kept').length;
  if (steps.every(({ outcome }) => outcome === 'absent')) return ['There was nothing to remove.'];
  if (kept + left === 0) return ['Everything is gone; it was read again to be sure.'];
  const word = `Everything else is gone; ${kept + left} kept, as said above.`;
  // The lines of step 12 would break the lab whose things were kept.
  if (kept === 0 || steps.some(({ owner }) => owner !== undefined)) return [word];
  // Nothing remembers the place any more.
  const place = flagsOf(here);
  return [
    word,
    `To remove what is kept: \`lab-setup steps 12${place}\` tells how, in the console and with the aws CLI; \`lab-setup status${place}\` then lists what is left.`,
  ];
}
