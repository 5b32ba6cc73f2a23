import * as v from 'valibot';
import type { Operation } from '../service.js';
import { notFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { findRestApi } from './rest-apis.js';
import { query, restApiPath } from './schemas.js';
import type { Gateway } from './state.js';

export interface Model {
  readonly name: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The models that every API has from its start; the local AWS knows no others. */
export const MODELS: readonly Model[] = [
  {
    name: 'Empty',
    description: 'This is a default empty schema model',
    schema: { title: 'Empty Schema', type: 'object' },
  },
  {
    name: 'Error',
    description: 'This is a default error schema model',
    schema: { title: 'Error Schema', type: 'object', properties: { message: { type: 'string' } } },
  },
];

export function modelOperations(gateway: Gateway): Operation[] {
  return [
    gatewayOperation({
      name: 'GetModels',
      route: 'GET /restapis/:restApiId/models',
      input: v.object({ ...restApiPath, limit: query, position: query }),
      run: ({ restApiId, limit, position }) => {
        findRestApi(gateway, restApiId);
        const page = paginate(MODELS, { sortKey: ({ name }) => name, limit, position });
        return { ...page, item: page.item.map((model) => describeModel(restApiId, model)) };
      },
    }),
    gatewayOperation({
      name: 'GetModel',
      route: 'GET /restapis/:restApiId/models/:modelName',
      input: v.object({ ...restApiPath, modelName: v.string() }),
      run: ({ restApiId, modelName }) => {
        const model = gateway.restApis.get(restApiId) && MODELS.find(({ name }) => name === modelName);
        if (!model) throw notFound(`Invalid model name specified: ${modelName}`);
        return describeModel(restApiId, model);
      },
    }),
  ];
}

/** The ids are made of the API's, so that they need no record: each API has its own (recorded: test_model_lifecycle). */
const describeModel = (restApiId: string, { name, description, schema }: Model): object => ({
  id: `${restApiId.slice(0, 5)}${name.slice(-1)}`,
  name,
  description,
  contentType: 'application/json',
  schema: JSON.stringify({ $schema: 'http://json-schema.org/draft-04/schema#', ...schema }, null, 2),
});
