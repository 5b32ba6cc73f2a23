/** What goes wrong with the method and its integration. */
import type { Call } from '../call.js';
import type { Difference } from '../difference.js';
import { integrationUri } from '../method-settings.js';
import { putIntegration, putMethod, type MethodAddress } from '../requests.js';
import {
  call,
  idOf,
  isMethodServed,
  deploy,
  patch,
  postConsole,
  resourcesConsole,
  stageOf,
  type Entry,
  type Facts,
} from './entry.js';

/** Which method is meant, in every call. */
const addressOf = (facts: Facts): MethodAddress => ({
  restApiId: idOf(facts, 'api'),
  resourceId: idOf(facts, 'resource'),
  httpMethod: facts.lab.method.verb,
});

const update =
  (
    operation: 'UpdateMethod' | 'UpdateIntegration',
    path: string,
    value: string,
  ): NonNullable<Entry['calls']> =>
  (facts) => [call('apigateway', operation, { ...addressOf(facts), ...patch(path, value) }), deploy(facts)];

/** The answer 200 for everything, as the console sets it up. */
function answer200(facts: Facts): Call[] {
  const method = facts.things.resource?.methods[facts.lab.method.verb];
  const answer = { ...addressOf(facts), statusCode: '200' };
  return [
    ...(method?.methodResponses?.['200'] ? [] : [call('apigateway', 'PutMethodResponse', answer)]),
    call('apigateway', 'PutIntegrationResponse', answer),
  ];
}

/** The answer is there, and maps what the function returns otherwise than the lab's; what is not there maps nothing. */
const isChangedAnswer = ({ setting, actual }: Difference): boolean =>
  /(pattern|template)$/.test(setting) && actual !== undefined;

/** The integration anew, with its answer, which goes with the old one. */
const integrate = (facts: Facts): Call[] => [
  call('apigateway', 'PutIntegration', putIntegration(facts.lab, facts.place, addressOf(facts))),
  ...answer200(facts),
  deploy(facts),
];

/** The method with all that belongs to it, live. */
export function makeMethod(facts: Facts): Call[] {
  return [call('apigateway', 'PutMethod', putMethod(addressOf(facts))), ...integrate(facts)];
}

/** Which function an integration calls, and where; undefined for what is no function's URI. */
function calledBy(uri: unknown): { region: string; name: string } | undefined {
  const [, region, name] =
    /\/functions\/arn:[^:]+:lambda:([^:]+):\d+:function:([^/]+)\/invocations$/.exec(String(uri)) ?? [];
  return region === undefined || name === undefined ? undefined : { region, name };
}

function whyOtherUri({ lab, place }: Facts, uri: unknown): string {
  const called = calledBy(uri);
  if (!called)
    return `The method hands the request to something else than the function ${lab.function.name}.`;
  if (called.region !== place.region) {
    return `The method calls the function ${called.name} in ${called.region}; the lab’s is in ${place.region}.`;
  }
  return called.name === lab.function.name
    ? `The method does not call ${lab.function.name} by way of this region and account.`
    : `The method calls the function ${called.name}, not ${lab.function.name}.`;
}

