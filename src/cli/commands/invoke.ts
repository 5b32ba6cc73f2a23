import * as v from 'valibot';
import { LabError } from '../../lab-error.js';
import { failureOf, hiddenError } from '../../tutorial/advice/answers.js';
import { callEndpoint, type EndpointAnswer } from '../../tutorial/endpoint.js';
import { eventOf, TAKEN_BY, type LabEvent, type OperationName } from '../../tutorial/operations.js';
import type { CommandResult, EarlyCommand } from '../command.js';
import type { Context } from '../context.js';
import type { Edge } from '../edge.js';
import { EXIT } from '../exit-codes.js';
import { explainFailure } from '../explain-failure.js';
import { locate } from '../located.js';
import { invokePages, itemsBeforeMore, PAGE_PAYLOAD, type AskForPage } from '../pages.js';
import { assignments, jsonFlag, parseJson } from '../values.js';

export interface InvokeOptions extends InvokeInput {
  readonly operation: OperationName;
  readonly table: string | undefined;
  /** Every page of a list. */
  readonly all: boolean;
}

/** What `--id`, `--set` and `--payload` say, read and parsed. */
export interface InvokeInput {
  readonly id: string | undefined;
  readonly set: Readonly<Record<string, unknown>> | undefined;
  readonly payload: unknown;
}

/** What was typed of a request. */
interface InputFlags {
  readonly id?: string;
  readonly set?: readonly string[];
  readonly payload?: string;
  readonly table?: string;
}

/** @throws LabError `usage` with what is wrong with the options */
export async function readInput(
  operation: OperationName,
  flags: InputFlags,
  edge: Pick<Edge, 'terminal'>,
): Promise<InvokeInput> {
  const { id, set = [], payload } = flags;
  refuseUseless(operation, flags);
  if (payload !== undefined && (id !== undefined || set.length > 0)) {
    throw new LabError('usage', '--payload is the whole payload: --id and --set do not go with it.', {
      hint: "Leave them away, or say it all in --payload '{…}'.",
    });
  }
  const attributes = set.length > 0 ? assignments('--set', set) : undefined;
  if (attributes && Object.hasOwn(attributes, 'id')) {
    throw new LabError('usage', '--set writes the attributes beside the id.', {
      hint: 'Say which item is meant with --id.',
    });
  }
  const parsed = payload === undefined ? undefined : await jsonFlag('--payload', payload, edge);
  if (operation !== 'echo' && v.is(Event, parsed)) throw wholeEvent(operation);
  return { id, set: attributes, payload: parsed };
}

/** A request as the tutorial prints it, from its operation on. */
const Event = v.object({ operation: v.string(), payload: v.unknown() });

const wholeEvent = (operation: OperationName): LabError =>
  new LabError('usage', '--payload is only what stands under "payload" in the tutorial’s request.', {
    hint: `Leave the rest away: lab-setup puts the operation ${operation} around it, and the table, which --table names.`,
  });

/** @throws LabError `usage` for an option that the operation has no use for */
function refuseUseless(operation: OperationName, flags: InputFlags): void {
  for (const option of ['id', 'set', 'payload', 'table'] as const) {
    const takers: readonly OperationName[] = TAKEN_BY[option];
    if (flags[option] === undefined || takers.includes(operation)) continue;
    const message = `${operation} has no use for --${option}: it goes with ${takers.join(', ')}.`;
    throw new LabError('usage', message, {
      hint: `Leave --${option} away, or see what there is: \`lab-setup invoke --help\``,
    });
  }
}

/** @throws LabError `usage` for another operation than list */
export function refuseAll(operation: OperationName): void {
  if (operation === 'list') return;
  throw new LabError('usage', `--all goes with list alone: ${operation} answers in one piece.`, {
    hint: 'Leave it away, or list: `lab-setup invoke list --all`',
  });
}

/** Calls the lab through its HTTPS endpoint with the API key; without options with the tutorial's own examples. */
export const invoke: EarlyCommand<InvokeOptions> = async (opening, { operation, table, all, ...input }) => {
  const payload = input.payload === undefined && all ? PAGE_PAYLOAD : input.payload;
  const event = eventOf(operation, { tableName: table ?? opening.lab.table.name, ...input, payload });
  const endpoint = await locate(opening);
  const context = await opening.located;
  context.edge.screen.progress(`POST ${endpoint.url}`);
  const ask: AskForPage = (next, isRepeat) => askOnce(context, endpoint, next, { isRepeat });
  if (all) {
    const { answer, members } = await invokePages(context.edge, event, ask);
    if (!answer) return { exitCode: EXIT.ok, members };
    const ended = await conclude(context, { event, answer, members });
    return ended.error ? ended : { exitCode: EXIT.failed, members, error: noPage() };
  }
  const answer = await ask(event, false);
  context.edge.screen.result(answer.body);
  if (operation === 'list') sayWhetherMore(context, answer);
  const members = { response: { status: answer.status, body: parseJson(answer.body), ms: answer.ms } };
  return conclude(context, { event, answer, members });
};

/** What DynamoDB scans at once ends after a megabyte, or where the payload's Limit says. */
function sayWhetherMore({ edge: { screen } }: Context, answer: EndpointAnswer): void {
  const count = itemsBeforeMore(answer);
  if (count === undefined) return;
  const items = `${count} ${count === 1 ? 'item' : 'items'}`;
  screen.progress(screen.err.prose(`${items}, and the list goes on: with --all it is read to its end.`));
}

const noPage = (): LabError =>
  new LabError('not-answered', 'The function did not answer with a page of a list.', {
    hint: 'See what it answers: `lab-setup invoke list`',
  });

/** A request is repeated on the screen up to here. */
const MAX_SHOWN = 2_000;

async function askOnce(
  { edge }: Context,
  endpoint: { readonly url: string; readonly apiKey: string },
  event: LabEvent,
  { isRepeat }: { isRepeat: boolean },
): Promise<EndpointAnswer> {
  const body = JSON.stringify(event);
  if (!isRepeat) edge.screen.progress(body.length > MAX_SHOWN ? `${body.slice(0, MAX_SHOWN)}…` : body);
  const answer = await callEndpoint(edge, { ...endpoint, body });
  // What is refused again has been said.
  if (!isRepeat || answer.status === 200) {
    edge.screen.progress(`HTTP ${answer.status} in ${(answer.ms / 1000).toFixed(2)} s`);
  }
  return answer;
}

/** Judges the answer; where it is a failure, says what the lab's configuration shows of its cause. */
async function conclude(
  context: Context,
  ended: { event: LabEvent; answer: EndpointAnswer; members: Readonly<Record<string, unknown>> },
): Promise<CommandResult> {
  const { event, answer, members } = ended;
  const failure = failureOf(answer, event, context.lab.table);
  if (!failure) return { exitCode: EXIT.ok, members };
  const hidden = hiddenError(answer, event);
  const what =
    hidden === undefined
      ? `The endpoint answered HTTP ${answer.status}: ${failure.meaning}`
      : `The function failed, although the endpoint answered HTTP ${answer.status}: “${hidden.replace(/\.$/, '')}”.`;
  const { causes, error } = await explainFailure(context, { failure, event, what });
  return { exitCode: EXIT.failed, members: { ...members, causes }, error };
}
