import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';

const target = 'node20';

/**
 * The SDK names the members of its operations by constants, `{ [_h]: … }`, and esbuild keeps what computes a name: all
 * operations of a service, with the shapes of all they take and give. With the names themselves it keeps what is used: of
 * Lambda's 98 KB 37, and an `up` with nothing to do takes 3 of 94 ms less.
 */
const plainSchemaKeys = {
  name: 'plain-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist-es[\\/](.+[\\/])?schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const names = new Map(
        [...source.matchAll(/^const (\w+) = ("[^"\n]*");$/gm)].map(([, constant, name]) => [constant, name]),
      );
      return {
        contents: source.replace(/\[(\w+)\]:/g, (key, constant) =>
          names.has(constant) ? `${names.get(constant)}:` : key,
        ),
      };
    });
  },
};

/**
 * Before it reads an answer, the SDK walks through all that such an answer may hold, in search of numbers beyond
 * JavaScript's own. The services here have none, and the walk is 8 of the 106 ms of CPU time that an `up` with nothing to
 * do takes.
 */
const noBigNumbers = {
  name: 'no-big-numbers',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]protocols[\\/]json[\\/]needsReviver\.js$/ }, () => ({
      contents: 'export const needsReviver = () => false;',
    }));
  },
};

const common = {
  bundle: true,
  platform: 'node',
  target,
  legalComments: 'none',
  logLevel: 'warning',
  // The ES module sources of the SDK shake out better than its CommonJS ones.
  mainFields: ['module', 'main'],
  plugins: [plainSchemaKeys, noBigNumbers],
};

/** What modules ask of themselves, in CommonJS. */
const COMMONJS_META = { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' };

/**
 * commander can run sub-commands that are programs of their own, which there are none of here. What it loads for them would
 * take a twentieth of `--version`; this way it is loaded when it is used, which is never.
 */
const commanderAlone = {
  name: 'commander-alone',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]commander[\\/]lib[\\/]command\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        "const childProcess = require('node:child_process');",
        "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };",
      ),
    }));
  },
};

/** LevelDB's native part stays where it is installed, below `level`; all else of it is bundled. */
const nativeLevelDb = {
  name: 'native-leveldb',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/binding$/ }, ({ path, importer }) =>
      /[\\/]classic-level[\\/]/.test(importer) ? { path, namespace: 'native-leveldb' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'native-leveldb' }, () => ({
      contents: `
        const { createRequire } = require('node:module');
        module.exports = createRequire(require.resolve('level'))('classic-level/binding.js');`,
    }));
  },
};

/** The CLI, the server, and pieces by themselves that one of them needs only at times. */
const entryPoints = {
  main: 'src/cli/main.ts',
  conclude: 'src/cli/conclude.ts',
  daemon: 'src/local/daemon.ts',
  unzip: 'src/local/services/lambda/code/archive.ts',
  templates: 'src/local/services/apigateway/invoke/template/syntax.ts',
  'managed-policies': 'src/local/services/iam/aws-managed.ts',
  run: 'src/local/services/lambda/execution/executor.ts',
};

/**
 * The CLI and the local AWS: one bundle, split so that a command loads only what it uses.
 *
 * esbuild splits ES modules only, and Node starts CommonJS faster (by 4 ms, and far more with its code cached, which for ES
 * modules Node 20 cannot): so each piece is turned into CommonJS afterwards.
 */
async function buildPrograms() {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints,
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    // The SDK asks of each answer whether it is a web stream, which it never is here: Node loads those when they are first
    // named, in a fiftieth of a whole `up`.
    define: { ReadableStream: 'undefined' },
    plugins: [...common.plugins, commanderAlone, nativeLevelDb],
    write: false,
    metafile: true,
  });
  const scripts = scriptsOf(metafile.outputs);
  const pieces = await Promise.all(
    outputFiles.map(({ path, text }) => toPiece(pieceName(path), text, scripts)),
  );
  const codes = [...new Set(scripts.values())].map((script) => ({
    script,
    code: `({${pieces.filter(({ name }) => scripts.get(name) === script).map(({ code }) => code)}})`,
  }));
  await Promise.all(codes.map(({ script, code }) => writeFile(`dist/${script}`, code)));
  return codes.map(({ code }) => code);
}

const pieceName = (path) => basename(path, '.js');

