import { expect } from '@jest/globals';
import { zipOf } from './zip.js';
import { ROLE } from './lambda.js';

/** What Lambda answers about a function of these settings, and in which words it refuses; for the conformance tables. */
export const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
export const CODE = zipOf({ 'index.js': 'exports.handler = async () => 1;' });

/** A function with nothing but what CreateFunction needs. */
export const plainFunction = (FunctionName: string) => ({
  FunctionName,
  Runtime: 'nodejs22.x' as const,
  Role: ROLE,
  Handler: 'index.handler',
  Code: { ZipFile: CODE },
});

export const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const REVISION = like(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** What every answer about a function has. */
export const configuration = (name: string) => ({
  Architectures: ['x86_64'],
  CodeSha256: like(/^[A-Za-z0-9+/]{43}=$/),
  CodeSize: CODE.length,
  Description: '',
  EphemeralStorage: { Size: 512 },
  FunctionArn: `${ARN}:${name}`,
  FunctionName: name,
  Handler: 'index.handler',
  LastModified: like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
  LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
  MemorySize: 128,
  PackageType: 'Zip',
  RevisionId: REVISION,
  Role: ROLE,
  Runtime: 'nodejs22.x',
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  Timeout: 3,
  TracingConfig: { Mode: 'PassThrough' },
  Version: '$LATEST',
});
export const runtime = {
  RuntimeVersionConfig: {
    RuntimeVersionArn: like(/^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/),
  },
};
export const active = (name: string) => ({
  ...configuration(name),
  ...runtime,
  State: 'Active',
  LastUpdateStatus: 'Successful',
});
export const updating = (name: string) => ({
  ...active(name),
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
});
export const code = {
  RepositoryType: 'S3',
  Location: like(/^http:\/\/127\.0\.0\.1:\d+\/snapshots\/000000000000\/\S+&X-Amz-Expires=600&/),
};

export const missing = (message: string) => ({ name: 'ResourceNotFoundException', status: 404, message });
export const notFound = (resource: string) => missing(`Function not found: ${ARN}:${resource}`);
export const invalid = (message: unknown) => ({
  name: 'InvalidParameterValueException',
  status: 400,
  message,
});
