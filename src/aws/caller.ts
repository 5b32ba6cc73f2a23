import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { LabError } from '../lab-error.js';
import type { Aws } from './clients.js';
import type { Place } from './target.js';

/** Asks whose account these credentials belong to. */
export async function whereAmI({ sts }: Pick<Aws, 'sts'>, region: string): Promise<Place> {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  if (Account === undefined) {
    const said = 'What answered sts:GetCallerIdentity named no account: that is no AWS-compatible server.';
    throw new LabError('failed', said, { hint: 'Check --endpoint-url, and the port in it.' });
  }
  const partition = /^arn:([^:]+):/.exec(Arn ?? '')?.[1] ?? 'aws';
  return { partition, account: Account, region };
}
