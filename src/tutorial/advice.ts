import type { Difference, StepId } from './step.js';

/** Where in the console a lab that was built by hand is put right, in the order in which settings are looked up. */
const ADVICE: readonly (readonly [step: StepId, setting: RegExp, advice: string])[] = [
  [
    'role',
    /^trust$/,
    'IAM > Roles > the role > Trust relationships: the trusted entity is the service Lambda',
  ],
  ['role', /^policy$/, 'IAM > Roles > the role > Permissions: paste the policy of step 1 as it stands'],
  [
    'function',
    /^role$/,
    'Lambda > the function > Configuration > Permissions > Edit: choose the role of step 1',
  ],
  ['function', /^state$/, 'Lambda > the function: the message at the top says what Lambda could not do'],
  [
    'table',
    /^key$/,
    'the partition key cannot be changed: make the table again, with the key id of type String',
  ],
  ['api', /^endpoint type$/, 'API Gateway > the API > API settings: the endpoint type is Regional'],
  [
    'method',
    /^API key required$/,
    'API Gateway > POST > Method request > Edit > API key required, then Deploy API; until then anybody may call it',
  ],
  ['method', /^authorization$/, 'API Gateway > POST > Method request > Edit > Authorization: NONE'],
  [
    'method',
    /^integration type$/,
    'API Gateway > POST > Integration request > Edit: switch Lambda proxy integration off; the function gets the body itself',
  ],
  [
    'method',
    /^integration URI$/,
    'API Gateway > POST > Integration request > Edit: choose the function of step 2',
  ],
  ['method', /^integration/, 'API Gateway > POST > Integration request > Edit'],
  ['method', /^response 200/, 'API Gateway > POST > Integration response: one response, 200, the default'],
  [
    'permission',
    /./,
    'Lambda > the function > Configuration > Permissions: let apigateway.amazonaws.com invoke it; choosing the function anew in the integration does so',
  ],
  ['key', /^enabled$/, 'API Gateway > API keys > the key > Edit: Active'],
  ['usage-plan', /^(rate|burst)$/, 'API Gateway > Usage plans > the plan > Edit: rate 100, burst 20'],
  ['usage-plan', /^stage$/, 'API Gateway > Usage plans > the plan > Add stage: the API and its stage'],
  ['usage-plan', /^key$/, 'API Gateway > API keys > the key > Add to usage plan'],
  [
    'redeploy',
    /^serves$/,
    'API Gateway > the API > Deploy API: changes are not live until it is deployed again',
  ],
];

/** What to click for these differences of a step by hand, each once. */
export function adviceFor(step: string, differences: readonly Difference[]): string[] {
  const found = differences.flatMap(({ setting }) => {
    const entry = ADVICE.find(([id, settings]) => id === step && settings.test(setting));
    return entry ? [entry[2]] : [];
  });
  return [...new Set(found)];
}
