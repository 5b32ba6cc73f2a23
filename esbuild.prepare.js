/**
 * npm's `prepare`: builds, wherever a package is made or a checkout installed.
 *
 * The first `npx lab-setup` of each home runs it too, as npx links the checkout into a folder of its own. What is built is
 * left alone then: a local AWS may run from it, and the checkout may be one that cannot be written.
 */
import { existsSync } from 'node:fs';

const byNpx = process.env.npm_command === 'exec';
/** What a build writes last. */
const isBuilt = ['dist/cli.cjs', 'dist/local-aws.cjs'].every((file) => existsSync(file));

if (!(byNpx && isBuilt)) await import('./esbuild.config.js');
