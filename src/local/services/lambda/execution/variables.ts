import type { SessionCredentials } from '../../../identity.js';
import type { FunctionSettings } from '../state.js';

/**
 * The whole environment of a function's process (aws-facts 4.3): what Lambda sets, the function's own variables, and
 * where the SDKs find this server. Nothing of the environment in which the server runs.
 */
export function environmentVariables(options: {
  functionName: string;
  settings: FunctionSettings;
  region: string;
  credentials: SessionCredentials;
  endpoint: string;
  codeFolder: string;
  scratchFolder: string;
  logStream: string;
}): Record<string, string> {
  const { settings, credentials, region, codeFolder, scratchFolder } = options;
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    HOME: scratchFolder,
    TMPDIR: scratchFolder,
    AWS_ENDPOINT_URL: options.endpoint,
    // The SDK would warn into the function's log when this machine's Node is older than the function's runtime.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    ...settings.Environment?.Variables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: options.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.LoggingConfig.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStream,
    LAMBDA_TASK_ROOT: codeFolder,
    _HANDLER: settings.Handler,
  };
}
