import { policy, words } from './aws-managed-policy.js';
import type { PolicyRecord } from './state.js';

/**
 * Managed policies that AWS brings to every account: those that somebody would attach in this tutorial. Names, versions
 * and documents are AWS's (AWS managed policy reference, as of February 2026).
 */
export const awsManagedPolicies: readonly PolicyRecord[] = [
  policy({
    name: 'AWSLambdaBasicExecutionRole',
    path: '/service-role/',
    description: 'Provides write permissions to CloudWatch Logs.',
    version: 'v1',
    created: '2015-04-09T15:03:43Z',
    updated: '2015-04-09T15:03:43Z',
    statements: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  }),
  policy({
    name: 'AWSLambdaDynamoDBExecutionRole',
    path: '/service-role/',
    description:
      'Provides list and read access to DynamoDB streams and write permissions to CloudWatch Logs.',
    version: 'v1',
    created: '2015-04-09T15:09:29Z',
    updated: '2015-04-09T15:09:29Z',
    statements: [
      {
        Effect: 'Allow',
        Action: words(`
          dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams
          logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents`),
        Resource: '*',
      },
    ],
  }),
  policy({
    name: 'AWSLambdaVPCAccessExecutionRole',
    path: '/service-role/',
    description:
      'Provides minimum permissions for a Lambda function to execute while accessing a resource within a VPC - create, describe, delete network interfaces and write permissions to CloudWatch Logs.',
    version: 'v3',
    created: '2016-02-11T23:15:26Z',
    updated: '2024-01-05T22:38:26Z',
    statements: [
      {
        Sid: 'AWSLambdaVPCAccessExecutionPermissions',
        Effect: 'Allow',
        Action: words(`
          logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents ec2:CreateNetworkInterface
          ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface
          ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses`),
        Resource: '*',
      },
    ],
  }),
  policy({
    name: 'AWSLambdaRole',
    path: '/service-role/',
    description: 'Default policy for AWS Lambda service role.',
    version: 'v1',
    created: '2015-02-06T18:41:28Z',
    updated: '2015-02-06T18:41:28Z',
    statements: [{ Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: ['*'] }],
  }),
  policy({
    name: 'AWSLambda_FullAccess',
    path: '/',
    description:
      'Grants full access to AWS Lambda service, AWS Lambda console features, and other related AWS services.',
    version: 'v7',
    created: '2020-11-17T21:14:08Z',
    updated: '2026-02-12T18:00:51Z',
    statements: [
      {
        Effect: 'Allow',
        Action: words(`
          cloudformation:DescribeStacks cloudformation:ListStackResources cloudwatch:ListMetrics
          cloudwatch:GetMetricData ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs
          kms:DescribeKey kms:ListAliases iam:GetPolicy iam:GetPolicyVersion iam:GetRole iam:GetRolePolicy
          iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListRoles lambda:* logs:DescribeLogGroups
          states:DescribeStateMachine states:ListStateMachines tag:GetResources xray:GetTraceSummaries
          xray:BatchGetTraces`),
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      },
      {
        Effect: 'Allow',
        Action: words(`
          logs:DescribeLogStreams logs:GetLogEvents logs:FilterLogEvents logs:StartLiveTail
          logs:StopLiveTail`),
        Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda/*',
      },
      {
        Effect: 'Allow',
        Action: 'iam:CreateServiceLinkedRole',
        Resource: 'arn:aws:iam::*:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda',
        Condition: { StringEquals: { 'iam:AWSServiceName': 'lambda.amazonaws.com' } },
      },
    ],
  }),
  policy({
    name: 'AWSLambda_ReadOnlyAccess',
    path: '/',
    description:
      'Grants read-only access to AWS Lambda service, AWS Lambda console features, and other related AWS services.',
    version: 'v5',
    created: '2020-11-17T21:10:32Z',
    updated: '2026-02-12T18:02:55Z',
    statements: [
      {
        Effect: 'Allow',
        Action: words(`
          cloudformation:DescribeStacks cloudformation:ListStacks cloudformation:ListStackResources
          cloudwatch:GetMetricData cloudwatch:ListMetrics ec2:DescribeSecurityGroups ec2:DescribeSubnets
          ec2:DescribeVpcs kms:ListAliases iam:GetPolicy iam:GetPolicyVersion iam:GetRole
          iam:GetRolePolicy iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListRoles
          logs:DescribeLogGroups lambda:Get* lambda:List* states:DescribeStateMachine
          states:ListStateMachines tag:GetResources xray:GetTraceSummaries xray:BatchGetTraces`),
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: words(`
          logs:DescribeLogStreams logs:GetLogEvents logs:FilterLogEvents logs:StartQuery logs:StopQuery
          logs:DescribeQueries logs:GetLogGroupFields logs:GetLogRecord logs:GetQueryResults
          logs:StartLiveTail logs:StopLiveTail`),
        Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda/*',
      },
    ],
  }),
  policy({
    name: 'AmazonAPIGatewayAdministrator',
    path: '/',
    description:
      'Provides full access to create/edit/delete APIs in Amazon API Gateway via the AWS Management Console.',
    version: 'v1',
    created: '2015-07-09T17:34:45Z',
    updated: '2015-07-09T17:34:45Z',
    statements: [{ Effect: 'Allow', Action: ['apigateway:*'], Resource: 'arn:aws:apigateway:*::/*' }],
  }),
  policy({
    name: 'AmazonAPIGatewayPushToCloudWatchLogs',
    path: '/service-role/',
    description: "Allows API Gateway to push logs to user's account.",
    version: 'v1',
    created: '2015-11-11T23:41:46Z',
    updated: '2015-11-11T23:41:46Z',
    statements: [
      {
        Effect: 'Allow',
        Action: words(`
          logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogGroups logs:DescribeLogStreams
          logs:PutLogEvents logs:GetLogEvents logs:FilterLogEvents`),
        Resource: '*',
      },
    ],
  }),
  policy({
    name: 'AmazonDynamoDBFullAccess',
    path: '/',
    description: 'Provides full access to Amazon DynamoDB via the AWS Management Console.',
    version: 'v15',
    created: '2015-02-06T18:40:11Z',
    updated: '2021-01-29T17:38:30Z',
    statements: [
      {
        Effect: 'Allow',
        Action: words(`
          dynamodb:* dax:* application-autoscaling:DeleteScalingPolicy
          application-autoscaling:DeregisterScalableTarget application-autoscaling:DescribeScalableTargets
          application-autoscaling:DescribeScalingActivities
          application-autoscaling:DescribeScalingPolicies application-autoscaling:PutScalingPolicy
          application-autoscaling:RegisterScalableTarget cloudwatch:DeleteAlarms
          cloudwatch:DescribeAlarmHistory cloudwatch:DescribeAlarms cloudwatch:DescribeAlarmsForMetric
          cloudwatch:GetMetricStatistics cloudwatch:ListMetrics cloudwatch:PutMetricAlarm
          cloudwatch:GetMetricData datapipeline:ActivatePipeline datapipeline:CreatePipeline
          datapipeline:DeletePipeline datapipeline:DescribeObjects datapipeline:DescribePipelines
          datapipeline:GetPipelineDefinition datapipeline:ListPipelines datapipeline:PutPipelineDefinition
          datapipeline:QueryObjects ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeSecurityGroups
          iam:GetRole iam:ListRoles kms:DescribeKey kms:ListAliases sns:CreateTopic sns:DeleteTopic
          sns:ListSubscriptions sns:ListSubscriptionsByTopic sns:ListTopics sns:Subscribe sns:Unsubscribe
          sns:SetTopicAttributes lambda:CreateFunction lambda:ListFunctions lambda:ListEventSourceMappings
          lambda:CreateEventSourceMapping lambda:DeleteEventSourceMapping lambda:GetFunctionConfiguration
          lambda:DeleteFunction resource-groups:ListGroups resource-groups:ListGroupResources
          resource-groups:GetGroup resource-groups:GetGroupQuery resource-groups:DeleteGroup
          resource-groups:CreateGroup tag:GetResources kinesis:ListStreams kinesis:DescribeStream
          kinesis:DescribeStreamSummary`),
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: 'cloudwatch:GetInsightRuleReport',
        Resource: 'arn:aws:cloudwatch:*:*:insight-rule/DynamoDBContributorInsights*',
      },
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: '*',
        Condition: {
          StringLike: {
            'iam:PassedToService': [
              'application-autoscaling.amazonaws.com',
              'application-autoscaling.amazonaws.com.cn',
              'dax.amazonaws.com',
            ],
          },
        },
      },
      {
        Effect: 'Allow',
        Action: ['iam:CreateServiceLinkedRole'],
        Resource: '*',
        Condition: {
          StringEquals: {
            'iam:AWSServiceName': words(`
          replication.dynamodb.amazonaws.com dax.amazonaws.com
          dynamodb.application-autoscaling.amazonaws.com contributorinsights.dynamodb.amazonaws.com
          kinesisreplication.dynamodb.amazonaws.com`),
          },
        },
      },
    ],
  }),
  policy({
    name: 'AmazonDynamoDBReadOnlyAccess',
    path: '/',
    description: 'Provides read only access to Amazon DynamoDB via the AWS Management Console.',
    version: 'v15',
    created: '2015-02-06T18:40:12Z',
    updated: '2024-11-18T17:38:15Z',
    statements: [
      {
        Sid: 'GeneralReadOnlyAccess',
        Effect: 'Allow',
        Action: words(`
          application-autoscaling:DescribeScalableTargets
          application-autoscaling:DescribeScalingActivities
          application-autoscaling:DescribeScalingPolicies cloudwatch:DescribeAlarmHistory
          cloudwatch:DescribeAlarms cloudwatch:DescribeAlarmsForMetric cloudwatch:GetMetricStatistics
          cloudwatch:ListMetrics cloudwatch:GetMetricData datapipeline:DescribeObjects
          datapipeline:DescribePipelines datapipeline:GetPipelineDefinition datapipeline:ListPipelines
          datapipeline:QueryObjects dynamodb:BatchGetItem dynamodb:Describe* dynamodb:List*
          dynamodb:GetAbacStatus dynamodb:GetItem dynamodb:GetResourcePolicy dynamodb:Query dynamodb:Scan
          dynamodb:PartiQLSelect dax:Describe* dax:List* dax:GetItem dax:BatchGetItem dax:Query dax:Scan
          ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeSecurityGroups iam:GetRole iam:ListRoles
          kms:DescribeKey kms:ListAliases sns:ListSubscriptionsByTopic sns:ListTopics lambda:ListFunctions
          lambda:ListEventSourceMappings lambda:GetFunctionConfiguration resource-groups:ListGroups
          resource-groups:ListGroupResources resource-groups:GetGroup resource-groups:GetGroupQuery
          tag:GetResources kinesis:ListStreams kinesis:DescribeStream kinesis:DescribeStreamSummary`),
        Resource: '*',
      },
      {
        Sid: 'CCIAccess',
        Effect: 'Allow',
        Action: 'cloudwatch:GetInsightRuleReport',
        Resource: 'arn:aws:cloudwatch:*:*:insight-rule/DynamoDBContributorInsights*',
      },
    ],
  }),
  policy({
    name: 'CloudWatchLogsFullAccess',
    path: '/',
    description: 'Provides full access to CloudWatch Logs',
    version: 'v8',
    created: '2015-02-06T18:40:02Z',
    updated: '2026-02-12T18:00:33Z',
    statements: [
      {
        Sid: 'CloudWatchLogsFullAccess',
        Effect: 'Allow',
        Action: words(`
          logs:* cloudwatch:GenerateQuery cloudwatch:GenerateQueryResultsSummary
          observabilityadmin:GetS3TableIntegration observabilityadmin:ListS3TableIntegrations
          observabilityadmin:ListTelemetryPipelines`),
        Resource: '*',
      },
    ],
  }),
  policy({
    name: 'CloudWatchLogsReadOnlyAccess',
    path: '/',
    description: 'Provides read only access to CloudWatch Logs',
    version: 'v12',
    created: '2015-02-06T18:40:03Z',
    updated: '2026-02-12T17:59:13Z',
    statements: [
      {
        Sid: 'CloudWatchLogsReadOnlyAccess',
        Effect: 'Allow',
        Action: words(`
          logs:Describe* logs:Get* logs:List* logs:StartQuery logs:StopQuery logs:TestMetricFilter
          logs:FilterLogEvents logs:StartLiveTail logs:StopLiveTail cloudwatch:GenerateQuery
          cloudwatch:GenerateQueryResultsSummary observabilityadmin:ListS3TableIntegrations
          observabilityadmin:GetS3TableIntegration observabilityadmin:ListTelemetryPipelines`),
        Resource: '*',
      },
    ],
  }),
  policy({
    name: 'IAMFullAccess',
    path: '/',
    description: 'Provides full access to IAM via the AWS Management Console.',
    version: 'v2',
    created: '2015-02-06T18:40:38Z',
    updated: '2019-06-21T19:40:00Z',
    statements: [
      {
        Effect: 'Allow',
        Action: words(`
          iam:* organizations:DescribeAccount organizations:DescribeOrganization
          organizations:DescribeOrganizationalUnit organizations:DescribePolicy organizations:ListChildren
          organizations:ListParents organizations:ListPoliciesForTarget organizations:ListRoots
          organizations:ListPolicies organizations:ListTargetsForPolicy`),
        Resource: '*',
      },
    ],
  }),
  policy({
    name: 'IAMReadOnlyAccess',
    path: '/',
    description: 'Provides read only access to IAM via the AWS Management Console.',
    version: 'v4',
    created: '2015-02-06T18:40:39Z',
    updated: '2018-01-25T19:11:27Z',
    statements: [
      {
        Effect: 'Allow',
        Action: words(`
          iam:GenerateCredentialReport iam:GenerateServiceLastAccessedDetails iam:Get* iam:List*
          iam:SimulateCustomPolicy iam:SimulatePrincipalPolicy`),
        Resource: '*',
      },
    ],
  }),
  policy({
    name: 'AdministratorAccess',
    path: '/',
    description: 'Provides full access to AWS services and resources.',
    version: 'v1',
    created: '2015-02-06T18:39:46Z',
    updated: '2015-02-06T18:39:46Z',
    statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  }),
  policy({
    name: 'PowerUserAccess',
    path: '/',
    description:
      'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    version: 'v12',
    created: '2015-02-06T18:39:47Z',
    updated: '2026-02-12T17:59:14Z',
    statements: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: words(`
          account:GetAccountInformation account:GetGovCloudAccountInformation account:GetPrimaryEmail
          account:ListRegions iam:CreateServiceLinkedRole iam:DeleteServiceLinkedRole iam:ListRoles
          organizations:DescribeEffectivePolicy organizations:DescribeOrganization`),
        Resource: '*',
      },
    ],
  }),
];
