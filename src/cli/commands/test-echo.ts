import { isDeepStrictEqual } from 'node:util';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ifThere } from '../../aws/errors.js';
import { LabError } from '../../lab-error.js';
import { ECHO_EVENT } from '../../tutorial/operations.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { labFlag } from '../lab-flag.js';
import { parseJson } from '../values.js';

/** The tutorial's console test: invokes the function directly, compares what comes back, shows the log's end. */
export const testEcho: Command<object> = async (context) => {
  const { aws, lab, edge } = context;
  const start = edge.clock.now();
  const answer = await ifThere(
    aws.lambda.send(
      new InvokeCommand({
        FunctionName: lab.function.name,
        Payload: Buffer.from(JSON.stringify(ECHO_EVENT)),
        LogType: 'Tail',
      }),
    ),
  );
  if (!answer) {
    throw new LabError('not-in-order', `There is no function ${lab.function.name}.`, {
      hint: `Bring the lab up with \`lab-setup up${labFlag(lab.name)}\`.`,
    });
  }
  const ms = edge.clock.now() - start;
  const text = Buffer.from(answer.Payload ?? []).toString();
  const body = parseJson(text);
  edge.screen.result(text);
  const log = Buffer.from(answer.LogResult ?? '', 'base64')
    .toString()
    .trimEnd();
  edge.screen.progress(edge.screen.err.paint('dim', `--- log\n${log}`));
  const members = { response: { status: answer.StatusCode ?? null, body, ms } };
  if (answer.FunctionError !== undefined || !isDeepStrictEqual(body, ECHO_EVENT.payload)) {
    const error = new LabError(
      'not-answered',
      `${lab.function.name} did not echo the tutorial's payload ${JSON.stringify(ECHO_EVENT.payload)}.`,
      { hint: `Look for what differs with \`lab-setup status${labFlag(lab.name)}\`.` },
    );
    return { exitCode: EXIT.failed, members, error };
  }
  edge.screen.progress(`The function echoed the tutorial's payload in ${(ms / 1000).toFixed(1)} s.`);
  return { exitCode: EXIT.ok, members };
};
