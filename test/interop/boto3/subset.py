"""Which operations of a service the server serves, found out by asking for each that botocore knows."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# Served as the operations whose paths they share.
SHARED_PATHS = {'ImportRestApi', 'ImportApiKeys'}

# What they read cannot be made here; there is only their refusal to judge.
NEVER_THERE = {
    ('lambda', 'GetAlias'), ('lambda', 'GetFunctionEventInvokeConfig'), ('lambda', 'GetFunctionUrlConfig'),
    ('apigateway', 'GetAuthorizer'), ('apigateway', 'GetDocumentationPart'), ('apigateway', 'GetVpcLink'),
}

MADE_UP = {
    'string': 'x', 'blob': b'x', 'boolean': True, 'integer': 1, 'long': 1, 'double': 1, 'timestamp': 0,
    'list': [], 'map': {}, 'structure': {},
}


def operations_served(client, judge):
    """The operations that the server does not call unknown, asked with made-up parameters."""
    service = client.meta.service_model
    config = Config(inject_host_prefix=False, parameter_validation=False, retries={'total_max_attempts': 1})
    asking = boto3.client(service.service_name, config=config)
    judge.attach(asking)
    for name in service.operation_names:
        operation = service.operation_model(name)
        # Those that nobody signs are refused before they are known.
        if name in SHARED_PATHS or operation.auth_type == 'none':
            continue
        shape = operation.input_shape
        needed = {member: MADE_UP[shape.members[member].type_name] for member in shape.required_members} if shape else {}
        try:
            getattr(asking, client_method(asking, name))(**needed)
        except ClientError as error:
            if 'does not serve' in error.response['Error']['Message']:
                continue
        yield service.service_name, name


def client_method(client, operation):
    return next(method for method, name in client.meta.method_to_api_mapping.items() if name == operation)
