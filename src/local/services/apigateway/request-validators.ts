import * as v from 'valibot';
import { lowerId } from '../../ids.js';
import type { Operation } from '../service.js';
import { badRequest, conflict, limitExceeded, notFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { patchOperations, truth, unsupportedPatch, type PatchOperation } from './patch.js';
import { resourcesOf } from './resources.js';
import { findRestApi } from './rest-apis.js';
import { query, restApiPath, text } from './schemas.js';
import { ageKey, keyOf, without, type Gateway, type RequestValidator } from './state.js';

const MAX_VALIDATORS = 100;

const validatorPath = { ...restApiPath, requestValidatorId: v.string() };

export function requestValidatorOperations(gateway: Gateway): Operation[] {
  const { requestValidators } = gateway;
  const route = '/restapis/:restApiId/requestvalidators';
  return [
    gatewayOperation({
      name: 'CreateRequestValidator',
      route: `POST ${route}`,
      status: 201,
      input: v.object({
        name: v.optional(text(256)),
        validateRequestBody: v.optional(v.boolean(), false),
        validateRequestParameters: v.optional(v.boolean(), false),
        ...restApiPath,
      }),
      run: ({ restApiId, ...given }) => {
        // Unlike its neighbours this call has it 400 (recorded: test_validators_crud_no_api).
        if (!gateway.restApis.get(restApiId)) throw badRequest('Invalid REST API identifier specified');
        if (validatorsOf(gateway, restApiId).length >= MAX_VALIDATORS) {
          throw limitExceeded('Maximum number of Request Validators for this API has been reached');
        }
        const validator = { ...given, apiId: restApiId, id: lowerId(6), createdAt: gateway.stamp() };
        requestValidators.put(keyOf(restApiId, validator.id), validator);
        return describeValidator(validator);
      },
    }),
    gatewayOperation({
      name: 'GetRequestValidators',
      route: `GET ${route}`,
      input: v.object({ ...restApiPath, limit: query, position: query }),
      run: ({ restApiId, limit, position }) => {
        findRestApi(gateway, restApiId);
        const page = paginate(validatorsOf(gateway, restApiId), { sortKey: ageKey, limit, position });
        return { ...page, item: page.item.map(describeValidator) };
      },
    }),
    gatewayOperation({
      name: 'GetRequestValidator',
      route: `GET ${route}/:requestValidatorId`,
      input: v.object(validatorPath),
      run: ({ restApiId, requestValidatorId }) =>
        describeValidator(findValidator(gateway, restApiId, requestValidatorId)),
    }),
    gatewayOperation({
      name: 'UpdateRequestValidator',
      route: `PATCH ${route}/:requestValidatorId`,
      input: v.object({ ...validatorPath, patchOperations }),
      run: ({ restApiId, requestValidatorId, patchOperations: patches }) => {
        const found = findValidator(gateway, restApiId, requestValidatorId);
        const validator = patches.reduce(patchValidator, found);
        requestValidators.put(keyOf(restApiId, validator.id), validator);
        return describeValidator(validator);
      },
    }),
    gatewayOperation({
      name: 'DeleteRequestValidator',
      route: `DELETE ${route}/:requestValidatorId`,
      status: 202,
      input: v.object(validatorPath),
      run: ({ restApiId, requestValidatorId: id }) => {
        findValidator(gateway, restApiId, id);
        for (const { path, methods } of resourcesOf(gateway, restApiId)) {
          const user = Object.values(methods).find(({ requestValidatorId }) => requestValidatorId === id);
          // The words are not established; they follow those for a model.
          if (user) {
            throw conflict(
              `Cannot delete validator '${id}', is referenced in method: ${path}/${user.httpMethod}`,
            );
          }
        }
        requestValidators.delete(keyOf(restApiId, id));
      },
    }),
  ];
}

export const validatorsOf = ({ requestValidators }: Gateway, restApiId: string): RequestValidator[] =>
  requestValidators.values().filter(({ apiId }) => apiId === restApiId);

function findValidator({ requestValidators }: Gateway, restApiId: string, id: string): RequestValidator {
  const validator = requestValidators.get(keyOf(restApiId, id));
  if (!validator) throw notFound('Invalid Request Validator identifier specified');
  return validator;
}

/** The validator that a method is to have; none for an empty id. @throws AwsError when the API has no such validator. */
export function checkValidator(
  { requestValidators }: Gateway,
  restApiId: string,
  id: string | undefined,
): string | undefined {
  if (!id) return undefined;
  if (!requestValidators.get(keyOf(restApiId, id))) {
    throw badRequest('Invalid Request Validator identifier specified');
  }
  return id;
}

function patchValidator(validator: RequestValidator, patch: PatchOperation): RequestValidator {
  const supported = { replace: ['/name', '/validateRequestParameters', '/validateRequestBody'] };
  if (patch.op !== 'replace') throw unsupportedPatch(patch, supported);
  switch (patch.path) {
    case '/name':
      if (!patch.value) throw badRequest('Request Validator name cannot be blank');
      return { ...validator, name: patch.value };
    case '/validateRequestParameters':
      return { ...validator, validateRequestParameters: truth(patch) };
    case '/validateRequestBody':
      return { ...validator, validateRequestBody: truth(patch) };
    default:
      throw unsupportedPatch(patch, supported);
  }
}

const describeValidator = (validator: RequestValidator): object => without(validator, 'apiId', 'createdAt');
