import { afterAll, beforeAll } from '@jest/globals';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type QueryCommandInput,
  type ScanCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { claim } from '../_helpers/conformance.js';
import { indexedTable, labTable } from '../_helpers/dynamodb.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let client: DynamoDBClient;

const WRITES = 'recorded: test_return_values_in_put_item';
const CONDITION = 'recorded: test_return_values_on_conditions_check_failure';
const DYNALITE = 'dynalite’s tests, written against AWS';
const VERIFIED = "moto's tests verified against AWS";
const SELECT = `${VERIFIED}: test_dynamodb_select`;
const SYNTAX = 'captured from AWS in June 2026, and reports';
const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/';

beforeAll(async () => {
  aws = await startTestAws();
  client = new DynamoDBClient(aws.clientConfig);
  for (const table of [labTable('plain'), labTable('other'), indexedTable]) {
    await client.send(new CreateTableCommand(table));
  }
  await client.send(new PutItemCommand({ TableName: 'plain', Item: { id: { S: '1' }, n: { N: '5' } } }));
});
afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const refused = (name: string, message: string) => ({ name, status: 400, message });
const invalid = (message: string) => refused('ValidationException', message);
const notThere = () => refused('ResourceNotFoundException', 'Requested resource not found');
const key = { id: { S: '1' } };
const update = (more: Partial<UpdateItemCommandInput>) => () =>
  client.send(new UpdateItemCommand({ TableName: 'plain', Key: key, ...more }));
const query = (more: Partial<QueryCommandInput>) => () =>
  client.send(
    new QueryCommand({
      TableName: 'indexed',
      KeyConditionExpression: 'pk = :v',
      ExpressionAttributeValues: { ':v': { S: 'x' } },
      ...more,
    }),
  );
const scan = (more: Partial<ScanCommandInput>) => () =>
  client.send(new ScanCommand({ TableName: 'indexed', ...more }));
const nothing = { Count: 0, ScannedCount: 0 };
const value = { ':v': { S: 'x' } };

claim([
  {
    what: 'PutItem answers nothing',
    evidence: WRITES,
    call: () => client.send(new PutItemCommand({ TableName: 'other', Item: key })),
    answer: {},
  },
  {
    what: 'PutItem shows the item as it was, when asked',
    evidence: WRITES,
    call: () => client.send(new PutItemCommand({ TableName: 'other', Item: key, ReturnValues: 'ALL_OLD' })),
    answer: { Attributes: key },
  },
  {
    what: 'GetItem of what is not there',
    evidence: DYNALITE,
    call: () => client.send(new GetItemCommand({ TableName: 'plain', Key: { id: { S: 'absent' } } })),
    answer: {},
  },
  {
    what: 'DeleteItem of what is not there',
    evidence: DYNALITE,
    call: () => client.send(new DeleteItemCommand({ TableName: 'plain', Key: { id: { S: 'absent' } } })),
    answer: {},
  },
  {
    what: 'a failed condition shows the item, when asked',
    evidence: CONDITION,
    call: () =>
      client.send(
        new PutItemCommand({
          TableName: 'plain',
          Item: key,
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    error: refused('ConditionalCheckFailedException', 'The conditional request failed'),
  },
  {
    what: 'a batch may call a table by its ARN, and the answer does too',
    evidence: `${VERIFIED}: test_batch_write_using_arn`,
    call: () => client.send(new BatchGetItemCommand({ RequestItems: { [`${ARN}plain`]: { Keys: [key] } } })),
    answer: { Responses: { [`${ARN}plain`]: [{ ...key, n: { N: '5' } }] }, UnprocessedKeys: {} },
  },
  {
    what: 'a transaction may call a table by its ARN',
    evidence: `${VERIFIED}: test_batch_write_using_arn`,
    call: () =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName: `${ARN}other`, Item: { id: { S: '2' } } } }],
        }),
      ),
    answer: {},
  },
  {
    what: 'a batch for a table that is not there',
    evidence: 'recorded: test_batch_write_not_existing_table',
    call: () =>
      client.send(new BatchWriteItemCommand({ RequestItems: { absent: [{ PutRequest: { Item: key } }] } })),
    error: notThere(),
  },
  {
    what: 'a batch with another key',
    evidence: 'recorded: test_batch_write_not_matching_schema',
    call: () =>
      client.send(
        new BatchWriteItemCommand({
          RequestItems: { plain: [{ DeleteRequest: { Key: { other: { S: '1' } } } }] },
        }),
      ),
    error: invalid('The provided key element does not match the schema'),
  },
  {
    what: 'an empty value where an index has its key',
    evidence: `${VERIFIED}: test_transact_write_items_with_empty_gsi_key`,
    call: () =>
      client.send(
        new PutItemCommand({
          TableName: 'indexed',
          Item: { pk: { S: 'p' }, sk: { S: 's' }, gsi: { S: '' } },
        }),
      ),
    error: invalid(
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: global, IndexKey: gsi',
    ),
  },
]);

