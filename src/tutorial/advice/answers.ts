/** What the endpoint's answers mean, and where on its way the request was stopped. */
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { limitThatRefused, type EndpointAnswer, type PlanLimit } from '../endpoint.js';
import type { Lab } from '../lab.js';
import type { LabEvent } from '../operations.js';
import { actionOf, type Stop } from './way.js';

/** An answer that is a failure. */
export interface Failure {
  /** In a sentence. */
  readonly meaning: string;
  /** Where the request can have been stopped, the likeliest first. Empty where it is itself at fault. */
  readonly stops: readonly Stop[];
}

interface Kind extends Omit<Failure, 'stops'> {
  readonly status: RegExp;
  /** The message, after the error's type where the answer bears one: `Runtime.ExitError: …`. */
  readonly says?: RegExp;
  /** `action` stands for what the operation asks of DynamoDB. Whether it is the lab's function comes before what that one does. */
  readonly stops: readonly (Stop | 'action')[];
}

const FUNCTION_FAILED = 'the function failed.';

/**
 * API Gateway's own answers (aws-facts 7.3), then those of the function: as Lambda's error behind the status 200 where
 * the method has no other answer, as in the tutorial, and as its message alone behind the lab's own 400 and 500. The
 * first that fits counts.
 */
const KINDS: readonly Kind[] = [
  {
    status: /^403/,
    says: /Missing Authentication Token/,
    meaning: 'API Gateway knows no such method at that path.',
    // Of a stage that is not there this is seen as well as Forbidden.
    stops: ['stage', 'method', 'authorization', 'deployed'],
  },
  {
    status: /^403/,
    meaning: 'API Gateway refused it.',
    stops: ['stage', 'key', 'authorization', 'deployed'],
  },
  {
    status: /^401/,
    meaning: 'API Gateway wants to know who calls.',
    stops: ['authorization', 'deployed'],
  },
  { status: /^415/, meaning: 'API Gateway does not pass such a body on.', stops: ['body', 'deployed'] },
  { status: /^504/, meaning: 'the function took too long.', stops: ['capacity', 'deployed'] },
  {
    status: /^5/,
    says: /^(Internal server error)?$/,
    meaning: 'API Gateway could not call the function, or not pass its answer on.',
    stops: ['call', 'answer', 'deployed'],
  },
  {
    // The local AWS's own; a real account runs it.
    status: /^[25]/,
    says: /^Runtime\.Unsupported/,
    meaning: 'it cannot be run here.',
    stops: ['function', 'runtime', 'deployed'],
  },
  {
    status: /^[25]/,
    says: /^Runtime\.(HandlerNotFound|MalformedHandlerName)|is undefined or not exported|^Handler .* missing on module|^Bad handler/,
    meaning: 'Lambda could not start the function.',
    stops: ['function', 'start', 'handler', 'code', 'deployed'],
  },
  {
    status: /^[25]/,
    says: /^Runtime\.(?!ExitError|OutOfMemory)|Cannot find (module|package)|Unable to import module/,
    meaning: 'Lambda could not start the function.',
    stops: ['function', 'start', 'code', 'deployed'],
  },
  {
    status: /^[25]/,
    says: /Task timed out|Runtime exited/,
    meaning: 'Lambda ended the function before it was done.',
    stops: ['function', 'capacity', 'code', 'deployed'],
  },
  {
    status: /^[25]/,
    says: /not authorized to perform/,
    meaning: FUNCTION_FAILED,
    stops: ['function', 'action', 'code', 'deployed'],
  },
  {
    status: /^[245]/,
    says: /resource not found|match the schema|Missing the key/,
    meaning: 'DynamoDB has no such table, or one with another key.',
    stops: ['function', 'table', 'code', 'deployed'],
  },
  {
    status: /^[245]/,
    says: /Unrecognized operation|KeyError: 'operation'/,
    meaning: 'the function found no such operation in what it was handed.',
    stops: ['function', 'event', 'code', 'deployed'],
  },
  {
    status: /^[25]/,
    meaning: FUNCTION_FAILED,
    stops: ['function', 'action', 'table', 'event', 'code', 'deployed'],
  },
  { status: /^4/, meaning: 'it found a fault in the request.', stops: [] },
];

/** The usage plan's refusals, each by one of its limits. */
const REFUSED_BY: Readonly<Record<PlanLimit, Failure>> = {
  rate: { meaning: 'too many requests.', stops: ['rate'] },
  quota: { meaning: 'the quota of the usage plan is used up.', stops: ['quota'] },
};

const ErrorBody = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    errorType: v.optional(v.string()),
    errorMessage: v.optional(v.string()),
    message: v.nullish(v.string()),
  }),
);

/**
 * The message of a function that failed behind an HTTP 200: that is what API Gateway makes of it when the method has no
 * other answer, as in the tutorial. What an echo gives back is no error of the function.
 */
export function hiddenError({ status, body }: EndpointAnswer, event: LabEvent): string | undefined {
  const parsed = status < 400 ? v.safeParse(ErrorBody, body) : undefined;
  if (!parsed?.success) return undefined;
  const isEcho = event.operation === 'echo' && isDeepStrictEqual(parsed.output, event.payload);
  return isEcho ? undefined : parsed.output.errorMessage;
}

/** @param table the lab's; a request may name another. @returns undefined when the answer is no failure */
export function failureOf(answer: EndpointAnswer, event: LabEvent, table: Lab['table']): Failure | undefined {
  if (answer.status < 400 && hiddenError(answer, event) === undefined) return undefined;
  const limit = limitThatRefused(answer);
  if (limit !== undefined) return REFUSED_BY[limit];
  const parsed = v.safeParse(ErrorBody, answer.body);
  const { errorType, errorMessage, message } = parsed.success ? parsed.output : {};
  const text = [errorType, errorMessage ?? message ?? ''].filter((each) => each !== undefined).join(': ');
  const wrong = keyFault(text, event, table.key);
  if (wrong !== undefined) return { meaning: wrong, stops: [] };
  const kind = KINDS.find(
    ({ status, says }) => status.test(String(answer.status)) && (says?.test(text) ?? true),
  );
  if (!kind) return { meaning: 'that is none of the lab’s answers.', stops: [] };
  const action = actionOf(event.operation);
  const stops = kind.stops.flatMap((stop): Stop[] => {
    if (stop === 'table') return action ? [event.tableName === table.name ? stop : 'other table'] : [];
    if (stop === 'action') return action ? [action] : [];
    return [stop];
  });
  return { meaning: kind.meaning, stops };
}

const Payload = v.object({ Item: v.optional(v.looseObject({})), Key: v.optional(v.looseObject({})) });

/** What is wrong with a request whose item or key has not the lab's key, a string, and nothing else in the key: then no table is at fault. */
function keyFault(text: string, { payload }: LabEvent, key: string): string | undefined {
  const parsed = v.safeParse(Payload, payload);
  const { Item, Key } = parsed.success ? parsed.output : {};
  if (Item && !(key in Item) && text.includes(`Missing the key ${key} in the item`)) {
    return `the Item in the request lacks the key ${key}.`;
  }
  if (Key && text.includes('match the schema')) {
    if (!(key in Key)) return `the Key in the request lacks ${key}.`;
    if (typeof Key[key] !== 'string') {
      return `the ${key} in the Key of the request is no string: the table tells "1" from 1.`;
    }
    const more = Object.keys(Key).filter((name) => name !== key);
    if (more.length > 0) return `the Key in the request holds more than ${key}: ${more.join(', ')}.`;
  }
  return undefined;
}
