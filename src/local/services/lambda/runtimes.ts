import { invalidParameter } from './errors.js';

/** In the order in which AWS's message names them, as of 12 January 2026 (aws-facts 3.2). */
const SUPPORTED = [
  ...['nodejs20.x', 'python3.14', 'provided.al2023', 'python3.12', 'python3.13', 'nodejs24.x', 'nodejs22.x'],
  ...['java25', 'python3.10', 'python3.11', 'java21', 'ruby3.3', 'ruby3.4', 'ruby3.2', 'python3.8'],
  ...['python3.9', 'java17', 'nodejs16.x', 'dotnet10', 'dotnet8', 'java11', 'dotnet6', 'nodejs18.x'],
  ...['provided.al2', 'java8.al2'],
];

/** Known to AWS, and refused. The first eight were recorded, the others are retired too. */
const RETIRED = new Set([
  ...['python3.7', 'nodejs12.x', 'nodejs14.x', 'java8', 'go1.x', 'ruby2.7', 'provided', 'dotnetcore3.1'],
  ...['nodejs', 'nodejs4.3', 'nodejs4.3-edge', 'nodejs6.10', 'nodejs8.10', 'nodejs10.x', 'python2.7'],
  ...['python3.6', 'dotnetcore1.0', 'dotnetcore2.0', 'dotnetcore2.1', 'ruby2.5', 'dotnet5.0'],
]);

/** @throws AwsError when functions with this runtime can no longer, or could never, be made. */
export function checkRuntime(runtime: string): void {
  if (RETIRED.has(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  if (!SUPPORTED.includes(runtime)) {
    throw invalidParameter(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${SUPPORTED.join(', ')}] or be a valid ARN`,
    );
  }
}
