import { runCached } from './code-cache.js';

runCached('daemon.cjs', 'local-aws');
