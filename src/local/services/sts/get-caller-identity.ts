import * as v from 'valibot';
import { fitting, text } from '../constraints.js';
import { operation } from '../operation.js';

/** All keys of this installation belong to its one account; who asks for another's hears of the same. */
export const getAccessKeyInfo = operation({
  name: 'GetAccessKeyInfo',
  input: v.object({ AccessKeyId: v.pipe(text(16, 128), fitting(String.raw`[\w]*`)) }),
  run: (_input, { principal: { account } }) => ({ Account: account }),
});

export const getCallerIdentity = operation({
  name: 'GetCallerIdentity',
  input: v.object({}),
  run: (_input, { principal: { arn, userId, account } }) => ({ UserId: userId, Account: account, Arn: arn }),
});
