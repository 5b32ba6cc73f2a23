import { runCached } from './code-cache.js';

runCached('server.cjs#daemon', 'local-aws');
