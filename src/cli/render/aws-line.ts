import type { Context } from '../context.js';
import { posixQuoted, shellWord } from '../../shell-word.js';
import { cutAtVariables, type Call } from '../../tutorial/call.js';

/** What fits into this is one line: on a terminal of the usual width, below a heading. */
const WIDTH = 77;

/**
 * A call as a line for the aws CLI in bash or zsh; a long one goes on after a backslash. Nothing in it is for the shell but
 * the lessons' variables.
 */
export function awsLine(call: Call): string {
  const words = awsWords(call);
  const short = captured(call, words.join(' '));
  return short.length <= WIDTH ? short : captured(call, words.join(' \\\n  '));
}

/** A call as one line that says itself which account and region it is for, however the reader's shell is set. */
export const awsCommand = (call: Call, where: Pick<Context, 'target' | 'place'>): string =>
  captured(call, [...awsWords(call), ...placeFlags(where)].join(' '));

/** Such a line, whether it keeps a part of the answer or not. */
export const isAwsLine = (line: string): boolean => /^(\w+=\$\()?aws /.test(line);

/** The line that keeps a part of the answer in a variable, where the call says so. */
const captured = ({ capture }: Call, line: string): string =>
  capture ? `${capture.variable}=$(${line})` : line;

/** To the local AWS the environment points (`lab-setup env`). */
function placeFlags({ target, place }: Pick<Context, 'target' | 'place'>): string[] {
  if (target.kind === 'local') return [];
  const { profile, endpoint } = target;
  return [
    `--region ${place.region}`,
    ...(profile === undefined ? [] : [`--profile ${shellQuote(profile)}`]),
    ...(endpoint === undefined ? [] : [`--endpoint-url ${shellQuote(endpoint)}`]),
  ];
}

/** The command, each option with its value, and which part of the answer is kept. */
function awsWords({ service, operation, input, until, capture }: Call): string[] {
  const verb = until === undefined ? kebab(operation) : `wait ${until}`;
  const kept = capture ? [`--query ${shellQuote(capture.query)} --output text`] : [];
  return [`aws ${service} ${verb}`, ...Object.entries(input).map(option), ...kept];
}

/** `restApiId`, `RoleName`, `CreateRestApi` as the aws CLI spells them: `rest-api-id`, `role-name`, `create-rest-api`. */
const kebab = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

function option([member, value]: [string, unknown]): string {
  const code = zipFileOf(member, value);
  // The one member that the aws CLI has under another name, since it is read from a file.
  if (code !== undefined) return `--zip-file ${shellQuote(`fileb://${code}`)}`;
  if (value === true) return `--${kebab(member)}`;
  if (value === false) return `--no-${kebab(member)}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `--${kebab(member)} ${shellQuote(text)}`;
}

function zipFileOf(member: string, value: unknown): string | undefined {
  if (member !== 'Code' || typeof value !== 'object' || value === null) return undefined;
  return 'ZipFile' in value && typeof value.ZipFile === 'string' ? value.ZipFile : undefined;
}

/** Quotes text for bash and zsh: the lessons' variables are filled in by the shell, and all else reaches the program as it is. */
export function shellQuote(text: string): string {
  const parts = cutAtVariables(text);
  const literal = parts.filter((_, index) => index % 2 === 0).join('');
  const needsDouble = parts.length > 1 || text.includes("'");
  if (needsDouble && !/["\\$`!]/.test(literal)) return `"${text}"`;
  if (parts.length === 1) return shellWord(text);
  return parts
    .map((part, index) => (index % 2 === 1 ? `"${part}"` : part === '' ? '' : posixQuoted(part)))
    .join('');
}
