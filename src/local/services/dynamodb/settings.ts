import describeTimeToLiveRules from 'dynalite/validations/describeTimeToLive.js';
import { AwsError } from '../../errors.js';
import type { DynamoDbOperation } from './operation.js';
import type { Tables } from './state.js';
import { existing, named } from './tables.js';
import { checkedInput } from './validate.js';

/** What tools ask of every table and nobody has switched on here: time to live and point-in-time recovery. */
export function settingOperations(tables: Tables): DynamoDbOperation[] {
  return [
    {
      name: 'DescribeTimeToLive',
      invoke: (input) => {
        existing(tables, checkedInput(named, { rules: describeTimeToLiveRules, input }).TableName);
        return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
      },
    },
    {
      name: 'DescribeContinuousBackups',
      invoke: (input) => {
        const { TableName } = checkedInput(named, { rules: describeTimeToLiveRules, input });
        if (!tables.find(TableName)) throw tableNotFoundForBackups(TableName);
        return {
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED',
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
          },
        };
      },
    },
  ];
}

/** The backup calls have an error of their own for this. Source: botocore's service model. */
const tableNotFoundForBackups = (name: string): AwsError =>
  new AwsError({ code: 'TableNotFoundException', status: 400, message: `Table not found: ${name}` });
