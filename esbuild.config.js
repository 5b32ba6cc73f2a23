import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  // The ES module sources of the SDK shake out better than its CommonJS ones.
  mainFields: ['module', 'main'],
};

/** Bundled CommonJS packages ask for `require`, which an ES module does not have. */
const requireBanner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

await rm('dist', { recursive: true, force: true });

await Promise.all([
  // The CLI and the local AWS: one bundle, split so that a command loads only what it uses. LevelDB is native, and
  // dynalite loads its own files by name.
  build({
    ...common,
    entryPoints: { cli: 'src/cli/main.ts', 'local-aws': 'src/local/daemon.ts' },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    external: ['level', 'dynalite'],
    banner: requireBanner,
  }),
  // What a function's process runs: no dependency, no start-up cost.
  build({
    ...common,
    entryPoints: { 'lambda-worker': 'src/local/services/lambda/worker.ts' },
    outdir: 'dist',
    format: 'esm',
  }),
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
  }),
]);
