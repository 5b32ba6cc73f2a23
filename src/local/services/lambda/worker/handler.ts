import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './errors.js';

export type Handler = (event: unknown, context: object, callback?: unknown) => unknown;

/**
 * Loads the handler that a function's configuration names, such as `index.handler` or `src/app.api.handler`, as the
 * runtime of Lambda does (aws-facts 4.2).
 * @throws RuntimeError for what AWS has an error type of its own; else what the code itself threw.
 */
export async function loadHandler(options: {
  taskRoot: string;
  /** What an error shows as the one that requires the handler's module: the process's own script, as with AWS. */
  script: string;
  /** `Handler` of the function's configuration. */
  name: string;
  /** 24 for `nodejs24.x`. */
  runtime: number;
}): Promise<Handler> {
  const { taskRoot, script, name, runtime } = options;
  if (name.includes('..')) {
    throw new RuntimeError(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const [, moduleName, exportName] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? [];
  if (moduleName === undefined || exportName === undefined) {
    throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  }
  const folder = resolve(taskRoot, dirname(name));
  const module = await loadModule({ folder, moduleName, taskRoot, script, runtime });
  const handler = member(module, exportName) ?? member(member(module, 'default'), exportName);
  if (handler === undefined || handler === null) {
    throw new RuntimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (!isHandler(handler)) throw new RuntimeError('HandlerNotFound', `${name} is not a function`);
  refuseCallback(handler, runtime);
  return handler;
}

async function loadModule(options: {
  folder: string;
  moduleName: string;
  taskRoot: string;
  script: string;
  runtime: number;
}): Promise<unknown> {
  const { folder, moduleName, taskRoot, script, runtime } = options;
  const path = join(folder, moduleName);
  try {
    const extension = ['', '.js', '.mjs', '.cjs'].find((each) => existsSync(path + each));
    const require = createRequire(script);
    if (extension === undefined) return require(require.resolve(moduleName, { paths: [taskRoot, folder] }));
    const file = path + extension;
    const isModule = extension === '.mjs' || (extension === '.js' && inModulePackage(folder, taskRoot));
    return isModule ? await importFile(file) : await requireFile(require, file, runtime);
  } catch (error) {
    throw asRuntimeError(error);
  }
}

const importFile = (file: string): Promise<unknown> => import(pathToFileURL(file).href);

/** From nodejs24.x on, Lambda also takes a `.js` that is written as an ES module and not declared as one. */
async function requireFile(require: NodeJS.Require, file: string, runtime: number): Promise<unknown> {
  try {
    return require(file);
  } catch (error) {
    if (runtime >= 24 && isModuleSyntax(error)) return importFile(file);
    throw error;
  }
}

function isModuleSyntax(error: unknown): boolean {
  const code = codeOf(error);
  if (code === 'ERR_REQUIRE_ESM' || code === 'ERR_REQUIRE_ASYNC_MODULE') return true;
  return (
    error instanceof SyntaxError &&
    /Cannot use import statement|Unexpected token 'export'|Cannot use 'import\.meta'/.test(error.message)
  );
}

/** Whether the nearest package.json, up to the function's root, says `"type": "module"`. */
function inModulePackage(folder: string, taskRoot: string): boolean {
  const file = join(folder, 'package.json');
  if (existsSync(file)) {
    try {
      return member(JSON.parse(readFileSync(file, 'utf8')), 'type') === 'module';
    } catch {
      return false;
    }
  }
  return folder !== taskRoot && folder.startsWith(taskRoot) && inModulePackage(dirname(folder), taskRoot);
}

function asRuntimeError(error: unknown): unknown {
  if (error instanceof SyntaxError) {
    const wrapped = new RuntimeError('UserCodeSyntaxError', String(error));
    if (error.stack !== undefined) wrapped.stack = error.stack;
    return wrapped;
  }
  return codeOf(error) === 'MODULE_NOT_FOUND' ? new RuntimeError('ImportModuleError', String(error)) : error;
}

const codeOf = (error: unknown): unknown => member(error, 'code');

function member(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        (typeof inner === 'object' && inner !== null) || typeof inner === 'function'
          ? Reflect.get(inner, key)
          : undefined,
      value,
    );
}

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

/** nodejs24.x took callbacks away: a handler that declares one does not start. */
function refuseCallback(handler: Handler, runtime: number): void {
  if (runtime < 24 || handler.length < 3) return;
  throw new RuntimeError(
    'CallbackHandlerDeprecated',
    'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
  );
}
