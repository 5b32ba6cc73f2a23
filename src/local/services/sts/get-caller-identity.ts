import * as v from 'valibot';
import { operation } from '../operation.js';

export const getCallerIdentity = operation({
  name: 'GetCallerIdentity',
  input: v.object({}),
  run: (_input, { principal: { arn, userId, account } }) => ({ UserId: userId, Account: account, Arn: arn }),
});
