"""What a person would try next: every operation beside those of the tutorial, by service."""

import io
import json
import time
import urllib.request
import zipfile

from setting import (
    FUNCTION, GROUP, POLICY, ROLE, TABLE, TRUST,
    account, client, expect, function_arn, functions, iam, logs, refused, sts, tables,
)


def zipped(code):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, 'w') as file:
        entry = zipfile.ZipInfo('index.js')
        entry.external_attr = 0o644 << 16
        file.writestr(entry, code)
    return archive.getvalue()


def iam_neighbours():
    iam.get_user()
    iam.get_role(RoleName=ROLE)
    iam.list_roles()
    iam.list_role_policies(RoleName=ROLE)
    iam.tag_role(RoleName=ROLE, Tags=[{'Key': 'a', 'Value': '1'}, {'Key': 'b', 'Value': ''}])
    iam.list_role_tags(RoleName=ROLE)
    iam.list_instance_profiles_for_role(RoleName=ROLE)
    iam.get_role(RoleName=ROLE)
    iam.untag_role(RoleName=ROLE, TagKeys=['a'])
    iam.update_role(RoleName=ROLE, Description='<a> & "b"', MaxSessionDuration=7200)
    expect('a description is kept', iam.get_role(RoleName=ROLE)['Role']['Description'], '<a> & "b"')
    iam.update_role_description(RoleName=ROLE, Description='again')
    arn = iam.create_policy(
        PolicyName='neighbour', PolicyDocument=POLICY, Description='d', Tags=[{'Key': 'a', 'Value': '1'}],
    )['Policy']['Arn']
    iam.get_policy(PolicyArn=arn)
    iam.list_policies(Scope='Local')
    iam.list_policies(Scope='AWS')
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=POLICY, SetAsDefault=True)
    iam.list_policy_versions(PolicyArn=arn)
    iam.get_policy_version(PolicyArn=arn, VersionId='v1')
    iam.set_default_policy_version(PolicyArn=arn, VersionId='v1')
    iam.delete_policy_version(PolicyArn=arn, VersionId='v2')
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn)
    iam.list_attached_role_policies(RoleName=ROLE)
    iam.list_entities_for_policy(PolicyArn=arn)
    iam.tag_policy(PolicyArn=arn, Tags=[{'Key': 'b', 'Value': ''}])
    iam.list_policy_tags(PolicyArn=arn)
    iam.untag_policy(PolicyArn=arn, TagKeys=['a', 'b'])
    iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=arn)
    iam.get_role(RoleName=ROLE)
    iam.delete_role_permissions_boundary(RoleName=ROLE)
    refused('DeleteConflict', iam.delete_policy, PolicyArn=arn)
    refused('DeleteConflict', iam.delete_role, RoleName=ROLE)
    iam.detach_role_policy(RoleName=ROLE, PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    refused('NoSuchEntity', iam.get_role, RoleName='nobody')
    refused('EntityAlreadyExists', iam.create_role, RoleName=ROLE, AssumeRolePolicyDocument=TRUST)

    trust = json.loads(TRUST)
    trust['Statement'][0]['Principal']['AWS'] = f'arn:aws:iam::{account}:root'
    iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(trust))
    session = sts.assume_role(RoleArn=iam.get_role(RoleName=ROLE)['Role']['Arn'], RoleSessionName='me')
    credentials = session['Credentials']
    sts.get_access_key_info(AccessKeyId=credentials['AccessKeyId'])
    as_role = client(
        'dynamodb', aws_access_key_id=credentials['AccessKeyId'],
        aws_secret_access_key=credentials['SecretAccessKey'], aws_session_token=credentials['SessionToken'],
    )
    as_role.get_item(TableName=TABLE, Key={'id': {'S': '1'}})
    refused('AccessDeniedException', as_role.describe_table, TableName=TABLE)


