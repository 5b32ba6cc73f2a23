import type { Target } from '../aws/target.js';
import type { PolicyChoice } from '../tutorial/lab.js';
import { DEFAULT_LAB, LAB_NAME } from '../tutorial/lab.js';
import { LabError } from '../lab-error.js';

/** The flags that every command takes, as the parser takes them; undefined is "not given". */
export interface GlobalFlags {
  readonly lab?: string;
  readonly target?: Target['kind'];
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly roleArn?: string;
  readonly policy?: PolicyChoice;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** False with `--no-color`. */
  readonly color?: boolean;
}

/** The same, checked. */
export interface Request {
  readonly lab: string;
  readonly target: Target['kind'] | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly endpoint: string | undefined;
  readonly roleArn: string | undefined;
  readonly policy: PolicyChoice | undefined;
}

/** `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`; AWS adds regions, so the form is checked and not a list. */
const REGION = /^[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** Checks all flags and fails once with all that is wrong with them. @throws LabError `usage` */
export function checkFlags(flags: GlobalFlags): Request {
  const { lab = DEFAULT_LAB, target, region, profile, endpointUrl, roleArn, policy } = flags;
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  expect(LAB_NAME.test(lab), `--lab ${lab}: use 1 to 30 of a-z, 0-9 and hyphens, no hyphen at either end`);
  expect(
    region === undefined || REGION.test(region),
    `--region ${region ?? ''}: not a region, such as us-east-1`,
  );
  expect(
    endpointUrl === undefined || isHttpUrl(endpointUrl),
    `--endpoint-url ${endpointUrl ?? ''}: not a URL, such as http://127.0.0.1:5000`,
  );
  expect(
    roleArn === undefined || ROLE_ARN.test(roleArn),
    `--role-arn ${roleArn ?? ''}: not the ARN of a role, such as arn:aws:iam::123456789012:role/NAME`,
  );
  if (faults.length > 0) {
    // The help of all commands does not know of it.
    const up = roleArn === undefined ? '' : 'up ';
    throw new LabError('usage', faults.join('\n'), { hint: `See what there is: \`lab-setup ${up}--help\`` });
  }
  const endpoint = endpointUrl && serverUrl(endpointUrl);
  return { lab, target, region, profile, endpoint, roleArn, policy };
}

/** With a slash behind it the same server would pass for another one. */
export const serverUrl = (typed: string): string => typed.replace(/\/+$/, '');

function isHttpUrl(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
