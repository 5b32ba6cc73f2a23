/** API, stage, key and plan, changed behind the lab’s back. */
import * as gateway from '@aws-sdk/client-api-gateway';
import { describeDrift, patched, REPLACED_PERMISSION, type Change, type Row } from '../_helpers/drift.js';

const apiPatched =
  (path: string, value: string): Change =>
  ({ aws: { apiGateway }, restApiId }) =>
    apiGateway.send(new gateway.UpdateRestApiCommand({ restApiId, ...patched(path, value) }));

const methodPatched =
  (path: string, value: string): Change =>
  ({ aws: { apiGateway }, method }) =>
    apiGateway.send(new gateway.UpdateMethodCommand({ ...method, ...patched(path, value) }));

const integrationPatched =
  (path: string, value: string, op?: gateway.Op): Change =>
  ({ aws: { apiGateway }, method }) =>
    apiGateway.send(new gateway.UpdateIntegrationCommand({ ...method, ...patched(path, value, op) }));

const answerPatched =
  (statusCode: string, path: string, value: string): Change =>
  ({ aws: { apiGateway }, method }) =>
    apiGateway.send(
      new gateway.UpdateIntegrationResponseCommand({ ...method, statusCode, ...patched(path, value) }),
    );

const keyPatched =
  (path: string, value: string): Change =>
  ({ aws: { apiGateway }, apiKey }) =>
    apiGateway.send(new gateway.UpdateApiKeyCommand({ apiKey, ...patched(path, value) }));

const planPatched =
  (path: string, value: string): Change =>
  ({ aws: { apiGateway }, usagePlanId }) =>
    apiGateway.send(new gateway.UpdateUsagePlanCommand({ usagePlanId, ...patched(path, value) }));

const URI = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${name}/invocations`;

const STALE = 'redeploy serves: expected the API as it now is, found another state of the API';
/** What an empty text is called. */
const EMPTY = 'an empty one';

const ANSWERS = ['200', '400', '500'].map(() => 'apigateway:PutIntegrationResponse');

const RATED = ['apigateway:UpdateUsagePlan'];

const NEW_INTEGRATION = ['apigateway:PutIntegration', ...ANSWERS];

const REMADE_METHOD = [
  ...NEW_INTEGRATION,
  'apigateway:PutMethod',
  ...ANSWERS.map(() => 'apigateway:PutMethodResponse'),
];

const REMADE_RESOURCE = ['apigateway:CreateResource', ...REMADE_METHOD];

const REMADE_API = [
  ...['CreateDeployment', 'CreateRestApi', 'TagResource', 'UpdateStage', 'UpdateUsagePlan'].map(
    (each) => `apigateway:${each}`,
  ),
  ...REMADE_RESOURCE,
  ...REPLACED_PERMISSION,
];

const unanswered = (code: string, pattern: string, template: string): string[] => [
  `method response ${code} pattern: expected ${pattern || EMPTY}, found nothing`,
  `method response ${code} template: expected ${template || EMPTY}, found nothing`,
];

const NO_400 = [
  ...unanswered(
    '400',
    'BadRequest: (\\n|.)*',
    `#set($error = $input.json('$.errorMessage'))\\n{"message": "$error.substring(13)}`,
  ),
  STALE,
];

const PROXY = [
  'method integration type: expected AWS, found AWS_PROXY',
  ...unanswered('200', '', ''),
  ...NO_400.slice(0, 2),
  ...unanswered('500', '(?!BadRequest: )(\\n|.)+', `{"message": $input.json('$.errorMessage')}`),
  STALE,
];

const NO_STAGE = [
  'deployment missing',
  'usage-plan stage: expected on Prod, found not on Prod',
  'redeploy missing',
];

const NO_API = [
  'api missing',
  'resource missing',
  'method missing',
  'permission source: expected arn:aws:execute-api:us-east-1:000000000000:(no API)/*/POST/dynamodbmanager, found arn:aws:execute-api:us-east-1:000000000000:API/*/POST/dynamodbmanager',
  ...NO_STAGE,
];

