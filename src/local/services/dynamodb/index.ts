import type { World } from '../ports.js';
import type { Authorize, Service } from '../service.js';

export interface DynamoDb {
  readonly service: Service;
  close(): Promise<void>;
}

export function openDynamoDb(
  _world: World,
  _options: { authorize: Authorize; folder: string },
): Promise<DynamoDb> {
  return Promise.reject(new Error('not yet'));
}
