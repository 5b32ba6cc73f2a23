import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { archived, type Archive } from '../tutorial/archived.js';
import type { ShippedHandler } from '../tutorial/env.js';
import type { Package } from './package.js';

/** The handler as it was built and zipped; the zip is read when it is first asked for. */
export async function shippedHandler(installed: Package): Promise<ShippedHandler> {
  const bundle = await readFile(installed.handlerBundle);
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  let archive: Promise<Archive> | undefined;
  const read = async (): Promise<Archive> => archived(bundle, await readFile(installed.handlerZip));
  return { sha256, archive: () => (archive ??= read()) };
}
