"""What the tutorial is done with: clients that a judge watches, the lab's names, and what is expected."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from judge import Judge

ROLE, FUNCTION, TABLE = 'lambda-apigateway-role', 'LambdaFunctionOverHttps', 'lambda-apigateway'
GROUP = f'/aws/lambda/{FUNCTION}'
TRUST = json.dumps({
    'Version': '2012-10-17',
    'Statement': [{
        'Effect': 'Allow',
        'Principal': {'Service': 'lambda.amazonaws.com'},
        'Action': 'sts:AssumeRole',
    }],
})
# The tutorial's policy, word for word.
POLICY = '{ "Version": "2012-10-17", "Statement": [ { "Sid": "Stmt1428341300017", "Action": [ "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem" ], "Effect": "Allow", "Resource": "*" }, { "Sid": "", "Resource": "*", "Action": [ "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents" ], "Effect": "Allow" } ] }'
CONFIG = Config(retries={'total_max_attempts': 1})

judge = Judge()
steps = []


def client(name, **settings):
    made = boto3.client(name, **{'config': CONFIG, **settings})
    judge.attach(made)
    return made


iam, sts, functions = client('iam'), client('sts'), client('lambda')
tables, gateway, logs = client('dynamodb'), client('apigateway'), client('logs')
region = gateway.meta.region_name
account = sts.get_caller_identity()['Account']
function_arn = f'arn:aws:lambda:{region}:{account}:function:{FUNCTION}'


def expect(what, actual, wanted):
    steps.append(what)
    if actual != wanted:
        raise SystemExit(f'{what}: {actual!r} instead of {wanted!r}')


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        expect(f'{call.__name__} is refused: {code}', error.response['Error']['Code'], code)
    else:
        raise SystemExit(f'{call.__name__} was not refused')
