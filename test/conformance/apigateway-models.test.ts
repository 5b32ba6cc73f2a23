import {
  CreateModelCommand,
  CreateRequestValidatorCommand,
  DeleteModelCommand,
  DeleteRequestValidatorCommand,
  GetModelCommand,
  GetModelsCommand,
  GetRequestValidatorCommand,
  GetRequestValidatorsCommand,
  PutMethodCommand,
  UpdateMethodCommand,
  UpdateModelCommand,
  UpdateRequestValidatorCommand,
  type CreateModelCommandInput,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { claim } from '../_helpers/conformance.js';
import { createTestApi, startTestGateway, type TestApi, type TestGateway } from '../_helpers/gateway.js';

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
  api = await createTestApi(gateway);
});

afterAll(() => gateway.stop());

const badRequest = (message: string) => ({ name: 'BadRequestException', status: 400, message });
const notFound = (message: string) => ({ name: 'NotFoundException', status: 404, message });
const conflict = (message: string) => ({ name: 'ConflictException', status: 409, message });
const NO_API = notFound('Invalid API identifier specified 000000000000:nope');
const ID = expect.stringMatching(/^[a-z0-9]{6}$/);

describe('a model', () => {
  const schema = JSON.stringify({ title: 'Pet', type: 'object' });
  const pet = { id: ID, name: 'Pet', contentType: 'application/json', schema };
  const create = (input: Partial<CreateModelCommandInput> = {}) =>
    gateway.client.send(
      new CreateModelCommand({
        restApiId: api.restApiId,
        name: 'Pet',
        contentType: 'application/json',
        schema,
        ...input,
      }),
    );
  const update = (modelName: string, ...patchOperations: PatchOperation[]) =>
    gateway.client.send(new UpdateModelCommand({ restApiId: api.restApiId, modelName, patchOperations }));
  const remove = (modelName: string) =>
    gateway.client.send(new DeleteModelCommand({ restApiId: api.restApiId, modelName }));
  const method = () => ({ restApiId: api.restApiId, resourceId: api.rootResourceId, httpMethod: 'ANY' });
  const NO_PROPERTY = badRequest('Model schema must have at least 1 property or array items defined');
  const LIFE = 'recorded: test_model_lifecycle';
  const VALIDATION = 'recorded: test_model_validation';
  const UPDATE = 'recorded: test_update_model';
  const USED = 'recorded: test_put_method_model';

  claim([
    { what: 'is made', evidence: LIFE, call: () => create(), status: 201, answer: pet },
    {
      what: 'is read',
      evidence: LIFE,
      call: () => gateway.client.send(new GetModelCommand({ restApiId: api.restApiId, modelName: 'Pet' })),
      answer: pet,
    },
    {
      what: 'is listed by name among the two that each API has',
      evidence: LIFE,
      call: () => gateway.client.send(new GetModelsCommand({ restApiId: api.restApiId })),
      answer: {
        items: [
          {
            id: ID,
            name: 'Empty',
            description: 'This is a default empty schema model',
            contentType: 'application/json',
            schema: expect.stringContaining('"title": "Empty Schema"'),
          },
          expect.objectContaining({ name: 'Error', description: 'This is a default error schema model' }),
          pet,
        ],
      },
    },
    {
      what: 'has a name of its own',
      evidence: VALIDATION,
      call: () => create(),
      error: conflict('Model name already exists for this REST API'),
    },
    { what: 'needs an API', evidence: VALIDATION, call: () => create({ restApiId: 'nope' }), error: NO_API },
    {
      what: 'needs a name',
      evidence: VALIDATION,
      call: () => create({ name: '' }),
      error: badRequest('Model name must be non-empty'),
    },
    {
      what: 'needs text as schema',
      evidence: VALIDATION,
      call: () => create({ name: 'X', schema: '' }),
      error: NO_PROPERTY,
    },
    {
      what: 'needs a schema for XML too',
      evidence: VALIDATION,
      call: () => create({ name: 'X', schema: undefined, contentType: 'application/xml' }),
      error: NO_PROPERTY,
    },
    {
      what: 'of an API that is missing is named itself',
      evidence: VALIDATION,
      call: () => gateway.client.send(new GetModelCommand({ restApiId: 'nope', modelName: 'Pet' })),
      error: notFound('Invalid model name specified: Pet'),
    },
    {
      what: 'takes another schema',
      evidence: UPDATE,
      call: () => update('Pet', { op: 'replace', path: '/schema', value: '{"title":"Updated"}' }),
      answer: { ...pet, schema: '{"title":"Updated"}' },
    },
    {
      what: 'knows no add',
      evidence: UPDATE,
      call: () => update('Pet', { op: 'add', path: '/wrong-path', value: 'x' }),
      error: badRequest(
        "Invalid patch path  '/wrong-path' specified for op 'add'. Please choose supported operations",
      ),
    },
    {
      what: 'keeps its name',
      evidence: UPDATE,
      call: () => update('Pet', { op: 'replace', path: '/name', value: 'x' }),
      error: badRequest(
        "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]",
      ),
    },
    {
      what: 'does not lose its schema',
      evidence: UPDATE,
      call: () => update('Pet', { op: 'replace', path: '/schema', value: '' }),
      error: NO_PROPERTY,
    },
    {
      what: 'that is missing is not updated',
      evidence: UPDATE,
      call: () => update('Nope', { op: 'replace', path: '/schema', value: schema }),
      error: notFound('Invalid model name specified: Nope'),
    },
    {
      what: 'is named by a method',
      evidence: USED,
      call: () =>
        gateway.client.send(
          new PutMethodCommand({
            ...method(),
            authorizationType: 'NONE',
            requestModels: { 'application/json': 'Pet' },
          }),
        ),
      status: 201,
      answer: {
        httpMethod: 'ANY',
        authorizationType: 'NONE',
        apiKeyRequired: false,
        requestModels: { 'application/json': 'Pet' },
      },
    },
    {
      what: 'stays while a method names it',
      evidence: USED,
      call: () => remove('Pet'),
      error: conflict("Cannot delete model 'Pet', is referenced in method request: //ANY"),
    },
    {
      what: 'is given up by the method',
      evidence: USED,
      call: () =>
        gateway.client.send(
          new UpdateMethodCommand({
            ...method(),
            patchOperations: [{ op: 'remove', path: '/requestModels/application~1json' }],
          }),
        ),
      answer: { httpMethod: 'ANY', authorizationType: 'NONE', apiKeyRequired: false },
    },
    { what: 'goes', evidence: LIFE, call: () => remove('Pet'), status: 202 },
    {
      what: 'goes once',
      evidence: VALIDATION,
      call: () => remove('Pet'),
      error: notFound('Invalid model name specified: Pet'),
    },
  ]);
});

