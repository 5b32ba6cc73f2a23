import { jsonService } from '../../wire/json.js';
import type { LogSink, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';

export interface Logs {
  readonly sink: LogSink;
  readonly service: Service;
}

export function openLogs(_world: World, options: { authorize: Authorize }): Logs {
  return {
    sink: { deliver: () => undefined },
    service: jsonService({
      signingName: 'logs',
      targetPrefix: 'Logs_20140328',
      operations: [],
      authorize: options.authorize,
    }),
  };
}
