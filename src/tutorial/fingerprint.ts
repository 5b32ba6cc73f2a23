import { createHash } from 'node:crypto';
import type { Place } from '../aws/target.js';
import type { Settings } from './difference.js';

const PREFIX = 'lab-setup ';

/**
 * The declared part of an API as a hash. It is taken of settings as they are read back, with AWS's defaults filled in
 * and the place and ids left out, so that the same API has the same fingerprint wherever and whenever it was made.
 */
export function fingerprintOf(settings: Settings, { account, region }: Place): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(sorted)
    .replaceAll(`:${region}:`, ':REGION:')
    .replaceAll(`:${account}:`, ':ACCOUNT:');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A deployment's description says what it serves. */
export const deploymentDescription = (fingerprint: string): string => `${PREFIX}${fingerprint}`;

/** What a deployment with this description serves; undefined when it is not one of ours. */
export function fingerprintIn(description: string | undefined): string | undefined {
  const found = /^lab-setup ([0-9a-f]{32})$/.exec(description ?? '');
  return found?.[1];
}

/** In place of a fingerprint, where a stage serves no such method. */
export const SERVES_NOTHING = 'nothing';

/** Whether a stage with this fingerprint is known to serve the method, in whatever state. */
export const servesMethod = (fingerprint: string | undefined): boolean =>
  fingerprint !== undefined && fingerprint !== SERVES_NOTHING;
