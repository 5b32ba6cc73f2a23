import { register } from 'node:module';

register('../_helpers/typescript-hooks.js', import.meta.url);
// The SDK's warning of Node versions that it will leave behind is not what a run is about.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
await import('./main.ts');
