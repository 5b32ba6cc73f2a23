import { zipOf } from './zip.js';

export const TRUST = JSON.stringify({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com', AWS: 'arn:aws:iam::000000000000:root' },
      Action: 'sts:AssumeRole',
    },
  ],
});

export const ALLOW = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

/** Valid inputs of operations of IAM, STS, Lambda, Logs and DynamoDB. */
export function examplesOf(roleArn: string): Record<string, object> {
  const table = { TableName: 'fuzz' };
  const key = { Key: { id: { S: 'a' } } };
  const item = {
    id: { S: 'a' },
    n: { N: '1' },
    b: { B: 'AAAA' },
    l: { L: [{ SS: ['a', 'b'] }, { NULL: true }] },
    m: { M: { ns: { NS: ['1', '2'] }, bs: { BS: ['AA=='] }, bool: { BOOL: true } } },
  };
  const names = { '#n': 'n', '#l': 'l' };
  const values = { ':a': { N: '1' }, ':l': { L: [{ S: 'x' }] } };
  const expressions = { ExpressionAttributeNames: names, ExpressionAttributeValues: values };
  return {
    CreateRole: { RoleName: 'another', AssumeRolePolicyDocument: TRUST, Tags: [{ Key: 'a', Value: 'b' }] },
    PutRolePolicy: { RoleName: 'fuzz', PolicyName: 'p', PolicyDocument: ALLOW },
    CreatePolicy: { PolicyName: 'another', PolicyDocument: ALLOW, Tags: [{ Key: 'a', Value: 'b' }] },
    AssumeRole: { RoleArn: roleArn, RoleSessionName: 'me', Policy: ALLOW, DurationSeconds: 900 },
    CreateFunction: {
      FunctionName: 'another',
      Role: roleArn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.js': '' }).toString('base64') },
      Environment: { Variables: { NAME: 'a' } },
      Tags: { a: 'b' },
      MemorySize: 128,
      Timeout: 3,
      Layers: [],
      VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
      EphemeralStorage: { Size: 512 },
    },
    AddPermission: {
      FunctionName: 'fuzz',
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: 'arn:aws:execute-api:us-east-1:000000000000:a/*/*/*',
    },
    PutLogEvents: {
      logGroupName: 'fuzz',
      logStreamName: 'fuzz',
      logEvents: [{ timestamp: Date.now(), message: 'm' }],
    },
    GetLogEvents: { logGroupName: 'fuzz', logStreamName: 'fuzz', startTime: 0, limit: 10, nextToken: 'f/1' },
    FilterLogEvents: { logGroupName: 'fuzz', filterPattern: 'm', limit: 10, logStreamNames: ['fuzz'] },
    DescribeLogStreams: { logGroupName: 'fuzz', limit: 10, orderBy: 'LastEventTime', nextToken: 'a' },
    CreateTable: {
      TableName: 'another',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'global',
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['x'] },
          KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        },
      ],
      Tags: [{ Key: 'a', Value: 'b' }],
    },
    UpdateTable: { ...table, BillingMode: 'PAY_PER_REQUEST', DeletionProtectionEnabled: false },
    PutItem: { ...table, Item: item, ConditionExpression: '#n <> :a', ...expressions },
    GetItem: { ...table, ...key, ProjectionExpression: '#n, #l[0], m.ns', ExpressionAttributeNames: names },
    DeleteItem: {
      ...table,
      ...key,
      Expected: { n: { ComparisonOperator: 'NOT_NULL' } },
      ReturnValues: 'ALL_OLD',
    },
    UpdateItem: {
      ...table,
      ...key,
      UpdateExpression: 'SET #n = if_not_exists(#n, :a) + :a, #l = list_append(#l, :l) REMOVE m.a',
      ...expressions,
      ReturnValues: 'ALL_NEW',
    },
    Query: {
      ...table,
      KeyConditionExpression: 'id = :id',
      FilterExpression: 'n BETWEEN :a AND :b OR size(l) > :a',
      ExpressionAttributeValues: { ':id': { S: 'a' }, ':a': { N: '0' }, ':b': { N: '9' } },
      ExclusiveStartKey: { id: { S: 'a' } },
      Limit: 1,
    },
    Scan: {
      ...table,
      Segment: 0,
      TotalSegments: 2,
      Select: 'COUNT',
      ScanFilter: { n: { ComparisonOperator: 'NULL' } },
    },
    BatchGetItem: { RequestItems: { fuzz: { Keys: [key.Key], ConsistentRead: true } } },
    BatchWriteItem: {
      RequestItems: {
        fuzz: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: { id: { S: 'b' } } } }],
      },
    },
  };
}

/** Valid inputs of API Gateway's operations; `resource` has a method POST. */
export function gatewayExamples(resource: { restApiId: string; resourceId: string }): Record<string, object> {
  const { restApiId } = resource;
  const method = { ...resource, httpMethod: 'POST' };
  const headers = { 'method.response.header.a': "'b'" };
  const one = (path: string, value = '1'): object => ({ patchOperations: [{ op: 'replace', path, value }] });
  return {
    CreateRestApi: {
      name: 'a',
      endpointConfiguration: { types: ['REGIONAL'] },
      binaryMediaTypes: ['a/b'],
      tags: { a: 'b' },
    },
    CreateResource: { restApiId, parentId: resource.resourceId, pathPart: '{a}' },
    PutMethod: {
      ...resource,
      httpMethod: 'GET',
      authorizationType: 'NONE',
      requestParameters: { 'method.request.path.a': true },
      requestModels: { 'application/json': 'Empty' },
    },
    PutMethodResponse: {
      ...method,
      statusCode: '201',
      responseParameters: { 'method.response.header.a': true },
    },
    PutIntegration: {
      ...method,
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": $input.json("$.a[?(@.b)]")}' },
      requestParameters: { 'integration.request.header.a': 'method.request.body.a[0]' },
      timeoutInMillis: 1000,
    },
    PutIntegrationResponse: {
      ...method,
      statusCode: '200',
      selectionPattern: '(a|b)*',
      responseParameters: headers,
      responseTemplates: { 'application/json': '#foreach($a in $input.path("$"))$a#end' },
    },
    UpdateMethod: { ...method, ...one('/requestParameters/method.request.header.a', 'true') },
    UpdateIntegration: { ...method, ...one('/requestTemplates/application~1json') },
    UpdateIntegrationResponse: { ...method, statusCode: '200', ...one('/selectionPattern') },
    UpdateMethodResponse: {
      ...method,
      statusCode: '200',
      ...one('/responseModels/application~1json', 'Empty'),
    },
    UpdateStage: { restApiId, stageName: 'fuzz', ...one('/*/*/throttling/rateLimit') },
    UpdateRestApi: { restApiId, ...one('/minimumCompressionSize') },
    TestInvokeMethod: {
      ...method,
      pathWithQueryString: '/?a=b&a=c',
      body: '{"a": [1]}',
      headers: { a: 'b' },
      multiValueHeaders: { a: ['b'] },
      stageVariables: { a: 'b' },
    },
    CreateUsagePlan: {
      name: 'a',
      throttle: { rateLimit: 1, burstLimit: 1 },
      quota: { limit: 1, period: 'DAY', offset: 0 },
      apiStages: [
        { apiId: restApiId, stage: 'fuzz', throttle: { '/a/GET': { rateLimit: 1, burstLimit: 1 } } },
      ],
    },
    CreateStage: {
      restApiId,
      stageName: 'a',
      deploymentId: 'a',
      variables: { a: 'b' },
      canarySettings: { percentTraffic: 1 },
    },
  };
}