/**
 * The script that each piece goes into. To open one costs a tenth of a millisecond, and a megabyte in it one: so of the
 * hundred pieces those that all commands need are one script, those of the commands, those of the server, and what both use.
 */
function scriptsOf(outputs) {
  const importsOf = (path, kinds) =>
    outputs[path].imports
      .filter(({ kind, external }) => !external && kinds.includes(kind))
      .map(({ path }) => path);
  const reached = (entry, ...kinds) => {
    const paths = new Set([`dist/${entry}.js`]);
    for (const path of paths) importsOf(path, kinds).forEach((each) => paths.add(each));
    return [...paths].map(pieceName);
  };
  const scripts = new Map();
  const put = (script, pieces) => pieces.forEach((piece) => scripts.has(piece) || scripts.set(piece, script));
  const server = reached('daemon', 'import-statement');
  const commands = reached('main', 'import-statement', 'dynamic-import');
  put('front.cjs', [...reached('main', 'import-statement'), ...reached('conclude', 'import-statement')]);
  put(
    'shared.cjs',
    commands.filter((piece) => server.includes(piece)),
  );
  put('commands.cjs', commands);
  put('server.cjs', server);
  return scripts;
}

async function toPiece(name, text, scripts) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target,
    supported: { 'dynamic-import': false },
    define: COMMONJS_META,
  });
  const placed = loadWhenUsed(code).replace(
    /\brequire\("\.\/([\w-]+)\.js"\)/g,
    (_, piece) => `require("./${scripts.get(piece)}#${piece}")`,
  );
  // Names stay, for the stack traces that --verbose shows.
  const { code: small } = await transform(placed, { minifyWhitespace: true, minifySyntax: true });
  return { name, code: `"${name}"(exports,require,module,__filename,__dirname){${small}}` };
}

/** A piece is loaded when something of it is first used: a client that a command does not call costs it nothing. */
function loadWhenUsed(code) {
  const names = new Set();
  const declared = code.replace(/^var (import_\w+) = (require\("[^"]+"\));$/gm, (_, name, load) => {
    names.add(name);
    // Kept, for `require` looks it up anew: 150 to 600 ns for each use, and a request has dozens of them.
    return `let ${name}_; const ${name} = () => (${name}_ ??= ${load});`;
  });
  return declared.replace(/\bimport_\w+(?=\.)/g, (name) => (names.has(name) ? `(${name}())` : name));
}

/** The handler as Lambda takes it, made by what the tutorial's own tests hold to its promises. */
async function zipHandler() {
  const maker = 'dist/archive.js';
  await build({
    ...common,
    entryPoints: ['src/tutorial/archive.ts'],
    outfile: maker,
    format: 'esm',
    packages: 'external',
  });
  const { archiveHandler } = await import(new URL(maker, import.meta.url).href);
  await rm(maker);
  const { zip } = await archiveHandler(await readFile('dist/handler/index.js'));
  await writeFile('dist/handler/function.zip', zip);
}

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
const [programs, worker] = await Promise.all([
  buildPrograms(),
  // What a function's process runs: no dependency, no start-up cost. As an ES module it would start 5 ms later.
  build({
    ...common,
    entryPoints: { 'lambda-worker': 'src/local/services/lambda/worker.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    define: COMMONJS_META,
  }).then(() => readFile('dist/lambda-worker.cjs')),
  // The Lambda function that is shipped. CommonJS, as it starts faster than a bundled ES module.
  build({
    ...common,
    entryPoints: { index: 'handler/index.ts' },
    outdir: 'dist/handler',
    format: 'cjs',
    // Names stay: they are read in Lambda's console, and to keep them beside short ones (`keepNames`) costs each function
    // that is made a call, a twelfth of the handler's work for a `create`.
    minifyWhitespace: true,
    minifySyntax: true,
    // Leaves out what a function never asks for its credentials: a third of the archive.
    alias: { '@aws-sdk/credential-provider-node': './handler/credentials.ts' },
  }).then(zipHandler),
]);
const hash = createHash('sha256');
for (const code of [...programs, worker]) hash.update(code);
const buildId = hash.digest('hex').slice(0, 12);
// What starts the programs: by the build's id it knows the code cache, and the server, that go with this build alone.
await build({
  ...common,
  entryPoints: { cli: 'src/boot/cli.ts', 'local-aws': 'src/boot/local-aws.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  define: { BUILD_ID: JSON.stringify(buildId) },
});
