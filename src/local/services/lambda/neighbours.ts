import * as v from 'valibot';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import { notFound } from './errors.js';
import { functionArn, functionNameSchema, LATEST, qualifierSchema, readReference } from './names.js';
import type { Parts } from './parts.js';

const oneFunction = v.object({ FunctionName: functionNameSchema });
const oneVersion = v.object({ FunctionName: functionNameSchema, Qualifier: v.optional(qualifierSchema) });

/**
 * The reads beside a function of what can be beside it on AWS and is not made here: tools make them in passing, and the
 * answer of AWS for a function that has none of it is the truth.
 */
export function neighbourOperations({ world, functions }: Parts): Operation[] {
  const required = (input: { FunctionName: string }): string =>
    functions.require(readReference(world, input)).name;
  const empty = (name: string, route: string, member: string): Operation =>
    operation({
      name,
      route,
      input: oneFunction,
      run: (input) => {
        required(input);
        return { [member]: [] };
      },
    });
  const none = (name: string, route: string, member: string): Operation =>
    operation({ name, route, input: v.object({}), run: () => ({ [member]: [] }) });
  return [
    empty('ListAliases', 'GET /2015-03-31/functions/:FunctionName/aliases', 'Aliases'),
    empty('ListFunctionUrlConfigs', 'GET /2021-10-31/functions/:FunctionName/urls', 'FunctionUrlConfigs'),
    empty(
      'ListFunctionEventInvokeConfigs',
      'GET /2019-09-25/functions/:FunctionName/event-invoke-config/list',
      'FunctionEventInvokeConfigs',
    ),
    none('ListEventSourceMappings', 'GET /2015-03-31/event-source-mappings', 'EventSourceMappings'),
    operation({
      name: 'ListLayers',
      route: 'GET /2018-10-31/layers',
      // With `find` it is another operation.
      input: v.object({
        find: v.exactOptional(v.never('The local AWS does not serve GetLayerVersionByArn.')),
      }),
      run: () => ({ Layers: [] }),
    }),
    none('ListCodeSigningConfigs', 'GET /2020-04-22/code-signing-configs', 'CodeSigningConfigs'),
    operation({
      name: 'GetAlias',
      route: 'GET /2015-03-31/functions/:FunctionName/aliases/:Name',
      input: v.object({ FunctionName: functionNameSchema, Name: v.string() }),
      run: (input) => {
        throw notFound(`Cannot find alias arn: ${functionArn(world, required(input))}:${input.Name}`);
      },
    }),
    operation({
      name: 'GetFunctionUrlConfig',
      route: 'GET /2021-10-31/functions/:FunctionName/url',
      input: oneVersion,
      run: (input) => {
        readReference(world, input);
        throw notFound('The resource you requested does not exist.');
      },
    }),
    operation({
      name: 'GetFunctionEventInvokeConfig',
      route: 'GET /2019-09-25/functions/:FunctionName/event-invoke-config',
      input: oneVersion,
      run: (input) => {
        const { arn, qualifier = LATEST } = readReference(world, input);
        throw notFound(`The function ${arn}:${qualifier} doesn't have an EventInvokeConfig`);
      },
    }),
    operation({
      name: 'GetFunctionCodeSigningConfig',
      route: 'GET /2020-06-30/functions/:FunctionName/code-signing-config',
      input: oneFunction,
      run: (input) => ({ FunctionName: required(input) }),
    }),
    operation({
      name: 'GetFunctionRecursionConfig',
      route: 'GET /2024-08-31/functions/:FunctionName/recursion-config',
      input: oneFunction,
      run: (input) => {
        required(input);
        return { RecursiveLoop: 'Terminate' };
      },
    }),
  ];
}
