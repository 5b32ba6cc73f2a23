import * as v from 'valibot';
import type { Operation } from '../service.js';
import { findApiKey } from './api-keys.js';
import { badRequest } from './errors.js';
import { gatewayOperation } from './operation.js';
import { findRestApi } from './rest-apis.js';
import { query, queryList, tags } from './schemas.js';
import { findStage } from './stages.js';
import { keyOf, type Gateway } from './state.js';
import { findUsagePlan } from './usage-plans.js';

const MAX_TAGS = 50;

type Tags = Record<string, string>;

/** Something that bears tags, found by its ARN. */
interface Tagged {
  readonly tags: Tags;
  put(next: Tags): void;
}

export function tagOperations(gateway: Gateway): Operation[] {
  const arnPath = { resourceArn: v.string() };
  return [
    gatewayOperation({
      name: 'TagResource',
      route: 'PUT /tags/:resourceArn+',
      status: 204,
      input: v.object({ tags, ...arnPath }),
      run: ({ resourceArn, tags: added }) => {
        const tagged = findTagged(gateway, resourceArn);
        const next = { ...tagged.tags, ...added };
        if (Object.keys(next).length > MAX_TAGS)
          throw badRequest(`A resource can have at most ${MAX_TAGS} tags`);
        tagged.put(next);
      },
    }),
    gatewayOperation({
      name: 'UntagResource',
      route: 'DELETE /tags/:resourceArn+',
      status: 204,
      input: v.object({ tagKeys: queryList, ...arnPath }),
      run: ({ resourceArn, tagKeys }) => {
        const tagged = findTagged(gateway, resourceArn);
        tagged.put(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !tagKeys.includes(key))));
      },
    }),
    gatewayOperation({
      name: 'GetTags',
      route: 'GET /tags/:resourceArn+',
      input: v.object({ ...arnPath, limit: query, position: query }),
      run: ({ resourceArn }) => ({ tags: findTagged(gateway, resourceArn).tags }),
    }),
  ];
}

/** The ARNs have no account (aws-facts 6.9). @throws AwsError when the ARN is none of these, or names nothing. */
function findTagged(gateway: Gateway, arn: string): Tagged {
  const prefix = `arn:aws:apigateway:${gateway.world.region}::/`;
  const [noun, id = '', child, name = '', ...more] = arn.startsWith(prefix)
    ? arn.slice(prefix.length).split('/')
    : [];
  if (more.length > 0 || (child !== undefined && child !== 'stages')) throw invalidArn();
  if (noun === 'restapis' && child === 'stages') {
    const stage = findStage(gateway, id, name);
    return { tags: stage.tags, put: (next) => gateway.stages.put(keyOf(id, name), { ...stage, tags: next }) };
  }
  if (child !== undefined) throw invalidArn();
  switch (noun) {
    case 'restapis': {
      const api = findRestApi(gateway, id);
      return { tags: api.tags, put: (next) => gateway.restApis.put(id, { ...api, tags: next }) };
    }
    case 'apikeys': {
      const key = findApiKey(gateway, id);
      return { tags: key.tags, put: (next) => gateway.apiKeys.put(id, { ...key, tags: next }) };
    }
    case 'usageplans': {
      const plan = findUsagePlan(gateway, id);
      return { tags: plan.tags, put: (next) => gateway.usagePlans.put(id, { ...plan, tags: next }) };
    }
    default:
      throw invalidArn();
  }
}

const invalidArn = () => badRequest('Invalid ARN specified in the request');
