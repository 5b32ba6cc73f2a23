import { isDeepStrictEqual } from 'node:util';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ifThere, isRoleNotAssumable } from '../../aws/errors.js';
import { LabError } from '../../lab-error.js';
import { failureOf, type Failure } from '../../tutorial/advice/answers.js';
import type { Stop } from '../../tutorial/advice/way.js';
import { ECHO_EVENT } from '../../tutorial/operations.js';
import type { Command, CommandResult } from '../command.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { explainFailure } from '../explain-failure.js';
import { parseJson } from '../values.js';

/** The tutorial's console test: invokes the function directly, compares what comes back, shows the log's end. */
export const testEcho: Command<object> = async (context) => {
  const { aws, lab, edge } = context;
  const start = edge.clock.now();
  const call = new InvokeCommand({
    FunctionName: lab.function.name,
    Payload: Buffer.from(JSON.stringify(ECHO_EVENT)),
    LogType: 'Tail',
  });
  const answer = await ifThere(aws.lambda.send(call)).catch((error: unknown): 'no role' => {
    if (isRoleNotAssumable(error)) return 'no role';
    throw error;
  });
  if (answer === 'no role')
    return failed(context, { meaning: 'Lambda could not start it.', stops: ['start'] });
  if (!answer) {
    throw new LabError('not-in-order', `There is no function ${lab.function.name}.`, {
      hint: '`lab-setup status` says what is missing, and what puts it right.',
    });
  }
  const ms = edge.clock.now() - start;
  const text = Buffer.from(answer.Payload ?? []).toString();
  const body = parseJson(text);
  edge.screen.result(text);
  const log = Buffer.from(answer.LogResult ?? '', 'base64')
    .toString()
    .trimEnd();
  if (log !== '') edge.screen.progress(edge.screen.err.paint('dim', `--- log\n${log}`));
  const members = { response: { status: answer.StatusCode ?? null, body, ms } };
  if (answer.FunctionError !== undefined || !isDeepStrictEqual(body, ECHO_EVENT.payload)) {
    const failure = failureOf({ status: 200, body: text, ms }, ECHO_EVENT, lab.table) ?? {
      meaning: `it did not echo the tutorial’s payload ${JSON.stringify(ECHO_EVENT.payload)}.`,
      stops: ['code' as const],
    };
    return failed(context, failure, members);
  }
  edge.screen.progress(`The function echoed the tutorial’s payload in ${(ms / 1000).toFixed(1)} s.`);
  return { exitCode: EXIT.ok, members };
};

/** Where a call can be stopped that does not come by way of API Gateway. */
const DIRECT: readonly Stop[] = ['runtime', 'start', 'handler', 'code', 'capacity'];

/** Judged as `invoke` judges, of what lies behind the API alone. */
async function failed(
  context: Context,
  { meaning, stops }: Failure,
  members: Readonly<Record<string, unknown>> = {},
): Promise<CommandResult> {
  const direct = { meaning, stops: stops.filter((each) => DIRECT.includes(each)) };
  const what = `${context.lab.function.name} did not answer the test: ${meaning}`;
  const { causes, error } = await explainFailure(context, { failure: direct, event: ECHO_EVENT, what });
  return { exitCode: EXIT.failed, members: { ...members, causes }, error };
}
