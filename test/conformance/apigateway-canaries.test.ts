import {
  CreateDeploymentCommand,
  CreateStageCommand,
  DeleteDeploymentCommand,
  GetStageCommand,
  UpdateStageCommand,
  type CreateDeploymentCommandInput,
  type CreateStageCommandInput,
  type PatchOperation,
  type Stage,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { claim } from '../_helpers/conformance.js';
import { createTestApi, MOCK_200, startTestGateway, type TestGateway } from '../_helpers/gateway.js';

let gateway: TestGateway;
let restApiId: string;
const deployments: string[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  const api = await createTestApi(gateway);
  await api.method({ httpMethod: 'GET', integration: MOCK_200 });
  restApiId = api.restApiId;
  for (let count = 0; count < 2; count += 1) {
    const { id = '' } = await gateway.client.send(new CreateDeploymentCommand({ restApiId }));
    deployments.push(id);
  }
  await createStage({ stageName: 'plain', variables: { a: 'test', b: 'test' } });
});

afterAll(() => gateway.stop());

const createStage = (input: Partial<CreateStageCommandInput> = {}) =>
  gateway.client.send(
    new CreateStageCommand({ restApiId, stageName: 'dev', deploymentId: deployments[0], ...input }),
  );
const deploy = (input: Partial<CreateDeploymentCommandInput> = {}) =>
  gateway.client.send(
    new CreateDeploymentCommand({ restApiId, canarySettings: { percentTraffic: 50 }, ...input }),
  );
const patch = (...patchOperations: PatchOperation[]) =>
  gateway.client.send(new UpdateStageCommand({ restApiId, stageName: 'plain', patchOperations }));
const getStage = () => gateway.client.send(new GetStageCommand({ restApiId, stageName: 'plain' }));
const badRequest = (message: unknown) => ({ name: 'BadRequestException', status: 400, message });

/** What a stage serves and what its canary; of the deployments made first the place in their order. */
const trafficOf = async (call: Promise<Stage & { $metadata: object }>): Promise<object> => {
  const { $metadata, canarySettings, variables, deploymentId } = await call;
  const place = (id = '') => deployments.indexOf(id);
  return {
    $metadata,
    variables,
    serves: place(deploymentId),
    canary: canarySettings && { ...canarySettings, deploymentId: place(canarySettings.deploymentId) },
  };
};

const STAGES = 'recorded: test_create_update_stages';
const BY_UPDATE = 'recorded: test_create_canary_deployment_by_stage_update';
const DEPLOYED = 'recorded: test_create_canary_deployment_with_stage';
const VALIDATION = 'recorded: test_create_canary_deployment_validation';
const PATCHES = 'recorded: test_update_stage_canary_deployment_validation';
const COPY = 'recorded: test_update_stage_with_copy_ops';
const NO_CONTENT = 'Invalid deployment content specified.';
const FROM_DEPLOYMENT = { from: '/canarySettings/deploymentId', path: '/deploymentId' };
const FROM_OVERRIDES = { from: '/canarySettings/stageVariableOverrides', path: '/variables' };
const variables = { a: 'test', b: 'test' };

