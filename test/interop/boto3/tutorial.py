"""The whole tutorial by hand with boto3, and every other operation that the server serves, under the eyes of a judge.

Usage: tutorial.py ZIP, with AWS_ENDPOINT_URL, the region and the credentials in the environment.
Prints one JSON document: `steps` that were done, the judge's `faults`, and operations that are `unjudged`.
"""

import json
import pathlib
import sys
import urllib.error
import urllib.request

from gateway_neighbours import gateway_neighbours
from neighbours import dynamodb_neighbours, iam_neighbours, lambda_neighbours, logs_neighbours
from setting import (
    FUNCTION, GROUP, POLICY, ROLE, TABLE, TRUST,
    account, expect, function_arn, functions, gateway, iam, judge, logs, refused, region, steps, sts, tables,
)
from subset import NEVER_THERE, operations_served


def post(url, document, key=None):
    headers = {'Content-Type': 'application/json', **({'x-api-key': key} if key else {})}
    request = urllib.request.Request(url, json.dumps(document).encode(), headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def build(archive):
    """Steps 1 to 11, as the tutorial has them; what they made."""
    role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=TRUST)['Role']
    iam.put_role_policy(RoleName=ROLE, PolicyName='lambda-apigateway-policy', PolicyDocument=POLICY)
    stored = iam.get_role_policy(RoleName=ROLE, PolicyName='lambda-apigateway-policy')['PolicyDocument']
    expect('the policy is kept', stored, json.loads(POLICY))

    functions.create_function(
        FunctionName=FUNCTION, Runtime='nodejs24.x', Role=role['Arn'], Handler='index.handler',
        Code={'ZipFile': archive}, Timeout=10, MemorySize=128,
    )
    functions.get_waiter('function_active_v2').wait(FunctionName=FUNCTION)
    payload = {'somekey1': 'somevalue1', 'somekey2': 'somevalue2'}
    answer = functions.invoke(
        FunctionName=FUNCTION, LogType='Tail', Payload=json.dumps({'operation': 'echo', 'payload': payload}),
    )
    expect('the test event is echoed', json.load(answer['Payload']), payload)

    tables.create_table(
        TableName=TABLE, BillingMode='PAY_PER_REQUEST',
        AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}],
        KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}],
    )
    tables.get_waiter('table_exists').wait(TableName=TABLE)

    api = gateway.create_rest_api(name='DynamoDBOperations', endpointConfiguration={'types': ['REGIONAL']})['id']
    root = gateway.get_resources(restApiId=api)['items'][0]['id']
    resource = gateway.create_resource(restApiId=api, parentId=root, pathPart='dynamodbmanager')['id']
    method = {'restApiId': api, 'resourceId': resource, 'httpMethod': 'POST'}
    gateway.put_method(**method, authorizationType='NONE', apiKeyRequired=True)
    gateway.put_integration(
        **method, type='AWS', integrationHttpMethod='POST',
        uri=f'arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn}/invocations',
    )
    gateway.put_method_response(**method, statusCode='200', responseModels={'application/json': 'Empty'})
    gateway.put_integration_response(**method, statusCode='200', responseTemplates={'application/json': ''})
    functions.add_permission(
        FunctionName=FUNCTION, StatementId='apigateway', Action='lambda:InvokeFunction',
        Principal='apigateway.amazonaws.com',
        SourceArn=f'arn:aws:execute-api:{region}:{account}:{api}/*/POST/dynamodbmanager',
    )
    first = gateway.create_deployment(restApiId=api, stageName='Prod')['id']

    key = gateway.create_api_key(name='Lambda-key', enabled=True)
    plan = gateway.create_usage_plan(
        name='Lambda-dynamoDB-usageplan', throttle={'rateLimit': 100, 'burstLimit': 20},
        quota={'limit': 1000, 'period': 'DAY'}, apiStages=[{'apiId': api, 'stage': 'Prod'}],
    )['id']
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key['id'], keyType='API_KEY')
    second = gateway.create_deployment(restApiId=api, stageName='Prod')['id']
    return {
        'api': api, 'root': root, 'resource': resource, 'method': method, 'plan': plan,
        'key': key['id'], 'value': key['value'], 'deployments': [first, second],
    }


def use(lab):
    endpoint = functions.meta.endpoint_url
    url = f'{endpoint}/restapis/{lab["api"]}/Prod/_user_request_/dynamodbmanager'
    item = {'id': '1234ABCD', 'number': 5}
    create = {'operation': 'create', 'tableName': TABLE, 'payload': {'Item': item}}
    expect('without a key it is forbidden', post(url, create), (403, {'message': 'Forbidden'}))
    expect('with the key it is created', post(url, create, lab['value'])[0], 200)
    status, listed = post(url, {'operation': 'list', 'tableName': TABLE, 'payload': {}}, lab['value'])
    expect('the item is listed', (status, listed['Items']), (200, [item]))
    read = tables.get_item(TableName=TABLE, Key={'id': {'S': '1234ABCD'}}, ConsistentRead=True)
    expect('the item is in the table', read['Item'], {'id': {'S': '1234ABCD'}, 'number': {'N': '5'}})


def clean_up(lab):
    plan, stage = lab['plan'], f'{lab["api"]}:Prod'
    gateway.delete_usage_plan_key(usagePlanId=plan, keyId=lab['key'])
    refused('BadRequestException', gateway.delete_usage_plan, usagePlanId=plan)
    gateway.update_usage_plan(usagePlanId=plan, patchOperations=[{'op': 'remove', 'path': '/apiStages', 'value': stage}])
    gateway.delete_usage_plan(usagePlanId=plan)
    gateway.delete_api_key(apiKey=lab['key'])
    gateway.delete_deployment(restApiId=lab['api'], deploymentId=lab['deployments'][0])
    tables.delete_table(TableName=TABLE)
    tables.get_waiter('table_not_exists').wait(TableName=TABLE)
    functions.delete_function(FunctionName=FUNCTION)
    gateway.delete_rest_api(restApiId=lab['api'])
    iam.delete_role_policy(RoleName=ROLE, PolicyName='lambda-apigateway-policy')
    iam.delete_role(RoleName=ROLE)
    logs.delete_log_group(logGroupName=GROUP)
    left = [
        tables.list_tables()['TableNames'], functions.list_functions()['Functions'], iam.list_roles()['Roles'],
        gateway.get_rest_apis()['items'], gateway.get_api_keys()['items'], gateway.get_usage_plans()['items'],
        logs.describe_log_groups()['logGroups'],
    ]
    expect('nothing is left', left, [[]] * 7)


archive = pathlib.Path(sys.argv[1]).read_bytes()
lab = build(archive)
use(lab)
iam_neighbours()
lambda_neighbours(archive)
dynamodb_neighbours()
gateway_neighbours(lab)
logs_neighbours()
clean_up(lab)
clients = (iam, sts, functions, tables, gateway, logs)
served = {operation for client in clients for operation in operations_served(client, judge)}
judged = judge.succeeded | (judge.refused & NEVER_THERE)
print(json.dumps({
    'steps': steps,
    'faults': judge.faults,
    'unjudged': sorted(' '.join(operation) for operation in served - judged),
}, indent=1))
