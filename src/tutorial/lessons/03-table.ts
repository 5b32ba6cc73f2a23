/** Step 3, told. */
import type { Lesson } from '../lesson.js';
import { createTable } from '../requests.js';

export const table: Lesson = {
  id: 'table',
  what: 'A DynamoDB table. Only its key is fixed beforehand: id, a string, by which an item is found. All else an item may hold as it likes.',
  why: 'A function forgets everything when it ends. What is to last is kept in the table.',
  clicks: ['DynamoDB > Create table', 'Table name: lambda-apigateway', 'Primary key: id, String', 'Create'],
  today: [
    'The primary key is called Partition key.',
    'Table settings: Default settings already means on demand.',
    'What the tutorial calls the tab Items is Explore table items.',
  ],
  notes: [
    'On demand one pays by the request and nothing for waiting. The console of the tutorial’s day reserved capacity instead; such a table serves as well.',
    'A table’s key cannot be changed later.',
  ],
  calls: ({ lab }) => [
    { service: 'dynamodb', operation: 'CreateTable', input: createTable(lab) },
    {
      service: 'dynamodb',
      operation: 'DescribeTable',
      input: { TableName: lab.table.name },
      until: 'table-exists',
    },
  ],
  look: {
    console: 'DynamoDB > Tables > the table',
    note: '`lab-setup items` shows what is in it.',
    call: ({ lab }) => ({
      service: 'dynamodb',
      operation: 'DescribeTable',
      input: { TableName: lab.table.name },
    }),
  },
};