describe('a canary', () => {
  claim([
    {
      what: 'comes with its stage',
      evidence: STAGES,
      call: () =>
        createStage({
          canarySettings: { percentTraffic: 40, stageVariableOverrides: { a: 'canary' } },
        }),
      status: 201,
      answer: {
        stageName: 'dev',
        deploymentId: expect.any(String),
        cacheClusterEnabled: false,
        cacheClusterStatus: 'NOT_AVAILABLE',
        canarySettings: {
          deploymentId: expect.any(String),
          percentTraffic: 40,
          stageVariableOverrides: { a: 'canary' },
          useStageCache: false,
        },
        createdDate: expect.any(Date),
        lastUpdatedDate: expect.any(Date),
        methodSettings: {},
        tracingEnabled: false,
      },
    },
    {
      what: 'needs a deployment that is there',
      evidence: 'recorded: test_create_canary_deployment',
      call: () => createStage({ stageName: 'other', canarySettings: { deploymentId: 'deploy' } }),
      error: badRequest('Deployment id does not exist'),
    },
    {
      what: 'begins with a deployment and no traffic',
      evidence: BY_UPDATE,
      call: () =>
        trafficOf(
          patch({ op: 'replace', path: '/canarySettings/deploymentId', value: deployments[1] ?? '' }),
        ),
      answer: {
        variables,
        serves: 0,
        canary: { deploymentId: 1, percentTraffic: 0, useStageCache: false },
      },
    },
    {
      what: 'goes',
      evidence: BY_UPDATE,
      call: () => trafficOf(patch({ op: 'remove', path: '/canarySettings' })),
      answer: { variables, serves: 0 },
    },
    {
      what: 'cannot be promoted when there is none',
      evidence: COPY,
      call: () => patch({ op: 'copy', ...FROM_OVERRIDES }, { op: 'copy', ...FROM_DEPLOYMENT }),
      error: badRequest('Promotion not available. Canary does not exist.'),
    },
    {
      what: 'is the only source of a copy',
      evidence: COPY,
      call: () => patch({ op: 'copy', path: '/canarySettings/stageVariableOverrides', from: '/variables' }),
      error: badRequest(
        'Invalid copy operation with path: /canarySettings/stageVariableOverrides and from /variables. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]',
      ),
    },
    {
      what: 'begins with a share of the traffic and what the stage serves',
      evidence: BY_UPDATE,
      call: () => trafficOf(patch({ op: 'replace', path: '/canarySettings/percentTraffic', value: '50' })),
      answer: {
        variables,
        serves: 0,
        canary: { deploymentId: 0, percentTraffic: 50, useStageCache: false },
      },
    },
    {
      what: 'is deployed beside what the stage serves',
      evidence: DEPLOYED,
      call: async () => {
        const answer = await deploy({
          stageName: 'plain',
          canarySettings: { percentTraffic: 50, stageVariableOverrides: { a: 'override' } },
        });
        deployments.push(answer.id ?? '');
        return answer;
      },
      status: 201,
      answer: { id: expect.any(String), createdDate: expect.any(Date) },
    },
    {
      what: 'deployed has its own variables',
      evidence: DEPLOYED,
      call: () => trafficOf(getStage()),
      answer: {
        variables,
        serves: 0,
        canary: {
          deploymentId: 2,
          percentTraffic: 50,
          stageVariableOverrides: { a: 'override' },
          useStageCache: false,
        },
      },
    },
    {
      what: 'keeps its deployment from going',
      evidence: 'recorded for stages: test_create_delete_deployments',
      call: () =>
        gateway.client.send(new DeleteDeploymentCommand({ restApiId, deploymentId: deployments[2] })),
      error: badRequest('Active stages pointing to this deployment must be moved or deleted'),
    },
    {
      what: 'is promoted by copies',
      evidence: COPY,
      call: () =>
        trafficOf(
          patch(
            { op: 'replace', path: '/canarySettings/percentTraffic', value: '0.0' },
            { op: 'copy', ...FROM_DEPLOYMENT },
            { op: 'copy', ...FROM_OVERRIDES },
          ),
        ),
      answer: {
        variables: { a: 'override', b: 'test' },
        serves: 2,
        canary: {
          deploymentId: 2,
          percentTraffic: 0,
          stageVariableOverrides: { a: 'override' },
          useStageCache: false,
        },
      },
    },
    ...[
      ['null', undefined],
      ['', ''],
    ].map(([value, stageName]) => ({
      what: `needs a stage, not ${JSON.stringify(stageName)}`,
      evidence: VALIDATION,
      call: () => deploy(stageName === undefined ? {} : { stageName }),
      error: badRequest(
        `${NO_CONTENT}Non null and non empty stageName must be provided for canary deployment. Provided value is ${value}`,
      ),
    })),
    {
      what: 'needs a stage that is there',
      evidence: VALIDATION,
      call: () => deploy({ stageName: 'nope' }),
      error: badRequest(
        `${NO_CONTENT}Stage nope must already be created before making a canary release deployment`,
      ),
    },
    ...['stageVariableOverrides', 'badPath'].map((setting) => ({
      what: `does not lose ${setting}`,
      evidence: PATCHES,
      call: () => patch({ op: 'remove', path: `/canarySettings/${setting}` }),
      error: badRequest(
        `Cannot remove method setting canarySettings/${setting} because there is no method setting for this method `,
      ),
    })),
    ...['/canarySettings', '/canarySettings/badPath'].map((path) => ({
      what: `has no setting ${path}`,
      evidence: PATCHES,
      call: () => patch({ op: 'replace', path, value: 'x' }),
      error: badRequest(
        expect.stringMatching(`^Invalid method setting path: ${path}\\. Must be one of: \\[/deploymentId, `),
      ),
    })),
    {
      what: 'knows no add',
      evidence: PATCHES,
      call: () => patch({ op: 'add', path: '/canarySettings/deploymentId', value: 'x' }),
      error: badRequest('Invalid add operation with path: /canarySettings/deploymentId'),
    },
    {
      what: 'is not moved to a deployment that is missing',
      evidence: PATCHES,
      call: () => patch({ op: 'replace', path: '/canarySettings/deploymentId', value: 'deploy' }),
      error: badRequest('Deployment id does not exist'),
    },
  ]);
});
