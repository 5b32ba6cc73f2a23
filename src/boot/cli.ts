import { runCached } from './code-cache.js';

runCached('main.cjs');
