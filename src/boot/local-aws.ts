import { runCached } from './code-cache.js';

runCached('daemon.cjs', { purpose: 'local-aws', ahead: false });