const ROWS: readonly Row[] = [
  [
    'the API was renamed',
    apiPatched('/name', 'Mine'),
    ['api name: expected DynamoDBOperations, found Mine'],
    ['apigateway:UpdateRestApi'],
  ],
  [
    'the API was made edge-optimized',
    apiPatched('/endpointConfiguration/types/REGIONAL', 'EDGE'),
    ['api endpoint type: expected REGIONAL, found EDGE'],
    ['apigateway:UpdateRestApi'],
  ],
  [
    'the resource was deleted',
    ({ aws: { apiGateway }, method }) => apiGateway.send(new gateway.DeleteResourceCommand(method)),
    ['resource missing', 'method missing', STALE],
    REMADE_RESOURCE,
  ],
  [
    'the resource was renamed',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(new gateway.UpdateResourceCommand({ ...method, ...patched('/pathPart', 'mine') })),
    ['resource missing', 'method missing', STALE],
    REMADE_RESOURCE,
  ],
  [
    'the method was deleted',
    ({ aws: { apiGateway }, method }) => apiGateway.send(new gateway.DeleteMethodCommand(method)),
    ['method missing', STALE],
    REMADE_METHOD,
  ],
  [
    'the method no longer asks for a key',
    methodPatched('/apiKeyRequired', 'false'),
    ['method API key required: expected true, found false', STALE],
    ['apigateway:UpdateMethod'],
  ],
  [
    'the method asks for IAM’s authorization',
    methodPatched('/authorizationType', 'AWS_IAM'),
    ['method authorization: expected NONE, found AWS_IAM', STALE],
    ['apigateway:UpdateMethod'],
  ],
  [
    'the integration goes to another function',
    integrationPatched('/uri', URI('other')),
    [`method integration URI: expected ${URI('LambdaFunctionOverHttps')}, found ${URI('other')}`, STALE],
    NEW_INTEGRATION,
  ],
  [
    'the integration is a proxy',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(
        new gateway.PutIntegrationCommand({
          ...method,
          type: 'AWS_PROXY',
          integrationHttpMethod: 'POST',
          uri: URI('LambdaFunctionOverHttps'),
        }),
      ),
    PROXY,
    NEW_INTEGRATION,
  ],
  [
    'the integration’s time limit was changed',
    integrationPatched('/timeoutInMillis', '5000'),
    ['method integration timeout: expected 29000, found 5000', STALE],
    NEW_INTEGRATION,
  ],
  [
    'the integration passes no body through',
    integrationPatched('/passthroughBehavior', 'NEVER'),
    ['method integration passthrough: expected WHEN_NO_MATCH, found NEVER', STALE],
    NEW_INTEGRATION,
  ],
  [
    'the integration got a request template',
    integrationPatched('/requestTemplates/application~1json', '{}', 'add'),
    ['method integration request templates: expected {}, found {"application/json":"{}"}', STALE],
    NEW_INTEGRATION,
  ],
  [
    'the declared answer 500 was removed',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(new gateway.DeleteMethodResponseCommand({ ...method, statusCode: '500' })),
    ['method response 500: expected declared, found nothing', STALE],
    ['apigateway:PutMethodResponse'],
  ],
  [
    'the mapping of 400 was removed',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(new gateway.DeleteIntegrationResponseCommand({ ...method, statusCode: '400' })),
    NO_400,
    ['apigateway:PutIntegrationResponse'],
  ],
  [
    'the mapping of 200 was removed',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(new gateway.DeleteIntegrationResponseCommand({ ...method, statusCode: '200' })),
    [
      'method response 200 pattern: expected an empty one, found nothing',
      'method response 200 template: expected an empty one, found nothing',
      STALE,
    ],
    ['apigateway:PutIntegrationResponse'],
  ],
  [
    'the pattern of 500 was widened',
    answerPatched('500', '/selectionPattern', '.*'),
    ['method response 500 pattern: expected (?!BadRequest: )(\\n|.)+, found .*', STALE],
    ['apigateway:PutIntegrationResponse'],
  ],
  [
    'the template of 500 was changed',
    answerPatched('500', '/responseTemplates/application~1json', '{}'),
    ['method response 500 template: expected {"message": $input.json(\'$.errorMessage\')}, found {}', STALE],
    ['apigateway:PutIntegrationResponse'],
  ],
  [
    'the stage was deleted',
    ({ aws: { apiGateway }, restApiId }) =>
      apiGateway.send(new gateway.DeleteStageCommand({ restApiId, stageName: 'Prod' })),
    NO_STAGE,
    [
      'apigateway:CreateDeployment',
      'apigateway:TagResource',
      'apigateway:UpdateStage',
      'apigateway:UpdateUsagePlan',
    ],
  ],
  [
    'Prod is on an older deployment',
    async (each) => {
      await methodPatched('/apiKeyRequired', 'false')(each);
      const { id = '' } = await each.aws.apiGateway.send(
        new gateway.CreateDeploymentCommand({ restApiId: each.restApiId }),
      );
      await each.aws.apiGateway.send(
        new gateway.UpdateStageCommand({
          restApiId: each.restApiId,
          stageName: 'Prod',
          ...patched('/deploymentId', id),
        }),
      );
      await methodPatched('/apiKeyRequired', 'true')(each);
    },
    [STALE],
    ['apigateway:CreateDeployment', 'apigateway:UpdateStage'],
  ],
  [
    'the key was disabled',
    keyPatched('/enabled', 'false'),
    ['key enabled: expected true, found false'],
    ['apigateway:UpdateApiKey'],
  ],
  [
    'the key was renamed',
    keyPatched('/name', 'mine'),
    ['key name: expected Lambda-key, found mine'],
    ['apigateway:UpdateApiKey'],
  ],
  [
    'the key was deleted',
    ({ aws: { apiGateway }, apiKey }) => apiGateway.send(new gateway.DeleteApiKeyCommand({ apiKey })),
    ['key missing', 'usage-plan key: expected attached, found not attached'],
    ['apigateway:CreateApiKey', 'apigateway:CreateUsagePlanKey'],
  ],
  [
    'the plan’s rate was changed',
    planPatched('/throttle/rateLimit', '1'),
    ['usage-plan rate: expected 100, found 1'],
    RATED,
  ],
  [
    'the plan’s burst was changed',
    planPatched('/throttle/burstLimit', '1'),
    ['usage-plan burst: expected 20, found 1'],
    RATED,
  ],
  [
    'the plan was given a quota',
    ({ aws: { apiGateway }, usagePlanId }) =>
      apiGateway.send(
        new gateway.UpdateUsagePlanCommand({
          usagePlanId,
          patchOperations: [
            { op: 'add', path: '/quota/limit', value: '500' },
            { op: 'add', path: '/quota/period', value: 'WEEK' },
          ],
        }),
      ),
    ['usage-plan quota: expected none, found 500 a week'],
    RATED,
  ],
  [
    'the plan was renamed',
    planPatched('/name', 'mine'),
    ['usage-plan name: expected Lambda-dynamoDB-usageplan, found mine'],
    RATED,
  ],
  [
    'the plan was taken off the stage',
    ({ aws: { apiGateway }, usagePlanId, restApiId }) =>
      apiGateway.send(
        new gateway.UpdateUsagePlanCommand({
          usagePlanId,
          ...patched('/apiStages', `${restApiId}:Prod`, 'remove'),
        }),
      ),
    ['usage-plan stage: expected on Prod, found not on Prod'],
    RATED,
  ],
  [
    'the key was taken off the plan',
    ({ aws: { apiGateway }, usagePlanId, apiKey }) =>
      apiGateway.send(new gateway.DeleteUsagePlanKeyCommand({ usagePlanId, keyId: apiKey })),
    ['usage-plan key: expected attached, found not attached'],
    ['apigateway:CreateUsagePlanKey'],
  ],
  [
    'the API was deleted with its children',
    ({ aws: { apiGateway }, restApiId }) => apiGateway.send(new gateway.DeleteRestApiCommand({ restApiId })),
    NO_API,
    REMADE_API,
  ],
];

describeDrift('a lab whose API, stage, key or plan was changed', ROWS);
