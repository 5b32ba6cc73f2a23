"""What a person would try next with API Gateway: every operation beside those of the tutorial."""

import json

from setting import expect, gateway, refused, region


def gateway_neighbours(lab):
    api, method, plan, key = lab['api'], lab['method'], lab['plan'], lab['key']
    in_api, in_stage = {'restApiId': api}, {'restApiId': api, 'stageName': 'Prod'}
    gateway.get_account()
    gateway.get_rest_apis()
    gateway.get_rest_api(**in_api)
    gateway.update_rest_api(**in_api, patchOperations=[{'op': 'replace', 'path': '/description', 'value': 'd'}])
    gateway.get_resources(**in_api, embed=['methods'])
    gateway.get_resource(**in_api, resourceId=lab['resource'])
    gateway.get_method(**method)
    gateway.update_method(**method, patchOperations=[{'op': 'replace', 'path': '/operationName', 'value': 'manage'}])
    gateway.get_integration(**method)
    gateway.update_integration(
        **method, patchOperations=[{'op': 'replace', 'path': '/timeoutInMillis', 'value': '5000'}],
    )
    answer = {**method, 'statusCode': '200'}
    gateway.get_method_response(**answer)
    gateway.update_method_response(
        **answer, patchOperations=[{'op': 'add', 'path': '/responseParameters/method.response.header.a', 'value': 'true'}],
    )
    gateway.get_integration_response(**answer)
    gateway.update_integration_response(
        **answer,
        patchOperations=[{'op': 'add', 'path': '/responseParameters/method.response.header.a', 'value': "'b'"}],
    )
    tested = gateway.test_invoke_method(**method, body='{"operation":"ping"}')
    expect('the method can be tried out', (tested['status'], tested['body']), (200, '"pong"'))

    other = gateway.create_resource(**in_api, parentId=lab['root'], pathPart='{other}')['id']
    mock = {**in_api, 'resourceId': other, 'httpMethod': 'GET'}
    gateway.put_method(
        **mock, authorizationType='NONE', requestParameters={'method.request.path.other': True},
        requestModels={'application/json': 'Empty'},
    )
    gateway.put_integration(
        **mock, type='MOCK', requestTemplates={'application/json': '{"statusCode": 200}'},
        requestParameters={'integration.request.path.a': 'method.request.path.other'}, cacheKeyParameters=[],
    )
    gateway.put_method_response(**mock, statusCode='200', responseParameters={'method.response.header.a': False})
    gateway.put_integration_response(
        **mock, statusCode='200', selectionPattern='a', contentHandling='CONVERT_TO_TEXT',
        responseParameters={'method.response.header.a': "'b'"},
    )
    gateway.get_method(**mock)
    gateway.delete_integration_response(**mock, statusCode='200')
    gateway.delete_method_response(**mock, statusCode='200')
    gateway.delete_integration(**mock)
    gateway.delete_method(**mock)
    gateway.update_resource(
        **in_api, resourceId=other, patchOperations=[{'op': 'replace', 'path': '/pathPart', 'value': 'another'}],
    )
    gateway.delete_resource(**in_api, resourceId=other)

    checking_neighbours(in_api)
    gateway.get_deployments(**in_api)
    gateway.get_deployment(**in_api, deploymentId=lab['deployments'][1], embed=['apisummary'])
    gateway.update_deployment(
        **in_api, deploymentId=lab['deployments'][1],
        patchOperations=[{'op': 'replace', 'path': '/description', 'value': 'd'}],
    )
    gateway.create_stage(
        **in_api, stageName='other', deploymentId=lab['deployments'][1], variables={'a': 'b'}, tags={'a': '1'},
        cacheClusterEnabled=False, tracingEnabled=True, description='d',
    )
    gateway.get_stages(**in_api)
    gateway.get_stage(**in_stage)
    gateway.update_stage(**in_stage, patchOperations=[
        {'op': 'replace', 'path': '/variables/a', 'value': 'b'},
        {'op': 'replace', 'path': '/*/*/throttling/rateLimit', 'value': '10'},
        {'op': 'replace', 'path': '/*/*/logging/loglevel', 'value': 'OFF'},
    ])
    gateway.delete_stage(**in_api, stageName='other')
    for kind in ('oas30', 'swagger'):
        gateway.get_export(**in_stage, exportType=kind, accepts='application/json', parameters={'extensions': 'integrations'})
    arn = f'arn:aws:apigateway:{region}::/restapis/{api}'
    gateway.tag_resource(resourceArn=arn, tags={'a': '1'})
    gateway.get_tags(resourceArn=arn)
    gateway.get_rest_api(**in_api)
    gateway.untag_resource(resourceArn=arn, tagKeys=['a'])

    gateway.get_api_keys(includeValues=True)
    gateway.get_api_key(apiKey=key)
    gateway.get_api_key(apiKey=key, includeValue=True)
    gateway.update_api_key(apiKey=key, patchOperations=[{'op': 'replace', 'path': '/description', 'value': 'd'}])
    gateway.get_usage_plans(keyId=key)
    gateway.get_usage_plan(usagePlanId=plan)
    gateway.update_usage_plan(
        usagePlanId=plan, patchOperations=[{'op': 'replace', 'path': '/throttle/burstLimit', 'value': '30'}],
    )
    gateway.get_usage_plan_keys(usagePlanId=plan)
    gateway.get_usage_plan_key(usagePlanId=plan, keyId=key)
    today = gateway.get_usage(usagePlanId=plan, startDate='2026-01-01', endDate='2026-01-02')
    expect('the usage is told', today['usagePlanId'], plan)
    refused('ConflictException', gateway.create_usage_plan_key, usagePlanId=plan, keyId=key, keyType='API_KEY')
    refused('NotFoundException', gateway.get_rest_api, restApiId='nothing')
    refused('BadRequestException', gateway.create_rest_api, name='')


def checking_neighbours(in_api):
    """What checks requests, and what refuses them."""
    gateway.get_models(**in_api)
    gateway.get_model(**in_api, modelName='Error')
    schema = json.dumps({'$schema': 'http://json-schema.org/draft-04/schema#', 'type': 'object'})
    named = {**in_api, 'modelName': 'Thing'}
    gateway.create_model(**in_api, name='Thing', contentType='application/json', schema=schema, description='d')
    gateway.update_model(**named, patchOperations=[{'op': 'replace', 'path': '/description', 'value': 'e'}])
    gateway.delete_model(**named)
    made = gateway.create_request_validator(**in_api, name='body', validateRequestBody=True)['id']
    validator = {**in_api, 'requestValidatorId': made}
    gateway.get_request_validators(**in_api)
    gateway.get_request_validator(**validator)
    gateway.update_request_validator(
        **validator, patchOperations=[{'op': 'replace', 'path': '/validateRequestParameters', 'value': 'true'}],
    )
    gateway.delete_request_validator(**validator)
    kind = {**in_api, 'responseType': 'THROTTLED'}
    gateway.get_gateway_responses(**in_api)
    gateway.get_gateway_response(**kind)
    gateway.put_gateway_response(
        **kind, statusCode='429', responseParameters={'gatewayresponse.header.a': "'b'"},
        responseTemplates={'application/json': '{"message":$context.error.messageString}'},
    )
    gateway.update_gateway_response(**kind, patchOperations=[{'op': 'replace', 'path': '/statusCode', 'value': '503'}])
    gateway.delete_gateway_response(**kind)
    gateway.get_authorizers(**in_api)
    gateway.get_documentation_parts(**in_api)
    gateway.get_documentation_versions(**in_api)
