/** What goes wrong with the API, its resource, and the permission to call the function. */
import type { Call } from '../call.js';
import { matchesWildcards } from '../grants.js';
import { addPermission, createResource, statementIdByHand } from '../requests.js';
import { makeMethod } from './method.js';
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

export const API_ENTRIES: readonly Entry[] = [
  {
    step: 'api',
    setting: /^endpoint type$/,
    stops: () => ['stage'],
    why: (_facts, { actual }) =>
      actual === 'PRIVATE'
        ? 'A private API is reached from inside a VPC only.'
        : 'The lab’s API is a regional one.',
    console: ({ lab }) =>
      `API Gateway > APIs > ${lab.api.name} > API settings > Edit > API endpoint type: Regional`,
    calls: (facts, { actual }) => [
      call('apigateway', 'UpdateRestApi', {
        restApiId: idOf(facts, 'api'),
        ...patch(`/endpointConfiguration/types/${String(actual)}`, 'REGIONAL'),
      }),
    ],
  },
  {
    step: 'api',
    setting: /s of this (name|lab)$/,
    why: () => 'API Gateway lets several APIs bear one name, so nobody can tell which of them is the lab’s.',
    console: ({ lab }) => `API Gateway > APIs: delete those called ${lab.api.name} that are not meant`,
  },
  {
    step: 'api',
    setting: /^name$/,
    why: () => 'It bears another name than the tutorial’s.',
    console: ({ lab }) => `API Gateway > APIs > API settings > Edit > API name: ${lab.api.name}`,
  },
  {
    step: 'api',
    setting: 'missing',
    stops: () => ['stage'],
    why: () => 'Without it there is no URL to call.',
    console: ({ lab }) => `API Gateway > APIs > Create API > REST API > Build: ${lab.api.name}`,
    calls: ({ lab }) => [
      call('apigateway', 'CreateRestApi', {
        name: lab.api.name,
        endpointConfiguration: { types: ['REGIONAL'] },
      }),
    ],
  },
  {
    step: 'resource',
    setting: /^path$/,
    stops: () => ['method'],
    why: ({ lab }, { actual }) =>
      `Paths are told apart by case: ${lab.resource.path} answers 403 Missing Authentication Token while the resource is called ${String(actual)}.`,
    console: (facts) =>
      `${resourcesConsole(facts)}: the console renames no resource; delete it, Create resource > ${facts.lab.resource.pathPart}, and make its POST again; then Deploy API`,
    calls: (facts) => [
      call('apigateway', 'UpdateResource', {
        restApiId: idOf(facts, 'api'),
        resourceId: idOf(facts, 'resource'),
        ...patch('/pathPart', facts.lab.resource.pathPart),
      }),
      ...(isGranted(facts) ? [] : letInvoke(facts)),
      deploy(facts),
    ],
  },
  {
    step: 'resource',
    setting: 'missing',
    stops: () => ['method'],
    why: (facts) =>
      isMethodServed(facts)
        ? `The API has no ${facts.lab.resource.path}, although the stage ${stageOf(facts)} still serves the one that was deployed last. After a deployment without it the URL answers 403 Missing Authentication Token.`
        : `The URL ends in ${facts.lab.resource.path}: without the resource it answers 403 Missing Authentication Token.`,
    console: (facts) =>
      `${resourcesConsole(facts)} > Create resource: ${facts.lab.resource.pathPart}; in it Create method, as step 6 has it; then Deploy API`,
    calls: (facts) => [
      {
        ...call(
          'apigateway',
          'CreateResource',
          createResource(facts.lab, {
            restApiId: idOf(facts, 'api'),
            parentId: facts.things.api?.rootResourceId ?? '$ROOT_ID',
          }),
        ),
        capture: { variable: 'RESOURCE_ID', query: 'id' },
      },
      ...makeMethod(facts),
    ],
  },
  {
    step: 'permission',
    setting: /^source$/,
    stops: () => ['call'],
    why: ({ things }, { actual }) => {
      if (actual === undefined)
        return 'It works, and is wider than needed: it names no source, so any API of any account may call the function.';
      return things.permission?.granted.some((pattern) => pattern.includes(`:${things.api?.id ?? '?'}/`))
        ? 'The permission is for this API, but not for its POST as it is called: API Gateway answers 500 Internal server error.'
        : 'The permission is for another API: when this one calls the function, API Gateway answers 500 Internal server error.';
    },
    console: (facts) => permissionConsole(facts),
    calls: letInvoke,
  },
  {
    step: 'permission',
    setting: /./,
    stops: () => ['call'],
    why: () => 'The statement does not let API Gateway invoke the function.',
    console: (facts) => permissionConsole(facts),
    calls: letInvoke,
  },
  {
    step: 'permission',
    setting: 'missing',
    stops: () => ['call'],
    why: () => 'The function lets no API call it: API Gateway answers 500 Internal server error.',
    console: (facts) => permissionConsole(facts),
    calls: letInvoke,
  },
];

const permissionConsole = (facts: Facts): string =>
  `${postConsole(facts)} > Integration request > Edit: choose the function anew and save, which adds the permission; it shows under Lambda > Functions > ${facts.lab.function.name} > Configuration > Permissions > Resource-based policy statements`;

/** Whether the call by the lab's own path is let through already: a second statement of one name would be refused. */
function isGranted(facts: Facts): boolean {
  const { SourceArn } = addPermission(facts.lab, facts.place, { restApiId: idOf(facts, 'api') });
  return facts.things.permission?.granted.some((each) => matchesWildcards(each, SourceArn)) ?? false;
}

/** Under a name of its own: the lab's is for what the lab made. Lambda refuses a second statement of one name. */
export function letInvoke(facts: Facts): Call[] {
  const restApiId = idOf(facts, 'api');
  const FunctionName = facts.lab.function.name;
  const StatementId = statementIdByHand(restApiId);
  const isTaken = facts.things.permission?.statementIds.includes(StatementId) ?? false;
  const input = addPermission(facts.lab, facts.place, { restApiId });
  return [
    ...(isTaken ? [call('lambda', 'RemovePermission', { FunctionName, StatementId })] : []),
    call('lambda', 'AddPermission', { ...input, StatementId }),
  ];
}
