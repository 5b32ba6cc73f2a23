/** What goes wrong with the API, its resource, and the permission to call the function. */
import { sourceArnOf } from '../requests.js';
import {
  apiFlag,
  deployLine,
  patch,
  postConsole,
  quoted,
  resourcesConsole,
  type Entry,
  type Facts,
} from './entry.js';

export const API_ENTRIES: readonly Entry[] = [
  {
    step: 'api',
    setting: /^endpoint type$/,
    why: (_facts, { actual }) =>
      actual === 'PRIVATE'
        ? 'A private API is reached from inside a VPC only.'
        : 'The lab’s API is a regional one.',
    console: ({ lab }) =>
      `API Gateway > APIs > ${lab.api.name} > API settings > Edit > API endpoint type: Regional`,
    commands: (facts, { actual }) => [
      `apigateway update-rest-api ${apiFlag(facts)} ${patch(`/endpointConfiguration/types/${String(actual)}`, 'REGIONAL')}`,
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
    why: () => 'Without it there is no URL to call.',
    console: ({ lab }) => `API Gateway > APIs > Create API > REST API > Build: ${lab.api.name}`,
    commands: ({ lab }) => [
      `apigateway create-rest-api --name ${lab.api.name} --endpoint-configuration types=REGIONAL`,
    ],
  },
  {
    step: 'resource',
    setting: /^path$/,
    why: ({ lab }, { actual }) =>
      `Paths are told apart by case: ${lab.resource.path} answers 403 Missing Authentication Token while the resource is called ${String(actual)}.`,
    console: (facts) =>
      `${resourcesConsole(facts)}: the console renames no resource; delete it, Create resource > ${facts.lab.resource.pathPart}, and make its POST again`,
    commands: (facts) => [
      `apigateway update-resource ${apiFlag(facts)} --resource-id ${facts.things.resource?.id ?? 'RESOURCE_ID'} ${patch('/pathPart', facts.lab.resource.pathPart)}`,
      ...addPermission(facts),
      deployLine(facts),
    ],
  },
  {
    step: 'resource',
    setting: 'missing',
    why: ({ lab }) =>
      `The URL ends in ${lab.resource.path}: without the resource it answers 403 Missing Authentication Token.`,
    console: (facts) => `${resourcesConsole(facts)} > Create resource: ${facts.lab.resource.pathPart}`,
    commands: (facts) => [
      `apigateway create-resource ${apiFlag(facts)} --parent-id ${facts.things.api?.rootResourceId ?? 'ROOT_ID'} --path-part ${facts.lab.resource.pathPart}`,
    ],
  },
  {
    step: 'permission',
    setting: /^source$/,
    why: ({ things }, { actual }) => {
      if (actual === undefined)
        return 'It works, and is wider than needed: it names no source, so any API of any account may call the function.';
      return things.permission?.granted.some((pattern) => pattern.includes(`:${things.api?.id ?? '?'}/`))
        ? 'The permission is for this API, but not for its POST as it is called: API Gateway answers 500 Internal server error.'
        : 'The permission is for another API: when this one calls the function, API Gateway answers 500 Internal server error.';
    },
    console: (facts) => permissionConsole(facts),
    commands: (facts) => addPermission(facts),
  },
  {
    step: 'permission',
    setting: /./,
    why: () => 'The statement does not let API Gateway invoke the function.',
    console: (facts) => permissionConsole(facts),
    commands: (facts) => addPermission(facts),
  },
  {
    step: 'permission',
    setting: 'missing',
    why: () => 'The function lets no API call it: API Gateway answers 500 Internal server error.',
    console: (facts) => permissionConsole(facts),
    commands: (facts) => addPermission(facts),
  },
];

const permissionConsole = (facts: Facts): string =>
  `${postConsole(facts)} > Integration request > Edit: choose the function anew and save, which adds the permission; it shows under Lambda > Functions > ${facts.lab.function.name} > Configuration > Permissions > Resource-based policy statements`;

function addPermission({ lab, place, things }: Facts): string[] {
  const restApiId = things.api?.id ?? 'API_ID';
  const source = sourceArnOf(lab, place, restApiId);
  return [
    `lambda add-permission --function-name ${lab.function.name} --statement-id apigateway-${restApiId} --action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn ${quoted(source)}`,
  ];
}
