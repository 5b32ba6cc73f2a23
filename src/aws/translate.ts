import { LabError } from '../lab-error.js';
import { credentialsHint } from './credentials-hint.js';
import {
  isCredentials,
  isDenied,
  isOtherProtocol,
  isLimit,
  isThrottle,
  isTimeout,
  isUnprovided,
  isUnreachable,
  isWrongRegion,
  messageOf,
  statusOf,
} from './errors.js';

/**
 * An error of an AWS call in the reader's words.
 * @param call such as `iam:CreateRole`
 * @param server the endpoint that was asked, or undefined for AWS itself
 * @param isLocal whether that is the local AWS
 * @param profile whose credentials were used, where one was named
 */
export function translate(
  error: unknown,
  where: {
    call: string;
    server: string | undefined;
    isLocal?: boolean;
    profile?: string | undefined;
  },
): LabError {
  if (error instanceof LabError) return error;
  const { call, server, isLocal = false, profile } = where;
  const said = messageOf(error);
  const told = withoutCommand(said);
  const message = oneLine(told);
  // The stack, which --verbose prints, begins with all that was said.
  const options = { call, cause: told === said ? error : undefined };
  if (server !== undefined && !isLocal && isOtherProtocol(error)) {
    const status = statusOf(error);
    return new LabError(
      'failed',
      `What answered ${call} at ${server} does not speak AWS’s protocol${status === undefined ? '' : ` (HTTP ${status})`}.`,
      {
        ...options,
        hint: 'Check --endpoint-url, and the port in it; if they are right, that server does not serve this call.',
      },
    );
  }
  if (isWrongRegion(error)) {
    return new LabError('failed', `The region is not that of what answered ${call}: ${message}`, {
      ...options,
      hint: 'Check --region, or where it is left away AWS_REGION and the region of the profile.',
    });
  }
  if (isCredentials(error)) {
    const what = isUnprovided(error)
      ? 'There are no credentials for'
      : 'AWS did not accept the credentials at';
    return new LabError('credentials', `${what} ${call}: ${message}`, {
      ...options,
      hint: credentialsHint(error, profile),
    });
  }
  if (isDenied(error)) {
    return new LabError('denied', `AWS refused ${call}: ${message}`, {
      ...options,
      hint: `Ask for ${missingIn(message) ?? `the permission for ${actionOf(call)}`}, or use a profile that has it (--profile). Then run the same command again: it goes on from here.`,
    });
  }
  if (isTimeout(error)) {
    return new LabError('unreachable', `${server ?? 'AWS'} did not answer ${call} in time.`, {
      ...options,
      hint: `${checkServer(server, isLocal)} Then run the same command again: it goes on from here.`,
    });
  }
  if (isUnreachable(error)) {
    return new LabError('unreachable', `Nothing answered ${call} at ${server ?? 'AWS'}: ${message}`, {
      ...options,
      hint: checkServer(server, isLocal),
    });
  }
  if (isThrottle(error) && call === 'lambda:Invoke') {
    return new LabError('quota', `The concurrency of the function is used up: ${message}`, {
      ...options,
      hint: 'Wait until other invocations have ended. If it may not run at all, `lab-setup status` says so, and what puts it right.',
    });
  }
  if (isLimit(error) || isThrottle(error)) {
    return new LabError('quota', `A limit of the account stopped ${call}: ${message}`, {
      ...options,
      hint: `Remove what is no longer needed, or ask AWS to raise the limit (Service Quotas${quotasOf(call)}). Then run the same command again: it goes on from here.`,
    });
  }
  return new LabError('failed', `${call} failed: ${message}`, {
    ...options,
    hint: 'Run the same command again with --verbose to see every call.',
  });
}

/** IAM's action for a call, where AWS does not name it and the two differ. */
const actionOf = (call: string): string => (call === 'lambda:Invoke' ? 'lambda:InvokeFunction' : call);

/** The SDK names a credential_process that failed with all that it was given, which may be secret; what it said itself stays. */
function withoutCommand(message: string): string {
  const [command, said = ''] = /^Command failed: .*\s*([^]*)/.exec(message) ?? [];
  if (command === undefined) return message;
  const failed = 'the credential_process of the profile failed';
  return said === '' ? failed : `${failed}: ${said}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** How AWS refuses: what was asked, where it says so on which resource, and whether a policy forbids it outright. */
const REFUSAL =
  /not authorized to perform: (\S+?)[.,;]?(?: on resource: (.+?))?(?: because .*| with an (explicit deny.*)|$)/;

/**
 * What to ask for. AWS names the missing permission, which is not always the call's name: `apigateway:POST`,
 * `iam:PassRole`. Where a policy denies it, no further permission helps.
 */
function missingIn(message: string): string | undefined {
  const [, action, resource, deny] = REFUSAL.exec(message) ?? [];
  if (action === undefined) return undefined;
  const what = resource === undefined ? action : `${action} on ${resource}`;
  return deny === undefined ? `the permission ${what}` : `an exception for ${what} from the ${deny}`;
}

/** The services as the console's Service Quotas calls them. */
const QUOTAS: Readonly<Record<string, string>> = {
  iam: 'AWS Identity and Access Management (IAM)',
  lambda: 'AWS Lambda',
  dynamodb: 'Amazon DynamoDB',
  logs: 'Amazon CloudWatch Logs',
  apigateway: 'Amazon API Gateway',
};

function quotasOf(call: string): string {
  const service = QUOTAS[call.slice(0, call.indexOf(':'))];
  return service === undefined ? '' : ` > ${service}`;
}

function checkServer(server: string | undefined, isLocal: boolean): string {
  if (isLocal) return 'The local AWS may have been stopped: start it with `lab-setup local start`.';
  return server === undefined
    ? 'Check the network and the spelling of --region.'
    : `Is the server at ${server} running? Check --endpoint-url.`;
}
