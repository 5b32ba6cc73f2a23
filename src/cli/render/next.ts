import type { StepReport } from '../../engine/events.js';
import { LabError } from '../../lab-error.js';
import type { Context } from '../context.js';
import { labFlag } from '../located.js';

/** What to type after `up`, in the order of the tutorial. */
const NEXT = [
  ['test-echo', 'invoke the function directly, as in step 2 of the tutorial'],
  ['invoke create', "put the tutorial's item through the endpoint"],
  ['items', 'see it in the table'],
  ['invoke list', 'list it through the endpoint'],
  ['down', 'take everything down again'],
] as const;

/** The last words of `up`: where the API is, and what to type next. `apiKey` only when it was asked for. */
export function tellWhatNow(
  context: Context,
  { invokeUrl, apiKey }: { invokeUrl: string; apiKey: string | undefined },
): void {
  const { screen } = context.edge;
  const { out } = screen.style;
  const flag = labFlag(context.lab.name);
  screen.progress('');
  screen.result(`The lab ${context.lab.name === 'default' ? '' : `${context.lab.name} `}is up.`);
  screen.result(`Invoke URL  ${out('cyan', invokeUrl)}`);
  screen.result(
    `API key     ${apiKey ?? screen.asTyped(`${context.lab.key.name} (its value: lab-setup status --show-key${flag})`)}`,
  );
  if (screen.voice === 'quiet') return;
  screen.result('');
  screen.result('Next:');
  for (const [command, why] of NEXT) {
    const typed = screen.asTyped(`lab-setup ${command}${flag}`);
    screen.result(`  ${typed.padEnd(32 + flag.length)} ${out('dim', why)}`);
  }
}

const STANDING: readonly string[] = ['created', 'repaired', 'unchanged', 'in-order'];

/** What stands after Ctrl-C, and what to type. */
export function interrupted(steps: readonly StepReport[], flag: string): LabError {
  const names = (of: (step: StepReport) => boolean): string =>
    steps
      .filter(of)
      .map(({ id }) => id)
      .join(', ');
  const standing = names(({ outcome }) => STANDING.includes(outcome));
  const underWay = names(({ outcome, remark }) => outcome === 'skipped' && remark !== undefined);
  if (standing === '' && underWay === '') {
    return new LabError('interrupted', 'Interrupted before anything was changed.', {
      hint: `Begin again with \`lab-setup up${flag}\`.`,
    });
  }
  const open = underWay === '' ? '' : ` Under way, and perhaps made: ${underWay}.`;
  return new LabError('interrupted', `Interrupted. What stands: ${standing || 'nothing yet'}.${open}`, {
    hint: `Go on with \`lab-setup up${flag}\`, or remove everything with \`lab-setup down${flag}\`.`,
  });
}