def lambda_neighbours(archive):
    named = {'FunctionName': FUNCTION}
    functions.list_functions()
    found = functions.get_function(**named)
    with urllib.request.urlopen(found['Code']['Location']) as response:
        expect('the code can be fetched', response.read(), archive)
    functions.get_function_configuration(**named)
    published = functions.publish_version(**named, Description='first')['Version']
    functions.list_versions_by_function(**named)
    functions.delete_function(**named, Qualifier=published)
    functions.get_function_code_signing_config(**named)
    functions.list_aliases(**named)
    functions.list_function_url_configs(**named)
    functions.list_function_event_invoke_configs(**named)
    refused('ResourceNotFoundException', functions.get_alias, **named, Name='live')
    refused('ResourceNotFoundException', functions.get_function_url_config, **named)
    refused('ResourceNotFoundException', functions.get_function_event_invoke_config, **named)
    functions.tag_resource(Resource=function_arn, Tags={'a': '1'})
    functions.list_tags(Resource=function_arn)
    functions.get_function(**named)
    functions.untag_resource(Resource=function_arn, TagKeys=['a'])
    policy = json.loads(functions.get_policy(**named)['Policy'])
    expect('the permission is read', policy['Statement'][0]['Sid'], 'apigateway')
    functions.add_permission(**named, StatementId='s', Action='lambda:InvokeFunction', Principal=account)
    functions.remove_permission(**named, StatementId='s')
    functions.put_function_concurrency(**named, ReservedConcurrentExecutions=5)
    functions.get_function_concurrency(**named)
    functions.get_function_recursion_config(**named)
    functions.delete_function_concurrency(**named)
    functions.update_function_configuration(**named, Environment={'Variables': {'NAME': '1'}}, Description='d')
    functions.get_waiter('function_updated_v2').wait(**named)
    functions.update_function_code(**named, ZipFile=archive)
    functions.get_waiter('function_updated_v2').wait(**named)
    functions.invoke(**named, InvocationType='DryRun')
    functions.invoke(**named, InvocationType='Event', Payload='{"operation":"ping"}')
    failed = functions.invoke(**named, Payload='{"operation":"nothing"}')
    expect('a function error is told', failed['FunctionError'], 'Unhandled')
    refused('ResourceNotFoundException', functions.get_function, FunctionName='nothing')
    functions.create_function(
        FunctionName='other', Runtime='nodejs22.x', Role=iam.get_role(RoleName=ROLE)['Role']['Arn'],
        Handler='index.handler', Code={'ZipFile': zipped('exports.handler = async (event) => event;')},
        Tags={'a': '1'}, Architectures=['arm64'], EphemeralStorage={'Size': 1024},
        TracingConfig={'Mode': 'Active'}, Publish=False,
    )
    functions.delete_function(FunctionName='other')


