import { LabError } from '../../lab-error.js';
import { callEndpoint, type EndpointAnswer } from '../../tutorial/endpoint.js';
import { eventOf, type OperationName } from '../../tutorial/operations.js';
import type { EarlyCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { labFlag } from '../lab-flag.js';
import { locate } from '../located.js';
import { assignments, jsonFlag, parseJson } from '../values.js';

export interface InvokeOptions extends InvokeInput {
  readonly operation: OperationName;
  readonly table: string | undefined;
}

/** What `--id`, `--set` and `--payload` say, read and parsed. */
export interface InvokeInput {
  readonly id: string | undefined;
  readonly set: Readonly<Record<string, unknown>> | undefined;
  readonly payload: unknown;
}

/** @throws LabError `usage` with what is wrong with the options */
export async function readInput(flags: {
  readonly id?: string;
  readonly set: readonly string[];
  readonly payload?: string;
}): Promise<InvokeInput> {
  const { id, set, payload } = flags;
  if (payload !== undefined && (id !== undefined || set.length > 0)) {
    throw new LabError('usage', '--payload is the whole payload: --id and --set do not go with it.', {
      hint: "Leave them away, or say it all in --payload '{…}'.",
    });
  }
  return {
    id,
    set: set.length > 0 ? assignments('--set', set) : undefined,
    payload: payload === undefined ? undefined : await jsonFlag('--payload', payload),
  };
}

/** Calls the lab through its HTTPS endpoint with the API key; without options with the tutorial's own examples. */
export const invoke: EarlyCommand<InvokeOptions> = async (opening, options) => {
  const { edge, lab } = opening;
  const { operation, table, ...input } = options;
  const event = eventOf(operation, { tableName: table ?? lab.table.name, ...input });
  const { url, apiKey } = await locate(opening);
  edge.screen.progress(`POST ${url}`);
  const body = JSON.stringify(event);
  edge.screen.progress(body.length > MAX_SHOWN ? `${body.slice(0, MAX_SHOWN)}…` : body);
  const answer = await callEndpoint(edge, { url, apiKey, body });
  edge.screen.progress(`HTTP ${answer.status} in ${(answer.ms / 1000).toFixed(2)} s`);
  edge.screen.result(answer.body);
  const members = { response: { status: answer.status, body: parseJson(answer.body), ms: answer.ms } };
  if (answer.status < 400) return { exitCode: EXIT.ok, members };
  return { exitCode: EXIT.failed, members, error: refused(answer, labFlag(lab.name)) };
};

/** A request is repeated on the screen up to here. */
const MAX_SHOWN = 2_000;

function refused(answer: EndpointAnswer, flag: string): LabError {
  return new LabError(
    'not-answered',
    `The endpoint answered HTTP ${answer.status}: ${meaning(answer.status)}`,
    {
      hint:
        answer.status === 400 || answer.status === 413
          ? 'See the message above, and change the request.'
          : `Look for the cause with \`lab-setup status${flag}\`.`,
    },
  );
}

function meaning(status: number): string {
  switch (status) {
    case 400:
      return 'the function found a fault in the request.';
    case 403:
      return 'API Gateway refused it, for want of a valid API key, of a plan for it, or of such a path.';
    case 413:
      return 'the request is larger than the 10 MB that API Gateway takes.';
    case 429:
      return "the usage plan's rate or quota is used up; wait a moment.";
    default:
      return status >= 500 ? 'the function or its integration failed.' : 'it was refused.';
  }
}
