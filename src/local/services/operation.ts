import * as v from 'valibot';
import { InputError, type Call, type Operation } from './service.js';

/**
 * Declares an operation: `input` is its schema, `run` gets what the schema made of the input. An input that does not
 * fit never reaches `run`.
 */
export function operation<S extends v.GenericSchema>(definition: {
  name: string;
  route?: string;
  status?: number;
  payload?: 'raw';
  input: S;
  run: (input: v.InferOutput<S>, call: Call) => unknown;
}): Operation {
  const { input: schema, run, ...rest } = definition;
  return {
    ...rest,
    invoke: (input, call) => {
      const parsed = v.safeParse(schema, input);
      if (!parsed.success) throw new InputError(parsed.issues);
      return run(parsed.output, call);
    },
  };
}
