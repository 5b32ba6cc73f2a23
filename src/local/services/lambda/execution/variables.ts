import type { SessionCredentials } from '../../../identity.js';
import type { FunctionSettings } from '../state.js';

/**
 * The whole environment of a function's process (aws-facts 4.3): what Lambda sets, the function's own variables, and
 * where the SDKs find this server. Nothing of the environment in which the server runs.
 */
export function environmentVariables(options: {
  functionName: string;
  version: string;
  settings: FunctionSettings;
  /** The function's own variables that its process gets. */
  own: Readonly<Record<string, string>>;
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
    ...options.own,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    ...runtimeVariables(settings.Runtime),
    AWS_LAMBDA_FUNCTION_NAME: options.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: options.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.LoggingConfig.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStream,
    LAMBDA_TASK_ROOT: codeFolder,
    _HANDLER: settings.Handler,
  };
}

/** Custom runtimes are not told their name (Lambda developer guide, "Defined runtime environment variables"). */
const runtimeVariables = (runtime: string): Record<string, string> =>
  runtime.startsWith('provided')
    ? { LAMBDA_RUNTIME_DIR: '/var/runtime' }
    : { AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}` };

/**
 * Variables by which a program loads native code, writes files or takes orders before, or beside, the rules that its
 * process is held to (node-flags.ts).
 */
const UNSAFE =
  /^(?:(?:LD|DYLD)_|OPENSSL_|NODE_(?:CHANNEL_|V8_COVERAGE|COMPILE_CACHE|REDIRECT_WARNINGS|REPL_))/i;

/** The options of Node.js that change what is printed, how much is taken or how a module is read, and nothing of what is allowed. */
const HARMLESS_OPTION =
  /^(?:--(?:enable-source-maps|no-warnings|no-deprecation|trace-(?:warnings|deprecation|uncaught|exit)|throw-deprecation|pending-deprecation|experimental-(?:detect|require)-module)|--(?:max-http-header-size|stack-trace-limit|unhandled-rejections|dns-result-order|disable-warning)=[\w.-]+)$/;

/** A function's own variables as far as its process may have them, and what its log is told of the others. */
export function ownVariables(configured: Readonly<Record<string, string>>): {
  variables: Record<string, string>;
  remarks: string[];
} {
  const safe = Object.entries(configured).filter(([name]) => !UNSAFE.test(name));
  const variables = Object.fromEntries(safe);
  const leftOut = Object.keys(configured).filter((name) => UNSAFE.test(name));
  const options = (configured['NODE_OPTIONS'] ?? '').split(/\s+/).filter((option) => option !== '');
  const refused = options.filter((option) => !HARMLESS_OPTION.test(option));
  if (refused.length > 0) {
    variables['NODE_OPTIONS'] = options.filter((option) => HARMLESS_OPTION.test(option)).join(' ');
  }
  return {
    variables,
    remarks: [
      ...leftOut.map((name) => `The local AWS does not pass on the variable ${name}.\n`),
      ...(refused.length > 0 ? [`The local AWS leaves out of NODE_OPTIONS: ${refused.join(' ')}\n`] : []),
    ],
  };
}
