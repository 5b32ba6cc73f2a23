import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in the bundle for `@aws-sdk/credential-provider-node` (esbuild.config.js). A function's credentials are always
 * in its environment; the chain of profiles, SSO and metadata services would be a third of the archive.
 */
export const defaultProvider = fromEnv;