describe('a request validator', () => {
  let requestValidatorId: string | undefined;
  const create = async (restApiId = api.restApiId) => {
    const answer = await gateway.client.send(
      new CreateRequestValidatorCommand({ restApiId, name: 'validator' }),
    );
    requestValidatorId = answer.id;
    return answer;
  };
  const at = (restApiId = api.restApiId) => ({ restApiId, requestValidatorId });
  const update = (...patchOperations: PatchOperation[]) =>
    gateway.client.send(new UpdateRequestValidatorCommand({ ...at(), patchOperations }));
  const made = { id: ID, name: 'validator', validateRequestBody: false, validateRequestParameters: false };
  const NO_VALIDATOR = notFound('Invalid Request Validator identifier specified');
  const LIFE = 'recorded: test_request_validator_lifecycle';
  const INVALID = 'recorded: test_invalid_update_request_validator_operations';

  claim([
    { what: 'is made', evidence: LIFE, call: () => create(), status: 201, answer: made },
    {
      what: 'is read',
      evidence: LIFE,
      call: () => gateway.client.send(new GetRequestValidatorCommand(at())),
      answer: made,
    },
    {
      what: 'is listed',
      evidence: LIFE,
      call: () => gateway.client.send(new GetRequestValidatorsCommand({ restApiId: api.restApiId })),
      answer: { items: [made] },
    },
    {
      what: 'takes a value',
      evidence: LIFE,
      call: () => update({ op: 'replace', path: '/validateRequestBody', value: 'true' }),
      answer: { ...made, validateRequestBody: true },
    },
    {
      what: 'takes no value for false',
      evidence: LIFE,
      call: () => update({ op: 'replace', path: '/validateRequestBody' }),
      answer: made,
    },
    {
      what: 'knows no add',
      evidence: INVALID,
      call: () => update({ op: 'add', path: '/validateRequestBody', value: 'true' }),
      error: badRequest(
        "Invalid patch path  '/validateRequestBody' specified for op 'add'. Please choose supported operations",
      ),
    },
    {
      what: 'has three settings',
      evidence: INVALID,
      call: () => update({ op: 'replace', path: '/invalidPath', value: 'true' }),
      error: badRequest(
        "Invalid patch path  '/invalidPath' specified for op 'replace'. Must be one of: [/name, /validateRequestParameters, /validateRequestBody]",
      ),
    },
    {
      what: 'keeps a name',
      evidence: INVALID,
      call: () => update({ op: 'replace', path: '/name', value: '' }),
      error: badRequest('Request Validator name cannot be blank'),
    },
    {
      what: 'of an API that is missing is a bad request',
      evidence: 'recorded: test_create_request_validator_invalid_api_id',
      call: () => gateway.client.send(new CreateRequestValidatorCommand({ restApiId: 'nope' })),
      error: badRequest('Invalid REST API identifier specified'),
    },
    {
      what: 'is not listed without its API',
      evidence: 'recorded: test_invalid_get_request_validators',
      call: () => gateway.client.send(new GetRequestValidatorsCommand({ restApiId: 'nope' })),
      error: NO_API,
    },
    {
      what: 'is not read without its API',
      evidence: 'recorded: test_invalid_get_request_validator',
      call: () => gateway.client.send(new GetRequestValidatorCommand(at('nope'))),
      error: NO_VALIDATOR,
    },
    {
      what: 'goes',
      evidence: LIFE,
      call: () => gateway.client.send(new DeleteRequestValidatorCommand(at())),
      status: 202,
    },
    {
      what: 'goes once',
      evidence: 'recorded: test_invalid_delete_request_validator',
      call: () => gateway.client.send(new DeleteRequestValidatorCommand(at())),
      error: NO_VALIDATOR,
    },
  ]);
});