claim([
  { what: 'Query counts only', evidence: SELECT, call: query({ Select: 'COUNT' }), answer: nothing },
  {
    what: 'Query of all attributes through a local index',
    evidence: SELECT,
    call: query({ IndexName: 'local', Select: 'ALL_ATTRIBUTES' }),
    answer: { ...nothing, Items: [] },
  },
  {
    what: 'Scan of all attributes through a global index that has not all',
    evidence: SELECT,
    call: scan({ IndexName: 'global', Select: 'ALL_ATTRIBUTES' }),
    error: invalid(
      'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index global because its projection type is not ALL',
    ),
  },
  {
    what: 'Scan of projected attributes without an index',
    evidence: SELECT,
    call: scan({ Select: 'ALL_PROJECTED_ATTRIBUTES' }),
    error: invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName'),
  },
  {
    what: 'Query of projected attributes without an index',
    evidence: SELECT,
    call: query({ Select: 'ALL_PROJECTED_ATTRIBUTES' }),
    error: invalid(
      '1 validation error detected: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    ),
  },
  {
    what: 'Scan of some attributes without saying which',
    evidence: SELECT,
    call: scan({ Select: 'SPECIFIC_ATTRIBUTES' }),
    error: invalid(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    ),
  },
  {
    what: 'Query that counts what it also names',
    evidence: SELECT,
    call: query({ Select: 'COUNT', ProjectionExpression: 'pk' }),
    error: invalid(
      '1 validation error detected: Cannot specify the ProjectionExpression when choosing to get only the Count',
    ),
  },
  {
    what: 'Scan of all attributes and of some',
    evidence: SELECT,
    call: scan({ Select: 'ALL_ATTRIBUTES', AttributesToGet: ['pk'] }),
    error: invalid('Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES'),
  },
]);

claim([
  {
    what: 'an UpdateExpression that is none',
    evidence: SYNTAX,
    call: update({ UpdateExpression: 'INVALID SYNTAX HERE', ExpressionAttributeValues: value }),
    error: invalid('Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"'),
  },
  {
    what: 'an UpdateExpression with a sign in a name',
    evidence: SYNTAX,
    call: update({ UpdateExpression: 'SET book-price = :v', ExpressionAttributeValues: value }),
    error: invalid('Invalid UpdateExpression: Syntax error; token: "-", near: "book-price"'),
  },
  {
    what: 'an UpdateExpression that ends too early',
    evidence: SYNTAX,
    call: update({ UpdateExpression: 'SET a = :v,', ExpressionAttributeValues: value }),
    error: invalid('Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","'),
  },
  {
    what: 'a ConditionExpression that ends too early',
    evidence: SYNTAX,
    call: update({ ConditionExpression: 'attribute_not_exists(' }),
    error: invalid('Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("'),
  },
  {
    what: 'a ProjectionExpression that is none',
    evidence: SYNTAX,
    call: scan({ ProjectionExpression: '!!' }),
    error: invalid('Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"'),
  },
  {
    what: 'a clause given twice',
    evidence: `${VERIFIED}: test_update_item_range_key_set`,
    call: update({
      UpdateExpression: 'ADD x :v SET a = :v ADD y :v',
      ExpressionAttributeValues: { ':v': { N: '1' } },
    }),
    error: invalid(
      'Invalid UpdateExpression: The "ADD" section can only be used once in an update expression;',
    ),
  },
  {
    what: 'a change of the key',
    evidence: SYNTAX,
    call: update({ UpdateExpression: 'SET id = :v', ExpressionAttributeValues: value }),
    error: invalid(
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    ),
  },
]);
