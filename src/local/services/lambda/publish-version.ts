import * as v from 'valibot';
import { text } from '../constraints.js';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import { functionConfiguration } from './configuration.js';
import { codeChanged } from './errors.js';
import { plainFunctionNameSchema, readReference } from './names.js';
import type { Parts } from './parts.js';
import { maybe } from './settings.js';
import { updatable } from './updates.js';
import { publish } from './versions.js';

/** PublishVersion. */
export function publishOperations(parts: Parts): Operation[] {
  const { world, functions } = parts;
  return [
    operation({
      name: 'PublishVersion',
      route: 'POST /2015-03-31/functions/:FunctionName/versions',
      status: 201,
      input: v.object({
        FunctionName: plainFunctionNameSchema,
        CodeSha256: maybe(v.string()),
        Description: maybe(text(0, 256)),
        RevisionId: maybe(v.string()),
      }),
      run: (input) => {
        const latest = updatable(parts, functions.require(readReference(world, input)), input.RevisionId);
        const current = Buffer.from(latest.settings.code.id, 'hex').toString('base64');
        if ((input.CodeSha256 ?? '') !== '' && input.CodeSha256 !== current) {
          throw codeChanged(input.CodeSha256 ?? '', current);
        }
        const version = publish(functions, latest, { description: input.Description });
        return functionConfiguration(version, { world });
      },
    }),
  ];
}
