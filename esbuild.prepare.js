/**
 * npm's `prepare`: builds, wherever a package is made or a checkout installed.
 *
 * The first `npx lab-setup` of each home runs it too, as npx links the checkout into a folder of its own. What is built is
 * left alone then: a local AWS may run from it, and the checkout may be one that cannot be written. Where nothing is installed
 * yet, nothing can be built: the command says so, while npx would fail without a word, then and at each later time in that home.
 */
import { existsSync } from 'node:fs';

const byNpx = process.env.npm_command === 'exec';
/** What a build writes last. */
const isBuilt = ['dist/cli.cjs', 'dist/local-aws.cjs'].every((file) => existsSync(file));
const isInstalled = existsSync('node_modules/esbuild');

if (!byNpx || (isInstalled && !isBuilt)) await import('./esbuild.config.js');
