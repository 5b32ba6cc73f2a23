import type { Authorize } from '../services/service.js';
import type { PolicyDocument, World } from '../services/ports.js';

export function createAuthorize(
  _options: World & { policiesOf: (roleName: string) => readonly PolicyDocument[] },
): Authorize {
  return () => undefined;
}
