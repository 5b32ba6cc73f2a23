import type { Place } from '../aws/target.js';
import { compare, differsIn, type Difference, type Settings } from './difference.js';
import { fingerprintOf } from './fingerprint.js';
import { arnsOf, type Lab } from './lab.js';

/** One answer that the method can give: which results of the function it is for, and how they are rewritten. */
export interface ResponseRule {
  readonly statusCode: string;
  /** A Java regular expression on the whole error message; undefined is the default, for all that no other takes. */
  readonly selectionPattern: string | undefined;
  /** Mapping template of `application/json`; undefined passes the function's answer on. */
  readonly template: string | undefined;
}

/**
 * The patterns are disjoint, so that it does not matter which AWS tries first, and take line breaks in, which `.` does
 * not (aws-facts 7.4). The caller's faults lose the handler's prefix: the JSON text of the message less `"BadRequest: `.
 */
export const RESPONSE_RULES: readonly ResponseRule[] = [
  { statusCode: '200', selectionPattern: undefined, template: undefined },
  {
    statusCode: '400',
    selectionPattern: 'BadRequest: (\\n|.)*',
    template: `#set($error = $input.json('$.errorMessage'))\n{"message": "$error.substring(13)}`,
  },
  {
    statusCode: '500',
    selectionPattern: '(?!BadRequest: )(\\n|.)+',
    template: `{"message": $input.json('$.errorMessage')}`,
  },
];

/** API Gateway's own time limit for an integration, in ms. */
const INTEGRATION_TIMEOUT_MS = 29_000;

/** The URI by which API Gateway invokes a Lambda function. */
export function integrationUri(lab: Lab, place: Place): string {
  const { partition, region } = place;
  const functionArn = arnsOf(lab, place).function;
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

/** The method as the lab declares it. */
export function wantedMethod(lab: Lab, place: Place): Settings {
  return {
    'API key required': true,
    authorization: 'NONE',
    'integration type': 'AWS',
    'integration URI': integrationUri(lab, place),
    'integration HTTP method': 'POST',
    'integration passthrough': 'WHEN_NO_MATCH',
    'integration request templates': {},
    'integration timeout': INTEGRATION_TIMEOUT_MS,
    ...Object.fromEntries(
      RESPONSE_RULES.flatMap(({ statusCode, selectionPattern, template }) => [
        [`response ${statusCode}`, 'declared'],
        [`response ${statusCode} pattern`, selectionPattern ?? ''],
        [`response ${statusCode} template`, template ?? ''],
      ]),
    ),
  };
}

/** The fingerprint of the API once its method is as the lab declares it. */
export const wantedFingerprint = (lab: Lab, place: Place): string =>
  fingerprintOf(wantedMethod(lab, place), place);

/**
 * What keeps a method that somebody built by hand from working as the tutorial's does. The answers 400 and 500 and the
 * time limit are ours; bodies pass unless that is forbidden; an integration of another type has no answers to map.
 */
export function handBuiltFaults(lab: Lab, place: Place, actual: Settings): Difference[] {
  const differences = compare(wantedMethod(lab, place), actual);
  const otherType = differsIn(differences, 'integration type');
  return differences.filter(({ setting, actual: found }) => {
    if (setting === 'integration passthrough') return !otherType && found === 'NEVER';
    if (otherType && /^response 200 |request templates$/.test(setting)) return false;
    return !/^response [45]00|integration timeout/.test(setting);
  });
}

/** The settings of a method, told apart from the same ones on a resource whose path is spelled otherwise. */
export const atPath = (settings: Settings, path: string, lab: Lab): Settings =>
  path === lab.resource.path ? settings : { ...settings, path };

type Templates = Readonly<Record<string, string | null>> | null | undefined;

/** As much of API Gateway's description of a method as the lab declares. */
interface DescribedMethod {
  readonly apiKeyRequired?: boolean | undefined;
  readonly authorizationType?: string | undefined;
  readonly methodResponses?: Readonly<Record<string, unknown>> | undefined;
  readonly methodIntegration?:
    | {
        readonly type?: string | undefined;
        readonly uri?: string | undefined;
        readonly httpMethod?: string | undefined;
        readonly passthroughBehavior?: string | undefined;
        readonly requestTemplates?: Templates;
        readonly timeoutInMillis?: number | undefined;
        readonly integrationResponses?:
          | Readonly<
              Record<
                string,
                {
                  readonly selectionPattern?: string | undefined;
                  readonly responseTemplates?: Templates;
                }
              >
            >
          | undefined;
      }
    | undefined;
}

/** A method as API Gateway describes it, in the same form; what it leaves out counts as its default. */
export function settingsOfMethod(method: DescribedMethod): Settings {
  const integration = method.methodIntegration;
  return {
    'API key required': method.apiKeyRequired ?? false,
    authorization: method.authorizationType ?? 'NONE',
    'integration type': integration?.type,
    'integration URI': integration?.uri,
    'integration HTTP method': integration?.httpMethod,
    'integration passthrough': integration?.passthroughBehavior ?? 'WHEN_NO_MATCH',
    'integration request templates': integration?.requestTemplates ?? {},
    'integration timeout': integration?.timeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
    ...Object.fromEntries(RESPONSE_RULES.flatMap(({ statusCode }) => responseSettings(method, statusCode))),
  };
}

function responseSettings(method: DescribedMethod, statusCode: string): [string, unknown][] {
  const response = method.methodIntegration?.integrationResponses?.[statusCode];
  const declared = method.methodResponses?.[statusCode];
  return [
    [`response ${statusCode}`, declared && 'declared'],
    [`response ${statusCode} pattern`, response && (response.selectionPattern ?? '')],
    // AWS gives an empty template back as null (aws-facts 6.5).
    [`response ${statusCode} template`, response && (response.responseTemplates?.['application/json'] ?? '')],
  ];
}
