import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build, transform } from 'esbuild';

const target = 'node20';

const common = {
  bundle: true,
  platform: 'node',
  target,
  legalComments: 'none',
  logLevel: 'warning',
  // The ES module sources of the SDK shake out better than its CommonJS ones.
  mainFields: ['module', 'main'],
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

/**
 * The CLI and the local AWS: one bundle, split so that a command loads only what it uses.
 *
 * esbuild splits ES modules only, and Node starts CommonJS faster (by 4 ms, and far more with its code cached, which for ES
 * modules Node 20 cannot): so each piece is turned into CommonJS afterwards.
 */
async function buildPrograms() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: {
      main: 'src/cli/main.ts',
      daemon: 'src/local/daemon.ts',
      // Pieces by themselves, since the server needs them only once it is used.
      unzip: 'src/local/services/lambda/code/archive.ts',
      templates: 'src/local/services/apigateway/invoke/template/syntax.ts',
      'managed-policies': 'src/local/services/iam/aws-managed.ts',
      run: 'src/local/services/lambda/execution/executor.ts',
    },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    // The SDK asks of each answer whether it is a web stream, which it never is here: Node loads those when they are first
    // named, in a fiftieth of a whole `up`.
    define: { ReadableStream: 'undefined' },
    plugins: [commanderAlone, nativeLevelDb],
    write: false,
  });
  const scripts = await Promise.all(
    outputFiles.map(async ({ path, text }) => ({ path, code: await toCommonJs(text) })),
  );
  await Promise.all(scripts.map(({ path, code }) => writeFile(path, code)));
  return scripts.map(({ code }) => code);
}

async function toCommonJs(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target,
    supported: { 'dynamic-import': false },
    define: COMMONJS_META,
  });
  // Names stay, for the stack traces that --verbose shows.
  return (await transform(loadWhenUsed(code), { minifyWhitespace: true, minifySyntax: true })).code;
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
    minify: true,
    keepNames: true,
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