export const METHOD_ENTRIES: readonly Entry[] = [
  {
    step: 'method',
    setting: /^API key required$/,
    why: () =>
      'Anybody who knows the URL may call it: the method does not ask for the API key, and the usage plan counts for nothing.',
    console: (facts) => `${postConsole(facts)} > Method request > Edit > API key required; then Deploy API`,
    calls: update('UpdateMethod', '/apiKeyRequired', 'true'),
  },
  {
    step: 'method',
    setting: /^authorization$/,
    stops: () => ['authorization'],
    why: (_facts, { actual }) =>
      `The method asks for ${String(actual)} as well, which the tutorial’s requests do not bear.`,
    console: (facts) =>
      `${postConsole(facts)} > Method request > Edit > Authorization: None; then Deploy API`,
    calls: update('UpdateMethod', '/authorizationType', 'NONE'),
  },
  {
    step: 'method',
    setting: /^integration type$/,
    stops: () => ['call', 'answer', 'event', 'function'],
    why: (_facts, { actual }) =>
      actual === 'AWS_PROXY'
        ? 'A proxy integration hands the function the whole HTTP request, in which it finds no operation, and wants an answer in a form that it does not give.'
        : 'The request does not reach a Lambda function.',
    console: (facts) =>
      `${postConsole(facts)} > Integration request > Edit > Lambda function, Lambda proxy integration off; then Deploy API`,
    calls: (facts) => integrate(facts),
  },
  {
    step: 'method',
    setting: /^integration URI$/,
    stops: () => ['call', 'function'],
    why: (facts, { actual }) => whyOtherUri(facts, actual),
    console: (facts) =>
      `${postConsole(facts)} > Integration request > Edit > Lambda function: ${facts.place.region}, ${facts.lab.function.name}; then Deploy API`,
    calls: (facts, difference) =>
      update('UpdateIntegration', '/uri', integrationUri(facts.lab, facts.place))(facts, difference),
  },
  {
    step: 'method',
    setting: /^integration HTTP method$/,
    stops: () => ['call'],
    why: () => 'Lambda is called by POST, whatever the method is; with another verb API Gateway answers 500.',
    console: (facts) =>
      `${postConsole(facts)} > Integration request > Edit > HTTP method: POST; then Deploy API`,
    calls: update('UpdateIntegration', '/httpMethod', 'POST'),
  },
  {
    step: 'method',
    setting: /^integration passthrough$/,
    stops: () => ['body'],
    why: () => 'Bodies are not passed on where no template fits: every request is answered 415.',
    console: (facts) =>
      `${postConsole(facts)} > Integration request > Edit > Request body passthrough: When no template matches; then Deploy API`,
    calls: update('UpdateIntegration', '/passthroughBehavior', 'WHEN_NO_MATCH'),
  },
  {
    step: 'method',
    setting: /^integration request templates$/,
    stops: () => ['event', 'body'],
    why: () => 'The function gets what the template makes of the body, not the body itself.',
    console: (facts) =>
      `${postConsole(facts)} > Integration request > Edit > Mapping templates: remove; then Deploy API`,
    calls: (facts) => integrate(facts),
  },
  {
    step: 'method',
    setting: /^integration timeout$/,
    stops: () => ['capacity'],
    why: () => 'API Gateway gives up on the function sooner or later than by default.',
    console: (facts) => `${postConsole(facts)} > Integration request > Edit > Integration timeout: 29000`,
  },
  {
    step: 'method',
    setting: /^response 200/,
    stops: () => ['answer'],
    why: (_facts, difference) =>
      isChangedAnswer(difference)
        ? 'The answer 200 is there, and is not the tutorial’s: callers get what its template makes of the function’s result, only where its pattern fits, and else 500 Internal server error.'
        : 'API Gateway has no answer for what the function returns, and answers 500 Internal server error.',
    console: (facts, difference) =>
      isChangedAnswer(difference)
        ? `${postConsole(facts)} > Integration response > 200 > Edit: no Lambda error regex, and no mapping template; then Deploy API`
        : `${postConsole(facts)} > Integration response > Create response: 200, the default; the same under Method response; then Deploy API`,
    calls: (facts) => [...answer200(facts), deploy(facts)],
  },
  {
    step: 'method',
    setting: /^response (400|500)/,
    why: () =>
      'Faults are not answered as the lab declares it: those of the caller with 400, those of the function with 500.',
    console: (facts) => `${postConsole(facts)} > Integration response, and Method response; then Deploy API`,
  },
  {
    step: 'method',
    setting: 'missing',
    stops: () => ['method'],
    why: (facts) =>
      isMethodServed(facts)
        ? `The API has no POST there, although the stage ${stageOf(facts)} still serves the one that was deployed last. After a deployment without it the endpoint says 403 Missing Authentication Token.`
        : 'Without it nothing answers a POST there: the endpoint says 403 Missing Authentication Token.',
    console: (facts) =>
      `${resourcesConsole(facts)} > ${facts.lab.resource.path} > Create method: POST, Lambda function ${facts.lab.function.name}, proxy integration off, API key required; then Deploy API`,
    calls: makeMethod,
  },
];
