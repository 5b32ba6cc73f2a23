import * as v from 'valibot';
import { atLeast } from '../constraints.js';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import { invalidParameter } from './errors.js';
import { plainFunctionNameSchema, LATEST, readReference } from './names.js';
import type { Parts } from './parts.js';
import { without } from './state.js';

const oneFunction = v.object({ FunctionName: plainFunctionNameSchema });

/** Recorded: test_function_concurrency_exceptions. */
const functionsOnly = () =>
  invalidParameter(
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  );

/** PutFunctionConcurrency, GetFunctionConcurrency and DeleteFunctionConcurrency. */
export function concurrencyOperations({ world, functions, limits }: Parts): Operation[] {
  return [
    operation({
      name: 'PutFunctionConcurrency',
      route: 'PUT /2017-10-31/functions/:FunctionName/concurrency',
      input: v.object({
        FunctionName: plainFunctionNameSchema,
        ReservedConcurrentExecutions: v.pipe(v.number(), v.integer(), atLeast(0)),
      }),
      run: (input) => {
        const wanted = input.ReservedConcurrentExecutions;
        const reference = readReference(world, input);
        if (reference.qualifier !== undefined) throw functionsOnly();
        const record = functions.require(reference, LATEST);
        const others = functions
          .list()
          .filter(({ name }) => name !== record.name)
          .reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
        if (limits.accountConcurrency - others - wanted < limits.unreservedMinimum) {
          throw invalidParameter(
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${limits.unreservedMinimum}].`,
          );
        }
        functions.change(record, { reservedConcurrency: wanted });
        return { ReservedConcurrentExecutions: wanted };
      },
    }),
    operation({
      name: 'GetFunctionConcurrency',
      route: 'GET /2019-09-30/functions/:FunctionName/concurrency',
      input: oneFunction,
      run: (input) => {
        const { reservedConcurrency } = functions.require(readReference(world, input));
        return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
      },
    }),
    operation({
      name: 'DeleteFunctionConcurrency',
      route: 'DELETE /2017-10-31/functions/:FunctionName/concurrency',
      status: 204,
      input: oneFunction,
      run: (input) => {
        const record = functions.require(readReference(world, input));
        functions.change(without(record, 'reservedConcurrency'), {});
      },
    }),
  ];
}
