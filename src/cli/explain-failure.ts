/** What `invoke` and `test-echo` say of a call that failed: its causes as they were read of the lab, and what to type next. */
import { LabError } from '../lab-error.js';
import type { Failure } from '../tutorial/advice/answers.js';
import { QUOTA_HINT } from '../tutorial/endpoint.js';
import type { LabEvent } from '../tutorial/operations.js';
import type { Context } from './context.js';
import { diagnose, type Diagnosis } from './diagnosis.js';
import { sayingMembers } from './render/json.js';
import { causeLines } from './render/teaching.js';
import { cureOf } from './teaching.js';

/** Reads the lab, prints the causes, and ends in an error that begins with `what` happened. */
export async function explainFailure(
  context: Context,
  { failure, event, what }: { failure: Failure; event: LabEvent; what: string },
): Promise<{ causes: readonly object[]; error: LabError }> {
  const diagnosis = await diagnose(context, failure, event);
  const { screen } = context.edge;
  const found = finding(failure, diagnosis);
  for (const line of causeLines(diagnosis.causes, { said: found }, screen.err)) screen.progress(line);
  const causes = diagnosis.causes.map((each) => ({ step: each.step, ...sayingMembers(each, screen.out) }));
  const next = nextStep(context, failure, diagnosis);
  return { causes, error: new LabError('not-answered', `${what} ${found}`.trim(), next) };
}

/** What was read of the cause, in a sentence or two. */
function finding(failure: Failure, { causes, unread }: Diagnosis): string {
  const [first] = causes;
  if (first?.advice) return first.advice.why;
  if (failure.stops.length === 0) return '';
  return unread.length > 0
    ? `Nothing wrong was found in what could be read of the lab; not read was ${unread.join('; ')}`
    : 'Nothing wrong was found in the lab’s configuration.';
}

function nextStep(
  context: Context,
  { stops }: Failure,
  { causes }: Diagnosis,
): Pick<LabError, 'hint'> & Partial<Pick<LabError, 'commands'>> {
  const [only = '', ...more] = cureOf(context, causes);
  if (more.length > 0) return { hint: 'type these lines, in this order', commands: [only, ...more] };
  if (only !== '') return { hint: `\`${only}\`` };
  const hint = causes.find((each) => each.hint !== undefined)?.hint;
  if (hint !== undefined) return { hint };
  if (stops.length === 0) return { hint: 'See the message above, and change the request.' };
  if (stops.includes('quota')) return { hint: QUOTA_HINT };
  if (stops.includes('rate')) return { hint: 'Wait a moment, and try again more slowly.' };
  if (stops.includes('code')) return { hint: 'See what the function says of it: `lab-setup logs`' };
  return {
    hint: 'A change takes up to some minutes to be known everywhere in AWS; then look again: `lab-setup status`',
  };
}