def dynamodb_neighbours():
    arn = tables.describe_table(TableName=TABLE)['Table']['TableArn']
    tables.list_tables()
    tables.tag_resource(ResourceArn=arn, Tags=[{'Key': 'a', 'Value': '1'}])
    tables.list_tags_of_resource(ResourceArn=arn)
    tables.untag_resource(ResourceArn=arn, TagKeys=['a'])
    tables.describe_time_to_live(TableName=TABLE)
    tables.describe_continuous_backups(TableName=TABLE)
    tables.update_table(TableName=TABLE, DeletionProtectionEnabled=True)
    refused('ValidationException', tables.delete_table, TableName=TABLE)
    tables.update_table(TableName=TABLE, DeletionProtectionEnabled=False)
    more = {'TableName': TABLE, 'ReturnConsumedCapacity': 'TOTAL'}
    everything = {
        'id': {'S': 'all'}, 'n': {'N': '1.5'}, 'b': {'B': b'\x00\xff'}, 'bool': {'BOOL': True}, 'null': {'NULL': True},
        'ss': {'SS': ['a']}, 'ns': {'NS': ['1']}, 'bs': {'BS': [b'a']}, 'l': {'L': [{'S': ''}]}, 'm': {'M': {'a': {'S': 'b'}}},
    }
    tables.put_item(**more, Item=everything, ReturnValues='ALL_OLD', ReturnItemCollectionMetrics='SIZE')
    expect('an item is kept', tables.get_item(**more, Key={'id': {'S': 'all'}})['Item'], everything)
    tables.update_item(
        **more, Key={'id': {'S': 'all'}}, UpdateExpression='SET n = n + :one', ReturnValues='ALL_NEW',
        ExpressionAttributeValues={':one': {'N': '1'}},
    )
    tables.query(
        **more, KeyConditionExpression='id = :id', ExpressionAttributeValues={':id': {'S': 'all'}},
    )
    tables.scan(**more, Limit=1)
    tables.batch_get_item(RequestItems={TABLE: {'Keys': [{'id': {'S': 'all'}}]}}, ReturnConsumedCapacity='INDEXES')
    tables.batch_write_item(RequestItems={TABLE: [{'PutRequest': {'Item': {'id': {'S': 'batch'}}}}]})
    tables.transact_write_items(
        TransactItems=[{'Put': {'TableName': TABLE, 'Item': {'id': {'S': 'both'}}}}], ReturnConsumedCapacity='INDEXES',
    )
    tables.transact_get_items(TransactItems=[{'Get': {'TableName': TABLE, 'Key': {'id': {'S': 'both'}}}}])
    condition = {'ConditionExpression': 'attribute_exists(nothing)', 'ReturnValuesOnConditionCheckFailure': 'ALL_OLD'}
    refused('ConditionalCheckFailedException', tables.put_item, TableName=TABLE, Item={'id': {'S': 'all'}}, **condition)
    tables.delete_item(**more, Key={'id': {'S': 'all'}}, ReturnValues='ALL_OLD')
    refused('ResourceNotFoundException', tables.describe_table, TableName='nothing')
    refused('ValidationException', tables.put_item, TableName=TABLE, Item={'other': {'S': 'x'}})
    tables.create_table(
        TableName='indexed', ProvisionedThroughput={'ReadCapacityUnits': 1, 'WriteCapacityUnits': 2},
        AttributeDefinitions=[{'AttributeName': name, 'AttributeType': 'S'} for name in ('a', 'b', 'c')],
        KeySchema=[{'AttributeName': 'a', 'KeyType': 'HASH'}, {'AttributeName': 'b', 'KeyType': 'RANGE'}],
        LocalSecondaryIndexes=[{
            'IndexName': 'local', 'Projection': {'ProjectionType': 'KEYS_ONLY'},
            'KeySchema': [{'AttributeName': 'a', 'KeyType': 'HASH'}, {'AttributeName': 'c', 'KeyType': 'RANGE'}],
        }],
        GlobalSecondaryIndexes=[{
            'IndexName': 'global', 'Projection': {'ProjectionType': 'INCLUDE', 'NonKeyAttributes': ['d']},
            'KeySchema': [{'AttributeName': 'c', 'KeyType': 'HASH'}],
            'ProvisionedThroughput': {'ReadCapacityUnits': 1, 'WriteCapacityUnits': 2},
        }],
        Tags=[{'Key': 'a', 'Value': '1'}],
    )
    tables.describe_table(TableName='indexed')
    tables.delete_table(TableName='indexed')


def logs_neighbours():
    named = {'logGroupName': GROUP}
    expect('the function has logged', [group['logGroupName'] for group in logs.describe_log_groups()['logGroups']], [GROUP])
    arn = logs.describe_log_groups(logGroupNamePrefix=GROUP)['logGroups'][0]['logGroupArn']
    logs.list_log_groups()
    logs.put_retention_policy(**named, retentionInDays=7)
    logs.describe_log_groups(logGroupNamePrefix=GROUP)
    logs.delete_retention_policy(**named)
    logs.tag_resource(resourceArn=arn, tags={'a': '1'})
    logs.list_tags_for_resource(resourceArn=arn)
    logs.untag_resource(resourceArn=arn, tagKeys=['a'])
    logs.tag_log_group(**named, tags={'a': '1'})
    logs.list_tags_log_group(**named)
    logs.untag_log_group(**named, tags=['a'])
    streams = logs.describe_log_streams(**named, orderBy='LastEventTime', descending=True)['logStreams']
    stream = {**named, 'logStreamName': streams[0]['logStreamName']}
    logs.get_log_events(**stream, startFromHead=True)
    logs.filter_log_events(**named, filterPattern='Loading')
    logs.create_log_group(logGroupName='other', tags={'a': '1'})
    logs.create_log_stream(logGroupName='other', logStreamName='s')
    now = int(time.time() * 1000)
    for timestamp in (now - 30 * 86_400_000, now):
        logs.put_log_events(
            logGroupName='other', logStreamName='s', logEvents=[{'timestamp': timestamp, 'message': 'm'}],
        )
    logs.get_log_events(logGroupName='other', logStreamName='s')
    logs.delete_log_stream(logGroupName='other', logStreamName='s')
    logs.delete_log_group(logGroupName='other')
    refused('ResourceNotFoundException', logs.get_log_events, logGroupName='other', logStreamName='s')
    refused('ResourceAlreadyExistsException', logs.create_log_group, **named)
