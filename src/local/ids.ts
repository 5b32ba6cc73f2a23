import { randomBytes, randomUUID } from 'node:crypto';

const LOWER_ALNUM = 'abcdefghijklmnopqrstuvwxyz0123456789';
const UPPER_ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const MIXED_ALNUM = `${LOWER_ALNUM}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

/** A v4 uuid: request ids, revision ids. */
export const uuid = (): string => randomUUID();

/** 24 hex digits: the random ones of a uuid, which Node makes in stock, at a tenth of the price of `randomBytes`. */
export function hexId(): string {
  const id = randomUUID();
  return id.slice(0, 8) + id.slice(9, 13) + id.slice(24);
}

/** API Gateway's ids: 10 characters for APIs and keys, 6 for the rest. */
export const lowerId = (length: number): string => pick(LOWER_ALNUM, length);

/** IAM's ids (AROA…, AIDA…, ASIA…) and DynamoDB's request ids. */
export const upperId = (length: number): string => pick(UPPER_ALNUM, length);

/** Secrets and API key values. */
export const mixedId = (length: number): string => pick(MIXED_ALNUM, length);

function pick(alphabet: string, length: number): string {
  // Bytes beyond the last whole multiple would make the first characters likelier.
  const fair = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < fair) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}
